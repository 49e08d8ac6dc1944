package dev.breakeven.cli.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.render.metrics.Monitoring;
import dev.breakeven.render.metrics.Probe;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ReadyCommandIT {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void anOperatorThatIsReadySaysSo() throws IOException {
    try (Monitoring operator = operator(Probe.Condition.Passing::new)) {
      assertThat(run(url(operator))).isZero();
      assertThat(out).hasToString("ready: " + url(operator) + "\n");
    }
  }

  @Test
  void anOperatorThatIsNotReadySaysWhyInOneLine() throws IOException {
    try (Monitoring operator = operator(() -> new Probe.Condition.Failing("still reading"))) {
      assertThat(run(url(operator))).isEqualTo(1);
      assertThat(err).hasToString("not ready: " + url(operator) + ": 503 still reading\n");
    }
  }

  @Test
  void itWaitsAsLongAsItWasTold() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    Probe readyAtTheThirdAsking =
        () ->
            asked.incrementAndGet() < 3
                ? new Probe.Condition.Failing("still reading")
                : new Probe.Condition.Passing();
    try (Monitoring operator = operator(readyAtTheThirdAsking)) {
      assertThat(run("--within=10m", url(operator))).isZero();
    }
  }

  @Test
  void whereNothingListensThatIsSaid() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }

    assertThat(run("http://127.0.0.1:" + free)).isEqualTo(1);
    assertThat(err.toString()).contains("nothing listens there");
  }

  @Test
  void hostAndPortAreEnough() throws IOException {
    try (Monitoring operator = operator(Probe.Condition.Passing::new)) {
      assertThat(run("127.0.0.1:" + operator.address().getPort())).isZero();
    }
  }

  @Test
  void whatIsNoAddressIsRefused() {
    assertThat(run("here")).isEqualTo(2);
    assertThat(err.toString()).contains("'here' is not HOST:PORT, such as 127.0.0.1:8080");
  }

  private int run(String... arguments) {
    return new CommandLine(new ReadyCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private static Monitoring operator(Probe ready) throws IOException {
    return Monitoring.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        "0.1.0",
        1,
        Monitoring.EndpointSecurity.OPEN,
        Probe.Condition.Passing::new,
        ready,
        Optional.empty());
  }

  private static String url(Monitoring operator) {
    return "http://127.0.0.1:" + operator.address().getPort();
  }
}
