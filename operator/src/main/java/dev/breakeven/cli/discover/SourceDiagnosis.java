package dev.breakeven.cli.discover;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.breakeven.prometheus.EngineSurvey;
import dev.breakeven.prometheus.EngineSurvey.ScrapeJob;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.EngineProfiles;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a source holds that the operator reads.
 *
 * @param failures why some of it is not known
 * @param engines series of engines
 * @param untrustedJobs jobs whose engine series the operator leaves out
 * @param gateways profiles of gateways that count tokens sent to APIs
 * @param around what it holds beside engines, whether it is there or not
 */
record SourceDiagnosis(
    String source,
    List<String> failures,
    Part engines,
    List<String> untrustedJobs,
    List<String> gateways,
    List<Part> around) {

  /** What a source holds beside engines. */
  private static final List<Part> AROUND =
      List.of(
          Part.lookedFor(
              "GPU utilisation",
              "DCGM_FI_DEV_GPU_UTIL",
              "DCGM_FI_PROF_GR_ENGINE_ACTIVE",
              "gpu_gfx_activity"),
          Part.lookedFor("OpenCost", "node_gpu_hourly_cost"),
          Part.lookedFor(
              "kube-state-metrics",
              "kube_pod_owner",
              "kube_replicaset_owner",
              "kube_deployment_spec_replicas"));

  /** Metrics that come from one kind of exporter. */
  record Part(String part, List<String> lookedFor, List<SeenMetric> seen) {

    static Part lookedFor(String part, String... metrics) {
      return new Part(part, List.of(metrics), List.of());
    }
  }

  /**
   * A metric that is there.
   *
   * @param from the engine, or the kind of exporter
   * @param series how many there are now
   * @param leastIntervalSeconds between two samples; null where there are too few
   * @param mostIntervalSeconds of the job that is scraped most seldom
   * @param historyDays how long it has been there, 28 days at most; null where it is not known
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SeenMetric(
      String from,
      String metric,
      int series,
      @Nullable Long leastIntervalSeconds,
      @Nullable Long mostIntervalSeconds,
      @Nullable Long historyDays,
      List<String> jobs) {

    private static final long MOST_DAYS = 28;

    private static SeenMetric of(String from, String metric, List<ScrapeJob> jobs, Instant now) {
      List<Long> intervals =
          jobs.stream()
              .map(ScrapeJob::interval)
              .flatMap(Optional::stream)
              .map(Duration::toSeconds)
              .sorted()
              .toList();
      return new SeenMetric(
          from,
          metric,
          jobs.stream().mapToInt(ScrapeJob::series).sum(),
          intervals.isEmpty() ? null : intervals.get(0),
          intervals.isEmpty() ? null : intervals.get(intervals.size() - 1),
          jobs.stream()
              .map(ScrapeJob::first)
              .flatMap(Optional::stream)
              .min(Comparator.naturalOrder())
              .map(first -> historyDays(first, now))
              .orElse(null),
          jobs.stream().map(ScrapeJob::job).toList());
    }

    /** The source is asked for four weeks, of which the first steps may lack. */
    private static long historyDays(Instant first, Instant now) {
      long days = Duration.between(first, now).toDays();
      return days >= MOST_DAYS - 1 ? MOST_DAYS : days;
    }

    String line() {
      return "%s: %s, %d series now, %s, %s, %s %s"
          .formatted(
              from,
              metric,
              series,
              interval(),
              historyDays == null
                  ? "no history"
                  : historyDays == MOST_DAYS
                      ? "28 days or more"
                      : historyDays + (historyDays == 1 ? " day" : " days") + " of history",
              jobs.size() == 1 ? "job" : "jobs",
              String.join(", ", jobs));
    }

    private String interval() {
      if (leastIntervalSeconds == null || mostIntervalSeconds == null) {
        return "too few samples to tell the interval";
      }
      return leastIntervalSeconds.equals(mostIntervalSeconds)
          ? "every %d s".formatted(leastIntervalSeconds)
          : "every %d to %d s".formatted(leastIntervalSeconds, mostIntervalSeconds);
    }
  }

  static SourceDiagnosis of(EngineSurvey survey, EngineProfiles engines, Instant now) {
    Map<String, String> engineByMetric = new LinkedHashMap<>();
    for (EngineProfile engine : engines.all()) {
      EngineSurvey.metricsOf(engine)
          .forEach(metric -> engineByMetric.putIfAbsent(metric, engine.name()));
    }
    List<SeenMetric> seen = new ArrayList<>();
    engineByMetric.forEach(
        (metric, engine) -> seen(survey, "engine " + engine, metric, now).ifPresent(seen::add));
    return new SourceDiagnosis(
        survey.source(),
        List.copyOf(survey.failures()),
        new Part("engines", List.copyOf(new TreeSet<>(engineByMetric.keySet())), seen),
        List.copyOf(new TreeSet<>(survey.untrusted())),
        survey.gateways().stream().map(EngineSurvey.GatewaySeries::gateway).distinct().toList(),
        AROUND.stream().map(part -> seen(survey, part, now)).toList());
  }

  private static Part seen(EngineSurvey survey, Part part, Instant now) {
    return new Part(
        part.part(),
        part.lookedFor(),
        part.lookedFor().stream()
            .map(metric -> seen(survey, part.part(), metric, now))
            .flatMap(Optional::stream)
            .toList());
  }

  private static Optional<SeenMetric> seen(
      EngineSurvey survey, String from, String metric, Instant now) {
    List<ScrapeJob> jobs =
        survey.jobs().stream().filter(job -> job.metric().equals(metric)).toList();
    return jobs.isEmpty() ? Optional.empty() : Optional.of(SeenMetric.of(from, metric, jobs, now));
  }

  /** Whether the source could be asked at all. */
  boolean isReached() {
    return failures.isEmpty()
        || !engines.seen().isEmpty()
        || around.stream().anyMatch(part -> !part.seen().isEmpty());
  }
}
