package dev.breakeven.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.configuration.OperatorConfiguration.LogFormat;
import dev.breakeven.testing.Finished;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogsIT {

  /** Run in a JVM of its own: how a process logs is a thing of the whole process. */
  static final class Program {
    public static void main(String[] formats) {
      for (String format : formats) {
        Logs.ofTheOperator(LogFormat.valueOf(format));
        LoggerFactory.getLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils")
            .warn("The client is using resource type 'costpolicies' with unstable version");
        LoggerFactory.getLogger("io.fabric8.kubernetes.client.informers.impl.cache.Reflector")
            .warn("listSyncAndWatch failed, will retry", new IllegalStateException("each attempt"));
        for (int i = 0; i < 3; i++) {
          LoggerFactory.getLogger("io.javaoperatorsdk.operator.processing.event.EventProcessor")
              .error("Uncaught error {}", i, new IllegalStateException("a bug of the SDK's"));
        }
      }
      LoggerFactory.getLogger("dev.breakeven.Program")
          .atInfo()
          .addKeyValue("policy", "inference/chat")
          .log("the advice\n of {}", "chat");
      LoggerFactory.getLogger("dev.breakeven.Program")
          .warn("failed", new IllegalStateException("two\nlines"));
      LoggerFactory.getLogger("io.fabric8.Chatty").info("nobody asked");
    }
  }

  @Test
  void aCommandLogsWarningsOnlyAndNeverToStandardOutput() {
    Finished run = run();

    assertThat(run.output()).isEmpty();
    assertThat(run.errors().lines()).containsExactly("WARN  Program failed");
  }

  @Test
  void theOperatorLogsOneLineAnEventWhateverIsInIt() {
    List<String> lines = run("text").errors().lines().toList();

    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .as("an error of a library's, once and without its trace")
        .matches(
            "\\d{4}-.*Z WARN  EventProcessor Uncaught error 0: an error of Breakeven's own: a bug of"
                + " the SDK's\\s*");
    assertThat(lines.get(1)).matches("\\d{4}-.*Z INFO  Program the advice \\| of chat\\s*");
    assertThat(lines.get(2)).contains("IllegalStateException: two | lines").doesNotContain("at ");
  }

  @Test
  void asJsonEveryLineIsOneObject() throws IOException {
    List<String> lines = run("json").errors().lines().toList();

    assertThat(lines).hasSize(3);
    JsonNode first = new ObjectMapper().readTree(lines.get(1));
    assertThat(first.get("level").asText()).isEqualTo("INFO");
    assertThat(first.get("message").asText()).isEqualTo("the advice\n of chat");
    assertThat(first.get("policy").asText()).isEqualTo("inference/chat");
    JsonNode error = new ObjectMapper().readTree(lines.get(2)).get("error");
    assertThat(error.get("message").asText()).isEqualTo("two\nlines");
    assertThat(error.has("trace")).as("a trace at WARN").isFalse();
  }

  private static Finished run(String... formats) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName()));
    command.addAll(List.of(formats));
    return Finished.of(command, Path.of("").toAbsolutePath(), Map.of());
  }
}
