package dev.breakeven.prometheus.client;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * Where a Prometheus-compatible server is and how it is spoken to. Credentials are paths of files,
 * read anew when they change.
 *
 * @param baseUrl {@code http} or {@code https}, with a path below which {@code /api/v1} lies
 * @param authentication how we say who we are
 * @param trust whose certificates are believed
 * @param headers sent with every request, such as a tenant's
 * @param timeout for one whole answer
 * @param maxAnswerBytes for one answer
 */
public record Endpoint(
    URI baseUrl,
    Authentication authentication,
    Tls trust,
    Map<String, String> headers,
    Duration timeout,
    long maxAnswerBytes) {

  public Endpoint {
    headers = Map.copyOf(headers);
    if (!"http".equals(baseUrl.getScheme()) && !"https".equals(baseUrl.getScheme())) {
      throw new IllegalArgumentException(baseUrl + " is neither http nor https");
    }
  }

  /** A server without credentials, with 30 s and 256 MiB for an answer. */
  public static Endpoint at(String baseUrl) {
    return new Endpoint(
        URI.create(baseUrl),
        new Authentication.None(),
        Tls.JVM_DEFAULT,
        Map.of(),
        Duration.ofSeconds(30),
        256L << 20);
  }

  /** How we say who we are. */
  public sealed interface Authentication {
    /** Not at all. */
    record None() implements Authentication {}

    /** A bearer token in a file. */
    record Bearer(String tokenFile) implements Authentication {}

    /** A name, and a password in a file. */
    record Basic(String username, String passwordFile) implements Authentication {}
  }

  /**
   * Certificates, as paths of PEM files; an empty path stands for none.
   *
   * @param caFile authorities believed; empty: the JVM's
   * @param clientCertificateFile ours, for mTLS
   * @param clientKeyFile its PKCS#8 key
   */
  public record Tls(String caFile, String clientCertificateFile, String clientKeyFile) {

    /** The JVM's authorities, no certificate of our own. */
    public static final Tls JVM_DEFAULT = new Tls("", "", "");

    boolean isDefault() {
      return caFile.isEmpty() && clientCertificateFile.isEmpty();
    }
  }
}
