package dev.breakeven.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.HttpResult;
import dev.breakeven.prometheus.client.HttpTransport;
import dev.breakeven.testing.Endpoints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/** A server that answers every question in one of the ways in which none can be used. */
final class SpoiltServer implements AutoCloseable {

  static final long MOST_BYTES = 2_000_000;
  private static final Duration TIMEOUT = Duration.ofMillis(400);

  /** What the server does with every request, and what is said of it. */
  @SuppressWarnings("ImmutableEnumChecker") // a behaviour is code
  enum Fault {
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
    LEAVE_ALONE(
        "HTTP 503",
        x -> {
          x.getResponseHeaders().add("Retry-After", "3600");
          send(x, 503, "");
        }),
    ERROR_AS_SUCCESS("it answers with an error", x -> send(x, 200, error("internal", "no"))),
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
          x.getResponseBody().write(BOMB);
        });

    final String said;
    private final Behaviour behaviour;

    Fault(String said, Behaviour behaviour) {
      this.said = said;
      this.behaviour = behaviour;
    }
  }

  private interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  private static final byte[] BOMB = bomb();
  private static final String HEAD =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[";

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final HttpTransport transport;
  private volatile Fault fault = Fault.SERVER_ERROR;

  SpoiltServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            fault.behaviour.answer(exchange);
          }
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    transport = new HttpTransport(Endpoints.within(url, TIMEOUT, MOST_BYTES));
  }

  /** Asks it, and it answers so. */
  HttpResult ask(ApiRequest request, Fault how) {
    fault = how;
    return transport.ask(request);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Hundreds of megabytes of blanks, packed. */
  private static byte[] bomb() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
      byte[] blanks = " ".repeat(1 << 20).getBytes(UTF_8);
      for (int i = 0; i < 200; i++) {
        packed.write(blanks);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
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
