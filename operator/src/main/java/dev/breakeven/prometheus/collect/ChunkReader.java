package dev.breakeven.prometheus.collect;

import static dev.breakeven.reason.Parameter.clauses;
import static dev.breakeven.reason.Parameter.count;
import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.client.QueryExecutor;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.collect.figure.ChunkFigures;
import dev.breakeven.prometheus.collect.pod.ChunkPods;
import dev.breakeven.prometheus.collect.pod.PodMemory;
import dev.breakeven.prometheus.collect.pod.PodSamples;
import dev.breakeven.prometheus.collect.request.ChunkQueries;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StepRanges;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.ScrapeLabels;
import dev.breakeven.prometheus.query.UntrustedTargets;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.prometheus.target.TargetSums;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads one chunk of steps and stores it in the histories of its targets: first which pods there
 * were and whose they are, then the figures in parallel.
 */
final class ChunkReader {

  private final ChunkScope scope;
  private final QueryExecutor executor;
  private final ChunkQueries queries;
  private final ChunkPods pods;
  private final ChunkWriter writer;
  private Set<Figure> wanted = Set.of();
  private boolean withPods;
  private long pointsRead;

  /**
   * @param memory of the source's pods, updated by this chunk
   */
  ChunkReader(ChunkScope scope, PodMemory memory, QueryExecutor executor) {
    this.scope = scope;
    this.executor = executor;
    this.queries = new ChunkQueries(executor);
    this.pods = new ChunkPods(scope, memory, queries);
    this.writer = new ChunkWriter(scope, pods, queries);
  }

  /** The queries of this chunk. */
  ChunkQueries queries() {
    return queries;
  }

  /** The labels that distinguish scrapes. */
  ScrapeLabels labels() {
    return pods.labels();
  }

  /** Scrape targets whose engine series are left out. */
  UntrustedTargets leftOut() {
    return pods.leftOut();
  }

  /** Whether some pods of a target seem to be missing from the queries. */
  boolean isIncomplete(TargetState target) {
    return pods.missing().isIncomplete(target);
  }

  /** Whether queries on which figures rest were not answered, so that some are left out. */
  boolean lacksAnswers() {
    return pods.lacksAnswers();
  }

  /** Steps that have to be read again. */
  List<StepRanges.Run> toReadAgain() {
    return pods.toReadAgain();
  }

  /** Points of all series that were read, a measure of the answers' size. */
  long pointsRead() {
    return pointsRead;
  }

  /** The figures that it reads. */
  Set<Figure> wanted() {
    return wanted;
  }

  /** The steps that it reads. */
  Chunk chunk() {
    return scope.chunk();
  }

  /** Reads and stores these figures. */
  void read(Set<Figure> figures) {
    readPods(figures);
    readFigures();
  }

  /** First: which pods there were. Chunks do this one after the other, newest first. */
  void readPods(Set<Figure> figures) {
    wanted = figures;
    withPods =
        wanted.stream().anyMatch(ChunkReader::restsOnPods)
            && scope.index().all().stream().anyMatch(t -> !t.target().workloads().isEmpty());
    pods.read(withPods);
    if (withPods) {
      failFiguresOfPods(wanted);
    }
  }

  /**
   * Then: the figures, which are stored as they come. Meanwhile the pods of another chunk may be
   * read, but not its figures.
   */
  void readFigures() {
    Map<Figure, TargetSums> kept = readWanted();
    if (scope.isNewest()) {
      scope.index().all().stream()
          .filter(writer::isToBeWritten)
          .forEach(target -> target.history().advanceTo(scope.chunk().run().to()));
    }
    kept.forEach(writer::store);
    if (withPods
        && wanted.contains(Figure.REPLICAS)
        && !queries.hasFailed(QueryCatalog.REPLICAS)
        && !queries.hasFailed(QueryCatalog.SAMPLES)) {
      writer.storeScrapedReplicas(
          kept.getOrDefault(
              Figure.REPLICAS, new TargetSums(scope.chunk().points(), TargetSums.Rule.SUM)));
    }
    pods.gaps().forgetBetweenChunks();
    if (scope.isNewest() && !queries.wasHeldBack()) {
      noteNewest(kept);
    }
  }

  /** Leaves out the figures. What the pods show about the steps of other chunks still counts. */
  void giveUp() {
    pods.gaps().forgetBetweenChunks();
  }

  private static boolean restsOnPods(Figure figure) {
    return figure.isReportedByPods() || figure == Figure.GPU;
  }

  /** Figures of pods are not usable if the pods, or the jobs to trust, are not known. */
  private void failFiguresOfPods(Set<Figure> wanted) {
    for (QueryCatalog basis : List.of(QueryCatalog.SCRAPES, QueryCatalog.SAMPLES)) {
      SourceFailure why = queries.failures().get(basis);
      if (why != null) {
        wanted.stream()
            .filter(ChunkReader::restsOnPods)
            .forEach(figure -> queries.fail(figure.query(), why));
      }
    }
  }

  /**
   * Reads the figures in parallel.
   *
   * @return what still has to be stored
   */
  private Map<Figure, TargetSums> readWanted() {
    QueryBuilder builder = scope.queries(pods.leftOut(), pods.labels()).ofPods(pods.namesOfFew());
    ChunkFigures figures = new ChunkFigures(scope, builder, pods, queries);
    Set<Figure> left = EnumSet.noneOf(Figure.class);
    wanted.stream()
        .filter(f -> builder.canAnswer(f.part()) && !queries.hasFailed(f.query()))
        .forEach(left::add);
    Map<Figure, TargetSums> kept = new ConcurrentHashMap<>();
    TargetSums recorded = none();
    if (left.remove(Figure.REPLICAS)) {
      recorded = figures.readReplicas();
      kept.put(Figure.REPLICAS, recorded);
    }
    if (scope.isNewest()) {
      pods.distrustIncomplete(recorded);
    }
    if (wanted.contains(Figure.OUTPUT)) {
      scope.index().all().forEach(target -> target.forgetCounts(scope.chunk()));
    }
    // Before anything is added up: the replicas show whether a target stands for two clusters.
    pods.distrustMixedClusters(figures.replicaScrapes());
    readInParallel(figures, left, kept);
    pointsRead = figures.pointsRead();
    figures.checkConsistency();
    if (withPods && wanted.contains(Figure.OUTPUT)) {
      noteReplicasWithoutSeries(recorded);
    }
    return kept;
  }

  private void readInParallel(
      ChunkFigures figures, Set<Figure> left, Map<Figure, TargetSums> kept) {
    Map<QueryCatalog, Set<Figure>> byQuery = new EnumMap<>(QueryCatalog.class);
    for (Figure figure : left) {
      byQuery.computeIfAbsent(figure.query(), q -> EnumSet.noneOf(Figure.class)).add(figure);
    }
    List<Runnable> work = new ArrayList<>();
    byQuery.forEach(
        (query, its) ->
            work.add(
                () -> {
                  Map<Figure, TargetSums> sums = figures.read(query, its);
                  // The sums of thousands of targets are as large as their histories: those of the
                  // past are stored at once.
                  if (scope.isNewest()) {
                    kept.putAll(sums);
                  } else {
                    sums.forEach(writer::store);
                  }
                }));
    executor.together(work);
  }

  /**
   * Notes on each target the replicas of Kubernetes' state that have no series, and pods beyond
   * those replicas.
   */
  private void noteReplicasWithoutSeries(TargetSums recorded) {
    TargetSums seen = pods.replicas().byPoint();
    TargetSums throughout = pods.replicas().throughout();
    TargetSums known =
        pods.replicas().knownWithoutScrape(pods.gaps().byPod().keySet(), pods.increases());
    for (TargetState target : scope.index().all()) {
      for (int i = 0; i < scope.chunk().points(); i++) {
        if (recorded.has(target, i) && seen.has(target, i)) {
          double without =
              recorded.at(target, i)
                  - seen.at(target, i)
                  - (known.has(target, i) ? known.at(target, i) : 0);
          if (without >= 1) {
            target.hadReplicasWithoutSeries(scope.chunk(), i, without);
          }
          if (throughout.has(target, i) && throughout.at(target, i) >= recorded.at(target, i) + 1) {
            target.hadMorePodsThanReplicas(scope.chunk(), i);
          }
        }
      }
    }
  }

  private TargetSums none() {
    return new TargetSums(scope.chunk().points(), TargetSums.Rule.SUM);
  }

  /** Notes on each target what went wrong with the newest steps, and removes notes of before. */
  private void noteNewest(Map<Figure, TargetSums> stored) {
    Parameter source = name(scope.source().name());
    Optional<Message> ofSource =
        Optional.of(Message.of(Cause.SOURCE_ANSWERS_IN_PART, source))
            .filter(m -> queries.isAnyPartial());
    List<Message> failed =
        queries.failures().entrySet().stream()
            .sorted(Comparator.comparing(e -> e.getKey().label()))
            .map(
                e -> Message.of(Cause.QUERY_FAILS, name(e.getKey().label()), e.getValue().quoted()))
            .toList();
    int last = scope.chunk().points() - 1;
    TargetSums recorded = stored.get(Figure.REPLICAS);
    Map<TargetState, Integer> scraped = pods.replicas().inLastPoint();
    for (TargetState target : scope.index().all()) {
      target.note(Note.Reason.PARTIAL_ANSWER, ofSource.or(() -> missingPods(target, source)));
      target.note(
          Note.Reason.PODS_VANISHED,
          Optional.of(Message.of(Cause.SOURCE_SHOWS_NO_POD, source))
              .filter(m -> pods.missing().haveVanished(target)));
      target.note(
          Note.Reason.QUERY_FAILED,
          Optional.of(Message.of(Cause.QUERIES_FAIL, source, clauses(failed)))
              .filter(m -> !failed.isEmpty()));
      if (recorded != null && recorded.has(target, last) && scraped.containsKey(target)) {
        target.sawPods(
            scope.chunk().run().to(), scraped.getOrDefault(target, 0), recorded.at(target, last));
      }
    }
  }

  private Optional<Message> missingPods(TargetState target, Parameter source) {
    if (pods.hasTooManyPods(target)) {
      return Optional.of(
          Message.of(
              Cause.SOURCE_SHOWS_TOO_MANY_PODS,
              source,
              count(PodSamples.MOST_PODS_OF_A_NAMESPACE),
              name(target.target().namespace())));
    }
    return Optional.of(Message.of(Cause.SOURCE_SHOWS_FEWER_PODS, source))
        .filter(m -> pods.missing().isIncomplete(target));
  }
}
