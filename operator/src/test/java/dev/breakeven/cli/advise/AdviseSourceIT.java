package dev.breakeven.cli.advise;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.breakeven.cli.Breakeven;
import dev.breakeven.cli.console.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line asks a source. */
class AdviseSourceIT {

  private Path policy = Path.of("policy.yaml");

  @BeforeEach
  void writePolicy(@TempDir Path directory) throws IOException {
    policy = Files.writeString(directory.resolve("policy.yaml"), AdviseCommandTest.POLICY);
  }

  @Test
  void aSourceOfTheOperatorsFileIsAskedAsTheOperatorAsksIt(@TempDir Path directory)
      throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "s3cret\n");
    Queue<String> asked = new ConcurrentLinkedQueue<>();
    HttpServer server = serverThatAnswersNothing(asked);
    try {
      Path config =
          Files.writeString(
              directory.resolve("operator.yaml"),
              """
              sources:
                default:
                  url: "http://127.0.0.1:%d/select?tenant=7"
                  bearerTokenFile: %s
                  headers: {X-Scope-OrgID: team}
                  matchers: {cluster: eu-1}
              """
                  .formatted(server.getAddress().getPort(), token));

      assertThat(advise("-f", policy.toString(), "--config", config.toString()))
          .isEqualTo(ExitCode.INCONCLUSIVE);
    } finally {
      server.stop(0);
    }
    assertThat(asked)
        .isNotEmpty()
        .allSatisfy(
            request ->
                assertThat(request).contains("Bearer s3cret", "OrgID team", "/select", "tenant=7"))
        .anySatisfy(request -> assertThat(request).contains("cluster=\"eu-1\""));
  }

  @Test
  void whatifReadsTheServerNoOftenerThanAdvise() throws IOException {
    Queue<String> asked = new ConcurrentLinkedQueue<>();
    HttpServer server = serverThatAnswersNothing(asked);
    try {
      String url = "http://127.0.0.1:%d".formatted(server.getAddress().getPort());
      advise("-f", policy.toString(), "--prometheus", url);
      int once = asked.size();
      asked.clear();
      run(
          "whatif",
          "-f",
          policy.toString(),
          "--prometheus",
          url,
          "--set",
          "api.discountPercent=30");
      assertThat(once).isPositive();
      assertThat(asked).hasSize(once);
    } finally {
      server.stop(0);
    }
  }

  /** One that notes what it is asked; to be stopped. */
  private static HttpServer serverThatAnswersNothing(Queue<String> asked) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answerNothing(exchange, asked));
    server.start();
    return server;
  }

  private static void answerNothing(HttpExchange exchange, Queue<String> asked) throws IOException {
    try (exchange) {
      String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      asked.add(
          "%s OrgID %s %s %s"
              .formatted(
                  exchange.getRequestHeaders().getFirst("Authorization"),
                  exchange.getRequestHeaders().getFirst("X-Scope-OrgID"),
                  exchange.getRequestURI(),
                  URLDecoder.decode(form, StandardCharsets.UTF_8)));
      byte[] none =
          "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}"
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, none.length);
      exchange.getResponseBody().write(none);
    }
  }

  private static int advise(String... arguments) {
    return run("advise", arguments);
  }

  private static int run(String command, String... arguments) {
    return Breakeven.commandLine()
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(new StringWriter()))
        .execute(Stream.concat(Stream.of(command), Stream.of(arguments)).toArray(String[]::new));
  }
}
