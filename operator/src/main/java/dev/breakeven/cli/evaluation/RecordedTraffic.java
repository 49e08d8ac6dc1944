package dev.breakeven.cli.evaluation;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.Excerpt;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cli.input.InputFile;
import dev.breakeven.cli.input.RequestLogFiles;
import dev.breakeven.cli.input.TrafficCsv;
import dev.breakeven.operator.evaluation.CommitmentSharing;
import dev.breakeven.prometheus.LengthTails;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.requestlog.RequestLog;
import dev.breakeven.requestlog.RequestTraffic;
import dev.breakeven.requestlog.UnreadableLog;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TimeSpan;
import dev.breakeven.traffic.TrafficHistory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Recorded traffic, as the operator would have observed it. */
record RecordedTraffic(Path file, Map<String, TrafficHistory> byWorkload) {

  /** See {@link TrafficCsv#read}. */
  static RecordedTraffic read(Path file) {
    return new RecordedTraffic(file, TrafficCsv.read(file));
  }

  /** Request logs, read as one. Notes on how they were read are printed first. */
  static RecordedTraffic ofRequests(List<Path> logs, PrintWriter notes) {
    RequestTraffic traffic;
    try {
      traffic = RequestLogFiles.read(logs, RequestLog.Settings.STANDARD);
    } catch (UnreadableLog e) {
      throw new IllegalArgumentException(
          e.getMessage() + " (the traffic command has the options; --traffic reads what it writes)",
          e);
    }
    RequestLogFiles.notes(traffic).forEach(notes::println);
    notes.flush();
    return new RecordedTraffic(logs.get(0), traffic.histories());
  }

  /** Every policy's answer to the whole of the file. */
  List<EvaluatedPolicy> evaluate(Manifests manifests, Instant now) {
    Map<Long, CommitmentSharing> sharing = new HashMap<>();
    LongFunction<CommitmentSharing> at =
        end -> sharing.computeIfAbsent(end, until -> sharing(manifests, until, now));
    return manifests.policies().stream()
        .map(policy -> evaluate(policy, manifests, at, now))
        .toList();
  }

  private EvaluatedPolicy evaluate(
      CostPolicy policy,
      Manifests manifests,
      LongFunction<CommitmentSharing> sharing,
      Instant now) {
    StepGrid grid = historyOf(policy).grid();
    @Nullable CostPolicyStatus previous = null;
    for (int steps : reviewedAfter(policy, grid)) {
      long end = grid.startOf(steps);
      previous = evaluate(policy, manifests, end, sharing.apply(end), previous, now).status();
    }
    long end = grid.endEpochSecond();
    return evaluate(policy, manifests, end, sharing.apply(end), previous, now);
  }

  /**
   * The answer to what had ended by a time.
   *
   * @param endEpochSecond that time, seconds UTC
   * @param sharing as of then
   * @param previous the status that stood then, or none
   */
  EvaluatedPolicy evaluate(
      CostPolicy policy,
      Manifests manifests,
      long endEpochSecond,
      CommitmentSharing sharing,
      @Nullable CostPolicyStatus previous,
      Instant now) {
    return EvaluatedPolicy.of(
        policy, manifests, observation(policy, endEpochSecond), Set.of(), sharing, previous, now);
  }

  /** How policies share what is committed, by what had ended by a time, seconds UTC. */
  CommitmentSharing sharing(Manifests manifests, long endEpochSecond, Instant now) {
    return EvaluatedPolicy.sharing(manifests, policy -> observation(policy, endEpochSecond), now);
  }

  /**
   * The steps after which the operator would have reviewed the number before the file's end, had it
   * run all along: what it set then stands until the next review.
   */
  private static List<Integer> reviewedAfter(CostPolicy policy, StepGrid grid) {
    if (policy.getSpec().planning().scaling() != CostPolicySpec.Scaling.MANUAL) {
      return List.of();
    }
    Duration first = TimeSpan.parse(policy.getSpec().planning().window());
    Duration review = TimeSpan.parse(policy.getSpec().planning().review());
    List<Integer> steps = new ArrayList<>();
    for (long at = first.toSeconds();
        at < (long) grid.steps() * grid.stepSeconds();
        at += review.toSeconds()) {
      steps.add((int) (at / grid.stepSeconds()));
    }
    return steps;
  }

  /** What would have been observed by a time, seconds UTC. */
  private Observation observation(CostPolicy policy, long endEpochSecond) {
    TrafficHistory all = historyOf(policy);
    if (policy.getSpec().workloads().isEmpty()) {
      // A policy without workloads runs no replicas: those in the file belong to somebody else.
      all = all.withoutReplicas();
    }
    long ended = (endEpochSecond - all.grid().startEpochSecond()) / all.grid().stepSeconds();
    int steps = (int) Math.max(0, Math.min(all.grid().steps(), ended));
    return observation(policy, all.slice(0, steps), lastReplicas(policy, endEpochSecond));
  }

  /** Replicas of each of the policy's workloads in the last step that has them. */
  private Map<WorkloadRef, Integer> lastReplicas(CostPolicy policy, long endEpochSecond) {
    Map<WorkloadRef, Integer> last = new HashMap<>();
    for (CostPolicySpec.Workload workload : policy.getSpec().workloads()) {
      TrafficHistory history = byWorkload.get(workload.name());
      if (history == null || byWorkload.size() == 1) {
        continue;
      }
      StepGrid grid = history.grid();
      long ended = (endEpochSecond - grid.startEpochSecond()) / grid.stepSeconds();
      int step = (int) Math.min(grid.steps(), ended) - 1;
      while (step >= 0 && !history.replicasHeld().isMeasured(step)) {
        step--;
      }
      if (step >= 0) {
        last.put(
            new WorkloadRef(workload.kind(), workload.name()),
            (int) Math.round(history.replicasHeld().measuredAt(step)));
      }
    }
    return last;
  }

  private static Observation observation(
      CostPolicy policy, TrafficHistory history, Map<WorkloadRef, Integer> lastReplicas) {
    Duration window = TimeSpan.parse(policy.getSpec().planning().window());
    int steps = history.grid().steps();
    int windowSteps = (int) Math.min(steps, window.toSeconds() / history.grid().stepSeconds());
    return new Observation.Observed(
        history.slice(steps - windowSteps, steps),
        history.slice(0, steps - windowSteps),
        TrafficHistory.none(history.grid().startEpochSecond()),
        new LengthTails.Unmeasured(),
        true,
        0,
        List.of(),
        lastReplicas);
  }

  /**
   * The one workload of the file; else those that the policy's workloads, or the policy itself, are
   * named for, together.
   */
  private TrafficHistory historyOf(CostPolicy policy) {
    if (byWorkload.size() == 1) {
      return byWorkload.values().iterator().next();
    }
    Set<String> names = new TreeSet<>();
    policy.getSpec().workloads().forEach(w -> names.add(w.name()));
    if (names.isEmpty()) {
      names.add(policy.getMetadata().getName());
    }
    List<TrafficHistory> matching =
        byWorkload.entrySet().stream()
            .filter(e -> names.contains(e.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    if (matching.isEmpty()) {
      matching =
          byWorkload.entrySet().stream()
              .filter(e -> isModelOf(policy, e.getKey()))
              .map(Map.Entry::getValue)
              .toList();
      names.add(policy.getSpec().model());
    }
    if (matching.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: none of its %d workloads (%s) is called %s: set engineModelName or gatewayModelName"
                  .formatted(
                      new InputFile(file).name(),
                      byWorkload.size(),
                      Excerpt.of(String.join(", ", byWorkload.keySet())),
                      String.join(" or ", names))
              + " in the policy's spec to the one that serves its model");
    }
    if (matching.stream().map(TrafficHistory::grid).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "%s: the rows of %s must be of the same steps to be added up"
              .formatted(new InputFile(file).name(), String.join(" and ", names)));
    }
    return matching.stream().reduce(TrafficHistory::plus).orElseThrow();
  }

  /** Whether the name is the policy's model, as logs write it: after a provider, maybe. */
  private static boolean isModelOf(CostPolicy policy, String name) {
    return Stream.of(
            policy.getSpec().model(),
            policy.getSpec().engineModelName(),
            policy.getSpec().gatewayModelName())
        .filter(Objects::nonNull)
        .anyMatch(model -> name.equals(model) || name.endsWith("/" + model));
  }
}
