package dev.breakeven.figures;

import dev.breakeven.testing.OpenMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One target that Prometheus scrapes: what it has shown in steps of the past, and what it shows
 * from then on, at a constant rate. Its past is written with the labels that a scrape gives, so
 * that the scraped series go on where the written ones end.
 *
 * @param job its scrape job
 * @param path where it is on the exporter
 * @param labels that Prometheus gives it, {@code instance} among them
 * @param honoursLabels whether its own labels win over those; otherwise they are renamed
 * @param shown what it shows
 */
record Scraped(
    String job, String path, Map<String, String> labels, boolean honoursLabels, List<Shown> shown) {

  private enum Kind {
    COUNTER,
    GAUGE
  }

  /** One series: a counter's growth per second, or a gauge's value, in each step and thereafter. */
  static final class Shown {
    private final String metric;
    private final Map<String, String> labels;
    private final Kind kind;
    private final double[] perStep;
    private final double thereafter;

    private Shown(String metric, Map<String, String> labels, Kind kind, double[] perStep) {
      this.metric = metric;
      this.labels = labels;
      this.kind = kind;
      this.perStep = perStep;
      this.thereafter = perStep[perStep.length - 1];
    }

    double at(double secondsAfter) {
      return kind == Kind.GAUGE
          ? thereafter
          : Arrays.stream(perStep).sum() * Demand.STEP_SECONDS + thereafter * secondsAfter;
    }
  }

  /**
   * A vLLM pod that serves a share of a demand.
   *
   * @param cached part of the prompt tokens that its cache holds
   */
  static Scraped engine(
      String namespace,
      String pod,
      String model,
      int number,
      Demand demand,
      double share,
      double cached) {
    Map<String, String> own = Map.of("model_name", model, "engine", "0");
    Map<String, String> success =
        Map.of("model_name", model, "engine", "0", "finished_reason", "stop");
    double[] input = Demand.times(demand.input(), share);
    double[] output = Demand.times(demand.output(), share);
    double[] requests = Demand.times(demand.requests(), share);
    double[] zero = new double[input.length];
    return new Scraped(
        "vllm",
        "/pods/" + number,
        Map.of(
            "instance",
            "10.%d.%d.%d:8000".formatted(number >> 16, number >> 8 & 255, number & 255),
            "namespace",
            namespace,
            "pod",
            pod),
        false,
        List.of(
            counter("vllm:prompt_tokens_total", own, input),
            counter("vllm:prompt_tokens_cached_total", own, Demand.times(input, cached)),
            counter("vllm:generation_tokens_total", own, output),
            counter("vllm:request_success_total", success, requests),
            gauge("vllm:num_requests_waiting", own, zero)));
  }

  /** A dcgm-exporter that shows one GPU of each pod, in percent. */
  static Scraped gpus(String namespace, Map<String, double[]> utilizationByPod) {
    List<Shown> shown = new ArrayList<>();
    utilizationByPod.forEach(
        (pod, percent) ->
            shown.add(
                gauge(
                    "DCGM_FI_DEV_GPU_UTIL",
                    Map.of("gpu", "0", "Hostname", "gpu-1", "namespace", namespace, "pod", pod),
                    percent)));
    return new Scraped(
        "dcgm-exporter",
        "/gpus/" + namespace,
        Map.of("instance", namespace + ":9400", "namespace", "gpu", "pod", "dcgm-" + namespace),
        false,
        shown);
  }

  /**
   * A kube-state-metrics that shows one namespace.
   *
   * @param replicasByDeployment of its Deployments
   * @param replicaSetByPod owners of its pods
   * @param deploymentByReplicaSet owners of those
   */
  static Scraped state(
      String namespace,
      int steps,
      Map<String, Integer> replicasByDeployment,
      Map<String, String> replicaSetByPod,
      Map<String, String> deploymentByReplicaSet) {
    List<Shown> shown = new ArrayList<>();
    replicasByDeployment.forEach(
        (deployment, replicas) ->
            shown.add(
                gauge(
                    "kube_deployment_status_replicas",
                    Map.of("namespace", namespace, "deployment", deployment),
                    constant(steps, replicas))));
    replicaSetByPod.forEach(
        (pod, replicaSet) ->
            shown.add(
                owner("kube_pod_owner", namespace, "pod", pod, "ReplicaSet", replicaSet, steps)));
    deploymentByReplicaSet.forEach(
        (replicaSet, deployment) ->
            shown.add(
                owner(
                    "kube_replicaset_owner",
                    namespace,
                    "replicaset",
                    replicaSet,
                    "Deployment",
                    deployment,
                    steps)));
    return new Scraped(
        "kube-state-metrics",
        "/state/" + namespace,
        Map.of("instance", namespace + ":8080"),
        true,
        shown);
  }

  private static Shown owner(
      String metric,
      String namespace,
      String label,
      String object,
      String ownerKind,
      String owner,
      int steps) {
    return gauge(
        metric,
        Map.of("namespace", namespace, label, object, "owner_kind", ownerKind, "owner_name", owner),
        constant(steps, 1));
  }

  private static Shown counter(String metric, Map<String, String> labels, double[] perSecond) {
    return new Shown(metric, labels, Kind.COUNTER, perSecond);
  }

  private static Shown gauge(String metric, Map<String, String> labels, double[] values) {
    return new Shown(metric, labels, Kind.GAUGE, values);
  }

  static double[] constant(int steps, double value) {
    double[] same = new double[steps];
    Arrays.fill(same, value);
    return same;
  }

  /** Writes the past, which starts then, in steps of that length. */
  void write(OpenMetrics history, long startSeconds, int stepSeconds) {
    for (Shown one : shown) {
      Map<String, String> stored = stored(one.labels);
      if (one.kind == Kind.COUNTER) {
        history.counter(one.metric, stored, startSeconds, stepSeconds, one.perStep);
      } else {
        history.gauge(one.metric, stored, startSeconds, stepSeconds, one.perStep);
      }
    }
    Map<String, String> target = new TreeMap<>(labels);
    target.put("job", job);
    int steps = shown.get(0).perStep.length;
    history.gauge("up", target, startSeconds, stepSeconds, constant(steps, 1));
  }

  private Map<String, String> stored(Map<String, String> own) {
    Map<String, String> all = new TreeMap<>(labels);
    all.put("job", job);
    own.forEach(
        (label, value) -> {
          if (all.containsKey(label) && !honoursLabels) {
            all.put("exported_" + label, value);
          } else {
            all.put(label, value);
          }
        });
    return all;
  }

  /** What it shows so long after its past. */
  String page(double secondsAfter) {
    StringBuilder text = new StringBuilder();
    for (Shown one : shown) {
      text.append(one.metric)
          .append(
              new TreeMap<>(one.labels)
                  .entrySet().stream()
                      .map(e -> e.getKey() + "=\"" + e.getValue() + "\"")
                      .collect(Collectors.joining(",", "{", "} ")))
          .append(one.at(secondsAfter))
          .append('\n');
    }
    return text.toString();
  }

  /** One job's part of Prometheus' configuration. */
  static String jobs(List<Scraped> targets, int exporterPort) {
    Map<String, List<Scraped>> byJob =
        targets.stream()
            .collect(Collectors.groupingBy(Scraped::job, TreeMap::new, Collectors.toList()));
    StringBuilder yaml = new StringBuilder("scrape_configs:\n");
    byJob.forEach(
        (job, ofJob) -> {
          yaml.append(
              "- job_name: %s\n  honor_labels: %s\n  static_configs:\n"
                  .formatted(job, ofJob.get(0).honoursLabels));
          for (Scraped target : ofJob) {
            yaml.append("  - targets: [\"127.0.0.1:%d\"]\n    labels:\n".formatted(exporterPort));
            yaml.append("      __metrics_path__: \"%s\"\n".formatted(target.path));
            new TreeMap<>(target.labels)
                .forEach(
                    (label, value) -> yaml.append("      %s: \"%s\"\n".formatted(label, value)));
          }
        });
    return yaml.toString();
  }
}
