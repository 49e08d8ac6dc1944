package dev.breakeven.prometheus.collect;

import static dev.breakeven.reason.Parameter.clauses;
import static dev.breakeven.reason.Parameter.count;
import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.attribution.PodOwners;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.attribution.ScrapeGapDetector;
import dev.breakeven.prometheus.attribution.TargetIndex;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StepRanges;
import dev.breakeven.prometheus.history.TargetSums;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.LeftOut;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.QueryExecutor;
import dev.breakeven.prometheus.query.ScrapeLabels;
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
 * One chunk of steps, asked for and put into the histories of its targets: first which pods there
 * were and whose they are, then the figures, side by side.
 */
final class ChunkReader {

  /**
   * What is read.
   *
   * @param isNewest whether these are the newest steps there are, and not some of the past
   * @param mostCharacters of a query that names the namespaces
   */
  record Scope(
      Source source,
      EngineProfile profile,
      TargetIndex index,
      Chunk chunk,
      boolean isNewest,
      int mostCharacters) {

    /** The questions of this source, for the namespaces of the targets. */
    QueryBuilder questions(LeftOut leftOut, ScrapeLabels scrapes) {
      return new QueryBuilder(
          source, profile, index.namespaces(), leftOut, scrapes, mostCharacters);
    }
  }

  private final Scope scope;
  private final QueryExecutor asker;
  private final ChunkQueries answers;
  private final ChunkPods pods;
  private final ChunkWriter store;
  private Set<Figure> wanted = Set.of();
  private boolean ofPods;
  private long pointsRead;

  /**
   * @param owners whose pods are known to be; learned from this chunk too
   * @param presences when pods were scraped so far; learned from this chunk too
   * @param withoutUp what is known of a source without `up`; learned from this chunk too
   * @param repeatedServers which addresses are known to lead to one server; learned from this chunk
   *     too
   */
  ChunkReader(
      Scope scope,
      PodOwners owners,
      Map<Pod, ScrapeGapDetector> presences,
      WithoutUp withoutUp,
      RepeatedServers repeatedServers,
      QueryExecutor asker) {
    this.scope = scope;
    this.asker = asker;
    this.answers = new ChunkQueries(asker);
    this.pods = new ChunkPods(scope, owners, presences, withoutUp, repeatedServers, answers);
    this.store = new ChunkWriter(scope, pods, answers);
  }

  /** The queries of this chunk and their results. */
  ChunkQueries answers() {
    return answers;
  }

  /** The labels that distinguish scrapes. */
  ScrapeLabels labels() {
    return pods.labels();
  }

  /** Scrape targets whose engine series are not believed. */
  LeftOut leftOut() {
    return pods.leftOut();
  }

  /** Whether a part of what a target's pods report seems to be away. */
  boolean isLessThanWas(TargetState target) {
    return pods.isLessThanWas(target);
  }

  /** Whether questions on which figures rest were not answered, so that some are left out. */
  boolean lacksAnswers() {
    return pods.lacksAnswers();
  }

  /** Steps that have to be read again. */
  List<StepRanges.Run> toReadAgain() {
    return pods.toReadAgain();
  }

  /** Figures read, a measure of the answers' size. */
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

  /** Asks for these figures and stores what comes. */
  void read(Set<Figure> figures) {
    readPods(figures);
    readFigures();
  }

  /** First: which pods there were. Chunks have to do this one after the other, newest first. */
  void readPods(Set<Figure> figures) {
    wanted = figures;
    ofPods =
        wanted.stream().anyMatch(ChunkReader::restsOnPods)
            && scope.index().all().stream().anyMatch(t -> !t.target().workloads().isEmpty());
    pods.read(ofPods);
    if (ofPods) {
      failWhatRestsOnPods(wanted);
    }
  }

  /**
   * Then: the figures, which are stored as they come. Another chunk's pods may be read meanwhile,
   * but not its figures.
   */
  void readFigures() {
    Map<Figure, TargetSums> kept = askForFigures();
    if (scope.isNewest()) {
      scope.index().all().stream()
          .filter(store::isToBeKept)
          .forEach(target -> target.history().advanceTo(scope.chunk().run().to()));
    }
    kept.forEach(store::store);
    if (ofPods
        && wanted.contains(Figure.REPLICAS)
        && !answers.hasFailed(QueryCatalog.REPLICAS)
        && !answers.hasFailed(QueryCatalog.SAMPLES)) {
      store.storePodsWhereNotRecorded(
          kept.getOrDefault(
              Figure.REPLICAS, new TargetSums(scope.chunk().points(), TargetSums.Rule.SUM)));
    }
    pods.forgetDoubtfulOutside();
    if (scope.isNewest() && !answers.wasHeldBack()) {
      remarkOnNewest(kept);
    }
  }

  /** Its figures will not be read: what its pods tell of others' steps counts all the same. */
  void giveUp() {
    pods.forgetDoubtfulOutside();
  }

  private static boolean restsOnPods(Figure figure) {
    return figure.isReportedByPods() || figure == Figure.GPU;
  }

  /** An engine's figures are unusable if its pods, or the jobs to trust, are not known. */
  private void failWhatRestsOnPods(Set<Figure> wanted) {
    for (QueryCatalog basis : List.of(QueryCatalog.SCRAPES, QueryCatalog.SAMPLES)) {
      SourceFailure why = answers.failures().get(basis);
      if (why != null) {
        wanted.stream()
            .filter(ChunkReader::restsOnPods)
            .forEach(figure -> answers.fail(figure.query(), why));
      }
    }
  }

  /**
   * Asks for the figures side by side.
   *
   * @return what has still to be stored
   */
  private Map<Figure, TargetSums> askForFigures() {
    QueryBuilder questions =
        scope.questions(pods.leftOut(), pods.labels()).ofPods(pods.namesOfFew());
    ChunkFigures figures = new ChunkFigures(scope, questions, pods, answers);
    Map<Figure, TargetSums> kept = new ConcurrentHashMap<>();
    List<Figure> wantedFigures =
        wanted.stream()
            .filter(f -> questions.canAnswer(f.part()) && !answers.hasFailed(f.query()))
            .toList();
    // What Kubernetes' state tells shows whether one workload stands for those of two clusters,
    // before anything of theirs is added up.
    TargetSums recorded =
        wantedFigures.contains(Figure.REPLICAS)
            ? figures
                .ask(QueryCatalog.REPLICAS, Set.of(Figure.REPLICAS))
                .getOrDefault(Figure.REPLICAS, none())
            : none();
    if (wantedFigures.contains(Figure.REPLICAS)) {
      kept.put(Figure.REPLICAS, recorded);
    }
    if (scope.isNewest()) {
      pods.doubtLost(recorded);
    }
    if (wanted.contains(Figure.OUTPUT)) {
      scope.index().all().forEach(target -> target.readAnew(scope.chunk()));
    }
    new MixedClusters(scope, pods).doubt(figures.replicaScrapes());
    List<Runnable> work = new ArrayList<>();
    Map<QueryCatalog, Set<Figure>> byQuery = new EnumMap<>(QueryCatalog.class);
    for (Figure figure : wantedFigures) {
      if (figure != Figure.REPLICAS) {
        byQuery.computeIfAbsent(figure.query(), q -> EnumSet.noneOf(Figure.class)).add(figure);
      }
    }
    byQuery.forEach(
        (query, its) ->
            work.add(
                () -> {
                  Map<Figure, TargetSums> sums = figures.ask(query, its);
                  // Thousands of targets' sums weigh as much as their histories: of the past none
                  // is kept for longer than it takes to store it.
                  if (scope.isNewest()) {
                    kept.putAll(sums);
                  } else {
                    sums.forEach(store::store);
                  }
                }));
    asker.together(work);
    pointsRead = figures.pointsRead();
    figures.remark();
    if (ofPods && wanted.contains(Figure.OUTPUT)) {
      noteUnseen(recorded);
    }
    return kept;
  }

  /** Notes on each target the replicas of Kubernetes' state that have no series. */
  private void noteUnseen(TargetSums recorded) {
    TargetSums seen = pods.scraped();
    TargetSums known = pods.knownWithoutScrape();
    for (TargetState target : scope.index().all()) {
      for (int i = 0; i < scope.chunk().points(); i++) {
        if (recorded.has(target, i) && seen.has(target, i)) {
          double without =
              recorded.at(target, i)
                  - seen.at(target, i)
                  - (known.has(target, i) ? known.at(target, i) : 0);
          if (without >= 1) {
            target.didNotSee(scope.chunk(), i, without);
          }
        }
      }
    }
  }

  private TargetSums none() {
    return new TargetSums(scope.chunk().points(), TargetSums.Rule.SUM);
  }

  /** Tells each target what went wrong with the newest steps, and takes back what no longer is. */
  private void remarkOnNewest(Map<Figure, TargetSums> stored) {
    Parameter source = name(scope.source().name());
    Optional<Message> ofSource =
        Optional.of(Message.of(Cause.SOURCE_ANSWERS_IN_PART, source))
            .filter(m -> answers.areInPart());
    List<Message> failed =
        answers.failures().entrySet().stream()
            .sorted(Comparator.comparing(e -> e.getKey().label()))
            .map(
                e -> Message.of(Cause.QUERY_FAILS, name(e.getKey().label()), e.getValue().quoted()))
            .toList();
    int last = scope.chunk().points() - 1;
    TargetSums recorded = stored.get(Figure.REPLICAS);
    Map<TargetState, Integer> scraped = pods.scrapedLast();
    for (TargetState target : scope.index().all()) {
      target.remark(Note.Reason.PARTIAL_ANSWER, ofSource.or(() -> partOfItsPods(target, source)));
      target.remark(
          Note.Reason.PODS_VANISHED,
          Optional.of(Message.of(Cause.SOURCE_SHOWS_NO_POD, source))
              .filter(m -> pods.haveVanished(target)));
      target.remark(
          Note.Reason.QUERY_FAILED,
          Optional.of(Message.of(Cause.QUERIES_FAIL, source, clauses(failed)))
              .filter(m -> !failed.isEmpty()));
      if (recorded != null && recorded.has(target, last) && scraped.containsKey(target)) {
        target.sawPods(
            scope.chunk().run().to(), scraped.getOrDefault(target, 0), recorded.at(target, last));
      }
    }
  }

  private Optional<Message> partOfItsPods(TargetState target, Parameter source) {
    if (pods.hasTooManyPods(target)) {
      return Optional.of(
          Message.of(
              Cause.SOURCE_SHOWS_TOO_MANY_PODS,
              source,
              count(ChunkPods.MOST_PODS_OF_A_NAMESPACE),
              name(target.target().namespace())));
    }
    return Optional.of(Message.of(Cause.SOURCE_SHOWS_FEWER_PODS, source))
        .filter(m -> pods.isLessThanWas(target));
  }
}
