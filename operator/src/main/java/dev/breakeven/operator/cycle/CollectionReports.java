package dev.breakeven.operator.cycle;

import dev.breakeven.cluster.OutageLog;
import dev.breakeven.prometheus.CollectionReport;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.render.metrics.OperatorMetrics;
import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Counts in the operator's metrics what asking the sources came to, and logs what failed. */
final class CollectionReports {

  private static final int MOST_REASONS = 3;

  private final OperatorMetrics metrics;
  private final OutageLog outages;
  private final Clock clock;

  CollectionReports(OperatorMetrics metrics, OutageLog outages, Clock clock) {
    this.metrics = metrics;
    this.outages = outages;
    this.clock = clock;
  }

  /** Counts and logs what came out. */
  void note(CollectionReport report) {
    for (CollectionReport.Reading reading : report.readings()) {
      int requests = reading.requests() + reading.backfillRequests();
      for (int i = 0; i < requests; i++) {
        metrics.countRequest(reading.source());
      }
      reading
          .failures()
          .values()
          .forEach(failure -> metrics.failed(reading.source(), word(failure.reason())));
      if (requests > reading.failures().size()) {
        metrics.answered(reading.source(), clock.instant());
      }
    }
    for (CollectionReport.SourceUse use : report.sources()) {
      metrics.used(use.source(), use.requests(), use.bytes(), use.heldBack(), use.isLeftAlone());
    }
    logFailures(report);
  }

  /** One line when a source begins to fail, or fails for another reason, and one when it ends. */
  private void logFailures(CollectionReport report) {
    Map<String, Set<String>> failing = new TreeMap<>();
    Map<String, String> said = new HashMap<>();
    Set<String> sources = new TreeSet<>();
    for (CollectionReport.Reading reading : report.readings()) {
      if (reading.requests() > 0) {
        sources.add(reading.source());
      }
      for (SourceFailure failure : reading.failures().values()) {
        if (failure.reason() != SourceFailure.Reason.HELD_BACK) {
          failing
              .computeIfAbsent(reading.source(), source -> new TreeSet<>())
              .add(failure.message());
          said.putIfAbsent(reading.source(), failure.detail());
        }
      }
    }
    failing.forEach(
        (source, why) ->
            outages.failed(
                "source " + source,
                why.stream().limit(MOST_REASONS).collect(Collectors.joining("; ")),
                Map.of("source", source, "detail", said.getOrDefault(source, ""))));
    sources.removeAll(failing.keySet());
    sources.forEach(source -> outages.ended("source " + source, Map.of("source", source)));
  }

  private static String word(SourceFailure.Reason reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
