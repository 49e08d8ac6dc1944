package dev.breakeven.render.metrics;

import dev.breakeven.testing.GeneratedFile;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(GeneratedFile.TAG)
class MetricsPageTest {

  private static final String HEAD =
      """
      <!-- Generated from dev.breakeven.render.metrics: do not edit. -->
      # Metrics

      What `/metrics` shows, in base units: seconds, ratios of 1, Unix time. Money is in the policy's own currency, which is a
      label; nothing is converted, so sum by `currency`. A figure that is not known has no series: it is never 0. A policy's
      series are gone with it, and only the replica that leads shows policies, so in a query over replicas take
      `max by (namespace, policy)`.

      """;

  @Test
  void theCommittedPageIsWhatTheCodeShows() {
    GeneratedFile.at("helm/breakeven/METRICS.md")
        .mustHold(
            HEAD
                + section("Of a policy", PolicyFamily.all())
                + section("Of the operator", OperatorMetrics.all().stream())
                + """

                Beside these stand the JVM's own: `jvm_*` and `process_*` of the Prometheus client library's `hotspot` exports.
                """);
  }

  private static String section(String title, Stream<MetricFamily> families) {
    return families
        .map(MetricsPageTest::row)
        .collect(
            Collectors.joining(
                "\n",
                "## %s\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n"
                    .formatted(title),
                "\n\n"));
  }

  private static String row(MetricFamily family) {
    return "| `%s` | %s | %s | %s |"
        .formatted(
            family.name(),
            family.type().name().toLowerCase(Locale.ROOT),
            family.labels().stream().map(l -> "`" + l + "`").collect(Collectors.joining(", ")),
            family.help());
  }
}
