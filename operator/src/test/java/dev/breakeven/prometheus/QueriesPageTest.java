package dev.breakeven.prometheus;

import dev.breakeven.configuration.PrometheusServer.OpencostPrice;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.EngineProfiles;
import dev.breakeven.prometheus.query.GatewayProfile;
import dev.breakeven.prometheus.query.GatewayProfiles;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.testing.GeneratedFile;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(GeneratedFile.TAG)
class QueriesPageTest {

  private static final String HEAD =
      """
      <!-- Generated from dev.breakeven.prometheus: do not edit. -->
      # What the operator asks Prometheus

      Every query has a name, a template, its parameters and a reason. A cycle sends each query at most once for all policies of a
      source and an engine together, so the number of requests depends on the metrics and not on the number of policies.

      Parameters are in angle brackets:

      - `<metric>`, `<gauge>`: a metric of the engine or gateway profile, of OpenCost or of an exporter, see below.
      - `<matchers>`: the source's fixed labels, the metric's own labels, the namespaces that the policies are in, and the scrape
        targets that are left out.
      - `<fixed>`, `<state>`, `<targets>`: the source's fixed labels; with the jobs of kube-state-metrics; with the pods asked about.
      - `<step>`, `<range>`: the time that a figure covers. `<seconds>` is its length, `<wider>` is a little more.
      - `<namespace>`, `<pod>`, `<model>`, `<splits>`: labels of the engine profile. `<workload>` is a label of kube-state-metrics.
      - `<scrape>`, `<within>`, `<target>`: labels that scrapers set, as far as they tell scrapes of one pod or gateway apart.
      - `<part>`, `<figure>`, `<claims>`, `<ups>`, `<last>`, `<before>`, `<scale>`: the query or value that is inserted.

      If several metrics are known for a figure, the template is repeated for each and joined with `or`; for each pod, the first
      metric that exists counts.

      """;

  @Test
  void theCommittedPageIsWhatTheCodeAsks() {
    GeneratedFile.at("helm/breakeven/QUERIES.md")
        .mustHold(HEAD + questions() + engines() + gateways() + opencost());
  }

  private static String questions() {
    StringBuilder page = new StringBuilder("## Queries\n");
    for (QueryCatalog query : QueryCatalog.values()) {
      page.append(
          """

          ### %s

          %s

          ```
          %s
          ```

          Parameters: %s.
          """
              .formatted(
                  query.label(),
                  query.reason(),
                  query.template(),
                  query.parameters().stream()
                      .map(p -> "`" + p + "`")
                      .collect(Collectors.joining(", "))));
    }
    return page.toString();
  }

  private static String engines() {
    StringBuilder page = new StringBuilder("\n## Engines: what stands for `<metric>`\n");
    for (EngineProfile engine : EngineProfiles.builtIn().all()) {
      page.append("\n### %s (`engine: %s`)\n\n".formatted(engine.title(), engine.name()));
      page.append(table(query -> names(engine, query)));
      engine.traps().forEach(trap -> page.append("\n- ").append(trap));
      page.append(engine.traps().isEmpty() ? "" : "\n");
    }
    return page.toString();
  }

  private static List<String> names(EngineProfile engine, QueryCatalog query) {
    return query.scope() == QueryCatalog.Scope.ENGINE || query.scope() == QueryCatalog.Scope.TAIL
        ? engine.metricsFor(query).stream().map(EngineProfile.Metric::metric).toList()
        : List.of();
  }

  private static String gateways() {
    StringBuilder page = new StringBuilder("\n## Gateways\n");
    for (String name : GatewayProfiles.builtIn().names()) {
      GatewayProfile gateway = GatewayProfiles.builtIn().named(name);
      page.append("\n### %s (`gateway: %s`)\n\n".formatted(gateway.title(), name));
      page.append(
          table(
              query ->
                  query.scope() == QueryCatalog.Scope.GATEWAY
                      ? gateway.metricsFor(query).stream()
                          .map(GatewayProfile.Metric::metric)
                          .distinct()
                          .toList()
                      : List.of()));
      gateway.traps().forEach(trap -> page.append("\n- ").append(trap));
      page.append("\n\nChecked against: ")
          .append(String.join("; ", gateway.verified()))
          .append(".\n");
    }
    return page.toString();
  }

  private static String opencost() {
    StringBuilder page =
        new StringBuilder(
            "\n"
                + "## OpenCost\n\n"
                + "Read if the source has `opencostCurrencyCode`. Two metrics are divided by one"
                + " another. A price of 0 means that OpenCost\n"
                + "does not know the price. The node is in `exported_node` if Prometheus gives the"
                + " series a `node` label of its own.\n\n"
                + "| `opencostPrice` | gpu-prices |\n"
                + "|---|---|\n");
    for (OpencostPrice price : OpencostPrice.values()) {
      page.append("| `%s` | ".formatted(price))
          .append(
              new Source.OpenCost.Scraped(Currency.getInstance("USD"), Map.of(), price)
                  .metrics().stream()
                      .map(metric -> "`" + metric + "`")
                      .collect(Collectors.joining(" ÷ ")))
          .append(" |\n");
    }
    return page.toString();
  }

  private static String table(Function<QueryCatalog, List<String>> metrics) {
    return Arrays.stream(QueryCatalog.values())
        .filter(query -> !metrics.apply(query).isEmpty())
        .map(
            query ->
                "| %s | %s |"
                    .formatted(
                        query.label(),
                        metrics.apply(query).stream()
                            .distinct()
                            .map(m -> "`" + m + "`")
                            .collect(Collectors.joining(", else "))))
        .collect(Collectors.joining("\n", "| query | metric |\n|---|---|\n", "\n"));
  }
}
