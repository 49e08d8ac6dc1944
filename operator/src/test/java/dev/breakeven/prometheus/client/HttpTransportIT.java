package dev.breakeven.prometheus.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.breakeven.prometheus.client.SourceFailure.Reason;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.testing.Endpoints;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server on loopback that misbehaves as no real Prometheus can be made to. */
class HttpTransportIT {

  private static final String ANSWER =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
          + "{\"metric\":{\"pod\":\"p\"},\"value\":[600,\"7\"]}]}}";
  private static final ApiRequest REQUEST =
      new ApiRequest.Range(QueryCatalog.INPUT_TOKENS, "rate(x{a=\"b c&d\"}[600s])", 600, 1200, 600);

  private final HttpServer server;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<Map<String, List<String>>> headers = new ArrayList<>();
  private final List<String> bodies = new ArrayList<>();
  private final List<String> paths = new ArrayList<>();
  private final Path directory;

  /** What the server does with a request. */
  private interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  HttpTransportIT(@TempDir Path directory) throws IOException {
    this.directory = directory;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
  }

  @AfterEach
  void end() {
    ended.countDown();
    server.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void serve(Behaviour behaviour) {
    server.createContext(
        "/",
        exchange -> {
          headers.add(Map.copyOf(exchange.getRequestHeaders()));
          paths.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          try (exchange) {
            behaviour.answer(exchange);
          }
        });
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private Endpoint endpoint() {
    return Endpoint.at(url());
  }

  private Endpoint within(Duration timeout, long maxBytes) {
    return Endpoints.within(url(), timeout, maxBytes);
  }

  private Endpoint as(Endpoint.Authentication authentication, Map<String, String> extra) {
    Endpoint plain = endpoint();
    return new Endpoint(
        URI.create(url() + "/prometheus/"),
        authentication,
        plain.trust(),
        extra,
        plain.timeout(),
        plain.maxAnswerBytes());
  }

  private static QueryResult ask(Endpoint endpoint) {
    return ResponseParser.read(new HttpTransport(endpoint).ask(REQUEST), (labels, points) -> {});
  }

  private static Reason failure(Endpoint endpoint) {
    QueryResult answer = ask(endpoint);
    assertThat(answer).isInstanceOf(QueryResult.Failed.class);
    return ((QueryResult.Failed) answer).failure().reason();
  }

  @Test
  void aQuestionIsPostedAsAForm() {
    serve(exchange -> send(exchange, 200, ANSWER));
    assertThat(ask(endpoint())).isEqualTo(new QueryResult.Whole(List.of()));
    assertThat(paths).containsExactly("POST /api/v1/query_range");
    assertThat(URLDecoder.decode(bodies.get(0), UTF_8))
        .isEqualTo(
            "query=rate(x{a=\"b c&d\"}[600s])&start=600&end=1200&step=600"
                + "&deny_partial_response=1&nocache=1&partial_response=false");
    assertThat(bodies.get(0)).doesNotContain("b c&d");
  }

  @Test
  void aBearerTokenIsReadAnewWhenItIsRotated() throws IOException {
    serve(exchange -> send(exchange, 200, ANSWER));
    Path token = Files.writeString(directory.resolve("token"), "first\n");
    Transport transport =
        new HttpTransport(
            as(
                new Endpoint.Authentication.Bearer(token.toString()),
                Map.of("X-Scope-OrgID", "team-a")));
    transport.ask(REQUEST);
    Files.writeString(token, "second");
    transport.ask(REQUEST);
    assertThat(headers)
        .extracting(h -> h.get("Authorization"))
        .containsExactly(List.of("Bearer first"), List.of("Bearer second"));
    assertThat(headers.get(0).get("X-scope-orgid")).containsExactly("team-a");
    assertThat(paths.get(0)).isEqualTo("POST /prometheus/api/v1/query_range");
  }

  @Test
  void aNameAndAPasswordAreBasicAuthentication() throws IOException {
    serve(exchange -> send(exchange, 200, ANSWER));
    Path password = Files.writeString(directory.resolve("password"), "open sesame\n");
    ask(as(new Endpoint.Authentication.Basic("aladdin", password.toString()), Map.of()));
    assertThat(headers.get(0).get("Authorization"))
        .containsExactly("Basic YWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  }

  @Test
  void aCredentialThatIsNotThereIsNamedWithoutItsPath() {
    Endpoint endpoint = as(new Endpoint.Authentication.Bearer("/no/such/secret-file"), Map.of());
    QueryResult answer = ask(endpoint);
    SourceFailure failure = ((QueryResult.Failed) answer).failure();
    assertThat(failure.reason()).isEqualTo(Reason.CREDENTIALS_UNREADABLE);
    assertThat(failure.message() + failure.detail()).doesNotContain("secret-file");
  }

  @Test
  void aTokenThatCannotBeAHeaderIsNotShown() throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "se\ncret");
    QueryResult answer = ask(as(new Endpoint.Authentication.Bearer(token.toString()), Map.of()));
    SourceFailure failure = ((QueryResult.Failed) answer).failure();
    assertThat(failure.reason()).isEqualTo(Reason.CREDENTIALS_UNREADABLE);
    assertThat(failure.message() + failure.detail()).doesNotContain("cret").doesNotContain("se\n");
  }

  @Test
  void aRedirectIsNotFollowedSoThatNoCredentialGoesElsewhere() throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "first");
    for (int status : List.of(301, 302, 307, 308)) {
      HttpServer elsewhere =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      List<String> visits = new ArrayList<>();
      elsewhere.createContext("/", exchange -> visits.add("" + exchange.getRequestURI()));
      elsewhere.start();
      int port = elsewhere.getAddress().getPort();
      HttpServer redirecting =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      redirecting.createContext(
          "/",
          exchange -> {
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + port + "/");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
          });
      redirecting.start();
      Endpoint plain = Endpoint.at("http://127.0.0.1:" + redirecting.getAddress().getPort());
      assertThat(
              failure(
                  new Endpoint(
                      plain.baseUrl(),
                      new Endpoint.Authentication.Bearer(token.toString()),
                      plain.trust(),
                      Map.of(),
                      plain.timeout(),
                      plain.maxAnswerBytes())))
          .isEqualTo(Reason.REDIRECTED);
      assertThat(visits).isEmpty();
      redirecting.stop(0);
      elsewhere.stop(0);
    }
  }

  @Test
  void aServerThatSaysNothingIsLeftAfterTheTimeAllowed() {
    serve(exchange -> await());
    assertThat(failure(within(Duration.ofMillis(300), 1 << 20))).isEqualTo(Reason.TIMEOUT);
  }

  @Test
  void aServerThatDripsItsAnswerIsLeftAfterTheTimeAllowed() {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          out.write(ANSWER.substring(0, 40).getBytes(UTF_8));
          out.flush();
          await();
        });
    assertThat(failure(within(Duration.ofMillis(400), 1 << 20))).isEqualTo(Reason.TIMEOUT);
  }

  private void await() {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anAnswerWithoutEndIsCutOffAtTheBytesAllowed() {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          out.write("{\"status\":\"success\",\"data\":{\"result\":[".getBytes(UTF_8));
          byte[] series = "{\"metric\":{},\"value\":[1,\"2\"]},".repeat(1000).getBytes(UTF_8);
          try {
            while (true) {
              out.write(series);
            }
          } catch (IOException e) {
            // The other side has had enough.
          }
        });
    assertThat(failure(within(Duration.ofSeconds(30), 1 << 20))).isEqualTo(Reason.ANSWER_TOO_LARGE);
  }

  @Test
  void aConnectionThatBreaksInTheMiddleOfAnAnswerIsATruncatedOne() {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(ANSWER.substring(0, 60).getBytes(UTF_8));
        });
    assertThat(failure(endpoint())).isEqualTo(Reason.TRUNCATED);
  }

  @Test
  void aQuestionThatMetAConnectionBeingClosedIsAskedOnceMore() {
    serve(
        exchange -> {
          if (bodies.size() > 1) {
            send(exchange, 200, ANSWER);
          }
        });
    assertThat(ask(endpoint())).isInstanceOf(QueryResult.Whole.class);
    assertThat(bodies).hasSize(2);
    assertThat(bodies.get(1)).isEqualTo(bodies.get(0));
  }

  @Test
  void aServerThatAlwaysClosesTheConnectionIsAskedTwiceAndUnreachable() {
    serve(exchange -> {});
    assertThat(failure(endpoint())).isEqualTo(Reason.UNREACHABLE);
    assertThat(bodies).hasSize(2);
  }

  @Test
  void aSignInPageIsNotAnAnswer() {
    serve(exchange -> send(exchange, 200, "<!DOCTYPE html><html>Sign in</html>"));
    assertThat(failure(endpoint())).isEqualTo(Reason.NOT_AN_ANSWER);
  }

  @Test
  void errorsAreNamedByTheirStatus() {
    int[] status = {0};
    serve(exchange -> send(exchange, status[0], "<html>"));
    Map.of(
            401, Reason.FORBIDDEN,
            429, Reason.THROTTLED,
            500, Reason.HTTP_ERROR,
            503, Reason.HTTP_ERROR,
            404, Reason.HTTP_ERROR)
        .forEach(
            (code, reason) -> {
              status[0] = code;
              assertThat(failure(endpoint())).as("%d", code).isEqualTo(reason);
            });
  }

  @Test
  void nobodyThereIsUnreachable() {
    Endpoint gone = endpoint();
    server.stop(0);
    assertThat(failure(gone)).isEqualTo(Reason.UNREACHABLE);
  }

  @Test
  void whereOnlyGetIsLetThroughItIsAskedByGetFromThenOn() {
    serve(
        exchange -> {
          boolean isGet = exchange.getRequestMethod().equals("GET");
          send(exchange, isGet ? 200 : 405, isGet ? ANSWER : "");
        });
    HttpTransport transport = new HttpTransport(endpoint());
    for (int i = 0; i < 2; i++) {
      assertThat(ResponseParser.read(transport.ask(REQUEST), (labels, points) -> {}))
          .isInstanceOf(QueryResult.Whole.class);
    }
    assertThat(paths).hasSize(3);
    assertThat(paths.get(0)).startsWith("POST ");
    assertThat(paths.get(1)).startsWith("GET /api/v1/query_range?query=rate");
    assertThat(paths.get(2)).startsWith("GET ");
  }

  @Test
  void parametersOfTheSourcesUrlStayWithEveryQuestion() {
    serve(exchange -> send(exchange, 200, ANSWER));
    Endpoint tenant = Endpoint.at(url() + "/thanos/?namespace=inference");
    assertThat(ask(tenant)).isInstanceOf(QueryResult.Whole.class);
    assertThat(paths).containsExactly("POST /thanos/api/v1/query_range?namespace=inference");
  }

  @Test
  void aPackedAnswerIsUnpackedAndBoundedByWhatItHolds() throws IOException {
    byte[] packed = packed(ANSWER);
    serve(
        exchange -> {
          exchange.getResponseHeaders().add("Content-Encoding", "gzip");
          exchange.sendResponseHeaders(200, packed.length);
          exchange.getResponseBody().write(packed);
        });
    assertThat(ask(endpoint())).isInstanceOf(QueryResult.Whole.class);
    assertThat(headers.get(0).get("Accept-encoding")).containsExactly("gzip");
  }

  @Test
  void aLittleThatUnpacksToALotIsTooLarge() throws IOException {
    byte[] packed = packed(" ".repeat(1_000_000) + ANSWER);
    serve(
        exchange -> {
          exchange.getResponseHeaders().add("Content-Encoding", "gzip");
          exchange.sendResponseHeaders(200, packed.length);
          exchange.getResponseBody().write(packed);
        });
    assertThat(failure(within(Duration.ofSeconds(5), 100_000))).isEqualTo(Reason.ANSWER_TOO_LARGE);
  }

  private static byte[] packed(String text) throws IOException {
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    try (java.util.zip.GZIPOutputStream out = new java.util.zip.GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void aServerThatAsksToBeLeftAloneIsAskedNothingMeanwhile() {
    serve(
        exchange -> {
          if (paths.size() == 1) {
            exchange.getResponseHeaders().add("Retry-After", "7");
            send(exchange, 429, "");
          } else {
            send(exchange, 200, ANSWER);
          }
        });
    AtomicLong nanos = new AtomicLong();
    HttpTransport transport = new HttpTransport(endpoint(), nanos::get);
    List<Object> answers = new ArrayList<>();
    for (int second : List.of(0, 1, 6, 8)) {
      nanos.set(Duration.ofSeconds(second).toNanos());
      QueryResult answer = ResponseParser.read(transport.ask(REQUEST), (labels, points) -> {});
      answers.add(
          answer instanceof QueryResult.Failed failed
              ? failed.failure().message()
              : answer.getClass());
    }

    String waiting = "HTTP 429, and its Retry-After is not over yet";
    assertThat(answers)
        .containsExactly("HTTP 429 Too Many Requests", waiting, waiting, QueryResult.Whole.class);
    assertThat(paths).hasSize(2);
  }
}
