package dev.breakeven.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.configuration.ConfigurationFile;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.operator.client.OperatorClient;
import dev.breakeven.testing.ChatWorkload;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.FaultProxy;
import dev.breakeven.testing.FaultProxy.Fault;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.SteadyTraffic;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Calls to the API server, each kind of them that an operator really makes, spoiled in each way:
 * whatever is tried, no wrong advice stands for a moment, the right status stands within a cycle of
 * the fault's end, its change of advice is reported once, what fails is logged as it changes and
 * without a stack trace, and requests stay bounded.
 *
 * <p>Writes of statuses are spoiled in every way, of other pairs some are tried; with {@code
 * -Dbreakeven.faults=all} every one, of the faults that {@code -Dbreakeven.faults.only} names; with
 * {@code -Dbreakeven.faults.minutes=N} too, as many of them at random as can be tried in that time.
 */
@SuppressWarnings("try") // operators run while their block does; faults end before it
class FaultsIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static final String MODEL = "acme/chat";
  private static final int PATIENCE_SECONDS = 90;

  /**
   * A cycle as it is where nobody sets it: the longest that anything may take to be right again.
   */
  private static final int RECOVERED_WITHIN_SECONDS = 60;

  /** Calls to the API server of one operator in a minute, whatever becomes of them. */
  private static final int MOST_CALLS_A_MINUTE = 240;

  /** USD per million tokens at which own GPUs are cheaper than the API, and dearer. */
  private static final String DEAR = "0.60";

  private static final String CHEAP = "0.06";

  private static final long UNBOUNDED = TimeUnit.DAYS.toMinutes(7);
  private static final long MINUTES = Long.getLong("breakeven.faults.minutes", UNBOUNDED);

  private static String namespace = "";
  private static LivePrometheus prometheus = LivePrometheus.scrapingNothing();

  private static int pairsTried;
  private static int mostCalls;
  private static long slowestNanos;

  private final OperatorLog log = new OperatorLog();
  private final Map<Long, String> expectedByGeneration = new ConcurrentHashMap<>();
  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private @Nullable FaultProxy proxy;
  private @Nullable Watch watch;
  private Set<String> eventsBefore = Set.of();
  private boolean dear;

  @BeforeAll
  static void aWorkloadWithTraffic() {
    cluster.installDefinitions();
    namespace = cluster.freshNamespace();
    ChatWorkload.create(cluster.client(), namespace);
    prometheus =
        LivePrometheus.scrapingNothing().holding(SteadyTraffic.ofChat(namespace)::into).start();
  }

  @AfterAll
  static void endPrometheus() {
    prometheus.close();
    System.out.printf(
        Locale.ROOT,
        "FIGURE pairs of a call and a fault tried %d, slowest to be right again %.1f s,"
            + " most calls to the API server for a pair %d%n",
        pairsTried,
        slowestNanos / 1e9,
        mostCalls);
  }

  @BeforeEach
  void listen() {
    proxy = FaultProxy.before(cluster.kubeconfig());
  }

  @AfterEach
  void end() {
    log.close();
    if (watch != null) {
      watch.close();
    }
    proxy().close();
    client().resources(CostPolicy.class).inNamespace(namespace).delete();
    client().leases().inNamespace(namespace).delete();
  }

  @Test
  void whateverBecomesOfACallWhileAPolicyChangesItsStatusIsRightSoonAfter() throws IOException {
    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      change();
      awaitRight();
      change();
      awaitRight();
      awaitOneEvent();
      // A lease is made once only.
      List<String> kinds =
          proxy().calls().stream()
              .filter(k -> k.matches("(PATCH|POST|PUT|GET) .*") && !k.equals("POST leases"))
              .toList();
      assertThat(kinds).contains("PATCH costpolicies/status", "POST events", "PUT leases");
      long until = until();
      for (Pair pair : pairs(kinds, 3, true)) {
        if (System.nanoTime() - until > 0) {
          break;
        }
        log.clear();
        long began = System.nanoTime();
        int before = proxy().callsMade();
        try (FaultProxy.Injected injected = proxy().inject(pair.call(), pair.fault(), 2)) {
          change();
          await(pair.call() + " met", () -> injected.met() > 0);
          LockSupport.parkNanos(
              TimeUnit.MILLISECONDS.toNanos(pair.fault() == Fault.HANGS ? 1_000 : 0));
        }
        awaitRightWithinACycle(pair);
        awaitOneEvent();
        assertRightWasKept(pair, proxy().callsMade() - before, System.nanoTime() - began);
      }
      assertThat(operator.isReady()).isTrue();
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  @SuppressWarnings("try") // the fault ends before the block does
  void whateverBecomesOfACallAtTheStartItIsWaitedForAndGoneOnFrom() throws IOException {
    Set<String> kinds = new TreeSet<>();
    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      change();
      awaitRight();
      assertThat(operator.isReady()).isTrue();
      kinds.addAll(proxy().calls());
    }
    assertThat(kinds)
        .contains("LIST costpolicies", "WATCH costpolicies", "LIST ratecards", "WATCH deployments");
    long until = until();
    for (Pair pair : pairs(List.copyOf(kinds), 2, false)) {
      if (System.nanoTime() - until > 0) {
        break;
      }
      change();
      // Made at a start only where there is none.
      client().leases().inNamespace(namespace).delete();
      log.clear();
      long began = System.nanoTime();
      int before = proxy().callsMade();
      try (FaultProxy.Injected injected = proxy().inject(pair.call(), pair.fault(), 2);
          OperatorClient api = operatorClient();
          RunningOperator operator = RunningOperator.start(configuration(), api)) {
        await(pair.call() + " met", () -> injected.met() > 0);
        injected.end();
        awaitRightWithinACycle(pair);
        await(pair + ": ready", operator::isReady);
        assertRightWasKept(pair, proxy().callsMade() - before, System.nanoTime() - began);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void whateverAWatchShowsTheStatusIsRightSoonAfter(FaultProxy.StreamFault fault)
      throws IOException {
    for (String watched : List.of("WATCH costpolicies", "WATCH deployments", "WATCH ratecards")) {
      var unused = proxy().inject(watched, fault, 1);
    }
    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      change();
      awaitRight();
      change();
      change();
      awaitRight();
      await("ready", operator::isReady);
    }
    assertThat(wrong).isEmpty();
    assertThat(log.traces()).isEmpty();
    assertThat(log.saidAgain()).isEmpty();
    assertThat(proxy().callsMade()).isLessThanOrEqualTo(MOST_CALLS_A_MINUTE);
  }

  @Test
  void aStatusThatAStrangerWroteOverIsPutBackAndItsHistoryIsNotLost() throws IOException {
    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      change();
      awaitRight();
      change();
      awaitRight();
      List<String> history = history();
      assertThat(history).isNotEmpty();

      client()
          .resources(CostPolicy.class)
          .inNamespace(namespace)
          .withName("chat")
          .subresource("status")
          .patch(
              PatchContext.of(PatchType.JSON),
              """
              [{"op": "replace", "path": "/status", "value":
                {"advice": {"verdict": "Inconclusive", "summary": "a stranger's"}}}]
              """);

      awaitRight();
      assertThat(history()).isEqualTo(history);
      assertThat(operator.isReady()).isTrue();
    }
  }

  @Test
  void whatAStrangerWroteWhileNoOperatorRanIsPutRightAtTheNextStart() throws IOException {
    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      change();
      awaitRight();
      assertThat(operator.isReady()).isTrue();
    }
    // The API server notes times of writes in whole seconds.
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1_100));
    client()
        .resources(CostPolicy.class)
        .inNamespace(namespace)
        .withName("chat")
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"status": {"advice": {"verdict": "API", "since": "2030-01-01T00:00:00Z",
             "replicasAdvised": 7777}}}
            """);
    expectedByGeneration.clear();

    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      expectedByGeneration.put(generation(), expected());
      awaitRight();
      assertThat(operator.isReady()).isTrue();
      assertThat(Objects.requireNonNull(status().advice()).since()).startsWith("202");
      assertThat(status().advice().since()).isNotEqualTo("2030-01-01T00:00:00Z");
    }
  }

  @Test
  void aWriteThatIsRefusedForAWhileIsOneLineAndAnotherWhenItEnds() throws IOException {
    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      change();
      awaitRight();
      log.clear();
      try (FaultProxy.Injected refused =
          proxy().inject("PATCH costpolicies/status", Fault.FORBIDDEN, 1_000)) {
        change();
        await("refused three times", () -> refused.met() >= 3);
      }
      awaitRight();
      await("said", () -> log.saying("status of " + namespace + "/chat: works again").size() == 1);
      assertThat(log.saying("status of " + namespace + "/chat: not written: HTTP 403 Forbidden"))
          .hasSize(1);
      assertThat(operator.isReady()).isTrue();
    }
  }

  @Test
  void aLeaseThatIsTakenByAStrangerIsStoodByForAndTakenAgain() throws IOException {
    try (OperatorClient api = operatorClient();
        RunningOperator operator = RunningOperator.start(configuration(), api)) {
      change();
      awaitRight();
      takeTheLease();
      await("stands by", () -> !log.saying("standing by until it is free").isEmpty());
      change();
      awaitRight();
      assertThat(operator.isReady()).isTrue();

      client().leases().inNamespace(namespace).withName("breakeven").delete();
      change();
      awaitRight();
    }
  }

  /** Whatever the operator does to it meanwhile. */
  private static void takeTheLease() {
    client()
        .leases()
        .inNamespace(namespace)
        .withName("breakeven")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\": {\"holderIdentity\": \"stranger\"}}");
  }

  // ---- pairs ----

  private record Pair(String call, Fault fault) {}

  private void awaitRightWithinACycle(Pair pair) {
    long ended = System.nanoTime();
    await(pair + ": the right status", RECOVERED_WITHIN_SECONDS, this::isRight);
    pairsTried++;
    slowestNanos = Math.max(slowestNanos, System.nanoTime() - ended);
  }

  private void assertRightWasKept(Pair pair, int calls, long nanos) {
    long minutesBegun = 1 + TimeUnit.NANOSECONDS.toMinutes(nanos);
    assertThat(wrong).as(pair + ": wrong advice").isEmpty();
    assertThat(log.traces()).as(pair + ": stack traces").isEmpty();
    assertThat(log.saidAgain()).as(pair + ": said again").isEmpty();
    assertThat(log.saying("the lease was lost: it is held by nobody"))
        .as(pair + ": of a lease of ours")
        .isEmpty();
    mostCalls = Math.max(mostCalls, calls);
    assertThat(calls)
        .as(pair + ": calls")
        .isLessThanOrEqualTo(Math.toIntExact(MOST_CALLS_A_MINUTE * minutesBegun));
  }

  /** Each call with so many faults, so that each fault meets some call; or each with all. */
  private static List<Pair> pairs(List<String> calls, int faultsEach, boolean statusesInEveryWay) {
    List<String> only = List.of(System.getProperty("breakeven.faults.only", "").split(","));
    Fault[] faults =
        Arrays.stream(Fault.values())
            .filter(fault -> only.equals(List.of("")) || only.contains(fault.name()))
            .toArray(Fault[]::new);
    boolean all = "all".equals(System.getProperty("breakeven.faults"));
    List<Pair> pairs = new ArrayList<>();
    int next = 0;
    for (String call : calls) {
      boolean everyFault = all || (statusesInEveryWay && "PATCH costpolicies/status".equals(call));
      for (int i = 0; i < (everyFault ? faults.length : faultsEach); i++) {
        pairs.add(new Pair(call, faults[(everyFault ? i : next++) % faults.length]));
      }
    }
    if (MINUTES != UNBOUNDED) {
      Collections.shuffle(pairs, new Random(pairs.size()));
    }
    return pairs;
  }

  /** Each of the two tests has half of the time. */
  private static long until() {
    return System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES) / 2;
  }

  // ---- the stage ----

  private OperatorClient operatorClient() {
    return OperatorClient.of(proxy().config(), "faults", Clock.systemUTC());
  }

  private static OperatorConfiguration configuration() {
    return ConfigurationFile.parse(
        "operator.yaml",
        """
        cycle: 1s
        listen: 127.0.0.1:0
        watchNamespaces: [%1$s]
        leaderElection: {enabled: true, leaseNamespace: %1$s, leaseDuration: 3s}
        sources: {default: {url: "%2$s"}}
        """
            .formatted(namespace, prometheus.url()));
  }

  /** Makes the API dear where it was cheap, and the other way round, so that the answer differs. */
  private void change() {
    // Statuses note in whole seconds since when advice is as it is.
    long second = Instant.now().getEpochSecond();
    await("another second", () -> Instant.now().getEpochSecond() > second);
    eventsBefore =
        events().stream().map(e -> e.getMetadata().getName()).collect(Collectors.toSet());
    dear = !dear;
    CostPolicy applied =
        client()
            .resource(
                Manifests.parse(
                        "policy.yaml",
                        ChatWorkload.policy(namespace, "chat", MODEL, dear ? DEAR : CHEAP))
                    .policies()
                    .get(0))
            .forceConflicts()
            .serverSideApply();
    expectedByGeneration.put(applied.getMetadata().getGeneration(), expected());
    if (watch == null) {
      watch =
          client()
              .resources(CostPolicy.class)
              .inNamespace(namespace)
              .watch(
                  new Watcher<CostPolicy>() {
                    @Override
                    public void eventReceived(Action action, CostPolicy policy) {
                      judge(policy);
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                      wrong.add("the test's own watch ended: " + cause);
                    }
                  });
    }
  }

  private String expected() {
    return dear ? "SelfHost" : "API";
  }

  /** No answer to a generation may be another than the right one, or none. */
  private void judge(CostPolicy policy) {
    CostPolicyStatus status = policy.getStatus();
    if (status == null || status.advice() == null || status.observedGeneration() == null) {
      return;
    }
    String right = expectedByGeneration.get(status.observedGeneration());
    String verdict = String.valueOf(status.advice().verdict());
    if (right != null && !verdict.equals("Inconclusive") && !verdict.equals(right)) {
      wrong.add(status.observedGeneration() + ": " + verdict);
    }
  }

  private void awaitRight() {
    await("the right status", PATIENCE_SECONDS, this::isRight);
  }

  private boolean isRight() {
    CostPolicy policy =
        client().resources(CostPolicy.class).inNamespace(namespace).withName("chat").get();
    CostPolicyStatus status = policy.getStatus();
    return status != null
        && status.advice() != null
        && Objects.equals(status.observedGeneration(), policy.getMetadata().getGeneration())
        && expected().equals(status.advice().verdict())
        && status.conditions().stream()
            .anyMatch(c -> c.type().equals("Ready") && c.status().equals("True"));
  }

  /** Of the last change of advice there is one event, or two. */
  private void awaitOneEvent() {
    await("its event", () -> eventsOfTheChange() >= 1);
    assertThat(eventsOfTheChange()).isLessThanOrEqualTo(2);
  }

  private long eventsOfTheChange() {
    CostPolicy policy =
        client().resources(CostPolicy.class).inNamespace(namespace).withName("chat").get();
    CostPolicyStatus.Advice advice = Objects.requireNonNull(policy.getStatus().advice());
    return events().stream()
        .filter(e -> policy.getMetadata().getUid().equals(e.getInvolvedObject().getUid()))
        .filter(e -> "VerdictChanged".equals(e.getReason()))
        .filter(e -> !eventsBefore.contains(e.getMetadata().getName()))
        .filter(e -> e.getMessage().endsWith(advice.summary()))
        .count();
  }

  private static List<Event> events() {
    return client().v1().events().inNamespace(namespace).list().getItems();
  }

  private static CostPolicyStatus status() {
    return Objects.requireNonNull(
        client()
            .resources(CostPolicy.class)
            .inNamespace(namespace)
            .withName("chat")
            .get()
            .getStatus());
  }

  private static List<String> history() {
    return status().changes();
  }

  private static Long generation() {
    return client()
        .resources(CostPolicy.class)
        .inNamespace(namespace)
        .withName("chat")
        .get()
        .getMetadata()
        .getGeneration();
  }

  private static void await(String what, BooleanSupplier condition) {
    await(what, PATIENCE_SECONDS, condition);
  }

  private static void await(String what, int seconds, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private FaultProxy proxy() {
    return Objects.requireNonNull(proxy);
  }

  private static KubernetesClient client() {
    return cluster.client();
  }
}
