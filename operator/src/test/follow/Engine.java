import com.sun.net.httpserver.HttpServer;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * An engine that serves the same traffic all the time, as far as its counters can tell. {@code java
 * Engine.java history INSTANCE FROM TO} prints what a scrape every minute would have left, as
 * OpenMetrics; {@code java Engine.java serve PORT FROM} goes on from there. FROM and TO are seconds
 * UTC.
 */
class Engine {

  static final int INPUT_TOKENS_PER_SECOND = 42_000;
  static final int OUTPUT_TOKENS_PER_SECOND = 4_200;
  static final int REQUESTS_PER_SECOND = 42;

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("history")) {
      history(arguments[1], Long.parseLong(arguments[2]), Long.parseLong(arguments[3]));
    } else {
      serve(Integer.parseInt(arguments[1]), Long.parseLong(arguments[2]));
    }
  }

  static void history(String instance, long from, long to) {
    String target =
        "namespace=\"inference\",pod=\"steady-chat-7d4b9c6f85-x2k9b\",job=\"engine\",instance=\""
            + instance
            + "\"";
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String name : figures(0).keySet()) {
      for (long at = from; at <= to; at += 60) {
        out.printf(
            "%s%s %d %d%n", name.replace("}", ","), target + "}", figures(at - from).get(name), at);
      }
    }
    out.print("# EOF\n");
    out.flush();
  }

  static void serve(int port, long from) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/metrics",
        exchange -> {
          StringBuilder page = new StringBuilder();
          figures(System.currentTimeMillis() / 1000 - from)
              .forEach((name, value) -> page.append(name).append(' ').append(value).append('\n'));
          byte[] body = page.toString().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
  }

  private static Map<String, Long> figures(long seconds) {
    String labels = "{engine=\"0\",model_name=\"acme/chat\"}";
    Map<String, Long> figures = new TreeMap<>();
    figures.put("vllm:prompt_tokens_total" + labels, seconds * INPUT_TOKENS_PER_SECOND);
    figures.put("vllm:prompt_tokens_cached_total" + labels, 0L);
    figures.put("vllm:generation_tokens_total" + labels, seconds * OUTPUT_TOKENS_PER_SECOND);
    figures.put("vllm:request_success_total" + labels, seconds * REQUESTS_PER_SECOND);
    figures.put("vllm:num_requests_waiting" + labels, 0L);
    return figures;
  }
}
