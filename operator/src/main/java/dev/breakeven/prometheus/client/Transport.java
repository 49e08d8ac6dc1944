package dev.breakeven.prometheus.client;

import java.util.OptionalLong;

/**
 * Carries questions to a Prometheus-compatible server: over HTTP, or to answers held in this very
 * process. Must be safe for use by several threads; never throws for what the other side does.
 */
public interface Transport {

  /** Asks, and returns once there is an answer to read. */
  HttpResult ask(ApiRequest request);

  /**
   * How far the other side's clock was ahead of ours when it last answered, whole seconds, negative
   * where it was behind; empty where it does not say.
   */
  default OptionalLong clockAheadSeconds() {
    return OptionalLong.empty();
  }
}
