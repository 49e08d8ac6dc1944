package dev.breakeven.render.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Issue;
import dev.breakeven.reason.Message;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyMetricsTest {

  private static final List<Issue> SOURCE_AWAY =
      List.of(
          new Issue(Issue.Reason.SOURCE_UNAVAILABLE, Message.quoted("the source does not answer")));

  private final CollectorRegistry registry = new CollectorRegistry();
  private final PolicyMetrics metrics = new PolicyMetrics(registry, 2);

  @Test
  void everyFigureOfAnAnswerIsShownInBaseUnits() {
    metrics.answered("inference", "chat", "llama", SampleAdvice.hybrid());

    assertThat(seriesOf("inference"))
        .containsExactlyInAnyOrder(
            "breakeven_policy_info{namespace=\"inference\",policy=\"chat\",model=\"llama\",} 1.0",
            line("blind", "", "0.0"),
            line("caveat", "reason=\"OfferStale\",", "1.0"),
            line("verdict", "verdict=\"Hybrid\",", "1.0"),
            line("verdict_since_timestamp_seconds", "", "1.793448E9"),
            line("action", "action=\"ScaleDown\",", "1.0"),
            line("replicas", "", "2.0"),
            line("recommended_replicas", "", "1.0"),
            line("workload_replicas", "kind=\"Deployment\",workload=\"chat\",", "2.0"),
            line("workload_recommended_replicas", "kind=\"Deployment\",workload=\"chat\",", "1.0"),
            line("burst_threshold_tokens_per_second", "", "9000.0"),
            line("burst_ratio", "", "0.125"),
            line("utilization_ratio", "", "0.4"),
            line("breakeven_utilization_ratio", "", "0.75"),
            line("reachable_utilization_ratio", "", "0.8"),
            line("gpu_utilization_ratio", "", "0.72"),
            line("breakeven_tokens_per_second", "", "7500.0"),
            line("capacity_tokens_per_second", "", "8000.0"),
            line("breakeven_tokens_per_month", "", "2.0E10"),
            line("demand_tokens_per_second", "kind=\"input\",", "3000.0"),
            line("demand_tokens_per_second", "kind=\"cached_input\",", "600.0"),
            line("demand_tokens_per_second", "kind=\"output\",", "400.0"),
            line("coverage_ratio", "", "0.98"),
            line("observed_timestamp_seconds", "", "1.7935344E9"),
            line("cost_per_million_tokens", "currency=\"USD\",", "0.69"),
            line("gpu_cost_per_million_tokens", "currency=\"USD\",", "0.35"),
            line("api_cost_per_million_tokens", "currency=\"USD\",", "0.42"),
            line("monthly_cost", monthly("BaselineBurst", true), "3650.0"),
            line("monthly_cost", monthly("APIOnly", true), "4400.0"),
            line("monthly_cost", monthly("TodaysReplicas", false), "7300.0"),
            line("monthly_hidden_cost", "currency=\"USD\",part=\"idle\",", "2190.0"),
            line("monthly_hidden_cost", "currency=\"USD\",part=\"engineering\",", "2000.0"),
            line("monthly_saving", "currency=\"USD\",", "1106.3"));
  }

  @Test
  void whatIsNotKnownHasNoSeries() {
    metrics.answered("inference", "chat", "llama", SampleAdvice.inconclusive());

    assertThat(seriesOf("inference"))
        .containsExactlyInAnyOrder(
            line("info", "model=\"llama\",", "1.0"),
            line("blind", "", "1.0"),
            line("caveat", "reason=\"NoTrafficData\",", "1.0"),
            line("verdict", "verdict=\"Inconclusive\",", "1.0"),
            line("verdict_since_timestamp_seconds", "", "1.793448E9"),
            line("replicas", "", "2.0"),
            line("workload_replicas", "kind=\"Deployment\",workload=\"chat\",", "2.0"),
            line("coverage_ratio", "", "0.98"));
  }

  @Test
  void whenTheSourceIsAwayTheLastFiguresStayAndThePolicyIsBlind() {
    metrics.answered("inference", "chat", "llama", SampleAdvice.hybrid());

    metrics.unanswered("inference", "chat", "llama", SOURCE_AWAY);

    assertThat(seriesOf("inference"))
        .contains(
            line("recommended_replicas", "", "1.0"),
            line("blind", "", "1.0"),
            line("caveat", "reason=\"SourceUnavailable\",", "1.0"))
        .doesNotContain(line("caveat", "reason=\"OfferStale\",", "1.0"));
  }

  @Test
  void aPolicyThatWasNeverAnsweredShowsItsReasonsAndNoFigure() {
    metrics.unanswered("inference", "chat", "llama", SOURCE_AWAY);

    assertThat(seriesOf("inference"))
        .containsExactlyInAnyOrder(
            line("info", "model=\"llama\",", "1.0"),
            line("blind", "", "1.0"),
            line("caveat", "reason=\"SourceUnavailable\",", "1.0"));
  }

  @Test
  void theSeriesOfAPolicyAreGoneWithIt() {
    metrics.answered("inference", "chat", "llama", SampleAdvice.hybrid());
    metrics.answered("other", "code", "qwen", SampleAdvice.hybrid());

    metrics.forget("inference", "chat");

    assertThat(seriesOf("inference")).isEmpty();
    assertThat(seriesOf("other")).isNotEmpty();
  }

  @Test
  void aReplicaThatLeadsNoMoreShowsNoPolicy() {
    metrics.answered("inference", "chat", "llama", SampleAdvice.hybrid());

    metrics.forgetAll();

    assertThat(seriesOf("inference")).isEmpty();
    assertThat(value("breakeven_policies")).isZero();
  }

  @Test
  void policiesAboveTheLimitAreCountedNotShown() {
    metrics.answered("a", "one", "m", SampleAdvice.hybrid());
    metrics.answered("a", "two", "m", SampleAdvice.hybrid());
    metrics.answered("b", "three", "m", SampleAdvice.hybrid());

    assertThat(seriesOf("b")).isEmpty();
    assertThat(value("breakeven_policies")).isEqualTo(2);
    assertThat(value("breakeven_policies_left_out")).isEqualTo(1);
  }

  @Test
  void aPolicyThatWasLeftOutIsShownOnceThereIsRoom() {
    metrics.answered("a", "one", "m", SampleAdvice.hybrid());
    metrics.answered("a", "two", "m", SampleAdvice.hybrid());
    metrics.answered("b", "three", "m", SampleAdvice.hybrid());

    metrics.forget("a", "one");
    metrics.answered("b", "three", "m", SampleAdvice.hybrid());

    assertThat(seriesOf("b")).isNotEmpty();
    assertThat(value("breakeven_policies_left_out")).isZero();
  }

  private double value(String name) {
    return registry.getSampleValue(name);
  }

  private List<String> seriesOf(String namespace) {
    StringWriter text = new StringWriter();
    try {
      TextFormat.write004(text, registry.metricFamilySamples());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString()
        .lines()
        .filter(line -> line.contains("{namespace=\"" + namespace + "\""))
        .toList();
  }

  private static String line(String name, String labels, String value) {
    return "breakeven_policy_%s{namespace=\"inference\",policy=\"chat\",%s} %s"
        .formatted(name, labels, value);
  }

  private static String monthly(String alternative, boolean feasible) {
    return "currency=\"USD\",alternative=\"%s\",feasible=\"%s\",".formatted(alternative, feasible);
  }
}
