package dev.breakeven.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.Endpoint;
import dev.breakeven.prometheus.client.HttpResult;
import dev.breakeven.prometheus.client.HttpTransport;
import dev.breakeven.prometheus.client.Transport;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.render.words.Words;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A source that fails in every way that a server on a network can, between two times at which it
 * answers: nothing wrong is learned, the fault is named, requests and bytes stay bounded, and the
 * first cycle after its end has everything again.
 */
class SourceFaultsTest {

  private static final int DAY = 144;
  private static final long END = Instant.parse("2026-11-20T12:00:00Z").getEpochSecond();
  private static final Instant NOW = Instant.ofEpochSecond(END + 300);
  private static final long MOST_BYTES = 2_000_000;
  private static final Duration TIMEOUT = Duration.ofMillis(400);

  /** Cycles that follow each other fast, so that they alone bound nothing. */
  private static final Duration CYCLE = Duration.ofSeconds(5);

  /** What the server does with every request, and what is said of it. */
  @SuppressWarnings("ImmutableEnumChecker") // a behaviour is code
  private enum Fault {
    SERVER_ERROR("it answers HTTP 500", x -> send(x, 500, "oops")),
    BAD_GATEWAY("it answers HTTP 502", x -> send(x, 502, "<html>bad gateway</html>")),
    UNAVAILABLE("it answers HTTP 503", x -> send(x, 503, "")),
    TIMED_OUT(
        "it cannot answer that much at once",
        x -> send(x, 503, error("timeout", "query timed out in expression evaluation"))),
    LIMIT(
        "it cannot answer that much at once",
        x -> send(x, 400, error("execution", "query processing would load too many samples"))),
    BAD_DATA("it refuses the query (bad_data)", x -> send(x, 400, error("bad_data", "no"))),
    UNAUTHORIZED("HTTP 401", x -> send(x, 401, "")),
    FORBIDDEN("HTTP 403", x -> send(x, 403, "")),
    THROTTLED("HTTP 429", x -> send(x, 429, "")),
    LOGIN_PAGE("not in Prometheus' form", x -> send(x, 200, "<html>Sign in</html>")),
    NULL("not in Prometheus' form", x -> send(x, 200, "null")),
    NO_DATA("not in Prometheus' form", x -> send(x, 200, "{\"status\":\"success\"}")),
    OTHER_SHAPE("not in Prometheus' form", x -> send(x, 200, "{\"hits\": []}")),
    EMPTY("not in Prometheus' form", x -> send(x, 200, "")),
    CUT("its response is truncated", x -> send(x, 200, HEAD + "{\"metric\":{\"pod\":\"ch")),
    REDIRECT(
        "redirect",
        x -> {
          x.getResponseHeaders().add("Location", "http://127.0.0.1:1/");
          x.sendResponseHeaders(302, -1);
        }),
    HANGS("no answer within", x -> pause(2_000)),
    DRIPS(
        "no whole answer within",
        x -> {
          x.sendResponseHeaders(200, 0);
          for (int i = 0; i < 30; i++) {
            x.getResponseBody().write(' ');
            x.getResponseBody().flush();
            pause(50);
          }
        }),
    ENDLESS_SERIES(
        "larger than",
        x -> {
          x.sendResponseHeaders(200, 0);
          OutputStream body = x.getResponseBody();
          body.write(HEAD.getBytes(UTF_8));
          byte[] series =
              "{\"metric\":{\"pod\":\"p\"},\"values\":[]},".repeat(1000).getBytes(UTF_8);
          for (long sent = 0; sent < 100 * MOST_BYTES; sent += series.length) {
            body.write(series);
          }
        }),
    ENDLESS_TEXT(
        "larger than",
        x -> {
          x.sendResponseHeaders(200, 0);
          OutputStream body = x.getResponseBody();
          body.write((HEAD + "{\"metric\":{\"pod\":\"").getBytes(UTF_8));
          byte[] text = "x".repeat(100_000).getBytes(UTF_8);
          for (long sent = 0; sent < 300_000_000; sent += text.length) {
            body.write(text);
          }
        }),
    GZIP_BOMB(
        "larger than",
        x -> {
          x.getResponseHeaders().add("Content-Encoding", "gzip");
          x.sendResponseHeaders(200, 0);
          try (GZIPOutputStream packed = new GZIPOutputStream(x.getResponseBody())) {
            byte[] blanks = " ".repeat(1 << 20).getBytes(UTF_8);
            for (int i = 0; i < 1000; i++) {
              packed.write(blanks);
            }
          }
        });

    private final String said;
    private final Behaviour behaviour;

    Fault(String said, Behaviour behaviour) {
      this.said = said;
      this.behaviour = behaviour;
    }
  }

  private interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  private static final String HEAD =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[";

  private static final StepGrid TWO_DAYS = new StepGrid(END - 2L * DAY * 600, 600, 2 * DAY);

  private static final Target CHAT = target("a", "chat");
  private static final Target CODE = target("b", "code");

  private final Transport healthy =
      new RehearsedServer(
          List.of(
              new RehearsedServer.Deployment(
                  "a", "chat", "llama", RehearsedServer.served(TWO_DAYS, 100, 1)),
              new RehearsedServer.Deployment(
                  "b", "code", "llama", RehearsedServer.served(TWO_DAYS, 30, 1))));
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Instant> askedAt = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;
  private HttpTransport spoilt;
  private Instant now = NOW;
  private volatile @Nullable Fault fault;
  private volatile @Nullable UnaryOperator<String> spoiling;
  private volatile @Nullable QueryCatalog spoiltQuery;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          Fault current = fault;
          try (exchange) {
            if (current != null) {
              current.behaviour.answer(exchange);
            }
          }
        });
    server.start();
    Endpoint plain = Endpoint.at("http://127.0.0.1:" + server.getAddress().getPort());
    spoilt =
        new HttpTransport(
            new Endpoint(
                plain.baseUrl(),
                plain.authentication(),
                plain.trust(),
                Map.of(),
                TIMEOUT,
                MOST_BYTES));
  }

  @AfterEach
  void end() {
    server.stop(0);
    threads.shutdownNow();
  }

  private HttpResult ask(ApiRequest request) {
    askedAt.add(now);
    if (fault != null) {
      return spoilt.ask(request);
    }
    HttpResult answer = healthy.ask(request);
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
            .isLessThan(24 * (MOST_BYTES + 5_000_000));
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
    NOT_A_NUMBER("\"NaN\"");

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

  private static Target target(String namespace, String name) {
    return new Target(
        "default",
        "vllm",
        namespace,
        Set.of(new WorkloadRef("Deployment", name)),
        "llama",
        "llama",
        Duration.ofDays(1));
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static String error(String type, String words) {
    return "{\"status\":\"error\",\"errorType\":\"%s\",\"error\":\"%s\"}".formatted(type, words);
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
