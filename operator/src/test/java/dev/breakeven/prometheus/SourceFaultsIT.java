package dev.breakeven.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.SpoiltServer.Fault;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.HttpResult;
import dev.breakeven.prometheus.client.Transport;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.render.words.Words;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A source that fails in every way that a server on a network can, between two times at which it
 * answers: nothing wrong is learned, the fault is named, requests and bytes stay bounded, and the
 * first cycle after its end has everything again.
 */
class SourceFaultsIT {

  private static final int DAY = 144;
  private static final long END = Instant.parse("2026-11-20T12:00:00Z").getEpochSecond();
  private static final Instant NOW = Instant.ofEpochSecond(END + 300);

  /** Cycles that follow each other fast, so that they alone bound nothing. */
  private static final Duration CYCLE = Duration.ofSeconds(5);

  private static final StepGrid TWO_DAYS = new StepGrid(END - 2L * DAY * 600, 600, 2 * DAY);

  private static final Target CHAT = RehearsedServer.target("a", "chat");
  private static final Target CODE = RehearsedServer.target("b", "code");

  private static final Transport HEALTHY =
      new RehearsedServer(
              List.of(
                  new RehearsedServer.Deployment(
                      "a", "chat", "llama", RehearsedServer.served(TWO_DAYS, 100, 1)),
                  new RehearsedServer.Deployment(
                      "b", "code", "llama", RehearsedServer.served(TWO_DAYS, 30, 1))))
          .remembering();

  private final List<Instant> askedAt = Collections.synchronizedList(new ArrayList<>());
  private final SpoiltServer spoilt;
  private Instant now = NOW;
  private volatile @Nullable Fault fault;
  private volatile @Nullable UnaryOperator<String> spoiling;
  private volatile @Nullable QueryCatalog spoiltQuery;

  SourceFaultsIT() throws IOException {
    spoilt = new SpoiltServer();
  }

  @AfterEach
  void end() {
    spoilt.close();
  }

  private HttpResult ask(ApiRequest request) {
    askedAt.add(now);
    Fault current = fault;
    if (current != null) {
      return spoilt.ask(request, current);
    }
    HttpResult answer = HEALTHY.ask(request);
    UnaryOperator<String> spoils = spoiling;
    return spoils == null || (spoiltQuery != null && request.query() != spoiltQuery)
        ? answer
        : spoilt((HttpResult.Answered) answer, spoils);
  }

  private static HttpResult spoilt(HttpResult.Answered answer, UnaryOperator<String> spoils) {
    try {
      String body = new String(answer.body().readAllBytes(), UTF_8);
      return new HttpResult.Answered(
          200, new ByteArrayInputStream(spoils.apply(body).getBytes(UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private MetricsCollector collector() {
    return new MetricsCollector(
        List.of(Source.of("default", this::ask)),
        new CollectorSettings(
            Duration.ofDays(3), Duration.ofMinutes(2), Duration.ofSeconds(60), 2));
  }

  private CollectionReport cycle(MetricsCollector collector) {
    CollectionReport report = collector.run(List.of(CHAT, CODE), now);
    now = now.plus(CYCLE);
    return report;
  }

  @ParameterizedTest
  @EnumSource
  void aSourceThatFailsOnceItWasReadIsNamedBoundedAndRightAgainAtOnce(Fault tried) {
    try (MetricsCollector collector = collector()) {
      cycle(collector);
      Observation.Observed before = (Observation.Observed) collector.of(CHAT);
      assertThat(before.traffic().output().measuredSteps()).isEqualTo(DAY);
      askedAt.clear();
      now = now.plusSeconds(60);

      fault = tried;
      for (int i = 0; i < 6; i++) {
        CollectionReport report = cycle(collector);
        assertThat(report.sources().get(0).bytes())
            .as("bytes of a cycle")
            .isLessThan(24 * (SpoiltServer.MOST_BYTES + 5_000_000));
      }
      assertThat(askedAt).as("requests in half a minute").hasSizeBetween(1, 60);
      assertThat(collector.of(CHAT)).isInstanceOf(Observation.Stale.class);
      Observation.Stale stale = (Observation.Stale) collector.of(CHAT);
      assertThat(stale.lastGood().traffic()).isEqualTo(before.traffic());
      assertThat(Words.of(stale.why().message())).contains(tried.said).doesNotContain("127.0.0.1");

      fault = null;
      now = now.plusSeconds(60);
      cycle(collector);
      assertThat(collector.of(CHAT)).isInstanceOf(Observation.Observed.class);
      assertThat(((Observation.Observed) collector.of(CHAT)).traffic()).isEqualTo(before.traffic());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSourceThatFailsFromTheStartIsNamedAndReadWhenItAnswers(Fault tried) {
    try (MetricsCollector collector = collector()) {
      fault = tried;
      cycle(collector);
      cycle(collector);
      assertThat(collector.of(CHAT)).isInstanceOf(Observation.Unavailable.class);
      assertThat(Words.of(((Observation.Unavailable) collector.of(CHAT)).why().message()))
          .contains(tried.said);

      fault = null;
      now = now.plusSeconds(60);
      cycle(collector);
      Observation.Observed seen = (Observation.Observed) collector.of(CHAT);
      assertThat(seen.traffic().output().measuredSteps()).isEqualTo(DAY);
      assertThat(seen.loaded()).isTrue();
    }
  }

  /** What stands in a server's samples and no engine can have counted. */
  private enum Sample {
    NEGATIVE("\"-5\""),
    TINY("\"1e-320\""),
    INFINITE("\"+Inf\""),
    NEGATIVE_INFINITE("\"-Inf\""),
    NOT_A_NUMBER("\"NaN\""),
    HUGE("\"1e300\""),
    LARGE("\"1e12\"");

    private final String value;

    Sample(String value) {
      this.value = value;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCountThatNoCounterCanRiseByIsNoCount(Sample sample) {
    try (MetricsCollector collector = collector()) {
      spoiltQuery = QueryCatalog.OUTPUT_TOKENS;
      spoiling = answer -> answer.replaceAll(",\"[-+.\\w]+\"\\]", "," + sample.value + "]");
      cycle(collector);
      Observation.Observed seen = (Observation.Observed) collector.of(CHAT);
      assertThat(seen.traffic().output().measuredSteps()).isZero();
      assertThat(seen.traffic().uncachedInput().measuredSteps()).isEqualTo(DAY);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noMoreIsANumberOfReplicasOne(Sample sample) {
    try (MetricsCollector collector = collector()) {
      spoiltQuery = QueryCatalog.REPLICAS;
      spoiling = answer -> answer.replaceAll(",\"[-+.\\w]+\"\\]", "," + sample.value + "]");
      cycle(collector);
      TrafficHistory traffic = ((Observation.Observed) collector.of(CHAT)).traffic();
      for (int i = 0; i < DAY; i++) {
        if (traffic.replicasHeld().isMeasured(i)) {
          // From the pods that were scraped, or next to nothing.
          assertThat(traffic.replicasHeld().at(i, Double.NaN)).isBetween(0.0, 1.0);
        }
      }
    }
  }

  @Test
  void timesInMillisecondsAreNoTimesThatWereAskedFor() {
    assertUntimely(answer -> answer.replaceAll("\\[(\\d{10}),\"", "[$1000,\""));
  }

  @Test
  void timesBeyondAllCalendarsAreNoTimesThatWereAskedFor() {
    assertUntimely(answer -> answer.replaceAll("\\[(\\d{10}),\"", "[1e18,\""));
  }

  @Test
  void timesOfTheYearBeforeAreNoTimesThatWereAskedFor() {
    assertUntimely(answer -> answer.replaceAll("\\[1(\\d{9}),\"", "[0$1,\"").replace("[0", "["));
  }

  private void assertUntimely(UnaryOperator<String> spoils) {
    try (MetricsCollector collector = collector()) {
      cycle(collector);
      Observation.Observed before = (Observation.Observed) collector.of(CHAT);
      spoiling = spoils;
      cycle(collector);
      assertThat(collector.of(CHAT)).isInstanceOf(Observation.Stale.class);
      Observation.Stale stale = (Observation.Stale) collector.of(CHAT);
      assertThat(stale.lastGood().traffic()).isEqualTo(before.traffic());
      assertThat(Words.of(stale.why().message())).contains("its samples are of other times");

      spoiling = null;
      now = now.plusSeconds(60);
      cycle(collector);
      assertThat(((Observation.Observed) collector.of(CHAT)).notes()).isEmpty();
    }
  }

  @Test
  void aSeriesThatIsThereTwiceWithTheSameSamplesCountsOnce() {
    try (MetricsCollector collector = collector()) {
      spoiling = answer -> twice(answer, UnaryOperator.identity());
      cycle(collector);
      TrafficHistory traffic = ((Observation.Observed) collector.of(CHAT)).traffic();
      assertThat(traffic.output().measuredSteps()).isEqualTo(DAY);
      assertThat(traffic.output().at(0, Double.NaN)).isEqualTo(100);
      assertThat(traffic.replicasHeld().at(0, Double.NaN)).isEqualTo(1);
    }
  }

  @Test
  void aSeriesThatIsThereTwiceWithOtherSamplesIsNotBelievedAndCostsItsOwnWorkloadAlone() {
    try (MetricsCollector collector = collector()) {
      spoiltQuery = QueryCatalog.OUTPUT_TOKENS;
      spoiling =
          answer -> twice(answer, series -> series.contains("\"a\"") ? times(series, 3) : series);
      cycle(collector);
      Observation.Observed chat = (Observation.Observed) collector.of(CHAT);
      assertThat(chat.traffic().output().measuredSteps()).isZero();
      assertThat(chat.notes()).extracting(Note::reason).contains(Note.Reason.SCRAPES_CONTRADICT);
      Observation.Observed code = (Observation.Observed) collector.of(CODE);
      assertThat(code.traffic().output().measuredSteps()).isEqualTo(DAY);
      assertThat(code.notes()).isEmpty();
    }
  }

  @Test
  void aLabelOfAMegabyteIsNamedAndCostsItsOwnWorkloadAlone() {
    try (MetricsCollector collector = collector()) {
      spoiltQuery = QueryCatalog.OUTPUT_TOKENS;
      spoiling =
          answer ->
              answer.replaceFirst(
                  "\"metric\":\\{(?=[^}]*\"namespace\":\"a\")",
                  "\"metric\":{\"note\":\"" + "x".repeat(1_000_000) + "\",");
      cycle(collector);
      Observation.Observed chat = (Observation.Observed) collector.of(CHAT);
      assertThat(chat.traffic().output().measuredSteps()).isZero();
      assertThat(chat.notes()).extracting(Note::reason).contains(Note.Reason.SERIES_UNREADABLE);
      Observation.Observed code = (Observation.Observed) collector.of(CODE);
      assertThat(code.traffic().output().measuredSteps()).isEqualTo(DAY);
      assertThat(code.notes()).isEmpty();
    }
  }

  /** Every series of an answer once more, changed. */
  private static String twice(String answer, UnaryOperator<String> change) {
    int from = answer.indexOf("\"result\":[") + "\"result\":[".length();
    int to = answer.lastIndexOf("]}}");
    String all = answer.substring(from, to);
    if (all.isEmpty()) {
      return answer;
    }
    StringBuilder again = new StringBuilder();
    for (String series : all.split("(?<=\\}),(?=\\{\"metric\")", -1)) {
      again.append(',').append(change.apply(series));
    }
    return answer.substring(0, to) + again + answer.substring(to);
  }

  private static String times(String series, int factor) {
    return series.replaceAll(",\"(\\d+)\\.\\d+\"\\]", ",\"" + factor + "$1\"]");
  }
}
