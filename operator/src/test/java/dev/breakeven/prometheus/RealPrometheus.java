package dev.breakeven.prometheus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real Prometheus on loopback over data of our making. Stop it, start it again, wipe it. */
final class RealPrometheus implements AutoCloseable {

  private static final Path BINARY = Path.of("/usr/bin/prometheus");
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path directory;
  private final int port;
  private String scrapeConfig = "scrape_configs: []\n";
  private @Nullable Process process;

  RealPrometheus(Path directory) {
    this.directory = directory;
    try (ServerSocket free = new ServerSocket(0)) {
      this.port = free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  RealPrometheus scraping(String config) {
    scrapeConfig = config;
    return this;
  }

  /** Puts a past into its store; it must not be running. */
  RealPrometheus holding(OpenMetrics past) {
    try {
      Path text = directory.resolve("past.txt");
      Files.writeString(text, past.text());
      Path log = directory.resolve("promtool.log");
      Process promtool =
          new ProcessBuilder(
                  PROMTOOL.toString(),
                  "tsdb",
                  "create-blocks-from",
                  "openmetrics",
                  text.toString(),
                  data().toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!promtool.waitFor(5, TimeUnit.MINUTES) || promtool.exitValue() != 0) {
        throw new IllegalStateException("promtool: " + Files.readString(log));
      }
      Files.delete(text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path data() {
    return directory.resolve("data");
  }

  /** Starts it and waits until it answers. */
  RealPrometheus start(String... options) {
    try {
      Files.createDirectories(data());
      Path config = directory.resolve("prometheus.yml");
      Files.writeString(config, scrapeConfig);
      List<String> command =
          new ArrayList<>(
              List.of(
                  BINARY.toString(),
                  "--config.file=" + config,
                  "--storage.tsdb.path=" + data(),
                  "--storage.tsdb.retention.time=10y",
                  "--web.listen-address=127.0.0.1:" + port));
      command.addAll(List.of(options));
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("prometheus.log").toFile())
              .start();
      awaitReady();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady() {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest ready = HttpRequest.newBuilder(URI.create(url() + "/-/ready")).build();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        if (client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
        Thread.sleep(50);
      } catch (IOException e) {
        pause();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new IllegalStateException("Prometheus does not become ready: see its log");
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  void stop() {
    Process running = process;
    if (running == null) {
      return;
    }
    running.destroy();
    try {
      if (!running.waitFor(20, TimeUnit.SECONDS)) {
        running.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    process = null;
  }

  /** Loses everything it held; it must not be running. */
  void wipe() {
    try (var files = Files.walk(data())) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop();
  }
}
