package dev.breakeven.prometheus;

import dev.breakeven.configuration.EngineNames;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.configuration.PrometheusServer;
import dev.breakeven.prometheus.client.Endpoint;
import dev.breakeven.prometheus.client.HttpTransport;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.EngineProfile.Kind;
import dev.breakeven.prometheus.query.EngineProfiles;
import dev.breakeven.prometheus.query.GatewayProfiles;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The sources of the operator's configuration, queried over HTTP. */
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
   * The engine profiles that are built in, and those of a configuration.
   *
   * @throws IllegalArgumentException with one sentence that names the option that cannot be meant
   */
  public static EngineProfiles engines(OperatorConfiguration configuration) {
    EngineProfiles builtIn = EngineProfiles.builtIn();
    List<EngineProfile> own = new ArrayList<>();
    for (EngineNames names : configuration.engines()) {
      if (!names.basedOn().isEmpty() && !builtIn.has(names.basedOn())) {
        throw new IllegalArgumentException(
            "engines.%s.basedOn: no engine is called \"%s\"; there are %s"
                .formatted(names.name(), names.basedOn(), String.join(", ", builtIn.names())));
      }
      own.add(profile(names, builtIn));
    }
    return builtIn.with(own);
  }

  private static EngineProfile profile(EngineNames names, EngineProfiles builtIn) {
    Optional<EngineProfile> base =
        names.basedOn().isEmpty() ? Optional.empty() : Optional.of(builtIn.named(names.basedOn()));
    return new EngineProfile(
        names.name(),
        base.map(b -> b.title() + " as " + names.name()).orElse(names.name()),
        or(names.modelLabel(), base.map(EngineProfile::modelLabel).orElse("model_name")),
        or(names.namespaceLabel(), base.map(EngineProfile::namespaceLabel).orElse("namespace")),
        or(names.podLabel(), base.map(EngineProfile::podLabel).orElse("pod")),
        names.prefixes().isEmpty()
            ? base.map(EngineProfile::prefixes).orElse(List.of(""))
            : names.prefixes(),
        base.map(EngineProfile::splits).orElse(List.of()),
        names.inputIncludesCached()
            && base.filter(b -> names.input().isEmpty())
                .map(EngineProfile::inputIncludesCached)
                .orElse(true),
        metrics(names.input(), Kind.counter, base.map(EngineProfile::input)),
        metrics(names.cached(), Kind.counter, base.map(EngineProfile::cached)),
        metrics(names.output(), Kind.counter, base.map(EngineProfile::output)),
        metrics(names.requests(), Kind.counter, base.map(EngineProfile::requests)),
        metrics(names.waiting(), Kind.gauge, base.map(EngineProfile::waiting)),
        metrics(names.running(), Kind.gauge, base.map(EngineProfile::running)),
        metrics(names.kvCacheUsage(), Kind.gauge, base.map(EngineProfile::kvCacheUsage)),
        metrics(
            names.timeToFirstToken(), Kind.histogram, base.map(EngineProfile::timeToFirstToken)),
        metrics(names.interToken(), Kind.histogram, base.map(EngineProfile::interToken)),
        base.map(EngineProfile::inputLengths).orElse(List.of()),
        base.map(EngineProfile::outputLengths).orElse(List.of()),
        List.of(),
        List.of());
  }

  private static String or(String stated, String otherwise) {
    return stated.isEmpty() ? otherwise : stated;
  }

  private static List<EngineProfile.Metric> metrics(
      List<String> stated, Kind kind, Optional<List<EngineProfile.Metric>> otherwise) {
    return stated.isEmpty()
        ? otherwise.orElse(List.of())
        : stated.stream()
            .map(metric -> new EngineProfile.Metric(metric, kind, List.of(), Map.of(), ""))
            .toList();
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
          "sources.%s.gateway: no gateway is called \"%s\"; there are %s"
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
          "sources.%s.url: \"%s\" is not a URL".formatted(name, server.url()), e);
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
