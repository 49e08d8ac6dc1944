package dev.breakeven.prometheus.collect.figure;

import static dev.breakeven.reason.Parameter.percent;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.collect.pod.ChunkPods;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks that the counts of a chunk are consistent: cached tokens are a part of the prompts;
 * prefill and decode pods of a split deployment count the same prompts; no pods outside the
 * workloads serve the model; two scrapers of a server agree; and an answer has all pods that were
 * scraped.
 */
final class ConsistencyChecks {

  private static final double SLACK = 1.02;
  // Prefill and decode are scraped at different seconds, and some requests fail between them.
  private static final double MOST_DIFFERENCE = 0.25;
  private static final double ONE_TOKEN = 2;
  private static final int MOST_NAMED = 3;

  private final ChunkScope scope;
  private final ChunkPods pods;
  private final EngineFindings findings;

  ConsistencyChecks(ChunkScope scope, ChunkPods pods, EngineFindings findings) {
    this.scope = scope;
    this.pods = pods;
    this.findings = findings;
  }

  private record Counts(double input, double cached, double output, double requests) {
    static final Counts NONE = new Counts(0, 0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(
          input + other.input,
          cached + other.cached,
          output + other.output,
          requests + other.requests);
    }
  }

  void run() {
    Map<TargetState, Map<Pod, Counts>> byTarget = new HashMap<>();
    for (Pod pod : pods.samples().pods()) {
      Counts counts =
          new Counts(
              of(Figure.INPUT, pod),
              of(Figure.CACHED, pod),
              of(Figure.OUTPUT, pod),
              of(Figure.REQUESTS, pod));
      for (TargetState target : pods.workloads().targetsOf(pod)) {
        byTarget.computeIfAbsent(target, t -> new HashMap<>()).put(pod, counts);
      }
    }
    for (TargetState target : scope.index().all()) {
      check(target, byTarget.getOrDefault(target, Map.of()));
    }
  }

  private void check(TargetState target, Map<Pod, Counts> its) {
    Counts all = its.values().stream().reduce(Counts.NONE, Counts::plus);
    if (all.input() > 0) {
      scope.note(target, Note.Reason.CACHED_EXCEED_PROMPTS, cachedExceedPrompts(all));
      scope.note(
          target,
          Note.Reason.PROMPTS_COUNTED_TWICE,
          target.target().readers().isEmpty() ? countedTwice(its) : Optional.empty());
      scope.note(
          target,
          Note.Reason.HALVES_DIFFER,
          target.target().readers().isEmpty() ? Optional.empty() : halvesDiffer(target, its));
    }
    scope.note(
        target,
        Note.Reason.SERIES_UNREADABLE,
        Optional.of(Message.of(Cause.SERIES_UNREADABLE))
            .filter(m -> findings.unreadable().contains(target)));
    scope.note(
        target,
        Note.Reason.PODS_UNOWNED,
        unowned(findings.unowned().getOrDefault(target, Set.of())));
    scope.note(
        target,
        Note.Reason.SCRAPES_CONTRADICT,
        findings.contradicted().contains(target)
            ? Optional.of(Message.of(Cause.SCRAPERS_CONTRADICT))
            : Optional.of(Message.of(Cause.SERIES_OF_PODS_LACKING))
                .filter(m -> findings.incomplete().contains(target)));
  }

  private double of(Figure figure, Pod pod) {
    return findings.totals().getOrDefault(figure, Map.of()).getOrDefault(pod, 0.0);
  }

  private Optional<Message> cachedExceedPrompts(Counts all) {
    return scope.profile().inputIncludesCached() && all.cached() > SLACK * all.input()
        ? Optional.of(
            Message.of(Cause.MORE_CACHED_THAN_PROMPTS, percent(100 * all.cached() / all.input())))
        : Optional.empty();
  }

  /** Without roles, a prompt that a prefill pod passes on is counted by two pods. */
  private static Optional<Message> countedTwice(Map<Pod, Counts> its) {
    Counts readers = Counts.NONE;
    Counts others = Counts.NONE;
    for (Counts pod : its.values()) {
      if (pod.requests() > 0
          && pod.output() <= ONE_TOKEN * pod.requests()
          && pod.input() > pod.output()) {
        readers = readers.plus(pod);
      } else {
        others = others.plus(pod);
      }
    }
    return readers.input() > 0 && differ(readers.input(), others.input()) <= MOST_DIFFERENCE
        ? Optional.of(Message.of(Cause.PROMPTS_STAND_TWICE))
        : Optional.empty();
  }

  private Optional<Message> halvesDiffer(TargetState target, Map<Pod, Counts> its) {
    Counts readers = Counts.NONE;
    Counts others = Counts.NONE;
    for (Map.Entry<Pod, Counts> pod : its.entrySet()) {
      boolean reads =
          pods.workloads()
              .workloadOf(pod.getKey())
              .filter(target.target().readers()::contains)
              .isPresent();
      readers = reads ? readers.plus(pod.getValue()) : readers;
      others = reads ? others : others.plus(pod.getValue());
    }
    return readers.input() > 0
            && others.input() > 0
            && differ(readers.input(), others.input()) > MOST_DIFFERENCE
        ? Optional.of(
            Message.of(
                Cause.PREFILL_AND_DECODE_DIFFER,
                percent(100 * differ(readers.input(), others.input()))))
        : Optional.empty();
  }

  private static double differ(double one, double other) {
    return Math.abs(one - other) / Math.max(one, other);
  }

  private Optional<Message> unowned(Set<Pod> its) {
    if (its.isEmpty()) {
      return Optional.empty();
    }
    Set<String> owners = new TreeSet<>();
    its.forEach(pod -> owners.add(pods.workloads().ownerOf(pod)));
    return Optional.of(
        Message.of(Cause.PODS_WITHOUT_A_WORKLOAD, Parameter.firstOf(owners, MOST_NAMED)));
  }
}
