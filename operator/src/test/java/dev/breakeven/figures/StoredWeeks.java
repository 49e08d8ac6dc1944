package dev.breakeven.figures;

import dev.breakeven.testing.OpenMetrics;
import java.util.Map;
import java.util.TreeMap;

/**
 * Two weeks of workloads of the kinds that stores answer differently for: pods that come and go,
 * counters that begin anew, scrapes that are seldom or twice, series that are born with their first
 * value. Demand has a day and a night, and ends an hour after the start.
 */
final class StoredWeeks {

  static final String NAMESPACE = "inference";
  static final int DAYS = 14;

  private static final int STEP = Demand.STEP_SECONDS;
  private static final int SECONDS_A_DAY = 86_400;
  private static final int HOUR = 3600;
  private static final int SCRAPE = 60;
  private static final String[] COUNTED = {
    "vllm:prompt_tokens_total", "vllm:prompt_tokens_cached_total",
    "vllm:generation_tokens_total", "vllm:request_success_total"
  };
  private static final double[] A_REQUEST = {900, 300, 220, 1};

  private final OpenMetrics out;
  private final long start;
  private final long end;

  private StoredWeeks(OpenMetrics out, long now) {
    this.out = out;
    this.start = now / STEP * STEP - (long) DAYS * SECONDS_A_DAY;
    this.end = now / STEP * STEP + HOUR;
  }

  /** The workloads, each of which a policy of its name is for. */
  static String[] workloads() {
    return new String[] {"rollouts", "nights", "crashes", "seldom", "pairs", "silent", "bursts"};
  }

  /** Writes all of it, until an hour after now. */
  static void write(OpenMetrics out, long nowSeconds) {
    StoredWeeks weeks = new StoredWeeks(out, nowSeconds);
    weeks.rollouts();
    weeks.nights();
    weeks.crashes();
    weeks.steady("seldom", 240, "");
    weeks.steady("pairs", SCRAPE, "prometheus_replica");
    weeks.silent();
    weeks.bursts();
  }

  private static double perSecond(double at, double most) {
    double hour = at % SECONDS_A_DAY / HOUR;
    return most * (1.1 + Math.sin(2 * Math.PI * (hour - 9) / 24)) / 2.1;
  }

  private interface Answers {
    boolean at(long seconds);
  }

  /** What one pod counted between two times, scraped every so often. */
  private void pod(
      String name,
      long from,
      long to,
      double most,
      int every,
      String replicaLabel,
      Answers answers) {
    String[] replicas = replicaLabel.isEmpty() ? new String[] {""} : new String[] {"a", "b"};
    for (String replica : replicas) {
      Map<String, String> target = new TreeMap<>();
      target.put("namespace", NAMESPACE);
      target.put("pod", name);
      target.put("job", "vllm");
      target.put("instance", "10.0.0." + Math.floorMod(name.hashCode(), 250) + ":8000");
      if (!replica.isEmpty()) {
        target.put(replicaLabel, replica);
      }
      long offset = Math.floorMod((name + replica).hashCode(), every);
      Map<String, String> engine = new TreeMap<>(target);
      engine.put("model_name", "acme/" + name.substring(0, name.indexOf('-')));
      engine.put("engine", "0");
      long first = from - Math.floorMod(from, every) + every + offset;
      for (long t = first; t < to; t += every) {
        out.sample("up", target, t, answers.at(t) ? 1 : 0);
      }
      for (int i = 0; i < COUNTED.length; i++) {
        double counted = 0;
        long before = from;
        for (long t = first; t < to; t += every) {
          counted += (t - before) * perSecond((t + before) / 2.0, most) * A_REQUEST[i];
          before = t;
          if (answers.at(t)) {
            out.sample(COUNTED[i], engine, t, Math.rint(counted));
          }
        }
      }
      for (long t = first; t < to; t += every) {
        if (answers.at(t)) {
          out.sample("vllm:num_requests_waiting", engine, t, 0);
        }
      }
    }
  }

  private void replicas(String deployment, double[] byStep) {
    Map<String, String> state =
        Map.of(
            "namespace",
            NAMESPACE,
            "deployment",
            deployment,
            "job",
            "kube-state-metrics",
            "instance",
            "ksm:8080");
    out.gauge("kube_deployment_status_replicas", state, start, STEP, byStep);
  }

  private double[] always(double replicas) {
    return Scraped.constant(Math.toIntExact((end - start) / STEP), replicas);
  }

  private void steady(String name, int every, String replicaLabel) {
    pod(name + "-6d4cf56db6-2k4vw", start, end, 4, every, replicaLabel, t -> true);
    pod(name + "-6d4cf56db6-9xz5t", start, end, 4, every, replicaLabel, t -> true);
    replicas(name, always(2));
  }

  /** Every other day all pods are new ones. */
  private void rollouts() {
    String alphabet = "bcdfghjklmnpqrstvwxz2456789";
    int n = 0;
    for (long from = start; from < end; from += 2L * SECONDS_A_DAY + 7 * STEP + 95) {
      char letter = alphabet.charAt(n++);
      long to = Math.min(end, from + 2L * SECONDS_A_DAY + 7 * STEP + 20);
      for (String pod : new String[] {"2k4vw", "9xz5t", "bb7qc"}) {
        pod("rollouts-6d4cf56d" + letter + "6-" + pod, from, to, 3, SCRAPE, "", t -> true);
      }
    }
    replicas("rollouts", always(3));
  }

  /** Scaled to zero from 20 to 6 o'clock. */
  private void nights() {
    double[] byStep = always(2);
    for (int i = 0; i < byStep.length; i++) {
      long hour = (start + (long) i * STEP) % SECONDS_A_DAY / HOUR;
      byStep[i] = hour >= 6 && hour < 20 ? 2 : 0;
    }
    String alphabet = "bcdfghjklmnpqrstvwxz2456789";
    int n = 0;
    for (long day = start / SECONDS_A_DAY * SECONDS_A_DAY; day < end; day += SECONDS_A_DAY) {
      long from = Math.max(start, day + 6L * HOUR);
      long to = Math.min(end, day + 20L * HOUR);
      char letter = alphabet.charAt(n++);
      if (from < to) {
        pod("nights-6d4cf56db6-2k4" + letter + "w", from, to, 4, SCRAPE, "", t -> true);
        pod("nights-6d4cf56db6-9xz" + letter + "t", from, to, 4, SCRAPE, "", t -> true);
      }
    }
    replicas("nights", byStep);
  }

  /** One of two engines dies every 37 minutes and counts from nothing 90 seconds later. */
  private void crashes() {
    pod("crashes-6d4cf56db6-2k4vw", start, end, 4, SCRAPE, "", t -> true);
    String name = "crashes-6d4cf56db6-9xz5t";
    for (long from = start; from < end; from += 37 * SCRAPE) {
      pod(name, from + 90, Math.min(end, from + 37 * SCRAPE), 4, SCRAPE, "", t -> true);
    }
    replicas("crashes", always(2));
  }

  /** Nobody answers for two hours at noon. */
  private void silent() {
    Answers answers = t -> t % SECONDS_A_DAY / HOUR < 12 || t % SECONDS_A_DAY / HOUR >= 14;
    pod("silent-6d4cf56db6-2k4vw", start, end, 5, SCRAPE, "", answers);
    pod("silent-6d4cf56db6-9xz5t", start, end, 5, SCRAPE, "", answers);
    replicas("silent", always(2));
  }

  /** A gateway sends what is above a number to an API, counted for each user apart. */
  private void bursts() {
    pod("bursts-6d4cf56db6-2k4vw", start, end, 5, SCRAPE, "", t -> true);
    replicas("bursts", always(1));
    Map<String, String> target = new TreeMap<>();
    target.put("namespace", NAMESPACE);
    target.put("pod", "litellm-0");
    target.put("job", "litellm");
    target.put("instance", "10.1.0.1:4000");
    for (long t = start; t < end; t += SCRAPE) {
      out.sample("up", target, t, 1);
    }
    // Each user asks once and is shown from then on.
    String[] metrics = {
      "litellm_input_tokens_metric_total",
      "litellm_output_tokens_metric_total",
      "litellm_requests_metric_total"
    };
    double[] tokens = {1800, 400, 1};
    for (int i = 0; i < metrics.length; i++) {
      int user = 0;
      for (long born = start + 2L * HOUR; born < end; born += 5L * HOUR + 420) {
        Map<String, String> series = new TreeMap<>(target);
        series.put("model", "acme/bursts");
        series.put("requested_model", "acme/bursts");
        series.put("api_provider", "openai");
        series.put("end_user", "user-" + user++);
        for (long t = born; t < Math.min(end, born + 12L * HOUR); t += SCRAPE) {
          out.sample(metrics[i], series, t, tokens[i] * 1000);
        }
      }
    }
  }
}
