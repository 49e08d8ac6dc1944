package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.attribution.PodOwners;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.attribution.TenantFilter;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.TargetSums;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.DoubleUnaryOperator;

/** Asks for one figure of a chunk after another, and adds up what counts for each target. */
final class ChunkFigures {

  /** What the CRD allows for {@code maxReplicas}. */
  private static final int MOST_REPLICAS = 10_000;

  private static final BitSet NOT_YET = new BitSet(0);

  /** A mean of hundreds may be a little more by its rounding. */
  private static final double ALL_PERCENT = 101;

  private final ChunkReader.Scope scope;
  private final QueryBuilder questions;
  private final ChunkPods pods;
  private final ChunkQueries answers;
  private final AtomicLong pointsRead = new AtomicLong();
  private final Map<TargetState, Map<Map<String, String>, Float>> replicaScrapes = new HashMap<>();
  private final Map<Figure, Map<Pod, Double>> totalsOf = new ConcurrentHashMap<>();
  private final Map<TargetState, Set<Pod>> unowned = new ConcurrentHashMap<>();
  private final Set<TargetState> contradicted = ConcurrentHashMap.newKeySet();
  private final Set<TargetState> incomplete = ConcurrentHashMap.newKeySet();
  private final Set<TargetState> unreadable = ConcurrentHashMap.newKeySet();

  ChunkFigures(
      ChunkReader.Scope scope, QueryBuilder questions, ChunkPods pods, ChunkQueries answers) {
    this.scope = scope;
    this.questions = questions;
    this.pods = pods;
    this.answers = answers;
  }

  /** Figures read, a measure of the answers' size. */
  long pointsRead() {
    return pointsRead.get();
  }

  /** Sums of the figures that one query fills. Queries may run in parallel. */
  Map<Figure, TargetSums> ask(QueryCatalog query, Set<Figure> figures) {
    return switch (query) {
      case ENGINE_STATE -> askEngineState(figures);
      case GATEWAY -> askGateway(figures);
      default -> {
        Figure only = figures.iterator().next();
        yield Map.of(
            only,
            switch (only) {
              case GPU -> askGpus();
              case REPLICAS -> askReplicas();
              default -> askEngines(only);
            });
      }
    };
  }

  private Map<Figure, TargetSums> sums(Set<Figure> figures) {
    Map<Figure, TargetSums> sums = new EnumMap<>(Figure.class);
    for (Figure figure : figures) {
      sums.put(
          figure,
          new TargetSums(
              scope.chunk().points(),
              figure.addsUp() ? TargetSums.Rule.SUM : TargetSums.Rule.MEAN));
    }
    return sums;
  }

  private Map<Figure, TargetSums> askEngineState(Set<Figure> figures) {
    Map<Figure, TargetSums> sums = sums(figures);
    Map<String, ScrapeFold> folds = new HashMap<>();
    Set<String> folded = new HashSet<>();
    if (!pods.labels().apart().isEmpty()) {
      figures.stream().filter(Figure::addsUp).forEach(f -> folded.add(f.part().label()));
    }
    Set<Integer> percentiles = new TreeSet<>();
    scope.index().all().forEach(t -> t.target().latencyPercentile().ifPresent(percentiles::add));
    askOfPods(
        QueryCatalog.ENGINE_STATE,
        questions.engineState(
            figures.stream().map(Figure::part).toList(), percentiles, scope.chunk().pointSeconds()),
        new AnswerGuard(
            (labels, points) -> {
              String what = labels.getOrDefault("figure", "");
              if (folded.contains(what)) {
                folds
                    .computeIfAbsent(what, w -> pods.fold())
                    .add(podOf(labels), modelOf(labels), labels, points);
              } else {
                addState(sums, what, podOf(labels), modelOf(labels), points);
              }
            },
            (labels, why) ->
                forEachState(
                    sums,
                    labels.getOrDefault("figure", ""),
                    podOf(labels),
                    modelOf(labels),
                    (its, target) -> addNothing(its, target))));
    folds.forEach(
        (what, fold) ->
            fold.forEach(
                (pod, model, values, contradicting) ->
                    addState(sums, what, pod, model, points(values))));
    return sums;
  }

  private void addState(
      Map<Figure, TargetSums> sums, String what, Pod pod, String model, SeriesSink.Points points) {
    forEachState(
        sums,
        what,
        pod,
        model,
        (its, target) -> add(its, target, points, pods.rises().knownSteps(pod)));
  }

  private String modelOf(Map<String, String> labels) {
    return scope.profile().hasModelLabel()
        ? labels.getOrDefault(scope.profile().modelLabel(), "")
        : "";
  }

  /** For the sums and targets that a series of an engine's state is part of. */
  private void forEachState(
      Map<Figure, TargetSums> sums,
      String what,
      Pod pod,
      String model,
      BiConsumer<TargetSums, TargetState> part) {
    sums.forEach(
        (figure, its) ->
            pods.targetsOf(pod).stream()
                .filter(target -> what.equals(labelOf(figure, target)))
                .filter(
                    target ->
                        TenantFilter.mayLearn(
                            target.target(), scope.source(), pod.namespace(), model))
                .filter(target -> pods.isCounted(target, figure, pod))
                .forEach(target -> part.accept(its, target)));
  }

  private void addNothing(TargetSums sums, TargetState target) {
    for (int i = 0; i < scope.chunk().points(); i++) {
      sums.add(target, i, Double.NaN);
    }
  }

  private static String labelOf(Figure figure, TargetState target) {
    OptionalInt percentile = target.target().latencyPercentile();
    return figure.isLatency() && percentile.isPresent()
        ? QueryBuilder.percentileOf(figure.part(), percentile.getAsInt())
        : figure.part().label();
  }

  private TargetSums askEngines(Figure figure) {
    TargetSums sums = new TargetSums(scope.chunk().points(), TargetSums.Rule.SUM);
    ScrapeFold fold = pods.fold();
    boolean isFolded = !pods.labels().apart().isEmpty();
    Map<Pod, Double> totals = new HashMap<>();
    Map<Pod, BitSet> present = new HashMap<>();
    askOfPods(
        figure.query(),
        questions.engine(figure.query(), scope.chunk().pointSeconds()),
        new AnswerGuard(
            (labels, points) -> {
              String model = modelOf(labels);
              Pod pod = podOf(labels);
              if (isFolded) {
                fold.add(pod, model, labels, points);
              } else {
                add(figure, sums, pod, model, points, totals, present);
              }
            },
            (labels, why) -> {
              for (TargetState target : pods.targetsOf(podOf(labels))) {
                addNothing(sums, target);
                (why == AnswerGuard.Why.UNREADABLE ? unreadable : contradicted).add(target);
              }
            }));
    if (isFolded) {
      fold.forEach(
          (pod, model, values, contradicting) -> {
            add(
                figure,
                sums,
                pod,
                model,
                points(contradicting ? nothing() : values),
                totals,
                present);
            if (contradicting) {
              pods.targetsOf(pod).forEach(contradicted::add);
            }
          });
    }
    for (GapRises.Rise rise : pods.rises().of(figure)) {
      addRise(figure, sums, rise, totals);
    }
    totalsOf.put(figure, totals);
    if (figure == Figure.INPUT || figure == Figure.OUTPUT) {
      spoilIncomplete(sums, present);
    }
    return sums;
  }

  private Pod podOf(Map<String, String> labels) {
    return new Pod(
        labels.getOrDefault(scope.profile().namespaceLabel(), ""),
        labels.getOrDefault(scope.profile().podLabel(), ""));
  }

  private float[] nothing() {
    float[] nothing = new float[scope.chunk().points()];
    Arrays.fill(nothing, Float.NaN);
    return nothing;
  }

  private SeriesSink.Points points(float[] values) {
    SeriesSink.Points points = new SeriesSink.Points();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isNaN(values[i])) {
        points.add(scope.chunk().evaluatedAt(i), values[i]);
      }
    }
    return points;
  }

  private void add(
      Figure figure,
      TargetSums sums,
      Pod pod,
      String model,
      SeriesSink.Points points,
      Map<Pod, Double> totals,
      Map<Pod, BitSet> present) {
    BitSet its = present.computeIfAbsent(pod, p -> new BitSet());
    double total = 0;
    for (int i = 0; i < points.size(); i++) {
      its.set(Math.max(0, scope.chunk().pointAt(points.epochSecondAt(i))));
      total += points.valueAt(i);
    }
    if (total > 0 && profileNamesModel(model) && !pods.isOwned(pod)) {
      for (TargetState target : scope.index().in(pod.namespace())) {
        if (target.target().model().equals(model)) {
          unowned.computeIfAbsent(target, t -> ConcurrentHashMap.newKeySet()).add(pod);
        }
      }
    }
    for (TargetState target : pods.targetsOf(pod)) {
      if (!TenantFilter.mayLearn(target.target(), scope.source(), pod.namespace(), model)) {
        target.sawOtherModel(model);
        if (figure == Figure.OUTPUT && pods.isCounted(target, figure, pod)) {
          generatedForOthers(target, points);
        }
        continue;
      }
      totals.merge(pod, total, Double::sum);
      if (pods.isCounted(target, figure, pod)) {
        add(sums, target, points, pods.rises().knownSteps(pod));
      }
    }
  }

  private void generatedForOthers(TargetState target, SeriesSink.Points points) {
    for (int i = 0; i < points.size(); i++) {
      int point = scope.chunk().pointAt(points.epochSecondAt(i));
      double perSecond = TargetSums.figure(points.valueAt(i));
      if (point >= 0 && point < scope.chunk().points() && perSecond > 0) {
        target.generatedForOthers(scope.chunk(), point, perSecond);
      }
    }
  }

  private boolean profileNamesModel(String model) {
    return scope.profile().hasModelLabel() && !model.isEmpty();
  }

  private void addRise(
      Figure figure, TargetSums sums, GapRises.Rise rise, Map<Pod, Double> totals) {
    for (TargetState target : pods.targetsOf(rise.pod())) {
      if (TenantFilter.mayLearn(
              target.target(), scope.source(), rise.pod().namespace(), rise.model())
          && pods.isCounted(target, figure, rise.pod())) {
        for (int i = 0; i < rise.perSecond().length; i++) {
          if (!Float.isNaN(rise.perSecond()[i])) {
            sums.add(target, i, rise.perSecond()[i]);
            totals.merge(rise.pod(), (double) rise.perSecond()[i], Double::sum);
            if (figure == Figure.OUTPUT && rise.spread().get(i)) {
              target.countedAcrossGap(
                  scope.chunk(),
                  i,
                  rise.perSecond()[i],
                  pods.rises().down(rise.pod()).get(i),
                  pods.rises().queriedSteps(rise.pod()).get(i));
            }
          }
        }
      }
    }
  }

  /**
   * Where a pod was scraped often enough for a rise, each of its counters has one: an answer that
   * leaves some out is not whole, whatever it says of itself.
   */
  private void spoilIncomplete(TargetSums sums, Map<Pod, BitSet> present) {
    for (Pod pod : pods.all()) {
      float[] samples = pods.samplesOf(pod);
      BitSet its = present.getOrDefault(pod, new BitSet());
      BitSet gap = pods.gaps().getOrDefault(pod, new BitSet());
      for (int i = 0; i < samples.length - 1; i++) {
        if (samples[i + 1] >= 2 && !its.get(i) && !gap.get(i)) {
          for (TargetState target : pods.targetsOf(pod)) {
            sums.add(target, i, Double.NaN);
            incomplete.add(target);
          }
        }
      }
    }
  }

  private TargetSums askGpus() {
    TargetSums means = new TargetSums(scope.chunk().points(), TargetSums.Rule.MEAN);
    List<String> jobs = scope.source().trust().gpuJobs();
    askOfPods(
        QueryCatalog.GPU_UTILIZATION,
        questions.gpuUtilization(scope.chunk().pointSeconds()),
        (labels, points) -> {
          Pod pod =
              new Pod(TenantFilter.namespaceOf(labels, jobs), TenantFilter.podOf(labels, jobs));
          for (TargetState target : pods.targetsOf(pod)) {
            if (TenantFilter.mayLearn(target.target(), scope.source(), pod.namespace(), "")) {
              add(means, target, points, NOT_YET, ChunkFigures::percent);
            }
          }
        });
    return means;
  }

  private static final class ReportedReplicas {
    private final PodOwners.Owner object;
    private final Map<String, String> labels;
    private final float[] replicas;

    ReportedReplicas(PodOwners.Owner object, Map<String, String> labels, float[] replicas) {
      this.object = object;
      this.labels = labels;
      this.replicas = replicas;
    }

    PodOwners.Owner object() {
      return object;
    }

    Map<String, String> labels() {
      return labels;
    }

    float[] replicas() {
      return replicas;
    }
  }

  private TargetSums askReplicas() {
    TargetSums sums = new TargetSums(scope.chunk().points(), TargetSums.Rule.SUM);
    List<String> jobs = scope.source().trust().stateJobs();
    Map<String, List<ReportedReplicas>> byNamespace = new HashMap<>();
    ask(
        QueryCatalog.REPLICAS,
        questions.replicas(scope.chunk().pointSeconds()),
        new AnswerGuard(
            (labels, points) -> addReported(labels, values(points), byNamespace),
            (labels, why) -> addReported(labels, noCount(), byNamespace)));
    byNamespace.forEach(
        (namespace, reported) -> {
          // If a trusted job reports an object, other jobs' reports of it are ignored.
          Set<PodOwners.Owner> vouchedFor = new HashSet<>();
          reported.stream()
              .filter(t -> jobs.contains(t.labels().getOrDefault("job", "")))
              .forEach(t -> vouchedFor.add(t.object()));
          reported.removeIf(
              t ->
                  vouchedFor.contains(t.object())
                      && !jobs.contains(t.labels().getOrDefault("job", "")));
          for (WorkloadRef workload : scope.index().workloadsIn(namespace)) {
            for (TargetState target : scope.index().of(namespace, workload)) {
              if (TenantFilter.mayLearn(target.target(), scope.source(), namespace, "")) {
                addReplicas(sums, target, workload, reported);
              }
            }
          }
        });
    return sums;
  }

  private void addReported(
      Map<String, String> labels,
      float[] replicas,
      Map<String, List<ReportedReplicas>> byNamespace) {
    String namespace = TenantFilter.namespaceOf(labels, scope.source().trust().stateJobs());
    PodOwners.Owner object =
        labels.containsKey("deployment")
            ? new PodOwners.Owner("Deployment", labels.getOrDefault("deployment", ""))
            : new PodOwners.Owner("StatefulSet", labels.getOrDefault("statefulset", ""));
    if (scope.index().workloadsIn(namespace).stream()
        .anyMatch(workload -> PodOwners.hasReplicasOf(object, workload))) {
      byNamespace
          .computeIfAbsent(namespace, n -> new ArrayList<>())
          .add(new ReportedReplicas(object, labels, replicas));
    }
  }

  private float[] noCount() {
    float[] none = new float[scope.chunk().points()];
    Arrays.fill(none, Float.POSITIVE_INFINITY);
    return none;
  }

  private static boolean isCount(float replicas) {
    return replicas >= 0 && replicas <= MOST_REPLICAS;
  }

  /** Scraped twice, a workload's replicas are still the same ones. */
  private void addReplicas(
      TargetSums sums, TargetState target, WorkloadRef workload, List<ReportedReplicas> reported) {
    Map<PodOwners.Owner, float[]> byObject = new HashMap<>();
    for (ReportedReplicas one : reported) {
      if (!PodOwners.hasReplicasOf(one.object(), workload)) {
        continue;
      }
      Map<Map<String, String>, Float> scrapes =
          replicaScrapes.computeIfAbsent(target, t -> new HashMap<>());
      for (float replicas : one.replicas()) {
        scrapes.merge(one.labels(), replicas, Math::max);
      }
      float[] most = byObject.computeIfAbsent(one.object(), o -> nothing());
      for (int i = 0; i < most.length; i++) {
        if (Float.isNaN(most[i]) || one.replicas()[i] > most[i]) {
          most[i] = one.replicas()[i];
        }
      }
    }
    int last = scope.chunk().points() - 1;
    double now = 0;
    for (float[] replicas : byObject.values()) {
      now += replicas[last];
    }
    if (scope.isNewest() && !byObject.isEmpty() && !Double.isNaN(now)) {
      target.sawReplicas(workload, now);
    }
    if (!target.target().counts(Figure.REPLICAS, workload)) {
      return;
    }
    for (float[] replicas : byObject.values()) {
      for (int i = 0; i < replicas.length; i++) {
        if (!Float.isNaN(replicas[i])) {
          sums.add(target, i, isCount(replicas[i]) ? replicas[i] : Double.NaN);
        }
      }
    }
  }

  private float[] values(SeriesSink.Points points) {
    float[] values = nothing();
    for (int i = 0; i < points.size(); i++) {
      int point = scope.chunk().pointAt(points.epochSecondAt(i));
      if (point >= 0 && point < values.length) {
        double value = points.valueAt(i);
        boolean isNone = !Double.isNaN(value) && Double.isNaN(TargetSums.figure(value));
        values[point] = isNone ? Float.POSITIVE_INFINITY : (float) value;
      }
    }
    pointsRead.addAndGet(points.size());
    return values;
  }

  /** Labels under which replicas of each target's workloads were reported, and the most of them. */
  Map<TargetState, Map<Map<String, String>, Float>> replicaScrapes() {
    return replicaScrapes;
  }

  private Map<Figure, TargetSums> askGateway(Set<Figure> figures) {
    Map<Figure, TargetSums> sums = sums(figures);
    GatewayFold fold =
        new GatewayFold(
            scope.chunk(),
            ((Source.Gateway.Configured) scope.source().gateway()).profile(),
            pods.labels().gateways());
    ask(
        QueryCatalog.GATEWAY,
        questions.gateway(
            figures.stream().map(Figure::part).toList(), scope.chunk().pointSeconds()),
        new AnswerGuard(
            (labels, points) -> fold.add(labels, values(points)),
            (labels, why) -> fold.add(labels, noCount())));
    fold.forEach(
        (namespace, models, what, folded) -> {
          for (TargetState target : scope.index().all()) {
            if (TenantFilter.mayLearnFromGateway(
                target.target(), scope.source(), namespace, models)) {
              sums.forEach(
                  (figure, its) -> {
                    if (figure.part().label().equals(what)) {
                      add(its, target, points(folded), NOT_YET);
                    }
                  });
            }
          }
        });
    return sums;
  }

  /** Asks for what pods report, if there is any pod of which it counts. */
  private void askOfPods(QueryCatalog query, String promql, SeriesSink sink) {
    if (pods.areAnyConcerned()) {
      ask(query, promql, sink);
    }
  }

  private void ask(QueryCatalog query, String promql, SeriesSink sink) {
    answers.ask(scope.chunk().ask(query, promql, 0), sink);
  }

  /** Adds a series, but for the points that are known otherwise. */
  private void add(TargetSums sums, TargetState target, SeriesSink.Points points, BitSet known) {
    add(sums, target, points, known, DoubleUnaryOperator.identity());
  }

  private void add(
      TargetSums sums,
      TargetState target,
      SeriesSink.Points points,
      BitSet known,
      DoubleUnaryOperator reading) {
    pointsRead.addAndGet(points.size());
    TargetSums.OfTarget its = sums.adding(target);
    for (int i = 0; i < points.size(); i++) {
      int point = scope.chunk().pointAt(points.epochSecondAt(i));
      if (point >= 0 && !known.get(point)) {
        its.add(point, reading.applyAsDouble(points.valueAt(i)));
      }
    }
  }

  private static double percent(double value) {
    return value <= ALL_PERCENT ? value : Double.NaN;
  }

  /** Tells targets what does not fit together in what was read. */
  void remark() {
    new Invariants(scope, pods, totalsOf, unowned, contradicted, incomplete, unreadable).remark();
  }
}
