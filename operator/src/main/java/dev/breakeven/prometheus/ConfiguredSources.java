package dev.breakeven.prometheus;

import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.configuration.PrometheusServer;
import dev.breakeven.prometheus.client.Endpoint;
import dev.breakeven.prometheus.client.HttpTransport;
import dev.breakeven.prometheus.query.GatewayProfiles;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The sources that an operator is configured with, asked over HTTP. */
public final class ConfiguredSources {

  private ConfiguredSources() {}

  /**
   * All sources of a configuration.
   *
   * @throws IllegalArgumentException with one sentence that names the option that cannot be meant
   */
  public static List<Source> of(OperatorConfiguration configuration) {
    List<Source> sources = new ArrayList<>();
    configuration.sources().forEach((name, server) -> sources.add(source(name, server)));
    return List.copyOf(sources);
  }

  /**
   * One source.
   *
   * @throws IllegalArgumentException with one sentence that names the option that cannot be meant
   */
  public static Source source(String name, PrometheusServer server) {
    return new Source(
        name,
        new HttpTransport(endpoint(name, server)),
        server.matchers(),
        Set.copyOf(server.allowedNamespaces()),
        new Source.Trust(server.gpuJobs(), server.stateJobs(), server.engineJobs()),
        gateway(name, server),
        opencost(server));
  }

  private static Source.OpenCost opencost(PrometheusServer server) {
    return server.opencostCurrencyCode().isEmpty()
        ? new Source.OpenCost.None()
        : new Source.OpenCost.Scraped(
            Currency.getInstance(server.opencostCurrencyCode()),
            server.opencostMatchers(),
            server.opencostPrice());
  }

  private static Source.Gateway gateway(String name, PrometheusServer server) {
    if (server.gateway().isEmpty()) {
      return new Source.Gateway.None();
    }
    GatewayProfiles profiles = GatewayProfiles.builtIn();
    if (!profiles.names().contains(server.gateway())) {
      throw new IllegalArgumentException(
          "sources.%s.gateway: no gateway is called «%s»; there are %s"
              .formatted(name, server.gateway(), String.join(", ", profiles.names())));
    }
    return new Source.Gateway.Configured(
        profiles.named(server.gateway()),
        server.gatewayMatchers(),
        new HashSet<>(server.gatewaySharedWith()));
  }

  private static Endpoint endpoint(String name, PrometheusServer server) {
    try {
      return new Endpoint(
          new URI(server.url()),
          authentication(server),
          new Endpoint.Tls(server.caFile(), server.clientCertificateFile(), server.clientKeyFile()),
          server.headers(),
          server.timeout(),
          server.maxAnswerBytes());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "sources.%s.url: «%s» is not a URL".formatted(name, server.url()), e);
    }
  }

  private static Endpoint.Authentication authentication(PrometheusServer server) {
    if (!server.bearerTokenFile().isEmpty()) {
      return new Endpoint.Authentication.Bearer(server.bearerTokenFile());
    }
    return server.username().isEmpty()
        ? new Endpoint.Authentication.None()
        : new Endpoint.Authentication.Basic(server.username(), server.passwordFile());
  }
}
