package dev.breakeven.testing;

import dev.breakeven.prometheus.client.Endpoint;
import java.time.Duration;
import java.util.Map;

/** Sources for tests. */
public final class Endpoints {

  private Endpoints() {}

  /** A server without credentials, with so much time and so many bytes for an answer. */
  public static Endpoint within(String baseUrl, Duration timeout, long maxAnswerBytes) {
    Endpoint plain = Endpoint.at(baseUrl);
    return new Endpoint(
        plain.baseUrl(), plain.authentication(), plain.trust(), Map.of(), timeout, maxAnswerBytes);
  }
}
