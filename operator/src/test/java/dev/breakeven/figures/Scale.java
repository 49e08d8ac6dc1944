package dev.breakeven.figures;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.OpenMetrics;
import dev.breakeven.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One to thousands of policies, each with its own Deployment and series: how soon they are
 * answered, what a cycle costs, and the memory it takes.
 */
@Command(name = "scale", description = "One to thousands of policies: time, CPU and memory.")
final class Scale implements Callable<Integer> {

  private static final int A_NAMESPACE = 50;
  private static final int A_BATCH = 500; // of policies whose past is written at once
  private static final int DENSE_DAYS = 8; // the window of seven, and a day
  private static final Duration DENSE = Duration.ofMinutes(5);
  private static final Duration SPARSE = Duration.ofMinutes(30); // read by the hour
  // After a step's start, as scrapes are: at it a sample is in no step for Prometheus 3.
  private static final int OFFSET_SECONDS = 60;
  private static final double CACHED = 0.3; // of the prompt tokens
  private static final int AHEAD_STEPS = 36; // what scrapes would bring in the next six hours
  private static final int MADE_UP = 40;
  private static final int PATIENCE_SECONDS = 900;
  private static final int LATENESS_SECONDS = 120;
  private static final int MOST_SHOWN = 3; // of the statuses that a restart wrote

  @Option(
      names = "--traffic",
      paramLabel = "CSV",
      description = "Two weeks of demand, else made up.")
  @Nullable Path traffic;

  @Option(
      names = "--policies",
      paramLabel = "N",
      split = ",",
      description = "How many policies, one run each; default 1,100,500,5000.")
  List<Integer> policies = List.of(1, 100, 500, 5000);

  @Option(names = "--days", paramLabel = "D", description = "Days of history; default 28.")
  int days = 28;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where Prometheus' data are kept for another run within five hours.")
  @Nullable Path data;

  @Option(names = "--java-options", paramLabel = "OPTIONS", description = "Of the operator's JVM.")
  String javaOptions = "";

  @Option(
      names = "--image",
      description = "What the image holds, after mvn -Pimage package, in place of ./breakeven.")
  boolean image;

  @Option(names = "--tls", description = "Prometheus answers over TLS.")
  boolean tls;

  @Option(
      names = "--query-log",
      paramLabel = "FILE",
      description = "Where each query is left with what it cost Prometheus.")
  @Nullable Path queries;

  @Option(
      names = "--no-new-step",
      description = "Ends before the cycle that reads a new step of ten minutes.")
  boolean endsEarly;

  @Override
  public Integer call() throws Exception {
    int most = policies.stream().mapToInt(Integer::intValue).max().orElse(1);
    try (Stage stage = new Stage();
        // One more than the policies, for the one that comes later.
        LivePrometheus prometheus = filled(most + 1)) {
      prometheus.start();
      Figure.doing("prometheus is up; %d Deployments are made", most);
      IntStream.rangeClosed(0, most / A_NAMESPACE)
          .forEach(i -> stage.namespace(namespace(i * A_NAMESPACE)));
      stage.create(
          IntStream.rangeClosed(0, most)
              .mapToObj(i -> Workloads.deployment(namespace(i), name(i), 1))
              .toList());
      try (Statuses statuses = new Statuses(stage.client())) {
        for (int many : policies.stream().sorted().toList()) {
          stage.removePolicies();
          statuses.awaitNone(PATIENCE_SECONDS);
          stage.applyPolicies(
              IntStream.range(0, many)
                  .mapToObj(i -> Workloads.policy(namespace(i), name(i), "0.60", "2.40"))
                  .toList());
          statuses.await(many, p -> true, PATIENCE_SECONDS);
          measure(stage, prometheus, statuses, many);
        }
      }
      if (queries != null) {
        Files.copy(prometheus.queryLog(), queries, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return 0;
  }

  static String name(int i) {
    return "chat-%05d".formatted(i);
  }

  static String namespace(int i) {
    return "team-%03d".formatted(i / A_NAMESPACE);
  }

  // ---- what Prometheus holds ----

  private LivePrometheus filled(int most) throws IOException {
    LivePrometheus prometheus =
        LivePrometheus.scrapingNothing()
            .loggingQueries()
            // What is written batch by batch overlaps in time: it is not to be compacted meanwhile.
            .with("--storage.tsdb.delay-compact-file.path=" + nothingIsCompacted());
    if (tls) {
      prometheus.withTls();
    }
    if (data != null) {
      prometheus.keepingDataIn(Files.createDirectories(data));
      Path note = data.resolve("figures-%d-policies".formatted(most));
      if (Files.exists(note)) {
        return prometheus;
      }
      fill(prometheus, most);
      Files.createFile(note);
      return prometheus;
    }
    fill(prometheus, most);
    return prometheus;
  }

  private static Path nothingIsCompacted() throws IOException {
    Path file = Repository.scratch("figures").resolve("uploaded.json");
    return Files.writeString(file, "{\"version\": 1, \"uploaded\": []}");
  }

  private void fill(LivePrometheus prometheus, int most) {
    fill(prometheus, Demand.read(traffic, MADE_UP), days, most);
  }

  /** Gives it the past of so many policies. */
  static void fill(LivePrometheus prometheus, int days, int most) {
    fill(prometheus, Demand.read(null, MADE_UP), days, most);
  }

  private static void fill(LivePrometheus prometheus, List<Demand> demands, int days, int most) {
    long now = Instant.now().getEpochSecond() / Demand.STEP_SECONDS * Demand.STEP_SECONDS;
    long denseFrom = now - (long) DENSE_DAYS * Demand.STEPS_A_DAY * Demand.STEP_SECONDS;
    int sparseDays = days - DENSE_DAYS;
    Figure.doing("writing %d days of %d policies", days, most);
    for (int from = 0; from < most; from += A_BATCH) {
      int to = Math.min(most, from + A_BATCH);
      int first = from;
      if (sparseDays > 0) {
        int seconds = Math.toIntExact(SPARSE.toSeconds());
        int steps = sparseDays * 86_400 / seconds;
        prometheus.holding(
            SPARSE,
            history ->
                write(
                    history,
                    demands,
                    first,
                    to,
                    denseFrom - (long) steps * seconds,
                    seconds,
                    steps));
      }
      prometheus.holding(
          DENSE,
          history ->
              write(
                  history,
                  demands,
                  first,
                  to,
                  denseFrom,
                  Demand.STEP_SECONDS,
                  DENSE_DAYS * Demand.STEPS_A_DAY + AHEAD_STEPS));
      if (to % 1000 == 0) {
        Figure.doing("%d policies written", to);
      }
    }
  }

  private static void write(
      OpenMetrics history,
      List<Demand> demands,
      int first,
      int to,
      long start,
      int stepSeconds,
      int steps) {
    long from = start + OFFSET_SECONDS;
    Map<String, List<Integer>> byNamespace =
        IntStream.range(first, to).boxed().collect(Collectors.groupingBy(Scale::namespace));
    byNamespace.forEach(
        (namespace, numbers) -> {
          Map<String, double[]> utilizationByPod = new TreeMap<>();
          for (int i : numbers) {
            Demand demand =
                demands
                    .get(i % demands.size())
                    .every(stepSeconds / Demand.STEP_SECONDS)
                    .over(steps, i * 37 % (7 * Demand.STEPS_A_DAY), 0.2 + i % 17 / 10.0);
            Scraped.engine(namespace, pod(i), Workloads.model(name(i)), i, demand, 1, CACHED)
                .write(history, from, stepSeconds);
            utilizationByPod.put(pod(i), demand.percentOfPeak());
          }
          Scraped.gpus(namespace, utilizationByPod).write(history, from, stepSeconds);
          Scraped.state(
                  namespace,
                  steps,
                  numbers.stream().collect(Collectors.toMap(Scale::name, i -> 1)),
                  Map.of(),
                  Map.of())
              .write(history, from, stepSeconds);
        });
  }

  private static String pod(int i) {
    return name(i) + "-7d4b9c6f85-x2k9b";
  }

  // ---- what is measured ----

  private void measure(Stage stage, LivePrometheus prometheus, Statuses statuses, int many) {
    Figure.doing("---- %d policies ----", many);
    String of = " (%d)".formatted(many);
    double asked = queriesAnswered(prometheus);
    QueryLog log = new QueryLog(prometheus.queryLog());
    Servers before = Servers.of(stage, prometheus);
    try (OperatorProcess operator = operator(stage, prometheus)) {
      await(operator, operator::isReady);
      Figure.measured("start to ready" + of, operator.secondsSinceStart(), "s");
      statuses.await(many, Statuses::isAnswered, PATIENCE_SECONDS);
      Figure.measured(
          "start to all answered" + of, operator.secondsSinceStart(), "s", answeredWithin(many));
      shows(operator, before, Servers.of(stage, prometheus), of);
      log.shows("to all answered" + of);
      statuses.await(
          many, p -> Statuses.condition(p, "Ready").startsWith("True/"), PATIENCE_SECONDS);
      Figure.measured("start to all history read" + of, operator.secondsSinceStart(), "s");
      shows(operator, before, Servers.of(stage, prometheus), of);
      Figure.measured("requests for all history" + of, queriesAnswered(prometheus) - asked, "");
      Figure.measured(
          "resident memory then" + of, operator.residentMebibytes(), "MiB", memory(many));
      awaitRest(operator);
      log.shows("to all history read" + of);
      oneMore(stage, statuses, many, of);
      log.shows("one policy more" + of);
      if (!endsEarly) {
        awaitRest(operator);
        cycles(prometheus, operator, of, many);
      }
      Figure.measured(
          "resident memory at its highest" + of,
          operator.highestResidentMebibytes(),
          "MiB",
          memory(many));
      Figure.doing(
          "statuses written: %d", Math.round(operator.metric("breakeven_status_writes_total")));
    }
    again(stage, prometheus, statuses, many, of);
    aWrite(stage, statuses, of);
  }

  private OperatorProcess operator(Stage stage, LivePrometheus prometheus) {
    return new OperatorProcess(
        image ? OperatorProcess.Program.IMAGE : OperatorProcess.Program.LAUNCHER,
        stage.operatorKubeconfig(),
        prometheus,
        "60s",
        javaOptions);
  }

  /** CPU that the servers beside the operator have used, seconds. */
  private record Servers(double prometheus, double apiServer, double etcd) {
    static Servers of(Stage stage, LivePrometheus prometheus) {
      return new Servers(prometheus.cpu().toMillis() / 1e3, stage.apiServerCpu(), stage.etcdCpu());
    }
  }

  private static void shows(OperatorProcess operator, Servers before, Servers now, String of) {
    Figure.measured("CPU for that" + of, operator.cpu().toMillis() / 1e3, "s");
    Figure.doing(
        "beside it: Prometheus %.1f s, API server %.1f s, etcd %.1f s",
        now.prometheus() - before.prometheus(),
        now.apiServer() - before.apiServer(),
        now.etcd() - before.etcd());
  }

  /** Another policy comes to those that are answered. */
  private static void oneMore(Stage stage, Statuses statuses, int many, String of) {
    String name = name(many);
    long from = System.nanoTime();
    stage.applyPolicies(List.of(Workloads.policy(namespace(many), name, "0.60", "2.40")));
    statuses.await(1, p -> isOne(p, name) && Statuses.isAnswered(p), PATIENCE_SECONDS);
    Figure.measured("one policy more to its status" + of, (System.nanoTime() - from) / 1e9, "s", 1);
    statuses.await(
        1,
        p -> isOne(p, name) && Statuses.condition(p, "Ready").startsWith("True/"),
        PATIENCE_SECONDS);
    Figure.measured(
        "one policy more to all of its past" + of, (System.nanoTime() - from) / 1e9, "s");
    stage.removePolicy(namespace(many), name);
    statuses.awaitAtMost(many, PATIENCE_SECONDS);
  }

  private static boolean isOne(CostPolicy policy, String name) {
    return policy.getMetadata().getName().equals(name);
  }

  /** Another start, over the statuses that stand. */
  private void again(
      Stage stage, LivePrometheus prometheus, Statuses statuses, int many, String of) {
    Map<String, CostPolicyStatus> standing = new TreeMap<>();
    statuses.names().forEach(name -> standing.put(name, statuses.status(name)));
    Servers before = Servers.of(stage, prometheus);
    try (OperatorProcess operator = operator(stage, prometheus)) {
      await(operator, () -> operator.series("breakeven_policy_coverage_ratio") >= many);
      Figure.measured(
          "another start to all current" + of,
          operator.secondsSinceStart(),
          "s",
          answeredWithin(many) / 2);
      shows(operator, before, Servers.of(stage, prometheus), of);
      awaitRest(operator);
      Figure.measured(
          "statuses written by it" + of, operator.metric("breakeven_status_writes_total"), "", 0);
      standing.entrySet().stream()
          .filter(e -> !Stage.json(e.getValue()).equals(Stage.json(statuses.status(e.getKey()))))
          .limit(MOST_SHOWN)
          .forEach(
              e -> {
                Figure.doing("%s was %s", e.getKey(), Stage.json(e.getValue()));
                Figure.doing("%s is  %s", e.getKey(), Stage.json(statuses.status(e.getKey())));
              });
    }
  }

  /** Each status is written once more with another word in it. */
  private static void aWrite(Stage stage, Statuses statuses, String of) {
    List<CostPolicy> all = List.copyOf(statuses.all());
    int bytes = all.stream().mapToInt(p -> Stage.json(p.getStatus()).length()).max().orElse(0);
    Figure.measured("largest status" + of, bytes, "B", 6_000);
    double before = stage.apiServerCpu();
    int times = Math.max(1, 300 / all.size());
    for (int i = 0; i < times; i++) {
      for (CostPolicy policy : all) {
        stage.applyStatus(policy, "a note %d".formatted(i));
      }
    }
    Figure.measured(
        "a status write, CPU of the API server" + of,
        1e3 * (stage.apiServerCpu() - before) / (times * all.size()),
        "ms",
        6);
  }

  private static double answeredWithin(int many) {
    return many <= 100 ? 4 : many <= 500 ? 10 : many <= 1000 ? 20 : 100;
  }

  /** One cycle after the other until one has read a new step and another has followed it. */
  private static void cycles(
      LivePrometheus prometheus, OperatorProcess operator, String of, int many) {
    long step = newestStep(Instant.now());
    boolean readNewStep = false;
    Cycles last = Cycles.of(prometheus, operator);
    for (int cycle = 1; ; cycle++) {
      Cycles before = last;
      await(operator, () -> queriesAnswered(prometheus) > before.requests());
      awaitRest(operator);
      Cycles now = Cycles.of(prometheus, operator);
      boolean isNewStep = newestStep(now.at()) > step;
      String what = isNewStep ? "cycle of a new step" : "cycle within a step";
      if (isNewStep || readNewStep || cycle <= 2) {
        Figure.measured(what + ", requests" + of, now.requests() - last.requests(), "", 20);
        Figure.measured(
            what + ", time to the last status" + of,
            now.seconds() - last.seconds(),
            "s",
            many > 500 ? 5 : 1);
        Figure.measured(
            what + ", CPU until the next" + of,
            now.cpuUntil() - last.cpuFrom(),
            "s",
            many > 500 ? 8 : 1.5);
        Figure.measured("resident memory" + of, operator.residentMebibytes(), "MiB", memory(many));
      }
      if (readNewStep) {
        return;
      }
      readNewStep = isNewStep;
      step = newestStep(now.at());
      last = now;
    }
  }

  /** Waits until the process has next to nothing to do. */
  private static void awaitRest(OperatorProcess operator) {
    for (int quiet = 0; quiet < 2; ) {
      Duration before = operator.cpu();
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      quiet = operator.cpu().minus(before).toMillis() <= 50 ? quiet + 1 : 0;
    }
  }

  /**
   * Where the cycles stand.
   *
   * @param cpuUntil seconds of CPU used before its metrics were asked for, which is a long page
   * @param cpuFrom and after
   */
  private record Cycles(
      Instant at, double seconds, double requests, double cpuUntil, double cpuFrom) {
    static Cycles of(LivePrometheus prometheus, OperatorProcess operator) {
      double until = operator.cpu().toMillis() / 1e3;
      double seconds = operator.metric("breakeven_cycle_duration_seconds_sum");
      return new Cycles(
          Instant.now(),
          seconds,
          queriesAnswered(prometheus),
          until,
          operator.cpu().toMillis() / 1e3);
    }
  }

  /** The newest step that a cycle reads then. */
  private static long newestStep(Instant at) {
    return (at.getEpochSecond() - LATENESS_SECONDS) / Demand.STEP_SECONDS;
  }

  private static double queriesAnswered(LivePrometheus prometheus) {
    return new Scrape(prometheus.textAt("/metrics")).queriesAnswered();
  }

  private static double memory(int many) {
    return many > 1000 ? 1024 : many > 500 ? 256 : 192;
  }

  private static void await(OperatorProcess operator, BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      operator.mustRun();
      LockSupport.parkNanos(
          TimeUnit.MILLISECONDS.toNanos(operator.secondsSinceStart() < 10 ? 20 : 500));
    }
  }
}
