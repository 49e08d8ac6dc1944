package dev.breakeven.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A {@code /metrics} page on a free port of loopback, whose text a test sets and changes. */
public final class ScrapedPage implements AutoCloseable {

  private final HttpServer server;
  private volatile String text;

  private ScrapedPage(HttpServer server, String text) {
    this.server = server;
    this.text = text;
  }

  /**
   * Serves this text from now on.
   *
   * @param text in Prometheus' text format
   */
  public static ScrapedPage of(String text) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      ScrapedPage page = new ScrapedPage(server, text);
      server.createContext("/metrics", page::answer);
      server.start();
      return page;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** The port it is on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Serves this text from now on. */
  public void show(String newText) {
    text = newText;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
