package dev.breakeven.figures;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.testing.LivePrometheus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Hours of what goes wrong: policies come, change and go all the time, and meanwhile the operator,
 * the API server and Prometheus are killed and start again. After each of these the answers must be
 * those that an operator gives whom nothing happens to.
 */
@Command(name = "soak", description = "Hours of kills, restarts and churn of policies.")
final class Soak implements Callable<Integer> {

  private static final int A_NAMESPACE = 50;
  private static final int PATIENCE_SECONDS = 180;
  private static final String DEAR = "0.60";
  private static final String CHEAP = "0.06";

  @Option(names = "--hours", paramLabel = "H", description = "How long; default 8.")
  double hours = 8;

  @Option(names = "--policies", paramLabel = "N", description = "How many; default 500.")
  int policies = 500;

  @Option(names = "--days", paramLabel = "D", description = "Days of history; default 10.")
  int days = 10;

  @Option(names = "--seed", paramLabel = "N", description = "Of what happens when; default 1.")
  long seed = 1;

  @Option(names = "--java-options", paramLabel = "OPTIONS", description = "Of the operator's JVM.")
  String javaOptions = "";

  private final Random random = new Random();
  private final Map<String, Boolean> isDear = new ConcurrentHashMap<>();

  /** What an operator answers whom nothing happens to, by policy and price. */
  private final Map<String, String> right = new TreeMap<>();

  private final Map<String, Integer> happened = new TreeMap<>();
  private int wrong;
  private int mostMebibytes;
  private int mostThreads;
  private int mostDescriptors;
  private double slowest;
  private long traces;

  private enum Happening {
    OPERATOR_KILLED,
    OPERATOR_RESTARTED,
    API_SERVER_RESTARTED,
    PROMETHEUS_KILLED,
    NOTHING
  }

  @Override
  public Integer call() throws Exception {
    random.setSeed(seed);
    LivePrometheus prometheus = LivePrometheus.scrapingNothing();
    Scale.fill(prometheus, days, policies);
    try (Stage stage = new Stage();
        LivePrometheus running = prometheus.start()) {
      IntStream.rangeClosed(0, (policies - 1) / A_NAMESPACE)
          .forEach(i -> stage.namespace(Scale.namespace(i * A_NAMESPACE)));
      stage.create(
          IntStream.range(0, policies)
              .mapToObj(i -> Workloads.deployment(Scale.namespace(i), Scale.name(i), 1))
              .toList());
      try (Statuses statuses = new Statuses(stage.client())) {
        go(stage, running, statuses);
      }
    }
    return wrong == 0 && traces == 0 ? 0 : 1;
  }

  private void go(Stage stage, LivePrometheus prometheus, Statuses statuses) {
    OperatorProcess operator = start(stage, prometheus);
    try {
      for (boolean dear : List.of(true, false)) {
        apply(stage, IntStream.range(0, policies).boxed().toList(), dear);
        awaitAllAnswered(statuses);
        statuses.all().forEach(p -> right.put(key(p), verdict(p)));
      }
      Figure.doing(
          "unbroken: %s",
          right.values().stream().collect(Collectors.groupingBy(v -> v, Collectors.counting())));
      long end = System.nanoTime() + Math.round(hours * TimeUnit.HOURS.toNanos(1));
      while (System.nanoTime() < end) {
        Happening what = Happening.values()[random.nextInt(Happening.values().length)];
        happened.merge(what.name(), 1, Integer::sum);
        churn(stage);
        operator = happens(what, operator, stage, prometheus);
        churn(stage);
        OperatorProcess current = operator;
        await(current::isReady);
        long calm = System.nanoTime();
        awaitAllAnswered(statuses);
        slowest = Math.max(slowest, (System.nanoTime() - calm) / 1e9);
        judge(statuses, what);
        note(operator);
      }
      finish();
    } finally {
      traces += operator.linesOfTraces();
      operator.close();
    }
  }

  private OperatorProcess start(Stage stage, LivePrometheus prometheus) {
    return new OperatorProcess(
        OperatorProcess.Program.LAUNCHER,
        stage.operatorKubeconfig(),
        prometheus,
        "10s",
        javaOptions);
  }

  private OperatorProcess happens(
      Happening what, OperatorProcess operator, Stage stage, LivePrometheus prometheus) {
    Figure.doing("%s", what);
    switch (what) {
      case OPERATOR_KILLED, OPERATOR_RESTARTED -> {
        traces += operator.linesOfTraces();
        if (what == Happening.OPERATOR_KILLED) {
          operator.kill();
        }
        operator.close();
        return start(stage, prometheus);
      }
      case API_SERVER_RESTARTED -> stage.restartApiServer();
      case PROMETHEUS_KILLED -> {
        prometheus.kill();
        LockSupport.parkNanos(Duration.ofSeconds(1 + random.nextInt(20)).toNanos());
        prometheus.start();
      }
      case NOTHING -> LockSupport.parkNanos(Duration.ofSeconds(random.nextInt(30)).toNanos());
    }
    return operator;
  }

  /** Some policies change their price, others go and come anew. */
  private void churn(Stage stage) {
    Set<Integer> some = new HashSet<>();
    int many = 1 + random.nextInt(Math.max(1, policies / 20));
    for (int i = 0; i < many; i++) {
      some.add(random.nextInt(policies));
    }
    List<Integer> anew = new ArrayList<>(some);
    anew.removeIf(i -> i % 4 != 0);
    anew.forEach(i -> stage.removePolicy(Scale.namespace(i), Scale.name(i)));
    apply(stage, List.copyOf(some), random.nextBoolean());
  }

  private void apply(Stage stage, List<Integer> those, boolean dear) {
    those.forEach(i -> isDear.put(Scale.name(i), dear));
    String input = dear ? DEAR : CHEAP;
    String output = dear ? "2.40" : "0.24";
    stage.applyPolicies(
        those.stream()
            .map(i -> Workloads.policy(Scale.namespace(i), Scale.name(i), input, output))
            .toList());
  }

  private void awaitAllAnswered(Statuses statuses) {
    statuses.await(
        policies,
        p ->
            Statuses.isAnswered(p)
                && Statuses.condition(p, "Ready").startsWith("True/")
                && isAsApplied(p)
                && !isOfWindowAlone(p),
        PATIENCE_SECONDS);
  }

  /** The watch may show what was before it shows what is. */
  private boolean isAsApplied(CostPolicy policy) {
    String price = Objects.requireNonNull(policy.getSpec().api().prices()).inputPerMillion();
    return price.equals(
        Boolean.TRUE.equals(isDear.get(policy.getMetadata().getName())) ? DEAR : CHEAP);
  }

  private static boolean isOfWindowAlone(CostPolicy policy) {
    return Statuses.condition(policy, "TrafficKnown").endsWith("/ShortHistory");
  }

  private String key(CostPolicy policy) {
    String name = policy.getMetadata().getName();
    return name + "/" + isDear.get(name);
  }

  private static String verdict(CostPolicy policy) {
    return Objects.requireNonNull(policy.getStatus().advice()).verdict()
        + " "
        + policy.getStatus().advice().replicasAdvised();
  }

  /**
   * Advice moves with the load, and so it may be another than half an hour ago; not so the verdict.
   */
  private void judge(Statuses statuses, Happening after) {
    for (CostPolicy policy : statuses.all()) {
      String expected = right.getOrDefault(key(policy), "").split(" ", 2)[0];
      String given = verdict(policy).split(" ", 2)[0];
      if (!expected.equals(given)) {
        wrong++;
        Figure.doing(
            "WRONG after %s: %s is %s and was %s",
            after, policy.getMetadata().getName(), given, expected);
      }
    }
  }

  private void note(OperatorProcess operator) {
    mostMebibytes = Math.max(mostMebibytes, operator.highestResidentMebibytes());
    mostThreads = Math.max(mostThreads, operator.threads());
    mostDescriptors = Math.max(mostDescriptors, operator.descriptors());
  }

  private void finish() {
    Figure.doing("what happened: %s", happened);
    Figure.measured("wrong verdicts", wrong, "", 0);
    Figure.measured("lines of stack traces", (double) traces, "", 0);
    Figure.measured("slowest to be right again once ready", slowest, "s", 60);
    Figure.measured("resident memory at its highest", mostMebibytes, "MiB");
    Figure.measured("threads, most", mostThreads, "");
    Figure.measured("file descriptors, most", mostDescriptors, "");
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the operator is not ready");
      }
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
    }
  }
}
