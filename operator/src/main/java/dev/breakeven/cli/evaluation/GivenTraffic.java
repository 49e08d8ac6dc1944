package dev.breakeven.cli.evaluation;

import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cli.cluster.ClusterOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Traffic that a command line names: exactly one of these is.
 *
 * @param csv a file of traffic by step
 * @param prometheus the address of a server that scrapes the engines
 * @param config the operator's options, for its sources
 * @param requests request logs or usage exports
 */
public record GivenTraffic(
    @Nullable Path csv,
    @Nullable String prometheus,
    @Nullable Path config,
    @Nullable List<Path> requests) {

  /** How many of them are named. */
  public long count() {
    return Stream.of(csv, prometheus, config, requests).filter(Objects::nonNull).count();
  }

  /** The files among them. */
  public Stream<Path> files() {
    return Stream.concat(
        Stream.of(csv, config).filter(Objects::nonNull),
        requests == null ? Stream.of() : requests.stream());
  }

  /** Evaluates policies over the traffic; may be called several times. */
  public interface Evaluator extends AutoCloseable {

    /** Each policy's answer, in their order. */
    List<EvaluatedPolicy> evaluate(Manifests manifests);

    @Override
    default void close() {}
  }

  /**
   * Reads the files; servers are read once policies are known.
   *
   * @param notes gets one line for each fact about how the requests were read
   */
  public Evaluator evaluator(PrintWriter notes) {
    Clock clock = Clock.systemUTC();
    if (csv != null || requests != null) {
      RecordedTraffic recorded =
          csv != null
              ? RecordedTraffic.read(csv)
              : RecordedTraffic.ofRequests(Objects.requireNonNull(requests), notes);
      return manifests -> recorded.evaluate(manifests, clock.instant());
    }
    return config != null
        ? PrometheusTraffic.of(ClusterOptions.sources(config), clock)
        : PrometheusTraffic.of(Objects.requireNonNull(prometheus), clock);
  }
}
