package dev.breakeven.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.configuration.ConfigurationFile;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.OpenMetrics;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Engine profiles that somebody writes into the operator's options, read from a real Prometheus: of
 * each kind of field one. Two hours of twelve steps; 600 prompt tokens/s, 150 of them cached, 80
 * generated.
 */
class OwnProfilesIT {

  private static final int STEP = 600;
  private static final int STEPS = 12;
  private static final long END = Instant.parse("2026-11-20T12:00:00Z").getEpochSecond();
  private static final long START = END - (long) STEPS * STEP;
  private static final Instant NOW = Instant.ofEpochSecond(END + 300);
  private static final String POD = "chat-6d4cf56db6-2k4vw";

  @Test
  void aPrefixOfOnesOwnStandsBeforeEachName() {
    TrafficHistory traffic =
        read(
            """
            engines:
            - {name: own, basedOn: vllm, prefixes: [acme_]}
            """,
            out -> {
              up(out, target());
              vllm(out, "acme_vllm:", with(target(), "model_name", "acme/chat"));
            });

    assertTokens(traffic, 450, 150, 80);
    assertThat(mean(traffic.requestsWaiting())).isCloseTo(3, within(0.01));
  }

  @Test
  void labelsThatACollectorNamedOtherwiseAreMapped() {
    Map<String, String> target =
        labels(
            "k8s_namespace_name",
            "inference",
            "k8s_pod_name",
            POD,
            "job",
            "vllm",
            "instance",
            "10.0.0.1:8000");
    TrafficHistory traffic =
        read(
            """
            engines:
            - name: own
              basedOn: vllm
              namespaceLabel: k8s_namespace_name
              podLabel: k8s_pod_name
              modelLabel: served_model
            """,
            out -> {
              up(out, target);
              vllm(out, "vllm:", with(target, "served_model", "acme/chat"));
            });

    assertTokens(traffic, 450, 150, 80);
  }

  @Test
  void labelsOfACollectorThatSpeaksForOthersAreTrustedWhereItsJobIs() {
    Map<String, String> collector =
        labels(
            "namespace",
            "monitoring",
            "pod",
            "collector-0",
            "job",
            "collector",
            "instance",
            "10.0.9.1:8889");
    Map<String, String> series =
        with(
            collector,
            "exported_namespace",
            "inference",
            "exported_pod",
            POD,
            "model_name",
            "acme/chat");
    String engines =
        """
        engines:
        - {name: own, basedOn: vllm, namespaceLabel: exported_namespace, podLabel: exported_pod}
        """;
    Consumer<OpenMetrics> past =
        out -> {
          up(out, collector);
          vllm(out, "vllm:", series);
        };

    assertTokens(read(engines, ", engineJobs: [collector]", past), 450, 150, 80);
    assertThat(read(engines, "", past).output().measuredSteps()).isZero();
  }

  @Test
  void aNewEngineIsReadUnderEachNameThatIsSaid() {
    TrafficHistory traffic =
        read(
            """
            engines:
            - name: own
              modelLabel: llm
              inputIncludesCached: false
              input: [in_old, in_tokens]
              cached: [hit_tokens]
              output: [out_tokens]
              requests: [done]
              waiting: [queued]
              running: [active]
              kvCacheUsage: [kv]
              timeToFirstToken: [first_s]
              interToken: [next_s]
            """,
            out -> {
              up(out, target());
              Map<String, String> series = with(target(), "llm", "acme/chat");
              out.counter("in_tokens", series, START, STEP, all(450));
              out.counter("hit_tokens", series, START, STEP, all(150));
              out.counter("out_tokens", series, START, STEP, all(80));
              out.counter("done", series, START, STEP, all(2));
              out.gauge("queued", series, START, STEP, all(3));
              out.gauge("active", series, START, STEP, all(7));
              out.gauge("kv", series, START, STEP, all(0.5));
              out.counter("first_s_sum", series, START, STEP, all(0.8));
              out.counter("first_s_count", series, START, STEP, all(2));
              out.counter("next_s_sum", series, START, STEP, all(1.6));
              out.counter("next_s_count", series, START, STEP, all(80));
            });

    assertTokens(traffic, 450, 150, 80);
    assertThat(mean(traffic.requests())).isCloseTo(2, within(0.01));
    assertThat(mean(traffic.requestsWaiting())).isCloseTo(3, within(0.01));
    assertThat(mean(traffic.engines().requestsRunning())).isCloseTo(7, within(0.01));
    assertThat(mean(traffic.engines().kvCacheUsage())).isCloseTo(0.5, within(0.01));
    assertThat(mean(traffic.engines().timeToFirstTokenSeconds())).isCloseTo(0.4, within(0.01));
    assertThat(mean(traffic.engines().interTokenSeconds())).isCloseTo(0.02, within(0.001));
  }

  @Test
  void anEngineWithoutNewNamesForAFigureKeepsThoseOfItsBase() {
    TrafficHistory traffic =
        read(
            """
            engines:
            - {name: own, basedOn: vllm, output: [out_tokens]}
            """,
            out -> {
              up(out, target());
              Map<String, String> series = with(target(), "model_name", "acme/chat");
              vllm(out, "vllm:", series);
              out.counter("out_tokens", series, START, STEP, all(160));
            });

    assertTokens(traffic, 450, 150, 160);
  }

  @Test
  void aForkThatCountsCachedTokensBesidePromptsSaysSo() {
    TrafficHistory traffic =
        read(
            """
            engines:
            - {name: own, basedOn: vllm, inputIncludesCached: false}
            """,
            out -> {
              up(out, target());
              vllm(out, "vllm:", with(target(), "model_name", "acme/chat"));
            });

    assertTokens(traffic, 600, 150, 80);
  }

  private static void assertTokens(
      TrafficHistory traffic, double uncached, double cached, double output) {
    assertThat(mean(traffic.uncachedInput())).isCloseTo(uncached, within(1.0));
    assertThat(mean(traffic.cachedInput())).isCloseTo(cached, within(1.0));
    assertThat(mean(traffic.output())).isCloseTo(output, within(1.0));
  }

  private static double mean(Series series) {
    assertThat(series.measuredSteps()).isGreaterThanOrEqualTo(STEPS - 1);
    double sum = 0;
    for (int i = 0; i < series.steps(); i++) {
      sum += series.at(i, 0);
    }
    return sum / series.measuredSteps();
  }

  private static TrafficHistory read(String engines, Consumer<OpenMetrics> past) {
    return read(engines, "", past);
  }

  private static TrafficHistory read(String engines, String source, Consumer<OpenMetrics> past) {
    try (LivePrometheus prometheus = LivePrometheus.scrapingNothing().holding(past).start()) {
      OperatorConfiguration configuration =
          ConfigurationFile.parse(
              "operator.yaml",
              engines
                  + "sources: {default: {url: \"%s\"%s}}\n".formatted(prometheus.url(), source));
      Target target =
          new Target(
              "default",
              "own",
              "inference",
              Set.of(new WorkloadRef("Deployment", "chat")),
              "acme/chat",
              "acme/chat",
              Duration.ofHours(2));
      try (MetricsCollector cycle =
          new MetricsCollector(
              ConfiguredSources.of(configuration),
              ConfiguredSources.engines(configuration),
              CollectorSettings.DEFAULT,
              Clock.systemUTC())) {
        CollectionReport report = cycle.run(List.of(target), NOW);
        assertThat(report.readings()).allSatisfy(r -> assertThat(r.failures()).isEmpty());
        return ((Observation.Observed) cycle.of(target)).traffic();
      }
    }
  }

  private static void up(OpenMetrics out, Map<String, String> target) {
    out.gauge("up", target, START, STEP, all(1));
  }

  private static void vllm(OpenMetrics out, String prefix, Map<String, String> series) {
    out.counter(prefix + "prompt_tokens_total", series, START, STEP, all(600));
    out.counter(prefix + "prompt_tokens_cached_total", series, START, STEP, all(150));
    out.counter(prefix + "generation_tokens_total", series, START, STEP, all(80));
    out.gauge(prefix + "num_requests_waiting", series, START, STEP, all(3));
  }

  private static Map<String, String> target() {
    return labels("namespace", "inference", "pod", POD, "job", "vllm", "instance", "10.0.0.1:8000");
  }

  private static Map<String, String> labels(String... pairs) {
    return with(Map.of(), pairs);
  }

  private static Map<String, String> with(Map<String, String> labels, String... pairs) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    for (int i = 0; i < pairs.length; i += 2) {
      all.put(pairs[i], pairs[i + 1]);
    }
    return all;
  }

  private static double[] all(double value) {
    double[] values = new double[STEPS];
    Arrays.fill(values, value);
    return values;
  }
}
