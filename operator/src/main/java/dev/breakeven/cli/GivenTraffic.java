package dev.breakeven.cli;

import dev.breakeven.api.manifest.Manifests;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
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
record GivenTraffic(
    @Nullable Path csv,
    @Nullable String prometheus,
    @Nullable Path config,
    @Nullable List<Path> requests) {

  /** How many of them are named. */
  long count() {
    return Stream.of(csv, prometheus, config, requests).filter(Objects::nonNull).count();
  }

  /** The files among them. */
  Stream<Path> files() {
    return Stream.concat(
        Stream.of(csv, config).filter(Objects::nonNull),
        requests == null ? Stream.of() : requests.stream());
  }

  /**
   * Reads the files, and answers policies from them or from the servers, as often as is asked: each
   * policy, in their order.
   *
   * @param told where it is said how the requests were read
   */
  Function<Manifests, List<RecordedAnswer>> answering(PrintWriter told) {
    Clock clock = Clock.systemUTC();
    if (csv != null || requests != null) {
      RecordedTraffic recorded =
          csv != null
              ? RecordedTraffic.read(csv)
              : RecordedTraffic.ofRequests(Objects.requireNonNull(requests), told);
      return manifests -> recorded.answers(manifests, clock.instant());
    }
    return config != null
        ? manifests -> PrometheusTraffic.answers(ClusterOptions.sources(config), manifests, clock)
        : manifests ->
            PrometheusTraffic.answers(Objects.requireNonNull(prometheus), manifests, clock);
  }
}
