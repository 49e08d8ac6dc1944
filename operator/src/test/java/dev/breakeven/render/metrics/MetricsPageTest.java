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
      label. Nothing is converted, so sum by `currency`. A figure that is not known has no series; it is never shown as 0. When
      a policy is deleted, its series disappear. Only the leader shows policies, so use `max by (namespace, policy)` in queries
      over all replicas of the operator.

      """;

  @Test
  void theCommittedPageIsWhatTheCodeShows() {
    GeneratedFile.at("helm/breakeven/METRICS.md")
        .mustHold(
            HEAD
                + section("Of a policy", PolicyFamily.all())
                + section("Of the operator", OperatorMetrics.all().stream())
                + """

                The JVM's own metrics, `jvm_*` and `process_*`, come from the `hotspot` exports of the Prometheus client library.
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
