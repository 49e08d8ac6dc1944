package dev.breakeven.prometheus;

import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.quote;
import static dev.breakeven.reason.Parameter.time;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.configuration.PrometheusServer.OpencostPrice;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.HttpResult;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.client.SourceFailure.Reason;
import dev.breakeven.prometheus.client.Transport;
import dev.breakeven.prometheus.query.EngineProfiles;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.render.words.Words;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cycle makes of a source that answers in part, late, wrongly, or not at all. */
class MetricsCollectorTest {

  private static final int DAY = 144;
  private static final long END = Instant.parse("2026-11-20T12:00:00Z").getEpochSecond();
  private static final Instant NOW = Instant.ofEpochSecond(END + 300);
  private static final StepGrid TWO_DAYS = new StepGrid(END - 2L * DAY * 600, 600, 2 * DAY);

  /** A server whose answers to some questions are replaced, and which remembers what was asked. */
  private static final class Spoilt implements Transport {
    private final Transport server;
    private final Map<QueryCatalog, HttpResult> instead = new EnumMap<>(QueryCatalog.class);
    private final Map<QueryCatalog, String> warnings = new EnumMap<>(QueryCatalog.class);
    private final List<QueryCatalog> asked = Collections.synchronizedList(new ArrayList<>());
    private int podsMore; // of namespace a

    Spoilt(Transport server) {
      this.server = server;
    }

    void fail(Reason reason, QueryCatalog... queries) {
      for (QueryCatalog query : queries) {
        instead.put(query, new HttpResult.Failed(SourceFailure.of(reason, "it is so")));
      }
    }

    @Override
    public HttpResult ask(ApiRequest request) {
      asked.add(request.query());
      HttpResult replaced = instead.get(request.query());
      if (replaced != null) {
        return replaced;
      }
      HttpResult reply = server.ask(request);
      if (podsMore > 0 && request.query() == QueryCatalog.SAMPLES) {
        return crowded((HttpResult.Answered) reply, (ApiRequest.Range) request);
      }
      String warning = warnings.get(request.query());
      return warning == null ? reply : warned((HttpResult.Answered) reply, warning);
    }

    private HttpResult crowded(HttpResult.Answered answered, ApiRequest.Range range) {
      try {
        StringBuilder body = new StringBuilder(new String(answered.body().readAllBytes(), UTF_8));
        String values = "\"},\"values\":[[" + range.lastEpochSecond() + ",\"10\"]]},";
        StringBuilder more = new StringBuilder();
        for (int i = 0; i < podsMore; i++) {
          more.append("{\"metric\":{\"namespace\":\"a\",\"pod\":\"other-").append(i).append(values);
        }
        String result = "\"result\":[";
        body.insert(body.indexOf(result) + result.length(), more);
        return new HttpResult.Answered(
            200, new ByteArrayInputStream(body.toString().getBytes(UTF_8)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static HttpResult warned(HttpResult.Answered answered, String warning) {
      try {
        String body = new String(answered.body().readAllBytes(), UTF_8);
        String with = body.substring(0, body.length() - 1) + ",\"warnings\":[\"" + warning + "\"]}";
        return new HttpResult.Answered(200, new ByteArrayInputStream(with.getBytes(UTF_8)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final Spoilt server =
      new Spoilt(
          new RehearsedServer(
              List.of(
                  new RehearsedServer.Deployment(
                      "a", "chat", "llama", RehearsedServer.served(TWO_DAYS, 100, 1)),
                  new RehearsedServer.Deployment(
                      "b", "code", "llama", RehearsedServer.served(TWO_DAYS, 30, 1)))));

  private static Target target(String source, String engine, String namespace, String name) {
    return new Target(
        source,
        engine,
        namespace,
        Set.of(new WorkloadRef("Deployment", name)),
        "llama",
        "llama",
        Duration.ofDays(1));
  }

  private static final Target CHAT = target("default", "vllm", "a", "chat");
  private static final Target CODE = target("default", "vllm", "b", "code");

  private static CollectorSettings settings(Duration history) {
    return new CollectorSettings(history, Duration.ofMinutes(2), Duration.ofSeconds(60), 2);
  }

  private MetricsCollector cycle() {
    return new MetricsCollector(
        List.of(Source.of("default", server)), settings(Duration.ofDays(3)));
  }

  private MetricsCollector cycle(Duration patience) {
    return new MetricsCollector(
        List.of(Source.of("default", server)),
        new CollectorSettings(
            Duration.ofDays(3),
            Duration.ofMinutes(2),
            Duration.ofSeconds(60),
            2,
            patience,
            1L << 30));
  }

  private static Observation.Observed observed(MetricsCollector cycle, Target target) {
    assertThat(cycle.of(target)).isInstanceOf(Observation.Observed.class);
    return (Observation.Observed) cycle.of(target);
  }

  private static long known(TrafficHistory history) {
    return IntStream.range(0, history.grid().steps()).filter(history::isKnown).count();
  }

  @Test
  void aNamespaceWithMorePodsThanCanBeHeldHasNoFiguresAndTheOthersHaveTheirs() {
    server.podsMore = 50_000;
    MetricsCollector cycle = cycle();
    cycle.run(List.of(CHAT, CODE), NOW);

    assertThat(known(observed(cycle, CHAT).before())).isZero();
    assertThat(observed(cycle, CHAT).notes())
        .anySatisfy(
            note -> {
              assertThat(note.reason()).isEqualTo(Note.Reason.PARTIAL_ANSWER);
              assertThat(note.message().cause()).isEqualTo(Cause.SOURCE_SHOWS_TOO_MANY_PODS);
            });
    assertThat(known(observed(cycle, CODE).before())).isEqualTo(DAY);
  }

  /** That are known, of those that are kept by the hour and of those that are kept in steps. */
  private static double hoursBeforeTheWindow(Observation.Observed observed) {
    assertThat(observed.earlier().grid().endEpochSecond())
        .isEqualTo(observed.before().grid().startEpochSecond());
    assertThat(observed.before().grid().endEpochSecond())
        .isEqualTo(observed.traffic().grid().startEpochSecond());
    return observed.earlier().output().measuredSteps()
        + observed.before().output().measuredSteps() / 6.0;
  }

  private static List<Note.Reason> reasons(Observation.Observed observed) {
    return observed.notes().stream().map(Note::reason).toList();
  }

  @Test
  void eachPolicyReadsItsOwnWorkload() {
    try (MetricsCollector cycle = cycle()) {
      CollectionReport report = cycle.run(List.of(CHAT, CODE), NOW);
      assertThat(report.readings()).hasSize(1);
      assertThat(report.readings().get(0).loaded()).isTrue();
      assertThat(observed(cycle, CHAT).traffic().output().mean()).hasValue(100);
      assertThat(observed(cycle, CODE).traffic().output().mean()).hasValue(30);
      assertThat(observed(cycle, CHAT).notes()).isEmpty();
      assertThat(hoursBeforeTheWindow(observed(cycle, CHAT))).isBetween(23.0, 24.0);
    }
  }

  @Test
  void aCycleWhoseThreadIsInterruptedReadsOnToItsEnd() {
    Thread reading = Thread.currentThread();
    Transport interrupting =
        request -> {
          reading.interrupt();
          LockSupport.parkNanos(1_000_000); // so that whoever does not wait is seen not to
          return server.ask(request);
        };
    try (MetricsCollector cycle =
        new MetricsCollector(
            List.of(Source.of("default", interrupting)), settings(Duration.ofDays(3)))) {
      CollectionReport report = cycle.run(List.of(CHAT), NOW);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(report.readings()).singleElement().matches(CollectionReport.Reading::loaded);
      Observation.Observed observed = observed(cycle, CHAT);
      assertThat(observed.traffic().output().measuredSteps()).isEqualTo(DAY);
      assertThat(hoursBeforeTheWindow(observed)).isBetween(23.0, 24.0);
      assertThat(observed.notes()).isEmpty();
    } finally {
      boolean unused = Thread.interrupted();
    }
  }

  /** A namespace of ten workloads, of which one is named chat, and what is asked of it. */
  private static MetricsCollector amongTen(String modelOfTheOthers, List<ApiRequest> asked) {
    List<RehearsedServer.Deployment> deployments = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      deployments.add(
          new RehearsedServer.Deployment(
              "a",
              i == 0 ? "chat" : "other-" + i,
              i == 0 ? "llama" : i == 1 ? modelOfTheOthers : "qwen",
              RehearsedServer.served(TWO_DAYS, 100 + i, 1)));
    }
    RehearsedServer all = new RehearsedServer(deployments);
    Transport noted =
        request -> {
          asked.add(request);
          return all.ask(request);
        };
    return new MetricsCollector(List.of(Source.of("default", noted)), settings(Duration.ofDays(3)));
  }

  private static List<String> figuresOfPods(List<ApiRequest> asked) {
    return asked.stream()
        .filter(
            request ->
                switch (request.query()) {
                  case INPUT_TOKENS, OUTPUT_TOKENS, REQUESTS, ENGINE_STATE, GPU_UTILIZATION -> true;
                  default -> false;
                })
        .map(ApiRequest::promql)
        .toList();
  }

  @Test
  void figuresAreAskedOfTheTargetsPodsAloneWhereTheNamespaceHoldsManyOthers() {
    List<ApiRequest> asked = Collections.synchronizedList(new ArrayList<>());
    try (MetricsCollector cycle = amongTen("qwen", asked)) {
      cycle.run(List.of(CHAT), NOW);
      assertThat(observed(cycle, CHAT).traffic().output().mean()).hasValue(100);
      assertThat(observed(cycle, CHAT).notes()).isEmpty();
      assertThat(figuresOfPods(asked))
          .isNotEmpty()
          .allMatch(promql -> promql.contains("pod=\"chat-6d4cf56db6-2k4vw\""));
    }
  }

  @Test
  void aPodThatServesTheModelAndBelongsToNobodyIsNamedAmongManyOthersToo() {
    List<ApiRequest> asked = Collections.synchronizedList(new ArrayList<>());
    try (MetricsCollector cycle = amongTen("llama", asked)) {
      cycle.run(List.of(CHAT), NOW);
      assertThat(observed(cycle, CHAT).traffic().output().mean()).hasValue(100);
      assertThat(reasons(observed(cycle, CHAT))).containsExactly(Note.Reason.PODS_UNOWNED);
      assertThat(figuresOfPods(asked))
          .isNotEmpty()
          .allMatch(
              promql -> promql.contains("pod=~\"chat-6d4cf56db6-2k4vw|other-1-6d4cf56db6-2k4vw\""));
    }
  }

  @Test
  void whereNoPodIsATargetsFiguresOfTheOthersAreNotAskedFor() {
    List<ApiRequest> asked = Collections.synchronizedList(new ArrayList<>());
    Target nobody =
        new Target(
            "default",
            "vllm",
            "a",
            Set.of(new WorkloadRef("Deployment", "gone")),
            "mistral",
            "mistral",
            Duration.ofDays(1));
    try (MetricsCollector cycle = amongTen("qwen", asked)) {
      cycle.run(List.of(nobody), NOW);
      assertThat(observed(cycle, nobody).traffic().output().measuredSteps()).isZero();
      assertThat(figuresOfPods(asked)).isEmpty();
    }
  }

  @Test
  void forADayWhatIsKeptBeginsWithTheSameHourAndTheSameStep() {
    Instant from = NOW.minus(Duration.ofHours(12));
    Set<Long> firstSteps = new LinkedHashSet<>();
    Set<Long> firstHours = new LinkedHashSet<>();
    try (MetricsCollector cycle = cycle()) {
      for (int step = 0; step < 70; step++) {
        cycle.run(List.of(CHAT), from.plusSeconds(step * 600L));
        firstSteps.add(observed(cycle, CHAT).before().grid().startEpochSecond());
        firstHours.add(observed(cycle, CHAT).earlier().grid().startEpochSecond());
      }
      assertThat(firstSteps).hasSizeLessThanOrEqualTo(2);
      assertThat(firstHours).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Test
  void aWarningThatDataIsAwayLeavesTheStepsInDoubtAbsentAndWhatIsKnownInPlace() {
    try (MetricsCollector cycle = cycle()) {
      Instant hourBefore = NOW.minus(Duration.ofHours(1));
      cycle.run(List.of(CHAT), hourBefore);
      server.warnings.put(QueryCatalog.OUTPUT_TOKENS, "a store is away");
      cycle.run(List.of(CHAT), NOW);
      TrafficHistory traffic = observed(cycle, CHAT).traffic();
      assertThat(traffic.output().measuredSteps()).isEqualTo(DAY - 6);
      assertThat(traffic.uncachedInput().measuredSteps()).isEqualTo(DAY);
      assertThat(reasons(observed(cycle, CHAT))).containsExactly(Note.Reason.PARTIAL_ANSWER);

      server.warnings.clear();
      cycle.run(List.of(CHAT), NOW.plusSeconds(60));
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps()).isEqualTo(DAY);
      assertThat(observed(cycle, CHAT).notes()).isEmpty();
    }
  }

  @Test
  void aQuestionThatFailsLeavesOutItsOwnFigureAloneAndIsMadeUpForLater() {
    server.fail(Reason.QUERY_REFUSED, QueryCatalog.GPU_UTILIZATION);
    try (MetricsCollector cycle = cycle()) {
      cycle.run(List.of(CHAT), NOW);
      assertThat(observed(cycle, CHAT).traffic().gpuUtilizationPercent().measuredSteps()).isZero();
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps()).isEqualTo(DAY);
      assertThat(reasons(observed(cycle, CHAT))).containsExactly(Note.Reason.QUERY_FAILED);

      server.instead.clear();
      cycle.run(List.of(CHAT), NOW.plus(Duration.ofMinutes(11)));
      assertThat(observed(cycle, CHAT).traffic().gpuUtilizationPercent().measuredSteps())
          .isEqualTo(DAY - 1); // the server knows nothing of the step that came since
      assertThat(reasons(observed(cycle, CHAT))).doesNotContain(Note.Reason.QUERY_FAILED);
    }
  }

  @Test
  void whoComesWhileAnothersNewestStepsFailGetsAllOfItsPast() {
    AtomicBoolean fails = new AtomicBoolean(true);
    Transport failing =
        request ->
            fails.get()
                    && request instanceof ApiRequest.Range range
                    && range.query() == QueryCatalog.INPUT_TOKENS
                    && range.lastEpochSecond() == END
                ? new HttpResult.Failed(SourceFailure.of(Reason.NOT_AN_ANSWER, "it is so"))
                : server.ask(request);
    try (MetricsCollector cycle =
        new MetricsCollector(
            List.of(Source.of("default", failing)), settings(Duration.ofDays(3)))) {
      cycle.join(List.of(CHAT), NOW);
      assertThat(cycle.of(CHAT)).isInstanceOf(Observation.Unavailable.class);
      fails.set(false);
      cycle.join(List.of(CHAT, CODE), NOW.plusSeconds(1));
      cycle.run(List.of(CHAT, CODE), NOW.plusSeconds(60));
      for (Target target : List.of(CHAT, CODE)) {
        assertThat(observed(cycle, target).traffic().output().measuredSteps()).isEqualTo(DAY);
        assertThat(hoursBeforeTheWindow(observed(cycle, target))).isEqualTo(24);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = QueryCatalog.class,
      names = {"POD_OWNERS", "REPLICASET_OWNERS"})
  void whosePodsAreIsAskedAgainWhereNamesDoNotTellAndMeanwhileTheyAreNotLeftOutInSilence(
      QueryCatalog failing) {
    Spoilt ofKnative =
        new Spoilt(
            new RehearsedServer(
                List.of(
                    new RehearsedServer.Deployment(
                        "a",
                        "chat-00001-deployment",
                        "llama",
                        RehearsedServer.served(TWO_DAYS, 100, 1)))));
    Target service =
        new Target(
            "default",
            "vllm",
            "a",
            Set.of(new WorkloadRef("Service", "chat")),
            "llama",
            "llama",
            Duration.ofDays(1));
    try (MetricsCollector cycle =
        new MetricsCollector(
            List.of(Source.of("default", ofKnative)), settings(Duration.ofDays(3)))) {
      ofKnative.fail(Reason.NOT_AN_ANSWER, failing);
      cycle.run(List.of(service), NOW);
      assertThat(observed(cycle, service).traffic().output().measuredSteps()).isZero();
      assertThat(reasons(observed(cycle, service))).contains(Note.Reason.QUERY_FAILED);

      ofKnative.instead.clear();
      cycle.run(List.of(service), NOW.plusSeconds(60));
      assertThat(observed(cycle, service).traffic().output().measuredSteps()).isEqualTo(DAY);
      cycle.run(List.of(service), NOW.plusSeconds(120));
      assertThat(hoursBeforeTheWindow(observed(cycle, service))).isEqualTo(24);
    }
  }

  @Test
  void aQueryRefusedForItsLengthIsAskedWithoutItsNamespacesFromThenOn() {
    List<String> asked = Collections.synchronizedList(new ArrayList<>());
    Transport strict =
        request -> {
          asked.add(request.promql());
          return request.promql().contains("namespace=~")
              ? new HttpResult.Failed(SourceFailure.of(Reason.QUERY_TOO_LONG, "it is so"))
              : server.ask(request);
        };
    try (MetricsCollector cycle =
        new MetricsCollector(List.of(Source.of("default", strict)), settings(Duration.ofDays(3)))) {
      cycle.run(List.of(CHAT, CODE), NOW);
      assertThat(observed(cycle, CHAT).traffic().output().mean()).hasValue(100);
      asked.clear();
      cycle.run(List.of(CHAT, CODE), NOW.plusSeconds(600));
      assertThat(asked).isNotEmpty().noneMatch(promql -> promql.contains("namespace=~"));
    }
  }

  @Test
  void aPastThatDoesNotComeInTimeIsAskedForInSmallerPartsTheNextTime() {
    List<Long> points = Collections.synchronizedList(new ArrayList<>());
    Transport slow =
        request -> {
          long its =
              request instanceof ApiRequest.Range range
                  ? (range.lastEpochSecond() - range.firstEpochSecond()) / range.stepSeconds()
                  : 0;
          if (request.query() == QueryCatalog.OUTPUT_TOKENS) {
            points.add(its);
          }
          return its > 40
              ? new HttpResult.Failed(SourceFailure.of(Reason.TIMEOUT, "it is so"))
              : server.ask(request);
        };
    try (MetricsCollector cycle =
        new MetricsCollector(List.of(Source.of("default", slow)), settings(Duration.ofDays(3)))) {
      for (int i = 0; i < 60; i++) {
        cycle.run(List.of(CHAT), NOW.plusSeconds(60L * i));
      }
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps()).isGreaterThan(130);
    }
    assertThat(points.get(points.size() - 1)).isLessThanOrEqualTo(40);
  }

  @Test
  void withoutItsTokensThereIsNoAnswer() {
    server.fail(Reason.NOT_AN_ANSWER, QueryCatalog.OUTPUT_TOKENS);
    try (MetricsCollector cycle = cycle()) {
      cycle.run(List.of(CHAT), NOW);
      assertThat(cycle.of(CHAT))
          .isEqualTo(
              new Observation.Unavailable(
                  new Note(
                      Note.Reason.SOURCE_UNAVAILABLE,
                      Message.of(
                          Cause.SOURCE_DOES_NOT_ANSWER,
                          name("default"),
                          quote("NOT_AN_ANSWER", "it is so"),
                          name("output-tokens"))),
                  NOW));
    }
  }

  @Test
  void whereItCannotBeKnownWhomToBelieveNoEngineIsBelieved() {
    server.fail(Reason.QUERY_REFUSED, QueryCatalog.SCRAPES);
    try (MetricsCollector cycle = cycle()) {
      cycle.run(List.of(CHAT), NOW);
      assertThat(cycle.of(CHAT)).isInstanceOf(Observation.Unavailable.class);
    }
  }

  @Test
  void aSourceThatIsDownIsAskedOnceACycle() {
    server.fail(Reason.UNREACHABLE, QueryCatalog.values());
    try (MetricsCollector cycle = cycle()) {
      cycle.run(List.of(CHAT, CODE), NOW);
      assertThat(server.asked).hasSize(1);
      cycle.run(List.of(CHAT, CODE), NOW.plusSeconds(60));
      assertThat(server.asked).hasSize(2);
      assertThat(((Observation.Unavailable) cycle.of(CODE)).since()).isEqualTo(NOW);
    }
  }

  @Test
  void aSourceThatIsTooSlowIsLeftAloneAfterTwoAnswersThatDidNotCome() {
    server.fail(Reason.TIMEOUT, QueryCatalog.values());
    try (MetricsCollector cycle = cycle()) {
      cycle.run(List.of(CHAT), NOW);
      assertThat(server.asked).hasSize(2);
    }
  }

  @Test
  void aSourceOfWhichTwoQuestionsTimeOutIsLeftAloneForTheCycle() {
    server.fail(Reason.TIMEOUT, QueryCatalog.SCRAPES, QueryCatalog.SAMPLES);
    try (MetricsCollector cycle = cycle()) {
      cycle.run(List.of(CHAT), NOW);
      assertThat(server.asked)
          .containsExactly(QueryCatalog.SOURCE_TIME, QueryCatalog.SCRAPES, QueryCatalog.SAMPLES);
    }
  }

  @Test
  void aSourceThatIsDownKeepsNoOtherFromAnswering() {
    Transport dead =
        request -> new HttpResult.Failed(SourceFailure.of(Reason.UNREACHABLE, "nobody there"));
    Target lost = target("dead", "vllm", "a", "chat");
    try (MetricsCollector cycle =
        new MetricsCollector(
            List.of(Source.of("default", server), Source.of("dead", dead)),
            settings(Duration.ofDays(3)))) {
      cycle.run(List.of(CHAT, lost), NOW);
      assertThat(cycle.of(lost)).isInstanceOf(Observation.Unavailable.class);
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps()).isEqualTo(DAY);
    }
  }

  @Test
  void anOutageIsStaleSinceItBeganAndIsMadeUpForWhenItEnds() {
    try (MetricsCollector cycle = cycle()) {
      Instant before = NOW.minus(Duration.ofHours(30));
      cycle.run(List.of(CHAT), before);
      server.fail(Reason.UNREACHABLE, QueryCatalog.values());
      cycle.run(List.of(CHAT), before.plusSeconds(60));
      cycle.run(List.of(CHAT), NOW);
      assertThat(cycle.of(CHAT)).isInstanceOf(Observation.Stale.class);
      Observation.Stale stale = (Observation.Stale) cycle.of(CHAT);
      assertThat(stale.since()).isEqualTo(before.plusSeconds(60));
      assertThat(stale.lastGood().through()).isEqualTo(Instant.parse("2026-11-19T06:00:00Z"));

      server.instead.clear();
      cycle.run(List.of(CHAT), NOW.plusSeconds(60));
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps()).isEqualTo(DAY);
      assertThat(hoursBeforeTheWindow(observed(cycle, CHAT))).isBetween(23.0, 24.0);
    }
  }

  @Test
  void afterALongOutageEveryWindowAndTheHoursBeforeItAreWholeAgain() {
    Target longer =
        new Target(
            "default", "vllm", "b", CODE.workloads(), "llama", "llama", Duration.ofHours(36));
    try (MetricsCollector cycle = cycle()) {
      Instant before = NOW.minus(Duration.ofHours(40));
      cycle.run(List.of(CHAT, longer), before);
      server.fail(Reason.UNREACHABLE, QueryCatalog.values());
      cycle.run(List.of(CHAT, longer), NOW);
      server.instead.clear();
      cycle.run(List.of(CHAT, longer), NOW.plusSeconds(60));
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps()).isEqualTo(DAY);
      assertThat(hoursBeforeTheWindow(observed(cycle, CHAT))).isBetween(23.0, 24.0);
      assertThat(observed(cycle, longer).traffic().output().measuredSteps()).isEqualTo(36 * 6);
      assertThat(hoursBeforeTheWindow(observed(cycle, longer))).isBetween(11.0, 12.0);
    }
  }

  @Test
  void forbiddenAndAbsentReadTheSame() {
    Source secret =
        new Source(
            "secret",
            server,
            Map.of(),
            Set.of("b"),
            Source.Trust.DEFAULT,
            new Source.Gateway.None(),
            new Source.OpenCost.None());
    Target forbidden = target("secret", "vllm", "a", "chat");
    try (MetricsCollector with =
            new MetricsCollector(List.of(secret), settings(Duration.ofDays(3)));
        MetricsCollector without = new MetricsCollector(List.of(), settings(Duration.ofDays(3)))) {
      with.run(List.of(forbidden), NOW);
      without.run(List.of(forbidden), NOW);
      assertThat(with.of(forbidden)).isEqualTo(without.of(forbidden));
      assertThat(with.standingOf(forbidden)).isEqualTo(without.standingOf(forbidden));
      assertThat(server.asked).isEmpty();
    }
  }

  @Test
  void anEngineNobodyKnowsIsNamedWithThoseThereAre() {
    Target unknown = target("default", "ollama", "a", "chat");
    try (MetricsCollector cycle = cycle()) {
      cycle.run(List.of(unknown), NOW);
      Observation.Unavailable unavailable = (Observation.Unavailable) cycle.of(unknown);
      assertThat(unavailable.why().reason()).isEqualTo(Note.Reason.ENGINE_UNKNOWN);
      assertThat(Words.of(unavailable.why().message())).contains("ollama").contains("vllm, sglang");
    }
  }

  @Test
  void theSameStepsReadAgainChangeNothing() {
    try (MetricsCollector cycle = cycle()) {
      cycle.run(List.of(CHAT), NOW);
      ObservationVersion before = cycle.standingOf(CHAT);
      cycle.run(List.of(CHAT), NOW.plusSeconds(60));
      assertThat(cycle.standingOf(CHAT)).isEqualTo(before);
      assertThat(before.isStillBeingRead()).isFalse();
    }
  }

  @Test
  void aPastThatTakesLongIsReadInSeveralCyclesNewestFirst() {
    try (MetricsCollector cycle =
        new MetricsCollector(
            List.of(Source.of("default", server)),
            new CollectorSettings(Duration.ofDays(3), Duration.ofMinutes(2), Duration.ZERO, 2))) {
      assertThat(cycle.standingOf(CHAT).isStillBeingRead()).isTrue();
      cycle.run(List.of(CHAT), NOW);
      assertThat(observed(cycle, CHAT).loaded()).isFalse();
      assertThat(reasons(observed(cycle, CHAT))).containsExactly(Note.Reason.HISTORY_LOADING);
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps()).isEqualTo(DAY);
      assertThat(observed(cycle, CHAT).earlier().grid().steps()).isZero();
    }
  }

  @Test
  void aTargetNobodyAsksAboutIsForgotten() {
    try (MetricsCollector cycle = cycle()) {
      cycle.run(List.of(CHAT, CODE), NOW);
      cycle.run(List.of(CODE), NOW.plusSeconds(60));
      assertThat(cycle.standingOf(CHAT).isStillBeingRead()).isTrue();
      cycle.run(List.of(), NOW.plusSeconds(120));
      server.asked.clear();
      cycle.run(List.of(), NOW.plusSeconds(180));
      assertThat(server.asked).isEmpty();
    }
  }

  @Test
  void aClockThatWasWrongAndIsSetBackLosesNothingThatTheSourceStillHas() {
    try (MetricsCollector cycle = cycle()) {
      cycle.run(List.of(CHAT), NOW.plus(Duration.ofDays(400)));
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps()).isZero();
      cycle.run(List.of(CHAT), NOW);
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps()).isEqualTo(DAY);
      assertThat(observed(cycle, CHAT).through()).isEqualTo(Instant.ofEpochSecond(END));
    }
  }

  @Test
  void twoPoliciesOnOneWorkloadBothSeeIt() {
    Target same =
        new Target(
            "default", "vllm", "a", CHAT.workloads(), "llama", "llama-api", Duration.ofDays(1));
    try (MetricsCollector cycle = cycle()) {
      cycle.run(List.of(CHAT, same), NOW);
      assertThat(observed(cycle, CHAT).traffic().output())
          .isEqualTo(observed(cycle, same).traffic().output());
    }
  }

  @Test
  void whereServingIsSplitPromptsCountAtPrefillAndAnswersAtDecode() {
    WorkloadRef prefill = new WorkloadRef("Deployment", "prefill");
    WorkloadRef decode = new WorkloadRef("Deployment", "decode");
    Target split =
        new Target(
            "default",
            "vllm",
            "a",
            Set.of(prefill, decode),
            Set.of(prefill),
            "llama",
            "llama",
            Duration.ofDays(1));
    RehearsedServer server =
        new RehearsedServer(
            List.of(
                new RehearsedServer.Deployment(
                    "a", "prefill", "llama", RehearsedServer.served(TWO_DAYS, 100, 1)),
                new RehearsedServer.Deployment(
                    "a", "decode", "llama", RehearsedServer.served(TWO_DAYS, 30, 2))));
    try (MetricsCollector cycle =
        new MetricsCollector(List.of(Source.of("default", server)), settings(Duration.ofDays(3)))) {
      Target reads = target("default", "vllm", "a", "prefill");
      Target generates = target("default", "vllm", "a", "decode");
      cycle.run(List.of(split, reads, generates), NOW);

      TrafficHistory seen = observed(cycle, split).traffic();
      TrafficHistory read = observed(cycle, reads).traffic();
      TrafficHistory generated = observed(cycle, generates).traffic();
      assertThat(seen.uncachedInput()).isEqualTo(read.uncachedInput());
      assertThat(seen.cachedInput()).isEqualTo(read.cachedInput());
      assertThat(seen.output()).isEqualTo(generated.output());
      assertThat(seen.requests()).isEqualTo(generated.requests());
      assertThat(seen.replicasHeld()).isEqualTo(generated.replicasHeld());
      assertThat(read.output()).isNotEqualTo(generated.output());
    }
  }

  @Test
  void whereServingIsSplitAndNobodyRecordedReplicasThePodsThatGenerateAreCounted() {
    WorkloadRef prefill = new WorkloadRef("Deployment", "prefill");
    Target split =
        new Target(
            "default",
            "vllm",
            "a",
            Set.of(prefill, new WorkloadRef("Deployment", "decode")),
            Set.of(prefill),
            "llama",
            "llama",
            Duration.ofDays(1));
    RehearsedServer pods =
        new RehearsedServer(
            List.of(
                new RehearsedServer.Deployment(
                    "a", "prefill", "llama", RehearsedServer.served(TWO_DAYS, 100, 1)),
                new RehearsedServer.Deployment(
                    "a", "decode", "llama", RehearsedServer.served(TWO_DAYS, 30, 1))));
    Transport withoutKubeStateMetrics =
        request ->
            request.query() == QueryCatalog.REPLICAS
                ? new RehearsedServer(List.of()).ask(request)
                : pods.ask(request);
    try (MetricsCollector cycle =
        new MetricsCollector(
            List.of(Source.of("default", withoutKubeStateMetrics)), settings(Duration.ofDays(3)))) {
      cycle.run(List.of(split), NOW);

      assertThat(observed(cycle, split).traffic().replicasHeld().mean()).hasValue(1);
      assertThat(reasons(observed(cycle, split))).contains(Note.Reason.REPLICAS_FROM_PODS);
    }
  }

  @Test
  void replicasThatAreNotScrapedForAnHourAreSpokenOf() {
    Spoilt three =
        new Spoilt(
            new RehearsedServer(
                List.of(
                    new RehearsedServer.Deployment(
                        "a", "chat", "llama", RehearsedServer.served(TWO_DAYS, 100, 3)))));
    try (MetricsCollector cycle =
        new MetricsCollector(List.of(Source.of("default", three)), settings(Duration.ofDays(3)))) {
      Instant before = NOW.minus(Duration.ofHours(2));
      cycle.run(List.of(CHAT), before);
      assertThat(observed(cycle, CHAT).notes())
          .extracting(note -> note.message().cause())
          .containsExactly(Cause.REPLICAS_WITHOUT_SERIES); // of the past
      cycle.run(List.of(CHAT), before.plus(Duration.ofHours(1)));
      assertThat(observed(cycle, CHAT).notes())
          .extracting(Note::reason)
          .containsExactly(Note.Reason.PODS_UNSCRAPED);
    }
  }

  @Test
  void whatIsAnsweredWhileScaledToZeroIsAReplicaCountAndNothingElse() {
    Series tokens =
        Series.of(
            java.util.stream.IntStream.range(0, TWO_DAYS.steps())
                .mapToDouble(i -> i < TWO_DAYS.steps() - 30 ? 100 : Double.NaN)
                .toArray());
    Series replicas =
        Series.of(
            java.util.stream.IntStream.range(0, TWO_DAYS.steps())
                .mapToDouble(i -> i < TWO_DAYS.steps() - 30 ? 1 : 0)
                .toArray());
    TrafficHistory plain = RehearsedServer.served(TWO_DAYS, 100, 1);
    TrafficHistory stopped =
        new TrafficHistory(
            TWO_DAYS,
            tokens,
            tokens,
            tokens,
            tokens,
            plain.burstInput(),
            plain.burstInput(),
            plain.burstInput(),
            plain.burstInput(),
            replicas,
            tokens,
            tokens);
    try (MetricsCollector cycle =
        new MetricsCollector(
            List.of(
                Source.of(
                    "default",
                    new RehearsedServer(
                        List.of(new RehearsedServer.Deployment("a", "chat", "llama", stopped))))),
            settings(Duration.ofDays(3)))) {
      cycle.run(List.of(CHAT), NOW);
      TrafficHistory traffic = observed(cycle, CHAT).traffic();
      assertThat(traffic.isKnown(DAY - 31)).isTrue();
      assertThat(traffic.isKnown(DAY - 30)).isTrue();
      assertThat(traffic.nothingRan(DAY - 30)).isTrue();
      assertThat(observed(cycle, CHAT).notes())
          .containsExactly(
              new Note(
                  Note.Reason.SCALED_TO_ZERO,
                  Message.of(
                      Cause.NOTHING_RAN_SINCE, time(Instant.parse("2026-11-20T07:00:00Z")))));
    }
  }

  // ---- what OpenCost says of nodes ----

  private static final Currency USD = Currency.getInstance("USD");

  private Source priced(String name, Set<String> allowed) {
    return new Source(
        name,
        server,
        Map.of(),
        allowed,
        Source.Trust.DEFAULT,
        new Source.Gateway.None(),
        new Source.OpenCost.Scraped(USD, Map.of("job", "opencost"), OpencostPrice.gpu));
  }

  private MetricsCollector pricedCycle() {
    return new MetricsCollector(List.of(priced("default", Set.of())), settings(Duration.ofDays(3)));
  }

  private static HttpResult prices(String result) {
    String body =
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[" + result + "]}}";
    return new HttpResult.Answered(200, new ByteArrayInputStream(body.getBytes(UTF_8)));
  }

  private static HttpResult price(String node, String price) {
    return prices("{\"metric\":{\"node\":\"%s\"},\"value\":[1,\"%s\"]}".formatted(node, price));
  }

  private static GpuPrices.NodePrice of(GpuPrices prices, String node) {
    assertThat(prices).isInstanceOf(GpuPrices.Read.class);
    return Objects.requireNonNull(((GpuPrices.Read) prices).byNode().get(node));
  }

  private long timesAsked(QueryCatalog query) {
    return server.asked.stream().filter(query::equals).count();
  }

  @Test
  void pricesAreAskedForOnceASourceAndCycleHoweverManyEnginesAndPoliciesThereAre() {
    Target sglang = target("default", "sglang", "a", "other");
    try (MetricsCollector cycle = pricedCycle()) {
      server.instead.put(QueryCatalog.GPU_PRICES, price("gpu-a", "2.5"));
      cycle.run(List.of(CHAT, CODE, sglang), NOW);
      assertThat(timesAsked(QueryCatalog.GPU_PRICES)).isEqualTo(1);
      cycle.join(List.of(target("default", "vllm", "a", "new")), NOW.plusSeconds(1));
      assertThat(timesAsked(QueryCatalog.GPU_PRICES)).isEqualTo(1);
      server.instead.put(QueryCatalog.GPU_PRICES, price("gpu-a", "2.4"));
      CollectionReport second = cycle.run(List.of(CHAT, CODE, sglang), NOW.plusSeconds(60));
      assertThat(timesAsked(QueryCatalog.GPU_PRICES)).isEqualTo(2);
      assertThat(second.readings())
          .allSatisfy(reading -> assertThat(reading.requests()).isLessThanOrEqualTo(20));
      assertThat(of(cycle.gpuPrices(CHAT, Set.of("gpu-a")), "gpu-a"))
          .isEqualTo(new GpuPrices.NodePrice.PerGpuHour(new BigDecimal("2.400000")));
    }
  }

  @Test
  void theFirstPoliciesOfASourceHaveItsPricesWithTheirFirstAnswer() {
    try (MetricsCollector cycle = pricedCycle()) {
      server.instead.put(QueryCatalog.GPU_PRICES, price("gpu-a", "2.5"));
      cycle.run(List.of(), NOW);
      assertThat(cycle.gpuPrices(CHAT, Set.of()))
          .isEqualTo(
              new GpuPrices.Unavailable(
                  USD, Message.of(Cause.OPENCOST_NOT_YET_READ, name("default"))));
      cycle.join(List.of(CHAT), NOW);
      assertThat(of(cycle.gpuPrices(CHAT, Set.of("gpu-a")), "gpu-a"))
          .isEqualTo(new GpuPrices.NodePrice.PerGpuHour(new BigDecimal("2.500000")));
    }
  }

  @Test
  void aSourceThatNobodySaysOpenCostIsInIsNeverAskedForPrices() {
    try (MetricsCollector cycle = cycle()) {
      cycle.run(List.of(CHAT), NOW);
      assertThat(timesAsked(QueryCatalog.GPU_PRICES)).isZero();
      assertThat(cycle.gpuPrices(CHAT, Set.of("gpu-a"))).isEqualTo(new GpuPrices.NotRead());
    }
  }

  @Test
  void pricesOfASourceThatANamespaceMayNotUseAreAsIfThereWereNone() {
    try (MetricsCollector cycle =
        new MetricsCollector(
            List.of(priced("secret", Set.of("b"))), settings(Duration.ofDays(3)))) {
      server.instead.put(QueryCatalog.GPU_PRICES, price("gpu-a", "2.5"));
      Target theirs = target("secret", "vllm", "b", "code");
      cycle.run(List.of(theirs), NOW);
      assertThat(cycle.gpuPrices(theirs, Set.of("gpu-a"))).isInstanceOf(GpuPrices.Read.class);
      assertThat(cycle.gpuPrices(target("secret", "vllm", "a", "chat"), Set.of("gpu-a")))
          .isEqualTo(cycle.gpuPrices(target("no-such", "vllm", "a", "chat"), Set.of("gpu-a")));
    }
  }

  @Test
  void ofNodesThatItDidNotAskAboutATargetLearnsNothing() {
    try (MetricsCollector cycle = pricedCycle()) {
      server.instead.put(QueryCatalog.GPU_PRICES, price("gpu-a", "2.5"));
      cycle.run(List.of(CHAT), NOW);
      GpuPrices.Read read = (GpuPrices.Read) cycle.gpuPrices(CHAT, Set.of("gpu-b"));
      assertThat(read.byNode()).containsOnlyKeys("gpu-b");
    }
  }

  @Test
  void aFailedQuestionForPricesIsNamedAndLeavesTheTrafficAlone() {
    server.fail(Reason.QUERY_REFUSED, QueryCatalog.GPU_PRICES);
    try (MetricsCollector cycle = pricedCycle()) {
      CollectionReport report = cycle.run(List.of(CHAT), NOW);
      assertThat(report.readings().get(0).failures()).containsOnlyKeys(QueryCatalog.GPU_PRICES);
      assertThat(observed(cycle, CHAT).notes()).isEmpty();
      assertThat(cycle.gpuPrices(CHAT, Set.of("gpu-a")))
          .isEqualTo(
              new GpuPrices.Unavailable(
                  USD,
                  Message.of(
                      Cause.OPENCOST_NOT_READ,
                      name("default"),
                      quote("QUERY_REFUSED", "it is so"))));
    }
  }

  @Test
  void anAnswerInPartIsBelievedInWhatItHoldsAndLeavesTheOtherNodesInDoubt() {
    try (MetricsCollector cycle = pricedCycle()) {
      server.instead.put(
          QueryCatalog.GPU_PRICES,
          Spoilt.warned((HttpResult.Answered) price("gpu-a", "2.5"), "a store is away"));
      cycle.run(List.of(CHAT), NOW);
      GpuPrices prices = cycle.gpuPrices(CHAT, Set.of("gpu-a", "gpu-b"));
      assertThat(of(prices, "gpu-a")).isInstanceOf(GpuPrices.NodePrice.PerGpuHour.class);
      assertThat(of(prices, "gpu-b"))
          .isEqualTo(new GpuPrices.NodePrice.NotPriced(Cause.OPENCOST_ANSWERED_IN_PART));
    }
  }

  @Test
  void aSourceThatIsDownIsNotAskedForPricesOnTop() {
    server.fail(Reason.UNREACHABLE, QueryCatalog.values());
    try (MetricsCollector cycle = pricedCycle()) {
      cycle.run(List.of(CHAT), NOW);
      assertThat(server.asked).hasSize(1);
      assertThat(cycle.gpuPrices(CHAT, Set.of("gpu-a"))).isInstanceOf(GpuPrices.Unavailable.class);
    }
  }

  @Test
  void pricesThatNobodyAsksForAnyMoreAreForgotten() {
    try (MetricsCollector cycle = pricedCycle()) {
      server.instead.put(QueryCatalog.GPU_PRICES, price("gpu-a", "2.5"));
      cycle.run(List.of(CHAT), NOW);
      cycle.run(List.of(), NOW.plusSeconds(60));
      assertThat(cycle.gpuPrices(CHAT, Set.of("gpu-a"))).isInstanceOf(GpuPrices.Unavailable.class);
    }
  }

  @Test
  void thePassingOfTimeAloneIsNoNewsOfPrices() {
    try (MetricsCollector cycle = pricedCycle()) {
      server.instead.put(QueryCatalog.GPU_PRICES, price("gpu-a", "2.5"));
      cycle.run(List.of(CHAT), NOW);
      GpuPrices before = cycle.gpuPrices(CHAT, Set.of("gpu-a"));
      server.instead.put(QueryCatalog.GPU_PRICES, price("gpu-a", "2.5"));
      cycle.run(List.of(CHAT), NOW.plusSeconds(60));
      assertThat(before.saysTheSameAs(cycle.gpuPrices(CHAT, Set.of("gpu-a")))).isTrue();
      server.instead.put(QueryCatalog.GPU_PRICES, price("gpu-a", "2.51"));
      cycle.run(List.of(CHAT), NOW.plusSeconds(120));
      assertThat(before.saysTheSameAs(cycle.gpuPrices(CHAT, Set.of("gpu-a")))).isFalse();
    }
  }

  // ---- the budget of a source ----

  /** Refuses whatever it is told to, and counts when it was asked. */
  private static final class Grudging implements Transport {
    private final Transport server;
    private final List<Instant> askedAt = Collections.synchronizedList(new ArrayList<>());
    private volatile Instant now = NOW;
    private volatile int mostPoints = Integer.MAX_VALUE;
    private volatile double ahead;
    private int refused;

    Grudging(Transport server) {
      this.server = server;
    }

    @Override
    public synchronized HttpResult ask(ApiRequest request) {
      askedAt.add(now);
      if (request instanceof ApiRequest.Now) {
        return answered(
            200,
            "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},"
                + "\"value\":[0,\"%s\"]}]}}".formatted(now.getEpochSecond() + ahead));
      }
      if (request instanceof ApiRequest.Range range
          && (range.lastEpochSecond() - range.firstEpochSecond()) / range.stepSeconds()
              > mostPoints) {
        refused++;
        return answered(
            503, "{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"query timed out\"}");
      }
      return server.ask(request);
    }

    private static HttpResult answered(int status, String body) {
      return new HttpResult.Answered(status, new ByteArrayInputStream(body.getBytes(UTF_8)));
    }

    /** The most that were asked in any minute. */
    int mostInAMinute() {
      return askedAt.stream()
          .mapToInt(
              from ->
                  (int)
                      askedAt.stream()
                          .filter(at -> !at.isBefore(from) && at.isBefore(from.plusSeconds(60)))
                          .count())
          .max()
          .orElse(0);
    }
  }

  private final Grudging grudging = new Grudging(server);

  private MetricsCollector ofGrudging() {
    Clock clock =
        new Clock() {
          @Override
          public Instant instant() {
            return grudging.now;
          }

          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        };
    return new MetricsCollector(
        List.of(Source.of("default", grudging)),
        EngineProfiles.builtIn(),
        settings(Duration.ofDays(3)),
        clock);
  }

  private void cycles(MetricsCollector cycle, int times, Duration each) {
    for (int i = 0; i < times; i++) {
      cycle.run(List.of(CHAT, CODE), grudging.now);
      grudging.now = grudging.now.plus(each);
    }
  }

  @Test
  void aSourceThatRefusesEverythingAsTooMuchIsSent60RequestsAMinuteAtMost() {
    grudging.mostPoints = -1;
    try (MetricsCollector cycle = ofGrudging()) {
      cycles(cycle, 30, Duration.ofSeconds(10));
      assertThat(grudging.mostInAMinute()).isBetween(1, 60);
      assertThat(cycle.of(CHAT)).isInstanceOf(Observation.Unavailable.class);

      grudging.mostPoints = Integer.MAX_VALUE;
      cycles(cycle, 1, Duration.ofSeconds(60));
      cycles(cycle, 1, Duration.ofSeconds(60));
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps())
          .isGreaterThanOrEqualTo(DAY - 1);
    }
  }

  @Test
  void whatIsTooMuchAtOnceIsSplitOnceAndTheLimitIsKeptForThoseThatComeLater() {
    grudging.mostPoints = 50;
    try (MetricsCollector cycle = ofGrudging()) {
      cycle.run(List.of(CHAT), NOW);
      grudging.now = NOW.plusSeconds(60);
      cycle.run(List.of(CHAT), grudging.now);
      grudging.now = NOW.plusSeconds(120);
      cycle.run(List.of(CHAT), grudging.now);
      assertThat(observed(cycle, CHAT).loaded()).isTrue();
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps()).isEqualTo(DAY);
      // 144, 72 and 54 points, of which two questions are under way at a time.
      assertThat(grudging.refused).isBetween(3, 6);
      int refused = grudging.refused;

      grudging.now = NOW.plusSeconds(180);
      cycle.run(List.of(CHAT, CODE), grudging.now);
      assertThat(observed(cycle, CODE).loaded()).isTrue();
      assertThat(observed(cycle, CODE).traffic().output().measuredSteps()).isEqualTo(DAY);
      assertThat(grudging.refused).isEqualTo(refused);
    }
  }

  @Test
  void anOpenCircuitIsTriedWithOneCheapQueryUntilThatIsAnswered() {
    server.fail(Reason.UNREACHABLE, QueryCatalog.values());
    try (MetricsCollector cycle = cycle()) {
      for (int i = 0; i < 10; i++) {
        cycle.run(List.of(CHAT), NOW.plusSeconds(10L * i));
      }
      assertThat(server.asked).hasSize(10).containsOnly(QueryCatalog.SOURCE_TIME);
      server.instead.clear();
      cycle.run(List.of(CHAT), NOW.plusSeconds(100));
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps()).isEqualTo(DAY);
    }
  }

  @Test
  void whereAProxyLetsNoQueryThroughThatReadsNothingTheOthersAreAskedAllTheSame() {
    server.fail(Reason.QUERY_REFUSED, QueryCatalog.SOURCE_TIME);
    try (MetricsCollector cycle = cycle()) {
      cycle.run(List.of(CHAT), NOW);
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps()).isEqualTo(DAY);
      assertThat(observed(cycle, CHAT).notes()).isEmpty();
    }
  }

  @Test
  void whatFailedOfThePastIsAskedAgainInTheNextCycle() {
    try (MetricsCollector cycle = ofGrudging()) {
      server.fail(Reason.NOT_AN_ANSWER, QueryCatalog.REQUESTS);
      cycle.run(List.of(CHAT), NOW);
      server.instead.clear();
      grudging.now = NOW.plusSeconds(60);
      cycle.run(List.of(CHAT), grudging.now);
      assertThat(observed(cycle, CHAT).traffic().requests().measuredSteps()).isEqualTo(DAY);
    }
  }

  @ParameterizedTest
  @CsvSource({"59, ", "-59, ", "61, CLOCKS_DIFFER", "-61, CLOCKS_DIFFER", "600, CLOCKS_DIFFER"})
  void clocksThatDifferByMoreThanAMinuteAreNamed(
      double secondsAhead, Note.@Nullable Reason reason) {
    grudging.ahead = secondsAhead;
    try (MetricsCollector cycle = ofGrudging()) {
      cycle.run(List.of(CHAT), NOW);
      assertThat(reasons(observed(cycle, CHAT)))
          .isEqualTo(reason == null ? List.of() : List.of(reason));
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps()).isEqualTo(DAY);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {601, -601, 10_800, -10_800, 1e18})
  void ofASourceWhoseClockIsMoreThanAStepFromOursNothingIsBelieved(double secondsAhead) {
    try (MetricsCollector cycle = ofGrudging()) {
      cycle.run(List.of(CHAT), NOW);
      grudging.ahead = secondsAhead;
      grudging.now = NOW.plusSeconds(60);
      int before = grudging.askedAt.size();
      cycle.run(List.of(CHAT), grudging.now);
      assertThat(grudging.askedAt).hasSize(before + 1);
      assertThat(cycle.of(CHAT)).isInstanceOf(Observation.Stale.class);
      assertThat(((Observation.Stale) cycle.of(CHAT)).why().reason())
          .isEqualTo(Note.Reason.CLOCKS_FAR_APART);

      grudging.ahead = 0;
      grudging.now = NOW.plusSeconds(120);
      cycle.run(List.of(CHAT), grudging.now);
      assertThat(observed(cycle, CHAT).notes()).isEmpty();
    }
  }

  @Test
  void aWindowOfWhichOnlyAPartHasBeenReadSaysSo() {
    Target twoDays =
        new Target("default", "vllm", "a", CHAT.workloads(), "llama", "llama", Duration.ofDays(2));
    try (MetricsCollector cycle =
        new MetricsCollector(
            List.of(Source.of("default", server)),
            new CollectorSettings(Duration.ofDays(3), Duration.ofMinutes(2), Duration.ZERO, 2))) {
      // The newest day comes first, and there is no time for more.
      cycle.run(List.of(twoDays), NOW);
      assertThat(reasons(observed(cycle, twoDays))).containsExactly(Note.Reason.WINDOW_LOADING);
    }
    try (MetricsCollector cycle = cycle()) {
      cycle.run(List.of(twoDays), NOW);
      assertThat(observed(cycle, twoDays).notes()).isEmpty();
    }
  }

  @Test
  void aTargetWhoseWindowHasBeenReadCanBeAnsweredBeforeOlderDaysAreRead() {
    List<Observation.Observed> then = new ArrayList<>();
    try (MetricsCollector cycle = cycle(Duration.ZERO)) {
      cycle.run(List.of(CHAT), NOW, () -> then.add(observed(cycle, CHAT)));

      assertThat(then).hasSize(1);
      assertThat(then.get(0).loaded()).isFalse();
      assertThat(reasons(then.get(0))).containsExactly(Note.Reason.HISTORY_LOADING);
      assertThat(then.get(0).traffic().output().measuredSteps()).isEqualTo(DAY);
      assertThat(observed(cycle, CHAT).loaded()).isTrue();
      assertThat(observed(cycle, CHAT).traffic()).isEqualTo(then.get(0).traffic());

      cycle.run(List.of(CHAT), NOW.plusSeconds(60), () -> then.add(observed(cycle, CHAT)));
      assertThat(then).as("of targets that came alone").hasSize(1);
    }
  }

  @Test
  void whereOlderDaysComeSoonATargetIsAnsweredFromAllOfThemAtOnce() {
    List<Observation.Observed> then = new ArrayList<>();
    try (MetricsCollector cycle = cycle(Duration.ofMinutes(5))) {
      cycle.run(List.of(CHAT), NOW, () -> then.add(observed(cycle, CHAT)));
      assertThat(then).isEmpty();
      assertThat(observed(cycle, CHAT).loaded()).isTrue();
    }
  }

  @Test
  void onceASourceHasAnsweredAsMuchAsItMayNoMoreOfThePastIsAskedForInThatCycle() {
    AtomicLong padding = new AtomicLong(1L << 20);
    Transport wordy =
        request -> {
          HttpResult.Answered reply = (HttpResult.Answered) server.ask(request);
          return request.query() == QueryCatalog.OUTPUT_TOKENS
              ? new HttpResult.Answered(200, spacesBefore(reply.body(), padding.getAndSet(0)))
              : reply;
        };
    try (MetricsCollector cycle =
        new MetricsCollector(
            List.of(Source.of("default", wordy)),
            new CollectorSettings(
                Duration.ofDays(3),
                Duration.ofMinutes(2),
                Duration.ofSeconds(60),
                2,
                Duration.ofSeconds(5),
                1L << 20))) {
      CollectionReport first = cycle.run(List.of(CHAT), NOW);
      assertThat(first.readings().get(0).loaded()).isFalse();
      assertThat(first.readings().get(0).backfillRequests()).isZero();
      assertThat(first.sources().get(0).bytes()).isGreaterThan(1L << 20);
      assertThat(observed(cycle, CHAT).traffic().output().measuredSteps()).isEqualTo(DAY);

      assertThat(cycle.run(List.of(CHAT), NOW.plusSeconds(60)).readings().get(0).loaded()).isTrue();
    }
  }

  private static InputStream spacesBefore(InputStream body, long spaces) {
    return new SequenceInputStream(
        new InputStream() {
          private long left = spaces;

          @Override
          public int read() {
            return left-- > 0 ? ' ' : -1;
          }

          @Override
          public int read(byte[] into, int from, int length) {
            int n = (int) Math.min(left, length);
            Arrays.fill(into, from, from + n, (byte) ' ');
            left -= n;
            return n > 0 ? n : -1;
          }
        },
        body);
  }

  @Test
  void aNamespaceOfWhichOlderDaysAreMissingDoesNotKeepAnothersWindowWaiting() {
    Target longer =
        new Target(
            "default",
            "vllm",
            "b",
            Set.of(new WorkloadRef("Deployment", "code")),
            "llama",
            "llama",
            Duration.ofDays(2));
    List<String> asked = Collections.synchronizedList(new ArrayList<>());
    AtomicBoolean isSlow = new AtomicBoolean(true);
    Duration backfill = Duration.ofSeconds(1);
    Transport noted =
        request -> {
          if (request.query() == QueryCatalog.OUTPUT_TOKENS) {
            if (isSlow.get()) {
              LockSupport.parkNanos(backfill.toNanos());
            }
            asked.add(request.promql());
          }
          return server.ask(request);
        };
    try (MetricsCollector cycle =
        new MetricsCollector(
            List.of(Source.of("default", noted)),
            new CollectorSettings(Duration.ofDays(3), Duration.ofMinutes(2), backfill, 2))) {
      CollectionReport first = cycle.run(List.of(CHAT), NOW);
      assertThat(first.readings().get(0).loaded()).isFalse();
      isSlow.set(false);
      asked.clear();
      cycle.run(List.of(CHAT, longer), NOW.plusSeconds(60));
      // First what is new of both, then the past: of b, whose window is not whole, before a's.
      assertThat(asked)
          .extracting(promql -> promql.contains("namespace=\"b\"") ? "b" : "a")
          .startsWith("a", "b", "b")
          .endsWith("a");
    }
  }
}
