package dev.breakeven.prometheus.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.client.SourceFailure.Reason;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.testing.Endpoints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a server, or a proxy before it, may put on the wire: every byte of the answer is given. */
class WireFaultsIT {

  private static final String ANSWER = answer("{\"pod\":\"p\"}", "[600,\"7\"],[1200,\"8\"]");
  private static final ApiRequest REQUEST =
      new ApiRequest.Range(QueryCatalog.INPUT_TOKENS, "rate(x[600s])", 600, 1200, 600);

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpTransport transport;
  private final Map<Map<String, String>, List<String>> taken = new LinkedHashMap<>();
  private final List<Map<String, String>> unreadable = new ArrayList<>();
  private volatile byte[] onTheWire = new byte[0];

  WireFaultsIT() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::serve);
    String url = "http://127.0.0.1:" + server.getLocalPort();
    transport = new HttpTransport(Endpoints.within(url, Duration.ofSeconds(5), 10_000_000));
  }

  @AfterEach
  void end() throws IOException {
    server.close();
    threads.shutdownNow();
  }

  /** An answer and what must come of it. */
  @SuppressWarnings("ImmutableEnumChecker") // nobody writes to the bytes
  private enum Wire {
    PLAIN(null, http("", ANSWER)),
    HTTP_1_0(null, bytes("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + ANSWER)),
    NO_LENGTH(null, bytes("HTTP/1.1 200 OK\r\n\r\n" + ANSWER)),
    LENGTH_TOO_LONG(null, bytes("HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n" + ANSWER)),
    LENGTH_TOO_SHORT(
        Reason.TRUNCATED, bytes("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n" + ANSWER)),
    LENGTH_NEGATIVE(
        Reason.TRUNCATED, bytes("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + ANSWER)),
    LENGTH_NO_NUMBER(
        Reason.UNREACHABLE, bytes("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n" + ANSWER)),
    LENGTH_BEYOND_LONG(
        Reason.UNREACHABLE,
        bytes("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n" + ANSWER)),
    LENGTHS_THAT_DIFFER(
        null,
        bytes(
            "HTTP/1.1 200 OK\r\nContent-Length: "
                + ANSWER.length()
                + "\r\nContent-Length: 7\r\n\r\n"
                + ANSWER)),
    CHUNKED_CUT_BEFORE_THE_LAST_CHUNK(
        null, bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(ANSWER))),
    CHUNKED_CUT_IN_THE_MIDDLE(
        Reason.TRUNCATED,
        bytes(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk(ANSWER).substring(0, 60))),
    CHUNKED_WITH_NONSENSE_FOR_A_SIZE(
        Reason.TRUNCATED,
        bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + ANSWER)),
    CHUNKED_WITH_A_SIZE_BEYOND_ALL(
        Reason.TRUNCATED,
        bytes(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + ANSWER)),
    GZIP_CUT(Reason.TRUNCATED, packed(zipped(ANSWER), 40)),
    GZIP_CUT_IN_ITS_TRAILER(null, packed(zipped(ANSWER), zipped(ANSWER).length - 4)),
    GZIP_THAT_IS_NONE(Reason.NOT_AN_ANSWER, http("Content-Encoding: gzip\r\n", ANSWER)),
    GZIP_OF_NOTHING(Reason.TRUNCATED, http("Content-Encoding: gzip\r\n", "")),
    GZIP_IN_CAPITALS(null, http("Content-Encoding: GZIP\r\n", zipped(ANSWER))),
    GZIP_BY_ITS_OLD_NAME(null, http("Content-Encoding: x-gzip\r\n", zipped(ANSWER))),
    GZIP_TWICE(
        Reason.NOT_AN_ANSWER, http("Content-Encoding: gzip, gzip\r\n", zipped(zipped(ANSWER)))),
    ANOTHER_PACKING(
        Reason.NOT_AN_ANSWER, http("Content-Encoding: zstd\r\n", "(\u00b5/\u00fd junk")),
    NO_CONTENT(Reason.HTTP_ERROR, bytes("HTTP/1.1 204 No Content\r\n\r\n")),
    RESET_CONTENT(
        Reason.HTTP_ERROR, bytes("HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n")),
    PARTIAL_CONTENT(
        Reason.HTTP_ERROR, replaced(http("Content-Range: bytes 0-9/10\r\n", ANSWER), "200", "206")),
    CONTINUE_FIRST(null, concat(bytes("HTTP/1.1 100 Continue\r\n\r\n"), http("", ANSWER))),
    EARLY_HINTS_FIRST(
        null, concat(bytes("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), http("", ANSWER))),
    NOT_MODIFIED(Reason.REDIRECTED, bytes("HTTP/1.1 304 Not Modified\r\n\r\n")),
    REDIRECT_TO_ANOTHER_HOST(
        Reason.REDIRECTED,
        bytes("HTTP/1.1 307 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")),
    REDIRECT_TO_NOWHERE(
        Reason.REDIRECTED, bytes("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")),
    REFUSED_WITHOUT_A_CHALLENGE(
        Reason.FORBIDDEN, bytes("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")),
    PROXY_WANTS_A_NAME(
        Reason.HTTP_ERROR,
        bytes("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")),
    INSUFFICIENT_STORAGE(
        Reason.HTTP_ERROR, bytes("HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 0\r\n\r\n")),
    STATUS_OF_NO_CLASS(Reason.HTTP_ERROR, bytes("HTTP/1.1 799 Odd\r\nContent-Length: 0\r\n\r\n")),
    STATUS_OF_TWO_DIGITS(Reason.UNREACHABLE, bytes("HTTP/1.1 20 OK\r\n\r\n" + ANSWER)),
    NOT_HTTP(Reason.UNREACHABLE, bytes("SSH-2.0-OpenSSH_9.6\r\n")),
    NOTHING(Reason.UNREACHABLE, new byte[0]),
    HEAD_ALONE(Reason.UNREACHABLE, bytes("HTTP/1.1 200 OK\r\nContent-")),
    HEADER_WITHOUT_A_COLON(null, bytes("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n" + ANSWER)),
    HEADER_WITH_A_BLANK_IN_ITS_NAME(
        Reason.UNREACHABLE, bytes("HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n" + ANSWER)),
    HEADERS_OF_A_MEGABYTE(
        Reason.UNREACHABLE, http("X-Much: " + "x".repeat(1_000_000) + "\r\n", ANSWER)),
    BYTE_ORDER_MARK(null, http("", bytes("\u00ef\u00bb\u00bf" + ANSWER))),
    IN_UTF_16(Reason.NOT_AN_ANSWER, http("", ANSWER.getBytes(UTF_16))),
    TWO_ANSWERS(null, http("", ANSWER + ANSWER)),
    GARBAGE_BEHIND(null, http("", ANSWER + "\u0000\u0001 proxy was here")),
    EVENT_STREAM(Reason.NOT_AN_ANSWER, http("", "data: " + ANSWER + "\n\n")),
    XML(Reason.NOT_AN_ANSWER, http("", "<?xml version=\"1.0\"?><r/>")),
    NESTED_BEYOND_ALL(Reason.NOT_AN_ANSWER, http("", "{\"data\":" + "[".repeat(100_000))),
    RESULT_IS_AN_OBJECT(
        Reason.NOT_AN_ANSWER, http("", "{\"status\":\"success\",\"data\":{\"result\":{}}}")),
    SERIES_IS_NULL(
        Reason.NOT_AN_ANSWER, http("", "{\"status\":\"success\",\"data\":{\"result\":[null]}}")),
    SCALAR_FOR_A_MATRIX(
        Reason.NOT_AN_ANSWER,
        http(
            "",
            "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[600,\"1\"]}}")),
    LABEL_IS_AN_OBJECT(
        Reason.NOT_AN_ANSWER, http("", answer("{\"pod\":{\"a\":\"b\"}}", "[600,\"7\"]"))),
    LABEL_IS_A_LIST(Reason.NOT_AN_ANSWER, http("", answer("{\"pod\":[\"a\"]}", "[600,\"7\"]"))),
    METRIC_IS_NULL(Reason.NOT_AN_ANSWER, http("", answer("null", "[600,\"7\"]"))),
    POINT_OF_ONE(Reason.NOT_AN_ANSWER, http("", answer("{}", "[600]"))),
    POINT_OF_NONE(Reason.NOT_AN_ANSWER, http("", answer("{}", "[]"))),
    POINT_OF_THREE(Reason.NOT_AN_ANSWER, http("", answer("{}", "[600,\"7\",\"8\"]"))),
    POINT_WITHOUT_A_TIME(Reason.NOT_AN_ANSWER, http("", answer("{}", "[null,\"7\"]"))),
    TIME_IS_TEXT(Reason.NOT_AN_ANSWER, http("", answer("{}", "[\"600\",\"7\"]"))),
    VALUE_IS_A_WORD(Reason.NOT_AN_ANSWER, http("", answer("{}", "[600,\"many\"]"))),
    VALUE_IS_NOTHING(Reason.NOT_AN_ANSWER, http("", answer("{}", "[600,\"\"]"))),
    VALUE_IS_NULL(Reason.NOT_AN_ANSWER, http("", answer("{}", "[600,null]"))),
    VALUE_OF_ALL_DIGITS(null, http("", answer("{}", "[600,\"" + "9".repeat(900) + "\"]"))),
    TIME_OF_ALL_DIGITS(
        Reason.NOT_AN_ANSWER, http("", answer("{}", "[" + "9".repeat(100_000) + ",\"7\"]"))),
    WARNINGS_ARE_TEXT(
        null, http("", ANSWER.replace("{\"status\"", "{\"warnings\":\"x\",\"status\""))),
    INFOS(
        null,
        http("", ANSWER.replace("{\"status\"", "{\"infos\":[\"PromQL info: x\"],\"status\""))),
    EXEMPLARS(
        null,
        http(
            "",
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},"
                + "\"exemplars\":[{\"labels\":{},\"value\":\"1\"}],\"values\":[[600,\"7\"]]}]}}")),
    NATIVE_HISTOGRAMS(
        null,
        http(
            "",
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},"
                + "\"histograms\":[[600,{\"count\":\"1\",\"buckets\":[[0,\"1\",\"2\",\"3\"]]}]]}]}}"));

    private final @Nullable Reason reason;
    private final byte[] bytes;

    Wire(@Nullable Reason reason, byte[] bytes) {
      this.reason = reason;
      this.bytes = bytes;
    }

    /** A body that breaks off is told with the head where both came at once, if HTTP tells it. */
    Set<Reason> reasons() {
      return reason == Reason.TRUNCATED && !name().startsWith("GZIP")
          ? EnumSet.of(Reason.TRUNCATED, Reason.UNREACHABLE)
          : EnumSet.of(Objects.requireNonNull(reason));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whateverIsOnTheWireIsAnAnswerOrANamedFailure(Wire wire) {
    QueryResult result = ask(wire.bytes);

    if (wire.reason == null) {
      assertThat(result).isInstanceOf(QueryResult.Whole.class);
    } else {
      assertThat(result).isInstanceOf(QueryResult.Failed.class);
      assertThat(((QueryResult.Failed) result).failure().reason()).isIn(wire.reasons());
    }
    assertThat(ask(http("", ANSWER))).as("the next question").isInstanceOf(QueryResult.Whole.class);
  }

  /** What a tenant can name a thing, and a store may hand on as it came. */
  private enum Label {
    CONTROL_CHARACTERS("a\\u0000\\u0007\\n\\u001bb", "a\u0000\u0007\n\u001bb"),
    RAW_CONTROL_CHARACTERS("a\u0000\u0007\u001b\tb", "a\u0000\u0007\u001b\tb"),
    EMOJI(latin1("a\ud83d\ude80b"), "a\ud83d\ude80b"),
    HALF_OF_AN_EMOJI("a\\ud83db", "a\ufffdb"),
    INVALID_UTF_8("a\u00ff\u00c3(\u00e2\u0082b", "a\ufffd\ufffd(\ufffdb"),
    OVERLONG_UTF_8("a\u00c0\u00afb", "a\ufffd\ufffdb"),
    A_SURROGATE_IN_UTF_8("a\u00ed\u00a0\u0080b", "a\ufffdb"),
    UTF_8_THAT_ENDS_TOO_SOON("a\u00f0\u009f\u009a", "a\ufffd");

    private final String sent; // as bytes
    private final String read;

    Label(String sent, String read) {
      this.sent = sent;
      this.read = read;
    }

    private static String latin1(String text) {
      return new String(text.getBytes(UTF_8), ISO_8859_1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whateverALabelHoldsCostsNoOtherSeriesItsAnswer(Label label) {
    String others =
        ANSWER.replace(
            "\"result\":[",
            "\"result\":[{\"metric\":{\"pod\":\"%s\"},\"values\":[[600,\"1\"]]},"
                .formatted(label.sent));

    assertThat(ask(http("", bytes(others)))).isInstanceOf(QueryResult.Whole.class);
    assertThat(taken)
        .containsEntry(Map.of("pod", "p"), List.of("600=7.0", "1200=8.0"))
        .containsEntry(Map.of("pod", label.read), List.of("600=1.0"));
  }

  @Test
  void aTimeThatIsThereTwiceWithOneValueCountsOnce() {
    assertThat(ask(http("", answer("{}", "[600,\"7\"],[600,\"7\"],[1200,\"8\"]"))))
        .isInstanceOf(QueryResult.Whole.class);
    assertThat(taken).containsEntry(Map.of(), List.of("600=7.0", "1200=8.0"));
  }

  @Test
  void aTimeThatIsThereTwiceWithTwoValuesIsNotBelieved() {
    assertThat(ask(http("", answer("{}", "[600,\"7\"],[600,\"9\"],[1200,\"8\"]"))))
        .isInstanceOf(QueryResult.Whole.class);
    assertThat(taken).isEmpty();
    assertThat(unreadable).containsExactly(Map.of());
  }

  @Test
  void timesThatGoBackAreNotBelieved() {
    assertThat(ask(http("", answer("{}", "[1200,\"8\"],[600,\"7\"]"))))
        .isInstanceOf(QueryResult.Whole.class);
    assertThat(taken).isEmpty();
    assertThat(unreadable).containsExactly(Map.of());
  }

  // ---- the stage ----

  private QueryResult ask(byte[] wire) {
    onTheWire = wire;
    taken.clear();
    unreadable.clear();
    return ResponseParser.read(
        transport.ask(REQUEST),
        new SeriesSink() {
          @Override
          public void take(Map<String, String> labels, Points points) {
            List<String> samples = new ArrayList<>();
            for (int i = 0; i < points.size(); i++) {
              samples.add(points.epochSecondAt(i) + "=" + points.valueAt(i));
            }
            taken.put(labels, samples);
          }

          @Override
          public void takeUnreadable(Map<String, String> labels) {
            unreadable.add(labels);
          }
        });
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        threads.execute(() -> answer(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void answer(Socket client) {
    try (client) {
      int read = client.getInputStream().read(new byte[1 << 16]);
      assert read > 0;
      client.getOutputStream().write(onTheWire);
      client.shutdownOutput();
      client.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The client has had enough of it.
      return;
    }
  }

  private static String answer(String labels, String points) {
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
        + "{\"metric\":"
        + labels
        + ",\"values\":["
        + points
        + "]}]}}";
  }

  private static byte[] bytes(String latin1) {
    return latin1.getBytes(ISO_8859_1);
  }

  private static byte[] http(String headers, String body) {
    return http(headers, body.getBytes(UTF_8));
  }

  private static byte[] http(String headers, byte[] body) {
    return concat(
        bytes("HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + body.length + "\r\n\r\n"),
        body);
  }

  private static byte[] packed(byte[] zipped, int kept) {
    return http("Content-Encoding: gzip\r\n", Arrays.copyOf(zipped, kept));
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static byte[] replaced(byte[] http, String from, String to) {
    return bytes(new String(http, ISO_8859_1).replaceFirst(from, to));
  }

  private static byte[] zipped(String text) {
    return zipped(text.getBytes(UTF_8));
  }

  private static byte[] zipped(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String chunk(String body) {
    return Integer.toHexString(body.length()) + "\r\n" + body + "\r\n";
  }
}
