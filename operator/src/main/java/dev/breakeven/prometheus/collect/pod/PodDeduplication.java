package dev.breakeven.prometheus.collect.pod;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.collect.duplicates.CopiedSeries;
import dev.breakeven.prometheus.collect.duplicates.CounterComparison.Finding;
import dev.breakeven.prometheus.collect.duplicates.KnownDuplicates;
import dev.breakeven.prometheus.collect.duplicates.ScrapeDeduplicator;
import dev.breakeven.prometheus.collect.duplicates.ServerComparison;
import dev.breakeven.prometheus.collect.request.ChunkQueries;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.ScrapeLabels;
import dev.breakeven.prometheus.query.UntrustedTargets;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a source shows twice of a chunk's pods: series that were stored again under another label,
 * and addresses that lead to one server.
 */
final class PodDeduplication {

  private static final int MOST_NAMED = 3;

  private final ChunkScope scope;
  private final KnownDuplicates known;
  private final PodSamples samples;
  private final PodWorkloads workloads;
  private final UnreliableSteps unreliable;
  private final ChunkQueries queries;
  private final Map<Pod, Map<String, String>> servers = new HashMap<>();
  private final Map<Pod, Set<String>> copyLabelsOf = new HashMap<>();
  private Set<String> copyLabels = Set.of();
  private boolean lacksAnswers;

  /**
   * @param known what earlier chunks found; updated by this chunk
   */
  PodDeduplication(
      ChunkScope scope,
      KnownDuplicates known,
      PodSamples samples,
      PodWorkloads workloads,
      UnreliableSteps unreliable,
      ChunkQueries queries) {
    this.scope = scope;
    this.known = known;
    this.samples = samples;
    this.workloads = workloads;
    this.unreliable = unreliable;
    this.queries = queries;
  }

  /**
   * Asks where it has to.
   *
   * @param labels by which scrapes of a pod differ
   * @return the same, with the labels of copies
   */
  ScrapeLabels read(UntrustedTargets untrusted, ScrapeLabels labels) {
    ScrapeLabels all = findCopies(untrusted, labels);
    compareServers(untrusted, all);
    return all;
  }

  /** Finds series that were stored again, under labels that {@code up} does not have. */
  private ScrapeLabels findCopies(UntrustedTargets untrusted, ScrapeLabels labels) {
    CopiedSeries copied = new CopiedSeries(scope, known, labels.engines());
    samples
        .seriesOfOneCount()
        .forEach(
            (pod, series) ->
                workloads
                    .workloadOf(pod)
                    .filter(workload -> !workloads.targetsOf(pod).isEmpty())
                    .ifPresent(workload -> copied.add(pod, workload, series)));
    copied.ask(scope.queries(untrusted, labels), queries, samples.byPod());
    copyLabels = new TreeSet<>(copied.labels());
    copyLabels.removeAll(labels.apart());
    for (Pod pod : samples.pods()) {
      workloads
          .workloadOf(pod)
          .map(workload -> copied.labelsOf(pod.namespace(), workload))
          .ifPresent(its -> copyLabelsOf.put(pod, its));
    }
    if (!queries.isComplete(QueryCatalog.COPIES)) {
      lacksAnswers = true;
      copied.pods().forEach(pod -> workloads.targetsOf(pod).forEach(unreliable::addAll));
    }
    for (TargetState target : scope.index().all()) {
      note(
          target,
          Note.Reason.SERIES_COPIED,
          copied.found(target.target(), Finding.SAME),
          Cause.SERIES_STORED_AGAIN);
      note(
          target,
          Note.Reason.SERIES_ALIKE,
          copied.found(target.target(), Finding.ALIKE),
          Cause.SERIES_OF_THE_SAME_VALUES);
    }
    Set<String> apart = new TreeSet<>(labels.apart());
    apart.addAll(copyLabels);
    return labels.apartBy(apart);
  }

  /**
   * Finds addresses of a pod that lead to one server; a pod of which that is open is unreliable.
   */
  private void compareServers(UntrustedTargets untrusted, ScrapeLabels labels) {
    ServerComparison comparison = new ServerComparison(scope, known, labels.apart());
    for (Pod pod : samples.pods()) {
      workloads
          .workloadOf(pod)
          .ifPresent(workload -> comparison.add(pod, workload, samples.scrapesOf(pod)));
    }
    comparison.ask(scope.queries(untrusted, labels), queries, samples.byPod());
    comparison.pods().forEach(pod -> servers.put(pod, comparison.serversOf(pod)));
    List<Pod> undecided = comparison.undecided();
    undecided.forEach(pod -> workloads.targetsOf(pod).forEach(unreliable::addAll));
    lacksAnswers |= !queries.isComplete(QueryCatalog.SERVERS) && !undecided.isEmpty();
    for (TargetState target : scope.index().all()) {
      noteServers(target, comparison, undecided);
    }
  }

  private void noteServers(TargetState target, ServerComparison comparison, List<Pod> undecided) {
    Set<String> same = new TreeSet<>();
    Set<String> alike = new TreeSet<>();
    boolean hasSeveralAddresses = false;
    for (Pod pod : comparison.pods()) {
      if (workloads.targetsOf(pod).contains(target)) {
        hasSeveralAddresses = true;
        same.addAll(comparison.foundOf(pod, Finding.SAME));
        alike.addAll(comparison.foundOf(pod, Finding.ALIKE));
      }
    }
    note(target, Note.Reason.SERVER_REPEATED, same, Cause.ADDRESSES_OF_ONE_SERVER);
    note(target, Note.Reason.SERVERS_ALIKE, alike, Cause.ADDRESSES_ALIKE);
    if (scope.isNewest() || hasSeveralAddresses) {
      boolean isUndecided =
          undecided.stream().anyMatch(pod -> workloads.targetsOf(pod).contains(target));
      target.note(
          Note.Reason.SERVERS_UNTOLD,
          Optional.of(Message.of(Cause.ADDRESSES_NOT_YET_COMPARED)).filter(m -> isUndecided));
    }
  }

  private void note(TargetState target, Note.Reason reason, Set<String> names, Cause cause) {
    scope.note(
        target,
        reason,
        Optional.of(names)
            .filter(its -> !its.isEmpty())
            .map(its -> Message.of(cause, Parameter.firstOf(its, MOST_NAMED))));
  }

  /** Adds up the series of pods, and counts once what several scrapers read of a server. */
  ScrapeDeduplicator deduplicator(ScrapeLabels labels) {
    return new ScrapeDeduplicator(
        scope.chunk(),
        pod -> scrapeLabelsOf(pod, labels),
        (pod, scrape) -> {
          Map<String, String> its = servers.getOrDefault(pod, Map.of());
          return its.getOrDefault(
              scrape.seenBy(), its.getOrDefault(scrape.server(), scrape.server()));
        });
  }

  /**
   * The labels by which scrapes of a pod differ. A label that marks copies at one workload may
   * split a count at another.
   */
  private Set<String> scrapeLabelsOf(Pod pod, ScrapeLabels labels) {
    Set<String> its = new TreeSet<>(labels.apart());
    its.removeAll(copyLabels);
    its.addAll(copyLabelsOf.getOrDefault(pod, Set.of()));
    return its;
  }

  /** Whether a comparison was not answered, so that some pods are left out. */
  boolean lacksAnswers() {
    return lacksAnswers;
  }
}
