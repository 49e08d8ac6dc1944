package dev.breakeven.prometheus.collect.figure;

import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.collect.duplicates.ScrapeDeduplicator;
import dev.breakeven.prometheus.collect.gap.GapIncreases;
import dev.breakeven.prometheus.collect.pod.ChunkPods;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.collect.request.UniqueSeriesSink;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.prometheus.target.TargetSums;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reads one of the engines' counters: tokens or requests. */
final class EngineCounters {

  private final FigureQueries queries;
  private final ChunkScope scope;
  private final ChunkPods pods;
  private final EngineFindings findings;
  private final Figure figure;
  private final TargetSums sums;
  private final Map<Pod, Double> totals = new HashMap<>();
  private final Map<Pod, BitSet> present = new HashMap<>();

  EngineCounters(FigureQueries queries, EngineFindings findings, Figure figure) {
    this.queries = queries;
    this.scope = queries.scope();
    this.pods = queries.pods();
    this.findings = findings;
    this.figure = figure;
    this.sums = new TargetSums(queries.points(), TargetSums.Rule.SUM);
  }

  TargetSums read() {
    ScrapeDeduplicator deduplicator = pods.deduplicator();
    boolean hasSeveralScrapes = !pods.labels().apart().isEmpty();
    queries.askOfPods(
        figure.query(),
        queries.builder().engine(figure.query(), queries.pointSeconds()),
        new UniqueSeriesSink(
            (labels, points) -> {
              Pod pod = scope.podOf(labels);
              String model = scope.modelOf(labels);
              if (hasSeveralScrapes) {
                deduplicator.add(pod, model, labels, points);
              } else {
                add(pod, model, points);
              }
            },
            this::reject));
    if (hasSeveralScrapes) {
      deduplicator.forEach(
          (pod, model, values, contradicting) -> {
            add(
                pod,
                model,
                scope.chunk().series(contradicting ? scope.chunk().noValues() : values));
            if (contradicting) {
              findings.contradicted().addAll(pods.workloads().targetsOf(pod));
            }
          });
    }
    for (GapIncreases.Increase increase : pods.increases().of(figure)) {
      addIncrease(increase);
    }
    findings.totals().put(figure, totals);
    if (figure == Figure.INPUT || figure == Figure.OUTPUT) {
      markIncomplete();
    }
    return sums;
  }

  private void reject(Map<String, String> labels, UniqueSeriesSink.Why why) {
    for (TargetState target : pods.workloads().targetsOf(scope.podOf(labels))) {
      queries.addNotANumber(sums, target);
      (why == UniqueSeriesSink.Why.UNREADABLE ? findings.unreadable() : findings.contradicted())
          .add(target);
    }
  }

  private void add(Pod pod, String model, SeriesSink.Points points) {
    BitSet its = present.computeIfAbsent(pod, p -> new BitSet());
    double total = 0;
    for (int i = 0; i < points.size(); i++) {
      its.set(Math.max(0, scope.chunk().pointAt(points.epochSecondAt(i))));
      total += points.valueAt(i);
    }
    if (total > 0 && !model.isEmpty() && !pods.workloads().isOwned(pod)) {
      for (TargetState target : scope.index().in(pod.namespace())) {
        if (target.target().model().equals(model)) {
          findings.unowned().computeIfAbsent(target, t -> ConcurrentHashMap.newKeySet()).add(pod);
        }
      }
    }
    for (TargetState target : pods.workloads().targetsOf(pod)) {
      if (!queries.mayLearn(target, pod.namespace(), model)) {
        addOtherModel(target, pod, model, points);
        continue;
      }
      totals.merge(pod, total, Double::sum);
      if (pods.workloads().isCounted(target, figure, pod)) {
        queries.add(sums, target, points, pods.increases().knownSteps(pod));
      }
    }
  }

  private void addOtherModel(TargetState target, Pod pod, String model, SeriesSink.Points points) {
    target.sawOtherModel(model);
    if (figure != Figure.OUTPUT || !pods.workloads().isCounted(target, figure, pod)) {
      return;
    }
    for (int i = 0; i < points.size(); i++) {
      int point = scope.chunk().pointAt(points.epochSecondAt(i));
      double perSecond = TargetSums.figure(points.valueAt(i));
      if (point >= 0 && point < queries.points() && perSecond > 0) {
        target.generatedForOthers(scope.chunk(), point, perSecond);
      }
    }
  }

  private void addIncrease(GapIncreases.Increase increase) {
    Pod pod = increase.pod();
    for (TargetState target : pods.workloads().targetsOf(pod)) {
      if (!queries.mayLearn(target, pod.namespace(), increase.model())
          || !pods.workloads().isCounted(target, figure, pod)) {
        continue;
      }
      for (int i = 0; i < increase.perSecond().length; i++) {
        float perSecond = increase.perSecond()[i];
        if (Float.isNaN(perSecond)) {
          continue;
        }
        sums.add(target, i, perSecond);
        totals.merge(pod, (double) perSecond, Double::sum);
        if (figure == Figure.OUTPUT && increase.spread().get(i)) {
          target.countedAcrossGap(
              scope.chunk(),
              i,
              perSecond,
              pods.increases().down(pod).get(i),
              pods.increases().queriedSteps(pod).get(i));
        }
      }
    }
  }

  /**
   * A pod that was scraped often enough for an increase has one of each of its counters: an answer
   * that leaves some out is not complete, whatever it says of itself.
   */
  private void markIncomplete() {
    for (Pod pod : pods.samples().pods()) {
      float[] samples = pods.samples().of(pod);
      BitSet its = present.getOrDefault(pod, new BitSet());
      BitSet gap = pods.gaps().of(pod);
      for (int i = 0; i < samples.length - 1; i++) {
        if (samples[i + 1] >= 2 && !its.get(i) && !gap.get(i)) {
          for (TargetState target : pods.workloads().targetsOf(pod)) {
            sums.add(target, i, Double.NaN);
            findings.incomplete().add(target);
          }
        }
      }
    }
  }
}
