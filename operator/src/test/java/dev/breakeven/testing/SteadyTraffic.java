package dev.breakeven.testing;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A week of constant traffic of one workload that vLLM serves, as Prometheus would have scraped it
 * until now: its engines' counters and the replicas that kube-state-metrics knows.
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
    java.util.List<String> podNames,
    String model,
    double inputTokensPerSecond,
    double outputTokensPerSecond) {

  private static final int STEP_SECONDS = 600;
  private static final int STEPS = 1_010;

  /** Writes it. */
  public void into(OpenMetrics history) {
    long end = Instant.now().getEpochSecond() / STEP_SECONDS * STEP_SECONDS;
    long start = end - (long) STEPS * STEP_SECONDS;
    int pods = podNames.size();
    for (int i = 0; i < pods; i++) {
      Map<String, String> engine = new LinkedHashMap<>();
      engine.put("namespace", namespace);
      engine.put("pod", podNames.get(i));
      engine.put("model_name", model);
      engine.put("engine", "0");
      engine.put("job", "vllm");
      engine.put("instance", podNames.get(i) + ":8000");
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

  private static double[] constant(double value) {
    double[] steps = new double[STEPS];
    Arrays.fill(steps, value);
    return steps;
  }
}
