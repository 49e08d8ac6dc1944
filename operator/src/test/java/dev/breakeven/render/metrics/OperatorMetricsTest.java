package dev.breakeven.render.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OperatorMetricsTest {

  private final CollectorRegistry registry = new CollectorRegistry();
  private final OperatorMetrics metrics = new OperatorMetrics(registry, "0.1.0");

  @Test
  void requestsAndFailuresAreCountedBySource() {
    metrics.countRequest("default");
    metrics.countRequest("default");
    metrics.failed("default", "Timeout");
    metrics.answered("default", Instant.ofEpochSecond(1_000));

    assertThat(value("breakeven_prometheus_requests_total", "source", "default")).isEqualTo(2);
    assertThat(
            registry.getSampleValue(
                "breakeven_prometheus_failures_total",
                new String[] {"source", "reason"},
                new String[] {"default", "Timeout"}))
        .isEqualTo(1);
    assertThat(value("breakeven_prometheus_last_success_timestamp_seconds", "source", "default"))
        .isEqualTo(1_000);
  }

  @Test
  void aSourceThatNeverAnsweredHasNoTimeOfSuccess() {
    metrics.countRequest("default");

    assertThat(
            registry.getSampleValue(
                "breakeven_prometheus_last_success_timestamp_seconds",
                new String[] {"source"},
                new String[] {"default"}))
        .isNull();
  }

  @Test
  void cyclesWritesAndLeadershipAreShown() {
    metrics.cycled(Duration.ofMillis(750));
    metrics.wrote();
    metrics.didNotWrite("Conflict");
    metrics.leads(true);

    assertThat(registry.getSampleValue("breakeven_cycle_duration_seconds_sum")).isEqualTo(0.75);
    assertThat(registry.getSampleValue("breakeven_status_writes_total")).isEqualTo(1);
    assertThat(value("breakeven_status_write_failures_total", "reason", "Conflict")).isEqualTo(1);
    assertThat(registry.getSampleValue("breakeven_leader")).isEqualTo(1);
    metrics.leads(false);
    assertThat(registry.getSampleValue("breakeven_leader")).isZero();
  }

  @Test
  void theReferencePageKnowsEveryMetricThatIsShown() {
    new PolicyMetrics(registry, 1);

    List<String> shown =
        Collections.list(registry.metricFamilySamples()).stream()
            .filter(family -> family.name.startsWith("breakeven_"))
            .map(OperatorMetricsTest::fullName)
            .toList();

    assertThat(shown)
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(OperatorMetrics.all().stream(), PolicyFamily.all())
                .map(MetricFamily::name)
                .toList());
  }

  private static String fullName(Collector.MetricFamilySamples family) {
    return family.type == Collector.Type.COUNTER ? family.name + "_total" : family.name;
  }

  private double value(String name, String label, String labelValue) {
    return registry.getSampleValue(name, new String[] {label}, new String[] {labelValue});
  }
}
