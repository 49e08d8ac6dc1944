package dev.breakeven.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Constant traffic of one workload that vLLM serves, as Prometheus would have scraped it: its
 * engines' counters and the replicas that kube-state-metrics knows. It is a week, and a day before
 * it to learn from, with some hours to spare: so that answers do not depend on where in a step of
 * ten minutes a test happens to begin.
 *
 * @param namespace the workload's
 * @param workload its name
 * @param podNames of its pods; each has an equal part of the traffic
 * @param model the engines' model label
 * @param inputTokensPerSecond of all pods together
 * @param outputTokensPerSecond of all pods together
 */
public record SteadyTraffic(
    String namespace,
    String workload,
    List<String> podNames,
    String model,
    double inputTokensPerSecond,
    double outputTokensPerSecond) {

  private static final int STEP_SECONDS = 600;
  private static final int STEPS = (7 + 1) * 144 + 24;

  /** 3,000 input and 500 output tokens/s on the two replicas of {@link ChatWorkload}. */
  public static SteadyTraffic ofChat(String namespace) {
    return new SteadyTraffic(
        namespace,
        ChatWorkload.NAME,
        List.of("chat-7d4b9c6f85-x2k9b", "chat-7d4b9c6f85-x2k9c"),
        "acme/chat",
        3_000,
        500);
  }

  /**
   * Writes it until an hour from now, which Prometheus shows as it comes: a test may last into the
   * next step. Not for a Prometheus that scrapes too, whose samples would be older than these.
   */
  public void into(OpenMetrics history) {
    into(history, inAnHour());
  }

  /** Writes it until the last whole step before that time. */
  public void into(OpenMetrics history, Instant until) {
    long start = start(until);
    int pods = podNames.size();
    for (int i = 0; i < pods; i++) {
      Map<String, String> engine = new LinkedHashMap<>();
      engine.put("namespace", namespace);
      engine.put("pod", podNames.get(i));
      engine.put("model_name", model);
      engine.put("engine", "0");
      engine.put("job", "vllm");
      engine.put("instance", podNames.get(i) + ":8000");
      history.gauge(
          "up",
          Map.of(
              "namespace",
              namespace,
              "pod",
              podNames.get(i),
              "job",
              "vllm",
              "instance",
              podNames.get(i) + ":8000"),
          start,
          STEP_SECONDS,
          constant(1));
      history.counter(
          "vllm:prompt_tokens_total",
          engine,
          start,
          STEP_SECONDS,
          constant(inputTokensPerSecond / pods));
      history.counter("vllm:prompt_tokens_cached_total", engine, start, STEP_SECONDS, constant(0));
      history.counter(
          "vllm:generation_tokens_total",
          engine,
          start,
          STEP_SECONDS,
          constant(outputTokensPerSecond / pods));
      history.counter("vllm:request_success_total", engine, start, STEP_SECONDS, constant(1));
      history.gauge("vllm:num_requests_waiting", engine, start, STEP_SECONDS, constant(0));
    }
    history.gauge(
        "kube_deployment_status_replicas",
        Map.of(
            "namespace",
            namespace,
            "deployment",
            workload,
            "job",
            "kube-state-metrics",
            "instance",
            "ksm:8080"),
        start,
        STEP_SECONDS,
        constant(pods));
  }

  /** Writes over the same steps how busy the GPU of each pod is, as DCGM's exporter shows it. */
  public void gpusInto(OpenMetrics history, Instant until, double busyPercent) {
    for (String pod : podNames) {
      history.gauge(
          "DCGM_FI_DEV_GPU_UTIL",
          Map.of(
              "exported_namespace",
              namespace,
              "exported_pod",
              pod,
              "namespace",
              "gpu",
              "pod",
              "dcgm-0",
              "job",
              "dcgm-exporter",
              "gpu",
              "0",
              "instance",
              pod + ":9400"),
          start(until),
          STEP_SECONDS,
          constant(busyPercent));
    }
  }

  /** Until when it is to last, where the test may. */
  public static Instant inAnHour() {
    return Instant.now().plus(Duration.ofHours(1));
  }

  /** When it begins, in seconds since the epoch, so that it lasts until then. */
  private static long start(Instant until) {
    return (until.getEpochSecond() / STEP_SECONDS - STEPS) * STEP_SECONDS;
  }

  private static double[] constant(double value) {
    double[] steps = new double[STEPS];
    Arrays.fill(steps, value);
    return steps;
  }
}
