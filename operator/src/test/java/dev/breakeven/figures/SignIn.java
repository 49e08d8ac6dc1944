package dev.breakeven.figures;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.testing.ChildProcess;
import dev.breakeven.testing.Finished;
import dev.breakeven.testing.KeyPairFiles;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.Loopback;
import dev.breakeven.testing.Repository;
import dev.breakeven.testing.SteadyTraffic;
import dev.breakeven.testing.Tool;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * {@code advise --prometheus} through the proxies that sign requests to managed services, each
 * before a Prometheus of this machine: whether every request arrives signed, and whether the answer
 * is that of the Prometheus itself. Nothing of a cloud is asked; its tokens are made up.
 */
@Command(name = "sign-in", description = "Through the proxies that sign in to managed services.")
final class SignIn implements Callable<Integer> {

  private static final String POLICY =
      """
      apiVersion: breakeven.dev/v1alpha1
      kind: CostPolicy
      metadata: {name: chat, namespace: inference}
      spec:
        model: acme/chat
        workloads: [{name: chat}]
        selfHost:
          gpu: {hourlyPrice: "2.50", perReplica: 1}
          capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "1000"}
        api: {prices: {inputPerMillion: "1", outputPerMillion: "4"}}
      """;

  /** A proxy, where its source is asked and how requests must arrive. */
  private record Tried(String name, ChildProcess proxy, String url, String how) {}

  private int wrong;

  @Override
  public Integer call() throws Exception {
    Path directory = Repository.scratch("sign-in");
    Path policy = Files.writeString(directory.resolve("policy.yaml"), POLICY);
    KeyPairFiles pair = KeyPairFiles.selfSigned(directory, "service");
    try (LivePrometheus prometheus =
            LivePrometheus.scrapingNothing()
                .holding(history -> SteadyTraffic.ofChat("inference").into(history))
                .start();
        SignedRequests plain = SignedRequests.before(prometheus.url());
        SignedRequests tls = SignedRequests.withTls(prometheus.url(), pair)) {
      String itself = answer(policy, prometheus.url());
      Figure.doing("Prometheus itself: %s", itself);
      given("aws-sigv4-proxy", "github.com/awslabs/aws-sigv4-proxy: go build ./cmd/aws-sigv4-proxy")
          .ifPresent(program -> tried(policy, itself, plain, aws(program, directory, plain)));
      tried(policy, itself, plain, google(directory, plain));
      given("aad-auth-proxy", "github.com/Azure/aad-auth-proxy: go build in src")
          .ifPresent(
              program -> tried(policy, itself, tls, azure(program, directory, plain, tls, pair)));
    } finally {
      Repository.delete(directory);
    }
    return wrong == 0 ? 0 : 1;
  }

  /** Programs whose repositories are no Go modules that a proxy serves: they have to be given. */
  private static Optional<Path> given(String program, String source) {
    Optional<Path> found =
        Stream.of("BREAKEVEN_TEST_BIN", "PATH")
            .map(variable -> Optional.ofNullable(System.getenv(variable)).orElse(""))
            .flatMap(directories -> Stream.of(directories.split(File.pathSeparator)))
            .filter(directory -> !directory.isBlank())
            .map(directory -> Path.of(directory).resolve(program))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      Figure.doing("%s left out: not in BREAKEVEN_TEST_BIN; build it from %s", program, source);
    }
    return found;
  }

  private static Tried aws(Path program, Path directory, SignedRequests service) {
    int port = Loopback.freePort();
    return started(
        "aws-sigv4-proxy",
        directory,
        Map.of("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", SignedRequests.SECRET),
        List.of(
            program.toString(),
            "--name",
            "aps",
            "--region",
            "eu-central-1",
            "--host",
            "127.0.0.1:" + service.port(),
            "--upstream-url-scheme",
            "http",
            "--port",
            "127.0.0.1:" + port),
        port,
        "/workspaces/ws-example",
        "SigV4 aps");
  }

  private static Tried google(Path directory, SignedRequests service) {
    int port = Loopback.freePort();
    return started(
        "gmp-frontend",
        directory,
        Map.of("GCE_METADATA_HOST", "127.0.0.1:" + service.port()),
        List.of(
            Tool.GMP_FRONTEND.path().toString(),
            "--web.listen-address=127.0.0.1:" + port,
            "--query.project-id=p",
            "--query.target-url=http://127.0.0.1:%d/v1/projects/p/location/global/prometheus"
                .formatted(service.port())),
        port,
        "",
        "Bearer");
  }

  private static Tried azure(
      Path program,
      Path directory,
      SignedRequests tokens,
      SignedRequests service,
      KeyPairFiles pair) {
    int port = Loopback.freePort();
    return started(
        "aad-auth-proxy",
        directory,
        Map.of(
            "SSL_CERT_FILE",
            pair.certificate().toString(),
            "IDENTITY_ENDPOINT",
            "http://127.0.0.1:%d/msi/token".formatted(tokens.port()),
            "IDENTITY_HEADER",
            "made-up",
            "IDENTITY_TYPE",
            "systemAssigned",
            "AUDIENCE",
            "https://prometheus.monitor.azure.com",
            "TARGET_HOST",
            "https://localhost:" + service.port(),
            "LISTENING_PORT",
            String.valueOf(port)),
        List.of(program.toString()),
        port,
        "",
        "Bearer");
  }

  private static Tried started(
      String name,
      Path directory,
      Map<String, String> environment,
      List<String> command,
      int port,
      String path,
      String how) {
    ChildProcess proxy =
        ChildProcess.start(name, directory.resolve(name + ".log"), environment, command);
    Loopback.await(proxy, () -> isListening(port));
    return new Tried(name, proxy, "http://127.0.0.1:" + port + path, how);
  }

  private static boolean isListening(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private void tried(Path policy, String itself, SignedRequests service, Tried tried) {
    int before = service.count();
    int signedBefore = service.count(tried.how());
    String answer = answer(policy, tried.url());
    tried.proxy().close();
    int all = service.count() - before;
    int signed = service.count(tried.how()) - signedBefore;
    boolean isRight = all > 0 && signed == all && answer.equals(itself);
    wrong += isRight ? 0 : 1;
    Figure.doing(
        "%s: %d of %d requests signed (%s); %s",
        tried.name(), signed, all, tried.how(), isRight ? "the same answer" : answer);
  }

  private static String answer(Path policy, String url) {
    String printed =
        Finished.ofBreakeven("advise", "-f", policy.toString(), "--prometheus", url, "-o", "json")
            .orFail();
    try {
      JsonNode status = new ObjectMapper().readTree(printed).path("status");
      return "%s; %s input and %s output tokens/s"
          .formatted(
              status.at("/advice/summary").asText(),
              status.at("/observed/inputTokensPerSecond").asText(),
              status.at("/observed/outputTokensPerSecond").asText());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
