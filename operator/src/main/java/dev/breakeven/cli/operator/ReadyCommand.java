package dev.breakeven.cli.operator;

import dev.breakeven.cli.console.Failure;
import dev.breakeven.configuration.PemFiles;
import dev.breakeven.traffic.TimeSpan;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks a running operator whether it is ready: what {@code helm test} runs. */
@Command(
    name = "ready",
    description = "Asks a running operator whether it is ready.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      " 0:the operator is ready",
      " 1:it is not ready, or cannot be reached",
      " 2:bad arguments"
    })
public final class ReadyCommand implements Callable<Integer> {

  private static final Duration ONE_REQUEST = Duration.ofSeconds(5);
  private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(500);
  private static final int NOT_READY = 1;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "HOST:PORT",
      description = "Where the operator listens, such as 127.0.0.1:8080, or an http URL.")
  private String address = "";

  @Option(
      names = "--within",
      paramLabel = "TIME",
      defaultValue = "0s",
      description = "How long to wait for it, such as 60s (default: not at all).")
  private String within = "0s";

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "PEM file of the certificate authorities to trust (default: the JVM's).")
  @Nullable Path authorities;

  @Override
  public Integer call() throws InterruptedException {
    URI url = url();
    Duration patience;
    try {
      patience = TimeSpan.parse(within);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--within: " + e.getMessage(), e);
    }
    HttpClient client = client();
    long end = System.nanoTime() + patience.toNanos();
    Readiness last = ask(client, url);
    while (last instanceof Readiness.NotReady && System.nanoTime() < end) {
      Thread.sleep(BETWEEN_REQUESTS.toMillis());
      last = ask(client, url);
    }
    if (last instanceof Readiness.NotReady not) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("not ready: " + url + ": " + not.why());
      err.flush();
      return NOT_READY;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println("ready: " + url);
    out.flush();
    return 0;
  }

  private HttpClient client() {
    HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(ONE_REQUEST);
    if (authorities != null) {
      try {
        client.sslContext(PemFiles.trusting(authorities.toString()));
      } catch (IOException | GeneralSecurityException e) {
        throw new ParameterException(
            spec.commandLine(), "--ca: " + authorities + " holds no certificates in PEM", e);
      }
    }
    return client.build();
  }

  private URI url() {
    try {
      URI url = new URI(address.contains("://") ? address : "http://" + address);
      boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (isHttp && url.getHost() != null && (url.getPort() >= 0 || address.contains("://"))) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Refused below with the same words as every other wrong address.
    }
    throw new ParameterException(
        spec.commandLine(), "'" + address + "' is not HOST:PORT, such as 127.0.0.1:8080");
  }

  private sealed interface Readiness {
    record Ready() implements Readiness {}

    record NotReady(String why) implements Readiness {}
  }

  private Readiness ask(HttpClient client, URI url) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve("/readyz")).timeout(ONE_REQUEST).build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200
          ? new Readiness.Ready()
          : new Readiness.NotReady(answer.statusCode() + " " + firstLine(answer.body()));
    } catch (IOException e) {
      return new Readiness.NotReady(Failure.sentence(e));
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
