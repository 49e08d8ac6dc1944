package dev.breakeven.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.configuration.PrometheusServer.OpencostPrice;
import dev.breakeven.prometheus.SpoiltServer.Fault;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.HttpResult;
import dev.breakeven.prometheus.client.Transport;
import dev.breakeven.prometheus.query.GatewayProfiles;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every query that is really asked, spoilt alone in every way, once read and from the start: no
 * figure is other than it would be unbroken, what fails is named, requests stay bounded, and the
 * first cycle after the end has everything. Of pairs of a query and a failing server some are
 * tried, with {@code -Dbreakeven.faults=all} every one.
 */
class QueryFaultsIT {

  private static final int DAY = 144;
  private static final long END = Instant.parse("2026-11-20T12:00:00Z").getEpochSecond();
  private static final Instant NOW = Instant.ofEpochSecond(END + 150);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int FAULTS_EACH = 2;
  private static final boolean ALL = "all".equals(System.getProperty("breakeven.faults"));

  private static final StepGrid TWO_DAYS = new StepGrid(END - 2L * DAY * 600, 600, 2 * DAY);
  private static final Target CHAT = RehearsedServer.target("a", "chat");
  private static final Target CODE = RehearsedServer.target("b", "code");

  private static final Transport HEALTHY =
      new RehearsedServer(
              List.of(
                  new RehearsedServer.Deployment("a", "chat", "llama", past(100, 40, 3)),
                  new RehearsedServer.Deployment("b", "code", "llama", past(30, 10, 0))))
          .remembering();

  private static TrafficHistory past(double tokens, double cached, double burst) {
    int n = TWO_DAYS.steps();
    return new TrafficHistory(
        TWO_DAYS,
        Series.constant(n, tokens),
        Series.constant(n, cached),
        Series.constant(n, tokens / 2),
        Series.constant(n, 1),
        Series.constant(n, burst),
        Series.constant(n, 0),
        Series.constant(n, burst),
        Series.constant(n, burst),
        Series.constant(n, 1),
        Series.constant(n, 1),
        Series.constant(n, 50));
  }

  /** What a server may answer with success, and nobody can have measured. */
  @SuppressWarnings("ImmutableEnumChecker") // a change of a text is code
  private enum Content {
    EMPTY(answer -> answer.replaceFirst("\"result\":\\[.*", "\"result\":[]}}")),
    NEGATIVE(answer -> valued(answer, "-5")),
    NEXT_TO_NOTHING(answer -> valued(answer, "1e-320")),
    INFINITE(answer -> valued(answer, "+Inf")),
    NO_NUMBER(answer -> valued(answer, "NaN")),
    HUGE(answer -> valued(answer, "1e300")),
    LARGE(answer -> valued(answer, "1e12")),
    ONE_NAMESPACE_ALONE(
        answer -> without(answer, series -> series.contains("\"namespace\":\"a\""))),
    EVERY_SERIES_TWICE_ONE_TRIPLED(QueryFaultsIT::withTriples),
    EVERY_TIME_TWICE(answer -> answer.replaceAll("\\[(\\d{10}),\"([^\"]*)\"\\]", "$0,[$1,\"9\"]")),
    NEWEST_FIRST(QueryFaultsIT::newestFirst),
    OF_TOMORROW(answer -> timed(answer, 86_400)),
    OF_YESTERDAY(answer -> timed(answer, -86_400)),
    OF_THE_OTHER_FORM(QueryFaultsIT::ofTheOtherForm),
    A_SCALAR(
        answer ->
            "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"1\"]}}");

    private final UnaryOperator<String> spoils;

    Content(UnaryOperator<String> spoils) {
      this.spoils = spoils;
    }
  }

  private static final Pattern POINTS =
      Pattern.compile("\"values\":\\[((?:\\[[^\\]]*\\],)*)(\\[[^\\]]*\\])\\]");

  private static String valued(String answer, String value) {
    return answer.replaceAll("\\[(\\d{10}),\"[^\"]*\"\\]", "[$1,\"" + value + "\"]");
  }

  private static String timed(String answer, long later) {
    return Pattern.compile("\\[(\\d{10}),\"")
        .matcher(answer)
        .replaceAll(time -> "[" + (Long.parseLong(time.group(1)) + later) + ",\"");
  }

  private static String newestFirst(String answer) {
    return POINTS
        .matcher(answer)
        .replaceAll(
            points -> {
              List<String> all =
                  new ArrayList<>(
                      List.of((points.group(1) + points.group(2)).split("(?<=\\]),", -1)));
              Collections.reverse(all);
              return "\"values\":[" + String.join(",", all) + "]";
            });
  }

  private static String ofTheOtherForm(String answer) {
    return answer.contains("\"matrix\"")
        ? POINTS.matcher(answer).replaceAll("\"value\":$2").replace("\"matrix\"", "\"vector\"")
        : answer
            .replaceAll("\"value\":(\\[[^\\]]*\\])", "\"values\":[$1]")
            .replace("\"vector\"", "\"matrix\"");
  }

  private static List<String> series(String answer) {
    String all =
        answer.substring(
            answer.indexOf("\"result\":[") + "\"result\":[".length(), answer.lastIndexOf("]}}"));
    return all.isEmpty() ? List.of() : List.of(all.split("(?<=\\}),(?=\\{\"metric\")", -1));
  }

  private static String with(String answer, List<String> series) {
    return answer.substring(0, answer.indexOf("\"result\":[") + "\"result\":[".length())
        + String.join(",", series)
        + "]}}";
  }

  private static String without(String answer, Predicate<String> those) {
    return with(answer, series(answer).stream().filter(those.negate()).toList());
  }

  private static String withTriples(String answer) {
    return with(
        answer,
        series(answer).stream()
            .flatMap(s -> Stream.of(s, s.replaceAll(",\"(\\d+)\\.\\d+\"\\]", ",\"3$1\"]")))
            .toList());
  }

  /** One operator's reading of one source, of which one query is spoilt. */
  private static final class Trial implements AutoCloseable {

    private final QueryCatalog spoiltQuery;
    private final AtomicInteger asked = new AtomicInteger();
    private final Set<QueryCatalog> queries = ConcurrentHashMap.newKeySet();
    private final MetricsCollector collector =
        new MetricsCollector(
            List.of(source()),
            new CollectorSettings(
                Duration.ofDays(3), Duration.ofMinutes(2), Duration.ofSeconds(60), 2));
    private Instant now = NOW;
    private volatile @Nullable Transport spoilt;

    Trial(QueryCatalog spoiltQuery) {
      this.spoiltQuery = spoiltQuery;
    }

    private Source source() {
      return new Source(
          "default",
          this::ask,
          Map.of(),
          Set.of(),
          Source.Trust.DEFAULT,
          new Source.Gateway.Configured(
              GatewayProfiles.builtIn().named("envoy-ai-gateway"), Map.of(), Set.of()),
          new Source.OpenCost.Scraped(
              Currency.getInstance("USD"), Map.of("job", "opencost"), OpencostPrice.gpu));
    }

    private HttpResult ask(ApiRequest request) {
      asked.incrementAndGet();
      queries.add(request.query());
      Transport other = spoilt;
      return other != null && request.query() == spoiltQuery
          ? other.ask(request)
          : HEALTHY.ask(request);
    }

    CollectionReport cycle() {
      CollectionReport report = collector.run(List.of(CHAT, CODE), now);
      now = now.plus(MINUTE);
      return report;
    }

    Observation of(Target target) {
      return collector.of(target);
    }

    @Override
    public void close() {
      collector.close();
    }
  }

  /** What is asked at a start and in the cycle after it, and what is known then. */
  private static final Set<QueryCatalog> ASKED = EnumSet.noneOf(QueryCatalog.class);

  private static final Map<Target, TrafficHistory> UNBROKEN = new LinkedHashMap<>();

  @BeforeAll
  static void readUnbroken() {
    try (Trial trial = new Trial(QueryCatalog.SOURCE_TIME)) {
      var unused = trial.cycle();
      unused = trial.cycle();
      ASKED.addAll(trial.queries);
      for (Target target : List.of(CHAT, CODE)) {
        UNBROKEN.put(target, ((Observation.Observed) trial.of(target)).traffic());
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> aQueryThatFailsSpoilsNothingIsNamedAndRightOnceItIsAnswered() {
    List<DynamicTest> tests = new ArrayList<>();
    int next = 0;
    List<Fault> faults = List.of(Fault.values());
    for (QueryCatalog query : ASKED) {
      for (int i = 0; i < (ALL ? faults.size() : FAULTS_EACH); i++) {
        Fault fault = faults.get(next++ % faults.size());
        for (boolean fromTheStart : new boolean[] {true, false}) {
          tests.add(
              DynamicTest.dynamicTest(
                  name(query, fault.name(), fromTheStart),
                  () -> {
                    try (SpoiltServer server = new SpoiltServer()) {
                      tried(query, request -> server.ask(request, fault), fromTheStart, true);
                    }
                  }));
        }
      }
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> anAnswerThatNobodyCanHaveMeasuredSpoilsNothing() {
    return ASKED.stream()
        .flatMap(query -> Arrays.stream(Content.values()).map(content -> Map.entry(query, content)))
        .flatMap(
            pair ->
                Stream.of(true, false)
                    .filter(fromTheStart -> !(fromTheStart && isAsOfAnEngineThatCountsNone(pair)))
                    .map(
                        fromTheStart ->
                            DynamicTest.dynamicTest(
                                name(pair.getKey(), pair.getValue().name(), fromTheStart),
                                () ->
                                    tried(
                                        pair.getKey(),
                                        request -> spoilt(request, pair.getValue()),
                                        fromTheStart,
                                        false))));
  }

  /** Then all prompt tokens count as uncached, and a note says so. */
  private static boolean isAsOfAnEngineThatCountsNone(Map.Entry<QueryCatalog, Content> pair) {
    return pair.getKey() == QueryCatalog.CACHED_TOKENS
        && (pair.getValue() == Content.EMPTY || pair.getValue() == Content.ONE_NAMESPACE_ALONE);
  }

  private static String name(QueryCatalog query, String how, boolean fromTheStart) {
    return query.label() + " " + how + (fromTheStart ? " from the start" : " once read");
  }

  /**
   * Tries it for two cycles.
   *
   * @param fails whether the query fails: then that is said, and what is missing asked again
   */
  private static void tried(
      QueryCatalog query, Transport spoilt, boolean fromTheStart, boolean fails) {
    AtomicInteger met = new AtomicInteger();
    try (Trial trial = new Trial(query)) {
      if (!fromTheStart) {
        var unused = trial.cycle();
      }
      trial.asked.set(0);
      trial.spoilt =
          request -> {
            met.incrementAndGet();
            return spoilt.ask(request);
          };
      List<CollectionReport.Reading> readings = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        readings.addAll(trial.cycle().readings());
        assertNothingWrong(trial);
      }
      assertThat(trial.asked.get()).as("requests in two minutes").isLessThanOrEqualTo(120);
      // A source that refuses this question alone answers all others, and only its clock is
      // unknown.
      if (fails && met.get() > 0 && query != QueryCatalog.SOURCE_TIME) {
        assertThat(readings).anyMatch(reading -> reading.failures().containsKey(query));
      }
      trial.spoilt = null;
      var unused = trial.cycle();
      assertNothingWrong(trial);
      // A past that was answered, whatever with, is not asked again.
      if (fails || !fromTheStart) {
        UNBROKEN.forEach(
            (target, right) -> {
              assertThat(trial.of(target)).isInstanceOf(Observation.Observed.class);
              assertThat(((Observation.Observed) trial.of(target)).traffic()).isEqualTo(right);
            });
      }
    }
  }

  private static void assertNothingWrong(Trial trial) {
    UNBROKEN.forEach(
        (target, right) -> {
          TrafficHistory known =
              trial.of(target) instanceof Observation.Observed seen
                  ? seen.traffic()
                  : trial.of(target) instanceof Observation.Stale stale
                      ? stale.lastGood().traffic()
                      : null;
          if (known == null) {
            return;
          }
          Map<String, Series> expected = figures(right);
          figures(known)
              .forEach(
                  (name, series) ->
                      assertThat(wrongIn(series, expected.getOrDefault(name, series)))
                          .as(target.namespace() + ": " + name)
                          .isEmpty());
        });
  }

  /** What is measured and is not as it should be; what is absent is no figure. */
  private static Set<String> wrongIn(Series known, Series right) {
    return IntStream.range(0, known.steps())
        .filter(known::isMeasured)
        .filter(i -> known.measuredAt(i) != right.at(i, Double.NaN))
        .mapToObj(i -> known.measuredAt(i) + " for " + right.at(i, Double.NaN))
        .collect(Collectors.toSet());
  }

  private static Map<String, Series> figures(TrafficHistory of) {
    Map<String, Series> figures = new LinkedHashMap<>();
    figures.put("uncached input", of.uncachedInput());
    figures.put("cached input", of.cachedInput());
    figures.put("output", of.output());
    figures.put("requests", of.requests());
    figures.put("burst input", of.burstInput());
    figures.put("burst cached input", of.burstCachedInput());
    figures.put("burst output", of.burstOutput());
    figures.put("burst requests", of.burstRequests());
    figures.put("replicas held", of.replicasHeld());
    figures.put("requests waiting", of.requestsWaiting());
    figures.put("GPU utilisation", of.gpuUtilizationPercent());
    return figures;
  }

  private static HttpResult spoilt(ApiRequest request, Content how) {
    try {
      String body =
          new String(((HttpResult.Answered) HEALTHY.ask(request)).body().readAllBytes(), UTF_8);
      return new HttpResult.Answered(
          200, new ByteArrayInputStream(how.spoils.apply(body).getBytes(UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
