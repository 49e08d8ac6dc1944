package dev.breakeven.prometheus.collect.pod;

import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.attribution.PodOwners;
import dev.breakeven.prometheus.attribution.PodOwners.Belonging;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.collect.duplicates.CopiedGatewaySeries;
import dev.breakeven.prometheus.collect.duplicates.KnownDuplicates;
import dev.breakeven.prometheus.collect.duplicates.ScrapeDeduplicator;
import dev.breakeven.prometheus.collect.gap.GapIncreases;
import dev.breakeven.prometheus.collect.request.ChunkQueries;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.collect.request.UniqueSeriesSink;
import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.history.StepRanges;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.ScrapeLabels;
import dev.breakeven.prometheus.query.UntrustedTargets;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.prometheus.target.TargetSums;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The pods of a chunk: which there were, to which workload each belongs, and in which steps their
 * figures are not reliable.
 */
public final class ChunkPods {

  // Queries name the pods only if these are at most one of so many in the namespaces.
  private static final int PART_WORTH_NAMING = 2;

  private final ChunkScope scope;
  private final PodOwners owners;
  private final KnownDuplicates duplicates;
  private final ChunkQueries queries;
  private final ScrapeTrust trust;
  private final PodSamples samples;
  private final PodWorkloads workloads;
  private final UnreliableSteps unreliable;
  private final PodGaps gaps;
  private final MissingPods missing;
  private final ScrapedReplicas replicas;
  private final PodDeduplication deduplication;
  private GapIncreases increases;
  private ScrapeLabels labels = ScrapeLabels.NONE;
  private boolean lacksAnswers;

  public ChunkPods(ChunkScope scope, PodMemory memory, ChunkQueries queries) {
    this.scope = scope;
    this.owners = memory.owners();
    this.duplicates = memory.duplicates();
    this.queries = queries;
    this.trust = new ScrapeTrust(scope, memory.stateScrapeLabels(), queries);
    this.samples = new PodSamples(scope);
    this.workloads = new PodWorkloads(scope, owners, queries);
    this.unreliable = new UnreliableSteps(scope.chunk().points());
    this.gaps = new PodGaps(scope, memory.gapDetectors(), workloads);
    this.missing = new MissingPods(scope, samples, workloads, gaps, memory.gapDetectors());
    this.replicas = new ScrapedReplicas(scope, samples, workloads);
    this.deduplication =
        new PodDeduplication(scope, memory.duplicates(), samples, workloads, unreliable, queries);
    this.increases = GapIncreases.none(scope);
  }

  /** Reads which scrape targets are trusted and, if it is wanted, the pods. */
  public void read(boolean withPods) {
    trust.read();
    labels = CopiedGatewaySeries.find(scope, duplicates, trust.labels(), queries);
    lacksAnswers |= queries.hasFailed(QueryCatalog.GATEWAY_COPIES);
    if (!withPods) {
      return;
    }
    readPods(scope.queries(trust.leftOut(), labels));
    if (!gaps.byPod().isEmpty() && !queries.hasFailed(QueryCatalog.SAMPLES)) {
      increases =
          GapIncreases.read(
              scope,
              scope.queries(trust.leftOut(), labels),
              queries,
              gaps.byPod(),
              samples.byPod(),
              this::deduplicator);
      markUnknownGaps();
    }
  }

  private void readPods(QueryBuilder builder) {
    Chunk chunk = scope.chunk();
    queries.ask(
        chunk.ask(
            QueryCatalog.SAMPLES, builder.engine(QueryCatalog.SAMPLES, chunk.pointSeconds()), 1),
        new UniqueSeriesSink(samples::add, (labels, why) -> {}));
    if (queries.hasFailed(QueryCatalog.SAMPLES)) {
      return;
    }
    labels = labels.apartBy(samples.differingLabels());
    workloads.askOwners(builder, samples.pods());
    trust.checkAgainstState(samples, owners);
    samples.byPod().forEach(this::place);
    scope.index().all().stream().filter(this::hasTooManyPods).forEach(unreliable::addAll);
    labels = deduplication.read(trust.leftOut(), labels);
    trust.unvouched().forEach(pod -> workloads.targetsOf(pod).forEach(unreliable::addAll));
    missing.find(trust.unvouched());
    scope.index().all().forEach(this::noteUntrusted);
  }

  /** Finds where a pod belongs, and which of its points leave its targets in doubt. */
  private void place(Pod pod, float[] counts) {
    Belonging belonging = workloads.place(pod);
    if (belonging instanceof Belonging.To to) {
      gaps.add(pod, to.workload(), counts);
    } else if (belonging instanceof Belonging.Ambiguous ambiguous) {
      for (WorkloadRef workload : ambiguous.workloads()) {
        for (TargetState target : scope.index().of(pod.namespace(), workload)) {
          target.sawAmbiguousPod(pod.name());
          unreliable.addScraped(target, counts);
        }
      }
    } else if (workloads.isUnanswered(pod)) {
      markPossibleOwners(pod, counts);
    }
  }

  /** The owner of a pod was asked for in vain: any target that may own it is in doubt. */
  private void markPossibleOwners(Pod pod, float[] counts) {
    Set<String> models = samples.modelsOf(pod);
    for (TargetState target : scope.index().in(pod.namespace())) {
      if ((models.isEmpty() || models.contains(target.target().model()))
          && target.target().workloads().stream().anyMatch(PodOwners::mayOwnPodsOfAnyName)) {
        unreliable.addScraped(target, counts);
        lacksAnswers = true;
      }
    }
  }

  private void noteUntrusted(TargetState target) {
    if (trust.isCrowded(target.target().namespace())) {
      unreliable.addAll(target);
    }
    trust.note(
        target,
        trust.unvouched().stream().anyMatch(pod -> workloads.targetsOf(pod).contains(target)));
  }

  /** Points of gaps across which not even the counters' increase is known. */
  private void markUnknownGaps() {
    gaps.byPod()
        .forEach(
            (pod, points) -> {
              BitSet unknown = (BitSet) points.clone();
              unknown.andNot(increases.knownSteps(pod));
              if (!unknown.isEmpty()) {
                lacksAnswers |= !queries.isComplete(QueryCatalog.GAPS);
                workloads.targetsOf(pod).forEach(target -> unreliable.add(target, unknown));
              }
            });
  }

  /**
   * Marks the newest steps of targets that show fewer pods than they have replicas.
   *
   * @param recorded replicas that Kubernetes' state reports
   */
  public void distrustIncomplete(TargetSums recorded) {
    missing.distrust(recorded, increases, replicas.inLastPoint(), unreliable);
  }

  /** Marks and notes targets that stand for workloads of several clusters. */
  public void distrustMixedClusters(
      Map<TargetState, Map<Map<String, String>, Float>> replicaScrapes) {
    new MixedClusters(scope, samples, workloads, owners, labels)
        .find(replicaScrapes)
        .forEach(unreliable::addAll);
  }

  /** Scrape targets whose engine series are left out. */
  public UntrustedTargets leftOut() {
    return trust.leftOut();
  }

  /** The labels that distinguish scrapes. */
  public ScrapeLabels labels() {
    return labels;
  }

  /** Adds up the series of pods, and counts once what several scrapers read of a server. */
  public ScrapeDeduplicator deduplicator() {
    return deduplication.deduplicator(labels);
  }

  /** How often each pod was scraped. */
  public PodSamples samples() {
    return samples;
  }

  /** To which workload each pod belongs. */
  public PodWorkloads workloads() {
    return workloads;
  }

  /** In which points pods were scraped too seldom. */
  public PodGaps gaps() {
    return gaps;
  }

  /** What is known of pods' counters in gaps. */
  public GapIncreases increases() {
    return increases;
  }

  /** How many replicas were scraped. */
  public ScrapedReplicas replicas() {
    return replicas;
  }

  /** Pods that are in no answer any more. */
  public MissingPods missing() {
    return missing;
  }

  /** Points in which the figures of a target's pods are not reliable. */
  public UnreliableSteps unreliable() {
    return unreliable;
  }

  /** Whether there is any pod whose figures are wanted. */
  public boolean isAnyWanted() {
    return samples.pods().stream().anyMatch(this::isWanted);
  }

  /**
   * The names of the pods whose figures are wanted, if they are only a part of those in the
   * namespaces; empty if naming them would save little.
   */
  public Set<String> namesOfFew() {
    Set<String> names = new HashSet<>();
    for (Pod pod : samples.pods()) {
      if (isWanted(pod)) {
        names.add(pod.name());
      }
    }
    return PART_WORTH_NAMING * names.size() <= samples.pods().size() ? names : Set.of();
  }

  /** Whether a pod counts for any target, may do so, or serves the model of one. */
  private boolean isWanted(Pod pod) {
    if (workloads.workloadOf(pod).isPresent()) {
      return !workloads.targetsOf(pod).isEmpty();
    }
    Set<String> models = samples.modelsOf(pod);
    return workloads.isAmbiguous(pod)
        || scope.index().in(pod.namespace()).stream()
            .anyMatch(target -> models.contains(target.target().model()));
  }

  /** Whether more pods of a target's namespace serve models than are read. */
  public boolean hasTooManyPods(TargetState target) {
    return samples.hasTooManyPods(target.target().namespace());
  }

  /** Steps that have to be read again. */
  public List<StepRanges.Run> toReadAgain() {
    List<StepRanges.Run> all = new ArrayList<>(gaps.toReadAgain());
    if (lacksAnswers() && !scope.isNewest()) {
      all.add(scope.chunk().run());
    }
    return all;
  }

  /** Whether queries on which figures rest were not answered, so that some are left out. */
  public boolean lacksAnswers() {
    return lacksAnswers || trust.lacksAnswers() || deduplication.lacksAnswers();
  }
}
