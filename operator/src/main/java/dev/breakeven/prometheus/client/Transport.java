package dev.breakeven.prometheus.client;

/**
 * Carries questions to a Prometheus-compatible server: over HTTP, or to answers held in this very
 * process. Must be safe for use by several threads; never throws for what the other side does.
 */
@FunctionalInterface
public interface Transport {

  /** Asks, and returns once there is an answer to read. */
  HttpResult ask(ApiRequest request);
}
