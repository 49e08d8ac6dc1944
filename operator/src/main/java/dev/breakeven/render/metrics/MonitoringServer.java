package dev.breakeven.render.metrics;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/**
 * The operator's only open port: {@code /metrics} for Prometheus, {@code /healthz} and {@code
 * /readyz} for the kubelet, and {@code /report/} for people where that is asked for. Up before
 * anything else, so that a start that takes long can be told from one that hangs.
 */
final class MonitoringServer implements AutoCloseable {

  private static final int OK = 200;
  private static final int MOVED_PERMANENTLY = 301;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;

  /**
   * A client that sends half of a request holds a thread until its time is over, so there are as
   * many of them as connections: the kubelet's questions find one however many such clients there
   * are.
   */
  private static final int THREADS = 512;

  /** Connections that wait to be accepted. */
  private static final int BACKLOG = 512;

  private static final String BEARER = "Bearer ";
  private static final String BASIC = "Basic ";
  private static final String REPORT = "/report/";
  private static final int IDLE_THREAD_SECONDS = 10;

  /** Scrapes at once: each writes all series, and a slow reader holds one of them. */
  private static final int SCRAPES = 4;

  /** Pages at once: each answers its policies anew. */
  private static final int PAGES = 2;

  /** Until a request has been sent in full, and an answer taken, seconds. */
  private static final int REQUEST_SECONDS = 5;

  private static final int ANSWER_SECONDS = 30;

  private static final int MAX_HEADERS = 64;
  private static final int MAX_HEADER_BYTES = 32 << 10;
  private static final int MAX_CONNECTIONS = 512;

  static {
    // The JDK's server reads its bounds when its first instance is made, and from nowhere else.
    bound("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
    bound("sun.net.httpserver.maxRspTime", ANSWER_SECONDS);
    bound("sun.net.httpserver.maxReqHeaders", MAX_HEADERS);
    bound("sun.net.httpserver.maxReqHeaderSize", MAX_HEADER_BYTES);
    bound("jdk.httpserver.maxConnections", MAX_CONNECTIONS);
  }

  private final HttpServer server;
  private final ExecutorService threads;

  private static void bound(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(value));
    }
  }

  private MonitoringServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Starts to listen.
   *
   * @param address port 0 takes a free one
   * @param security how it is guarded
   * @param alive for {@code /healthz}
   * @param ready for {@code /readyz}
   * @param report for {@code /report/}; empty: there is none
   * @throws IOException if the address cannot be listened on
   */
  static MonitoringServer start(
      InetSocketAddress address,
      CollectorRegistry registry,
      Monitoring.EndpointSecurity security,
      Probe alive,
      Probe ready,
      Optional<ServedPages> report)
      throws IOException {
    HttpServer server = created(address, security);
    ExecutorService threads =
        new ThreadPoolExecutor(
            0,
            THREADS,
            IDLE_THREAD_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "monitoring");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    Semaphore scrapes = new Semaphore(SCRAPES);
    Semaphore pages = new Semaphore(PAGES);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String method = exchange.getRequestMethod();
            if (!"GET".equals(method) && !"HEAD".equals(method)) {
              say(exchange, METHOD_NOT_ALLOWED, "GET only");
            } else if ("/metrics".equals(path)) {
              guarded(exchange, security.access(), () -> scrape(exchange, registry, scrapes));
            } else if ("/healthz".equals(path)) {
              probe(exchange, alive);
            } else if ("/readyz".equals(path)) {
              probe(exchange, ready);
            } else if (report.isPresent() && path.startsWith(REPORT)) {
              page(exchange, report.get(), path.substring(REPORT.length()), pages);
            } else if (report.isPresent() && (path + "/").equals(REPORT)) {
              exchange.getResponseHeaders().set("Location", REPORT);
              say(exchange, MOVED_PERMANENTLY, REPORT);
            } else {
              say(
                  exchange,
                  NOT_FOUND,
                  report.isPresent()
                      ? "there are /metrics, /report/, /healthz and /readyz"
                      : "there are /metrics, /healthz and /readyz");
            }
          }
        });
    server.start();
    return new MonitoringServer(server, threads);
  }

  private static HttpServer created(InetSocketAddress address, Monitoring.EndpointSecurity security)
      throws IOException {
    if (security.tls().isEmpty()) {
      return HttpServer.create(address, BACKLOG);
    }
    HttpsServer server = HttpsServer.create(address, BACKLOG);
    server.setHttpsConfigurator(new HttpsConfigurator(security.tls().get()));
    return server;
  }

  private interface Answer {
    void give() throws IOException;
  }

  private static void guarded(HttpExchange exchange, ScrapeAccess access, Answer answer)
      throws IOException {
    ScrapeAccess.Decision decision = access.of(bearerToken(exchange));
    if (decision == ScrapeAccess.Decision.ALLOWED) {
      answer.give();
    } else {
      refuse(exchange, decision, "Bearer", "not allowed to get /metrics");
    }
  }

  private static String bearerToken(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? header.substring(BEARER.length()).strip()
        : "";
  }

  /** The password of basic authentication, which is all that a browser asks a person for. */
  private static String password(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    if (header == null || !header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return "";
    }
    try {
      String pair =
          new String(
              Base64.getDecoder().decode(header.substring(BASIC.length()).strip()),
              StandardCharsets.UTF_8);
      return pair.substring(pair.indexOf(':') + 1).strip();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static void refuse(
      HttpExchange exchange, ScrapeAccess.Decision why, String scheme, String forbidden)
      throws IOException {
    switch (why) {
      case UNAUTHENTICATED -> {
        exchange.getResponseHeaders().set("WWW-Authenticate", scheme);
        say(exchange, UNAUTHORIZED, "a bearer token is needed");
      }
      case FORBIDDEN -> say(exchange, FORBIDDEN, forbidden);
      case UNDECIDED, ALLOWED ->
          say(exchange, UNAVAILABLE, "the API server cannot be asked who this is");
    }
  }

  private static void page(HttpExchange exchange, ServedPages report, String name, Semaphore pages)
      throws IOException {
    String token = bearerToken(exchange);
    if (!pages.tryAcquire()) {
      say(exchange, UNAVAILABLE, "as many pages as may be at once are being made; try again");
      return;
    }
    ServedPages.Reply reply;
    try {
      reply = report.of(name, token.isEmpty() ? password(exchange) : token);
    } finally {
      pages.release();
    }
    Headers headers = exchange.getResponseHeaders();
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    if (reply instanceof ServedPages.Reply.Page page) {
      answer(exchange, OK, page.mediaType(), page.text());
    } else if (reply instanceof ServedPages.Reply.Refused refused) {
      refuse(
          exchange,
          refused.why(),
          "Basic realm=\"a service account's token as the password\", charset=\"UTF-8\"",
          "not allowed to list costpolicies.breakeven.dev");
    } else if (reply instanceof ServedPages.Reply.Missing missing) {
      say(exchange, NOT_FOUND, missing.why());
    }
  }

  /** Where it listens. */
  InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }

  private static void probe(HttpExchange exchange, Probe probe) throws IOException {
    if (probe.now() instanceof Probe.Condition.Failing failing) {
      say(exchange, UNAVAILABLE, failing.why());
    } else {
      say(exchange, OK, "ok");
    }
  }

  private static void say(HttpExchange exchange, int status, String line) throws IOException {
    answer(exchange, status, "text/plain", line + "\n");
  }

  private static void answer(HttpExchange exchange, int status, String mediaType, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", mediaType + "; charset=utf-8");
    boolean head = "HEAD".equals(exchange.getRequestMethod());
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  private static void scrape(HttpExchange exchange, CollectorRegistry registry, Semaphore scrapes)
      throws IOException {
    if (!scrapes.tryAcquire()) {
      say(exchange, UNAVAILABLE, "as many scrapes as may be at once are under way");
      return;
    }
    try {
      metrics(exchange, registry);
    } finally {
      scrapes.release();
    }
  }

  private static void metrics(HttpExchange exchange, CollectorRegistry registry)
      throws IOException {
    String type = TextFormat.chooseContentType(exchange.getRequestHeaders().getFirst("Accept"));
    exchange.getResponseHeaders().set("Content-Type", type);
    if ("HEAD".equals(exchange.getRequestMethod())) {
      exchange.sendResponseHeaders(OK, -1);
      return;
    }
    boolean gzip = takesGzip(exchange);
    if (gzip) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    }
    // Length 0: as it is made, in chunks; thousands of policies are never in memory as one text.
    exchange.sendResponseHeaders(OK, 0);
    OutputStream body = exchange.getResponseBody();
    try (Writer writer =
        new BufferedWriter(
            new OutputStreamWriter(
                gzip ? new GZIPOutputStream(body) : body, StandardCharsets.UTF_8))) {
      TextFormat.writeFormat(type, writer, registry.metricFamilySamples());
    }
  }

  private static boolean takesGzip(HttpExchange exchange) {
    return exchange.getRequestHeaders().getOrDefault("Accept-Encoding", List.of()).stream()
        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("gzip"));
  }
}
