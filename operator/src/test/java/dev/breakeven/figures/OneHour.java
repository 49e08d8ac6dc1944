package dev.breakeven.figures;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.OpenMetrics;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Some policies for an hour: how soon they are answered, what that costs Prometheus and the API
 * server while a constant load is scraped, and what an outage of Prometheus does to the advice.
 */
@Command(name = "hour", description = "Some policies on a constant, scraped load for an hour.")
final class OneHour implements Callable<Integer> {

  private static final String NAMESPACE = "inference";
  private static final int HISTORY_STEPS = 14 * Demand.STEPS_A_DAY;
  private static final int REPLICAS = 2;
  private static final int PATIENCE_SECONDS = 180;
  private static final String NODE = "gpu-1";
  private static final String[] PRICES = {"0.60", "2.40"};
  private static final String[] CHANGED = {"0.66", "2.64"};

  @Option(
      names = "--traffic",
      paramLabel = "CSV",
      description = "Two weeks of demand, else made up.")
  @Nullable Path traffic;

  @Option(names = "--policies", paramLabel = "N", description = "How many policies; default 10.")
  int policies = 10;

  @Option(names = "--minutes", paramLabel = "M", description = "How long writes are counted; 60.")
  int minutes = 60;

  @Option(
      names = "--settle",
      paramLabel = "M",
      description = "Minutes between the changed prices and that; default 12.")
  int settle = 12;

  @Option(
      names = "--constant-hours",
      paramLabel = "H",
      description =
          "How long before the start the load is as it goes on; default 171, a week and the three"
              + " hours in which the last hour's cost settles. Less leaves real traffic in the"
              + " window, and the advice is free to follow it.")
  int constantHours = 171;

  @Option(names = "--java-options", paramLabel = "OPTIONS", description = "Of the operator's JVM.")
  String javaOptions = "";

  private record Scene(Stage stage, Exporter exporter, LivePrometheus prometheus) {}

  @Override
  public Integer call() throws Exception {
    List<Demand> demands = Demand.read(traffic, policies);
    policies = demands.size();
    try (Stage stage = new Stage();
        Exporter exporter = new Exporter()) {
      Figure.doing("control plane is up; %d Deployments get their pods", policies);
      List<Scraped> targets = deploy(stage, demands);
      try (LivePrometheus prometheus =
          LivePrometheus.configured(
              "global: {scrape_interval: 60s, scrape_timeout: 10s}\n"
                  + Scraped.jobs(targets, exporter.port()))) {
        long pastEnds = Instant.now().getEpochSecond() / 60 * 60;
        long pastStarts = pastEnds - (long) HISTORY_STEPS * Demand.STEP_SECONDS;
        exporter.show(targets, pastEnds);
        prometheus.holding(history -> write(history, targets, pastStarts)).start();
        Figure.doing(
            "prometheus holds 14 days and scrapes, %d s behind",
            Instant.now().getEpochSecond() - pastEnds);
        measure(new Scene(stage, exporter, prometheus));
      }
    }
    return 0;
  }

  private static void write(OpenMetrics history, List<Scraped> targets, long start) {
    targets.forEach(target -> target.write(history, start, Demand.STEP_SECONDS));
  }

  private static String name(int i) {
    return "chat-" + i;
  }

  /** Makes the Deployments, and of their pods what a kubelet would make of them. */
  private List<Scraped> deploy(Stage stage, List<Demand> demands) {
    stage.namespace(NAMESPACE);
    stage.startControllers();
    stage
        .client()
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(NODE)
                .addToLabels("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3")
                .endMetadata()
                .build())
        .create();
    List<String> deployments = new ArrayList<>();
    for (int i = 0; i < demands.size(); i++) {
      deployments.add(Workloads.deployment(NAMESPACE, name(i), REPLICAS));
    }
    stage.create(deployments);
    List<Pod> pods = pods(stage);
    while (pods.size() < demands.size() * REPLICAS) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
      pods = pods(stage);
    }
    Map<String, List<String>> podsByApp = new HashMap<>();
    Map<String, String> replicaSetByPod = new TreeMap<>();
    Map<String, String> deploymentByReplicaSet = new TreeMap<>();
    for (Pod pod : pods) {
      String app = pod.getMetadata().getLabels().get("app");
      String replicaSet = pod.getMetadata().getOwnerReferences().get(0).getName();
      podsByApp.computeIfAbsent(app, a -> new ArrayList<>()).add(pod.getMetadata().getName());
      replicaSetByPod.put(pod.getMetadata().getName(), replicaSet);
      deploymentByReplicaSet.put(replicaSet, app);
      runs(stage, pod);
    }
    List<Scraped> targets = new ArrayList<>();
    Map<String, Integer> replicas = new TreeMap<>();
    for (int i = 0; i < demands.size(); i++) {
      Demand demand = demands.get(i).over(HISTORY_STEPS, 0, 1).withConstantEnd(constantHours * 6);
      replicas.put(name(i), REPLICAS);
      for (String pod : Objects.requireNonNull(podsByApp.get(name(i)))) {
        targets.add(
            Scraped.engine(
                NAMESPACE,
                pod,
                Workloads.model(name(i)),
                targets.size(),
                demand,
                1.0 / REPLICAS,
                0));
      }
    }
    targets.add(
        Scraped.gpus(
            NAMESPACE,
            replicaSetByPod.keySet().stream()
                .collect(
                    Collectors.toMap(pod -> pod, pod -> Scraped.constant(HISTORY_STEPS, 60)))));
    targets.add(
        Scraped.state(NAMESPACE, HISTORY_STEPS, replicas, replicaSetByPod, deploymentByReplicaSet));
    return targets;
  }

  private static List<Pod> pods(Stage stage) {
    return stage.client().pods().inNamespace(NAMESPACE).list().getItems();
  }

  private static void runs(Stage stage, Pod pod) {
    String name = pod.getMetadata().getName();
    stage
        .client()
        .bindings()
        .inNamespace(NAMESPACE)
        .resource(
            new BindingBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(name)
                .endMetadata()
                .withNewTarget()
                .withKind("Node")
                .withName(NODE)
                .endTarget()
                .build())
        .create();
    stage
        .client()
        .pods()
        .inNamespace(NAMESPACE)
        .withName(name)
        .editStatus(
            now -> {
              now.setStatus(
                  new PodStatusBuilder()
                      .withPhase("Running")
                      .addNewCondition()
                      .withType("Ready")
                      .withStatus("True")
                      .endCondition()
                      .build());
              return now;
            });
  }

  private void measure(Scene scene) throws InterruptedException {
    scene.stage.applyPolicies(policyTexts(PRICES));
    try (Statuses statuses = new Statuses(scene.stage.client());
        OperatorProcess operator =
            new OperatorProcess(
                OperatorProcess.Program.LAUNCHER,
                scene.stage.operatorKubeconfig(),
                scene.prometheus,
                "60s",
                javaOptions)) {
      Figure.doing("operator started; its log is %s", operator.log());
      statuses.await(1, Statuses::isAnswered, PATIENCE_SECONDS);
      Figure.measured("start to the first policy answered", operator.secondsSinceStart(), "s");
      statuses.await(policies, Statuses::isAnswered, PATIENCE_SECONDS);
      Figure.measured(
          "start to %d policies answered".formatted(policies),
          operator.secondsSinceStart(),
          "s",
          5);
      statuses.await(policies, OneHour::isReady, PATIENCE_SECONDS);
      Figure.measured(
          "start to all of them ready, all history read", operator.secondsSinceStart(), "s");
      Figure.measured(
          "requests to prometheus for the first cycle and all history", queriesAnswered(scene), "");
      Figure.measured("CPU for that", operator.cpu().toMillis() / 1e3, "s");
      Figure.measured("resident memory then", operator.residentMebibytes(), "MiB");
      changePrices(scene, statuses);
      Figure.doing("%d minutes to settle", settle);
      TimeUnit.MINUTES.sleep(settle);
      operator.mustRun();
      hourOfCycles(scene, statuses, operator);
      outage(scene, statuses, operator);
      show(statuses);
    }
  }

  private List<String> policyTexts(String[] prices) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < policies; i++) {
      texts.add(Workloads.policy(NAMESPACE, name(i), prices[0], prices[1]));
    }
    return texts;
  }

  private static boolean isReady(CostPolicy policy) {
    return Statuses.isAnswered(policy) && Statuses.condition(policy, "Ready").startsWith("True/");
  }

  private static double queriesAnswered(Scene scene) {
    return Scrape.of(scene.prometheus.url() + "/metrics").queriesAnswered();
  }

  /** One policy after the other gets another price. */
  private void changePrices(Scene scene, Statuses statuses) {
    List<Double> seconds = new ArrayList<>();
    List<String> texts = policyTexts(CHANGED);
    for (int i = 0; i < policies; i++) {
      String name = name(i);
      long generation = statuses.policy(name).getMetadata().getGeneration();
      long changed = System.nanoTime();
      scene.stage.applyPolicies(List.of(texts.get(i)));
      long answered =
          statuses.await(
              1,
              p ->
                  p.getMetadata().getName().equals(name)
                      && p.getMetadata().getGeneration() > generation
                      && Statuses.isAnswered(p),
              PATIENCE_SECONDS);
      seconds.add((answered - changed) / 1e9);
    }
    seconds.sort(Comparator.naturalOrder());
    Figure.measured("changed price to status, median", seconds.get(seconds.size() / 2), "s");
    Figure.measured("changed price to status, slowest", seconds.get(seconds.size() - 1), "s", 1);
  }

  /** Counts what cycles on a constant load ask of Prometheus and of the API server. */
  private void hourOfCycles(Scene scene, Statuses statuses, OperatorProcess operator) {
    Instant from = Instant.now();
    Map<String, String> before = advice(statuses);
    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    double cycles = operator.metric("breakeven_cycle_duration_seconds_count");
    double firstCycle = cycles;
    double seconds = operator.metric("breakeven_cycle_duration_seconds_sum");
    double requests = queriesAnswered(scene);
    double firstRequest = requests;
    Duration cpu = operator.cpu();
    double mostRequests = 0;
    Figure.doing("%d minutes of cycles", minutes);
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(10));
      operator.mustRun();
      double now = operator.metric("breakeven_cycle_duration_seconds_count");
      if (now > cycles) {
        double asked = queriesAnswered(scene);
        mostRequests = Math.max(mostRequests, (asked - requests) / (now - cycles));
        requests = asked;
        cycles = now;
      }
    }
    double ran = cycles - firstCycle;
    Figure.measured("cycles", ran, "");
    Figure.measured("requests to prometheus a cycle, mean", (requests - firstRequest) / ran, "");
    Figure.measured("requests to prometheus a cycle, most", mostRequests, "", 20);
    Figure.measured(
        "time of a cycle, mean",
        (operator.metric("breakeven_cycle_duration_seconds_sum") - seconds) / ran,
        "s");
    Figure.measured(
        "CPU a cycle, all of the process", operator.cpu().minus(cpu).toMillis() / 1e3 / ran, "s");
    Figure.measured("resident memory", operator.residentMebibytes(), "MiB");
    List<AuditLog.Request> asked = scene.stage.audit().between(from, Instant.now());
    asked.stream()
        .filter(r -> !r.isWrite())
        .collect(Collectors.groupingBy(AuditLog.Request::verb, TreeMap::new, Collectors.counting()))
        .forEach((verb, many) -> Figure.doing("read of the API server: %s, %d times", verb, many));
    List<AuditLog.Request> writes = asked.stream().filter(AuditLog.Request::isWrite).toList();
    writes.forEach(w -> Figure.doing("WRITE %s %s %s", w.at(), w.verb(), w.what()));
    Figure.measured(
        "writes to the API server in %d minutes".formatted(minutes), writes.size(), "", 0);
    Figure.measured("policies whose advice changed", changed(before, advice(statuses)), "", 0);
  }

  /** Kills Prometheus, waits until it is noticed, and starts it again. */
  private void outage(Scene scene, Statuses statuses, OperatorProcess operator) {
    Map<String, String> before = advice(statuses);
    long killed = System.nanoTime();
    scene.prometheus.kill();
    Figure.doing("prometheus killed");
    long noticed =
        statuses.await(
            policies,
            p -> Statuses.condition(p, "SourceAnswers").startsWith("False/"),
            PATIENCE_SECONDS);
    Figure.measured("killed to all policies saying so", (noticed - killed) / 1e9, "s");
    conditions(statuses, "without prometheus");
    Map<String, String> during = advice(statuses);
    Figure.measured(
        "policies whose advice changed without prometheus", changed(before, during), "", 0);
    scene.prometheus.start();
    long back = System.nanoTime();
    Figure.doing("prometheus is back");
    long recovered =
        statuses.await(
            policies,
            p ->
                Statuses.condition(p, "SourceAnswers").startsWith("True/")
                    && Statuses.condition(p, "Ready").startsWith("True/"),
            PATIENCE_SECONDS);
    Figure.measured("back to all policies saying so", (recovered - back) / 1e9, "s");
    conditions(statuses, "with prometheus again");
    Figure.measured(
        "policies whose advice changed by the outage", changed(before, advice(statuses)), "", 0);
    operator.mustRun();
  }

  private static void conditions(Statuses statuses, String when) {
    Map<String, Long> many =
        statuses.all().stream()
            .collect(
                Collectors.groupingBy(
                    p ->
                        "Ready=%s SourceAnswers=%s"
                            .formatted(
                                Statuses.condition(p, "Ready"),
                                Statuses.condition(p, "SourceAnswers")),
                    TreeMap::new,
                    Collectors.counting()));
    many.forEach((words, n) -> Figure.doing("%s: %d policies are %s", when, n, words));
  }

  /** What a person would do: verdict, action, replicas. */
  private static Map<String, String> advice(Statuses statuses) {
    return statuses.names().stream()
        .collect(
            Collectors.toMap(
                name -> name,
                name -> {
                  CostPolicyStatus.Advice advice = statuses.status(name).advice();
                  return advice == null
                      ? ""
                      : "%s %s %s"
                          .formatted(advice.verdict(), advice.action(), advice.replicasAdvised());
                }));
  }

  private static int changed(Map<String, String> before, Map<String, String> after) {
    int changed = 0;
    for (Map.Entry<String, String> was : before.entrySet()) {
      String now = after.getOrDefault(was.getKey(), "gone");
      if (!now.equals(was.getValue())) {
        changed++;
        Figure.doing("CHANGED %s: %s, was %s", was.getKey(), now, was.getValue());
      }
    }
    return changed;
  }

  private static void show(Statuses statuses) {
    for (String name : statuses.names()) {
      CostPolicyStatus.Advice advice = statuses.status(name).advice();
      Figure.doing("%s: %s", name, advice == null ? "no advice" : String.valueOf(advice.summary()));
    }
  }
}
