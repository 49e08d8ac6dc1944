package dev.breakeven.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A real Prometheus on a free port of loopback, with the history that a test gives it. It can be
 * stopped and started again with the same data on the same port, as an outage would.
 *
 * <pre>{@code
 * try (LivePrometheus prometheus =
 *     LivePrometheus.scrapingNothing()
 *         .holding(text -> text.counter("vllm:prompt_tokens_total", labels, start, 600, 100, 250))
 *         .start()) {
 *   prometheus.url(); ...
 * }
 * }</pre>
 *
 * <p>Prometheus 2 and 3 differ at the edges of a range: 2 includes the sample at its left edge, 3
 * does not. Figures that a test expects must hold in both.
 */
public final class LivePrometheus implements AutoCloseable {

  private static final int TRIES = 3;

  private final Path directory = Repository.scratch("prometheus");
  private final List<String> flags = new ArrayList<>();
  private Path data = directory.resolve("data");
  private Optional<KeyPairFiles> pair = Optional.empty();
  private int port;
  private List<ChildProcess> processes = List.of();

  private LivePrometheus(String configuration) {
    try {
      Files.writeString(directory.resolve("prometheus.yml"), configuration);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One with this configuration, not yet started. */
  public static LivePrometheus configured(String prometheusYaml) {
    return new LivePrometheus(prometheusYaml);
  }

  /** One that only answers from what it is given, not yet started. */
  public static LivePrometheus scrapingNothing() {
    return configured("global: {}\n");
  }

  /**
   * One that scrapes {@code /metrics} on ports of loopback, not yet started.
   *
   * @param portByJob which port each job is on
   */
  public static LivePrometheus scraping(Duration interval, Map<String, Integer> portByJob) {
    StringBuilder yaml =
        new StringBuilder(
            "global: {scrape_interval: %1$dms, scrape_timeout: %1$dms}\nscrape_configs:\n"
                .formatted(interval.toMillis()));
    portByJob.forEach(
        (job, jobPort) ->
            yaml.append(
                "- {job_name: \"%s\", static_configs: [{targets: [\"127.0.0.1:%d\"]}]}\n"
                    .formatted(job, jobPort)));
    return configured(yaml.toString());
  }

  /** Starts it with this flag too, say {@code --web.config.file=…}. */
  public LivePrometheus with(String flag) {
    flags.add(flag);
    return this;
  }

  /** Answers over TLS, with a certificate that {@link #authority} vouches for. */
  public LivePrometheus withTls() {
    pair = Optional.of(KeyPairFiles.selfSigned(directory, "tls"));
    try {
      Files.writeString(
          directory.resolve("web.yml"),
          "tls_server_config: {cert_file: \"%s\", key_file: \"%s\"}\n"
              .formatted(pair.get().certificate(), pair.get().key()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return with("--web.config.file=" + directory.resolve("web.yml"));
  }

  /** Writes every query and what it cost to a file, one line of JSON each. */
  public LivePrometheus loggingQueries() {
    try {
      Path configuration = directory.resolve("prometheus.yml");
      String empty = "global: {}";
      String text = Files.readString(configuration);
      if (!text.contains(empty)) {
        throw new IllegalStateException("only where nothing else is configured");
      }
      Files.writeString(
          configuration,
          text.replace(empty, "global: {query_log_file: \"%s\"}".formatted(queryLog())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Where {@link #loggingQueries} has them written. */
  public Path queryLog() {
    return directory.resolve("queries.log");
  }

  /** PEM file of whom to trust in order to reach it; empty where it speaks plain HTTP. */
  public Optional<Path> authority() {
    return pair.map(KeyPairFiles::certificate);
  }

  /** What a page of it says; empty where it does not answer. */
  public String textAt(String path) {
    return textOn(port, path);
  }

  private String textOn(int onPort, String path) {
    String address = url(onPort) + path;
    return pair.map(its -> Loopback.textAt(address, its.trusted()))
        .orElseGet(() -> Loopback.textAt(address));
  }

  /** CPU that it has used so far. */
  public Duration cpu() {
    return processes.stream().map(ChildProcess::cpu).reduce(Duration.ZERO, Duration::plus);
  }

  /** Keeps its data there, where they outlive it, instead of with itself. */
  public LivePrometheus keepingDataIn(Path elsewhere) {
    data = elsewhere;
    return this;
  }

  /** Gives it history, before it is started. A sample every minute; see {@link OpenMetrics}. */
  public LivePrometheus holding(Consumer<OpenMetrics> history) {
    return holding(Duration.ofMinutes(1), history);
  }

  /** Gives it history, before it is started, with a sample every so often. */
  public LivePrometheus holding(Duration between, Consumer<OpenMetrics> history) {
    Path text = directory.resolve("history.txt");
    try (OpenMetrics out = OpenMetrics.into(text, between)) {
      history.accept(out);
    }
    // promtool reads the whole text once for every block: one big block, not one every two hours.
    Tool.PROMTOOL
        .run(
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            "--max-block-duration=1000h",
            text.toString(),
            data.toString())
        .orFail();
    Repository.delete(text);
    return this;
  }

  /** Starts it, or starts it again on the port it had, and waits until it answers. */
  public LivePrometheus start() {
    for (int attempt = 1; ; attempt++) {
      boolean again = port != 0;
      int onPort = again ? port : Loopback.freePort();
      ChildProcess process = startOn(onPort);
      try {
        Loopback.await(process, () -> answersOn(onPort));
        port = onPort;
        processes = List.of(process);
        return this;
      } catch (IllegalStateException e) {
        process.close();
        // A free port can be taken by somebody else between being found and being bound.
        if (again || attempt == TRIES) {
          throw e;
        }
      }
    }
  }

  /** Ends it; its data stay for the next {@link #start}. */
  public void stop() {
    processes.forEach(ChildProcess::close);
    processes = List.of();
  }

  /** Ends it at once, as a crash would; its data stay for the next {@link #start}. */
  public void kill() {
    processes.forEach(ChildProcess::kill);
    processes = List.of();
  }

  /** Its base URL. */
  public String url() {
    return url(port);
  }

  private String url(int onPort) {
    return (pair.isPresent() ? "https" : "http") + "://127.0.0.1:" + onPort;
  }

  /** Ends it and forgets its data. */
  @Override
  public void close() {
    stop();
    Repository.delete(directory);
  }

  private ChildProcess startOn(int onPort) {
    List<String> command =
        Tool.PROMETHEUS.command(
            "--config.file=" + directory.resolve("prometheus.yml"),
            "--storage.tsdb.path=" + data,
            "--storage.tsdb.retention.time=10y",
            "--web.listen-address=127.0.0.1:" + onPort,
            "--web.enable-lifecycle",
            "--log.level=warn");
    command.addAll(flags);
    return ChildProcess.start("prometheus", directory.resolve("prometheus.log"), Map.of(), command);
  }

  /** Ready, and this one: somebody else's could have the port. */
  private boolean answersOn(int onPort) {
    return !textOn(onPort, "/-/ready").isEmpty()
        && textOn(onPort, "/api/v1/status/flags").contains(data.toString());
  }
}
