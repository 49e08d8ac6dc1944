package dev.breakeven.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.prometheus.client.Endpoint;
import dev.breakeven.prometheus.client.HttpTransport;
import dev.breakeven.prometheus.query.GatewayProfiles;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.OpenMetrics;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read of each gateway's series, as its profile's version shows them. */
class GatewaysIT {

  private static final int STEP = 600;
  private static final int STEPS = 24;
  private static final long END = Instant.parse("2026-11-20T12:00:00Z").getEpochSecond();
  private static final long START = END - (long) STEPS * STEP;
  private static final Instant NOW = Instant.ofEpochSecond(END + 300);
  private static final String MODEL = "llama-3.3-70b";

  private record Shown(String metric, Map<String, String> labels, double perSecond) {}

  /**
   * A gateway that has 300 prompt tokens/s for an API, 100 of them cached where it tells, 40
   * generated and 2 requests, beside what must not be counted.
   */
  record Gateway(
      String name, Map<String, String> matchers, double cachedPerSecond, List<Shown> shown) {

    @Override
    public String toString() {
      return name + matchers;
    }
  }

  private static Shown shown(String metric, double perSecond, String... labels) {
    Map<String, String> all = new LinkedHashMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      all.put(labels[i], labels[i + 1]);
    }
    return new Shown(metric, all, perSecond);
  }

  private static Shown kong(String type, double perSecond, String provider, String cache) {
    return shown(
        "kong_ai_llm_tokens_total",
        perSecond,
        "ai_provider",
        provider,
        "ai_model",
        MODEL,
        "cache_status",
        cache,
        "token_type",
        type,
        "workspace",
        "default");
  }

  private static Shown agentgateway(
      String part, double perSecond, String system, String model, String type) {
    return shown(
        "agentgateway_gen_ai_client_token_usage_" + part,
        perSecond,
        "gen_ai_operation_name",
        "chat",
        "gen_ai_system",
        system,
        "gen_ai_request_model",
        model,
        "gen_ai_response_model",
        MODEL,
        "gen_ai_token_type",
        type,
        "route",
        "default/llm");
  }

  private static Shown bifrost(String metric, double perSecond, String provider, String key) {
    return shown(
        "bifrost_" + metric,
        perSecond,
        "provider",
        provider,
        "model",
        MODEL,
        "alias",
        "",
        "method",
        "chat_completion",
        "virtual_key_id",
        key);
  }

  private static Shown apisix(String metric, double perSecond, String node) {
    return shown(
        "apisix_" + metric,
        perSecond,
        "route_id",
        "1",
        "node",
        node,
        "request_type",
        "ai_chat",
        "request_llm_model",
        "chat",
        "llm_model",
        MODEL);
  }

  private static Shown higress(String metric, double perSecond, String cluster) {
    return shown(
        "route_upstream_model_consumer_metric_" + metric,
        perSecond,
        "ai_route",
        "ai-route-api.internal",
        "ai_cluster",
        cluster,
        "ai_model",
        MODEL,
        "ai_consumer",
        "none");
  }

  static Stream<Gateway> gateways() {
    return Stream.of(
        new Gateway(
            "kong",
            Map.of("ai_provider", "!=llama2"),
            0,
            List.of(
                kong("prompt_tokens", 300, "openai", ""),
                kong("completion_tokens", 40, "openai", ""),
                kong("total_tokens", 340, "openai", ""),
                kong("prompt_tokens", 5000, "openai", "Hit"),
                kong("completion_tokens", 5000, "openai", "Hit"),
                kong("prompt_tokens", 7000, "llama2", ""),
                kong("completion_tokens", 7000, "llama2", ""),
                shown(
                    "kong_ai_llm_requests_total", 2, "ai_provider", "openai", "ai_model", MODEL))),
        new Gateway(
            "agentgateway",
            Map.of(),
            100,
            List.of(
                agentgateway("sum", 300, "openai", MODEL, "input"),
                agentgateway("sum", 100, "openai", MODEL, "input_cache_read"),
                agentgateway("sum", 40, "openai", MODEL, "output"),
                agentgateway("count", 2, "openai", MODEL, "output"))),
        // 150 + 100 + 30 of Anthropic's own API, 20 more through Vertex
        new Gateway(
            "agentgateway",
            Map.of("gen_ai_system", "=~anthropic|gcp.vertex_ai"),
            115,
            List.of(
                agentgateway("sum", 150, "anthropic", "chat", "input"),
                agentgateway("sum", 100, "anthropic", "chat", "input_cache_read"),
                agentgateway("sum", 30, "anthropic", "chat", "input_cache_write"),
                agentgateway("sum", 30, "anthropic", "chat", "output"),
                agentgateway("count", 1, "anthropic", "chat", "output"),
                agentgateway("sum", 5, "gcp.vertex_ai", "claude-x", "input"),
                agentgateway("sum", 15, "gcp.vertex_ai", "claude-x", "input_cache_read"),
                agentgateway("sum", 10, "gcp.vertex_ai", "claude-x", "output"),
                agentgateway("count", 1, "gcp.vertex_ai", "claude-x", "output"),
                agentgateway("sum", 900, "custom", "chat", "input"),
                agentgateway("sum", 900, "custom", "chat", "input_cache_read"),
                agentgateway("sum", 900, "custom", "chat", "output"))),
        new Gateway(
            "bifrost",
            Map.of(),
            100,
            List.of(
                bifrost("input_tokens_total", 200, "openai", "a"),
                bifrost("input_tokens_total", 100, "openai", "b"),
                bifrost("cache_read_input_tokens_total", 100, "openai", "a"),
                bifrost("output_tokens_total", 40, "openai", "a"),
                bifrost("success_requests_total", 2, "openai", "a"),
                bifrost("input_tokens_total", 900, "vllm", "a"),
                bifrost("output_tokens_total", 900, "vllm", "a"),
                bifrost("success_requests_total", 9, "vllm", "a"))),
        new Gateway(
            "apisix",
            Map.of("node", "api"),
            0,
            List.of(
                apisix("llm_prompt_tokens", 300, "api"),
                apisix("llm_completion_tokens", 40, "api"),
                shown(
                    "apisix_llm_latency_count",
                    2,
                    "type",
                    "total",
                    "node",
                    "api",
                    "llm_model",
                    MODEL),
                shown(
                    "apisix_llm_latency_count",
                    2,
                    "type",
                    "ttft",
                    "node",
                    "api",
                    "llm_model",
                    MODEL),
                apisix("llm_prompt_tokens", 900, "own"),
                apisix("llm_completion_tokens", 900, "own"))),
        new Gateway(
            "higress",
            Map.of("ai_cluster", "!~.*llm-vllm.*"),
            0,
            List.of(
                higress("input_token", 300, "outbound|443||llm-api.internal.dns"),
                higress("output_token", 40, "outbound|443||llm-api.internal.dns"),
                higress("total_token", 340, "outbound|443||llm-api.internal.dns"),
                higress("llm_duration_count", 2, "outbound|443||llm-api.internal.dns"),
                higress("input_token", 900, "outbound|80||llm-vllm.internal.static"),
                higress("output_token", 900, "outbound|80||llm-vllm.internal.static"))));
  }

  private static double[] all(double value) {
    double[] values = new double[STEPS];
    Arrays.fill(values, value);
    return values;
  }

  private static void write(OpenMetrics out, Gateway gateway) {
    Map<String, String> pod = new LinkedHashMap<>();
    pod.put("namespace", "inference");
    pod.put("pod", "gateway-0");
    pod.put("instance", "10.0.0.9:8100");
    pod.put("job", "gateway");
    out.gauge("up", pod, START, STEP, all(1));
    for (Shown shown : gateway.shown()) {
      Map<String, String> labels = new LinkedHashMap<>(pod);
      labels.putAll(shown.labels());
      out.counter(shown.metric(), labels, START, STEP, all(shown.perSecond()));
    }
  }

  /** A gateway whose series an agent stored again, as it shows them with a process's start time. */
  private static void writeTwice(OpenMetrics out) {
    Map<String, String> pod = new LinkedHashMap<>();
    pod.put("namespace", "inference");
    pod.put("pod", "gateway-0");
    pod.put("instance", "10.0.0.9:4000");
    pod.put("job", "gateway");
    out.gauge("up", pod, START, STEP, all(1));
    for (String agent : List.of("", "edge")) {
      Map<String, String> stored = new LinkedHashMap<>(pod);
      if (!agent.isEmpty()) {
        stored.put("agent", agent);
      }
      out.gauge("process_start_time_seconds", stored, START, STEP, all(START - 3600.0));
      for (String key : List.of("a", "b")) {
        Map<String, String> series = new LinkedHashMap<>(stored);
        series.put("api_provider", "openai");
        series.put("model", MODEL);
        series.put("hashed_api_key", key);
        out.counter("litellm_input_tokens_metric_total", series, START, STEP, all(150));
        out.counter("litellm_output_tokens_metric_total", series, START, STEP, all(20));
      }
    }
  }

  @Test
  void seriesThatAnAgentStoredAgainCountOnce() {
    Target target =
        new Target("default", "vllm", "inference", Set.of(), MODEL, MODEL, Duration.ofHours(4));
    try (LivePrometheus prometheus =
            LivePrometheus.scrapingNothing().holding(GatewaysIT::writeTwice).start();
        MetricsCollector collector = collector(prometheus, "litellm", Map.of())) {
      collector.run(List.of(target), NOW);

      Observation.Observed observed = (Observation.Observed) collector.of(target);
      assertMean(observed.traffic().burstInput(), 300);
      assertMean(observed.traffic().burstOutput(), 40);
      assertThat(observed.notes())
          .filteredOn(note -> note.reason() == Note.Reason.GATEWAY_SERIES_COPIED)
          .singleElement()
          .extracting(note -> note.message().parameters().toString())
          .asString()
          .contains("agent");
    }
  }

  private static MetricsCollector collector(
      LivePrometheus prometheus, String gateway, Map<String, String> matchers) {
    return new MetricsCollector(
        List.of(
            new Source(
                "default",
                new HttpTransport(Endpoint.at(prometheus.url())),
                Map.of(),
                Set.of(),
                Source.Trust.DEFAULT,
                new Source.Gateway.Configured(
                    GatewayProfiles.builtIn().named(gateway), matchers, Set.of()),
                new Source.OpenCost.None())),
        CollectorSettings.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("gateways")
  void whatGoesToAnApiIsReadOnceAndNothingElse(Gateway gateway) {
    Target target =
        new Target("default", "vllm", "inference", Set.of(), MODEL, MODEL, Duration.ofHours(4));
    try (LivePrometheus prometheus =
            LivePrometheus.scrapingNothing().holding(out -> write(out, gateway)).start();
        MetricsCollector collector = collector(prometheus, gateway.name(), gateway.matchers())) {
      collector.run(List.of(target), NOW);

      TrafficHistory traffic = ((Observation.Observed) collector.of(target)).traffic();
      assertMean(traffic.burstInput(), 300);
      assertMean(traffic.burstOutput(), 40);
      assertMean(traffic.burstRequests(), 2);
      if (gateway.cachedPerSecond() > 0) {
        assertMean(traffic.burstCachedInput(), gateway.cachedPerSecond());
      } else {
        assertThat(traffic.burstCachedInput().measuredSteps()).isZero();
      }
    }
  }

  private static void assertMean(Series series, double value) {
    assertThat(series.measuredSteps()).isGreaterThan(STEPS - 3);
    double sum = 0;
    for (int i = 0; i < series.steps(); i++) {
      sum += Double.isNaN(series.measuredAt(i)) ? 0 : series.measuredAt(i);
    }
    assertThat(sum / series.measuredSteps()).isCloseTo(value, within(0.01 * value));
  }
}
