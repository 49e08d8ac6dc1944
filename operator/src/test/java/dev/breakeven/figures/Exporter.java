package dev.breakeven.figures;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Shows targets on loopback, each on its path, from the end of their past on. */
final class Exporter implements AutoCloseable {

  private final HttpServer server;
  private volatile Map<String, Scraped> byPath = Map.of();
  private volatile double since;

  Exporter() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Shows these, whose past ended then. */
  void show(List<Scraped> targets, long pastEndsSeconds) {
    since = pastEndsSeconds;
    byPath = targets.stream().collect(Collectors.toMap(Scraped::path, Function.identity()));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Scraped target = byPath.get(exchange.getRequestURI().getPath());
      if (target == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      byte[] page =
          target.page(System.currentTimeMillis() / 1e3 - since).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
      exchange.sendResponseHeaders(200, page.length);
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(page);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
