package dev.breakeven.cli.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.testing.BreakevenJvm;
import dev.breakeven.testing.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator as a process, asked to end by the kubelet. */
class OperatorEndIT {

  /** What Kubernetes gives a container is thirty seconds. */
  private static final Duration WITHIN = Duration.ofSeconds(20);

  @Test
  void askedToEndWhileAnApiServerThatDoesNotAnswerIsWaitedForItEnds(@TempDir Path directory)
      throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      silent.setSoTimeout((int) WITHIN.toMillis());
      Path kubeconfig = directory.resolve("kubeconfig");
      Files.writeString(
          kubeconfig,
          """
          apiVersion: v1
          kind: Config
          clusters: [{name: silent, cluster: {server: "http://127.0.0.1:%d"}}]
          users: [{name: any, user: {token: any}}]
          contexts: [{name: silent, context: {cluster: silent, user: any}}]
          current-context: silent
          """
              .formatted(silent.getLocalPort()));
      Path log = directory.resolve("operator.log");
      try (ChildProcess operator =
          ChildProcess.start(
              "operator",
              log,
              Map.of(),
              BreakevenJvm.command(
                  List.of(),
                  "operator",
                  "--kubeconfig=" + kubeconfig,
                  "--listen=127.0.0.1:0",
                  "--source=default=http://127.0.0.1:1"))) {
        try (Socket asked = silent.accept()) {
          assertThat(asked.isConnected()).isTrue();
          operator.signal("TERM");

          assertThat(operator.awaitEnd(WITHIN)).isTrue();
        }
      }
      assertThat(Files.readString(log)).contains("stopped").doesNotContain("ERROR", "Exception");
    }
  }
}
