package dev.breakeven.advice.proof;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.LengthTail;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.Workload;
import dev.breakeven.advice.costing.WorkloadAllocation;
import dev.breakeven.advice.decision.VerdictDecision;
import dev.breakeven.advice.decision.VerdictRules;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What would have been advised at each review of a past, by the code that the operator answers
 * with. Each answer knows the steps that had ended by then, and what was advised before.
 *
 * @param history the past
 * @param lived a copy of it in which the advice is followed
 * @param capacity what one replica sustains
 * @param input what is asked at each review, of the past until then
 */
public record ReviewedPast(
    TrafficHistory history,
    Supplier<SimulatedPast> lived,
    CapacityEvidence.Known capacity,
    AdvisorInput input) {

  /**
   * A review.
   *
   * @param epochSecond when, seconds UTC
   * @param replicasThen that ran when it was given
   * @param recorded whether that is known, and not what was advised before
   * @param replicasAdvised to hold until the next
   * @param leavesTheScaling whether what scales the replicas is left to do so until the next
   */
  public record Reviewed(
      long epochSecond,
      int replicasThen,
      boolean recorded,
      int replicasAdvised,
      boolean leavesTheScaling) {}

  /** Answers the question of a review, at which so many replicas run. */
  @FunctionalInterface
  public interface Reviewer {
    Reviewed review(AdvisorInput input, boolean recorded);
  }

  /** Which number of replicas a review starts from. */
  @FunctionalInterface
  public interface ReplicasAtReview {
    /** What ran then, if that was recorded; else what was advised at the review before. */
    ReplicasAtReview AS_RECORDED = (ran, advised) -> ran.orElse(advised);

    /** What was advised at the review before. */
    ReplicasAtReview AS_ADVISED = (ran, advised) -> advised;

    int at(OptionalInt ran, int advised);
  }

  /**
   * Had each answer been followed: at a review runs what was advised at the one before.
   *
   * @param first time of the first review, seconds UTC
   * @param ranBefore replicas before it
   * @param decide what is decided at a review
   */
  public List<Reviewed> followed(
      long first, int ranBefore, Function<AdvisorInput, VerdictDecision> decide) {
    return reviews(
        first,
        ranBefore,
        ReplicasAtReview.AS_ADVISED,
        (input, recorded) -> {
          VerdictDecision decision = decide.apply(input);
          return new Reviewed(
              input.now().getEpochSecond(),
              input.replicasNow(),
              recorded,
              decision instanceof VerdictDecision.Serve serve
                  ? serve.replicas()
                  : input.replicasNow(),
              decision.reason() == VerdictRules.Reason.SCALED_ALREADY);
        });
  }

  /** Replicas that ran before a time, where somebody says. */
  public OptionalInt ranBefore(long epochSecond) {
    return ran(stepsBefore(epochSecond));
  }

  private OptionalInt ran(int step) {
    return step > 0 && history.replicasHeld().isMeasured(step - 1)
        ? OptionalInt.of((int) Math.round(history.replicasHeld().measuredAt(step - 1)))
        : OptionalInt.empty();
  }

  private int stepsBefore(long epochSecond) {
    StepGrid grid = history.grid();
    long steps = (epochSecond - grid.startEpochSecond()) / grid.stepSeconds();
    return (int) Math.max(0, Math.min(grid.steps(), steps));
  }

  /**
   * One review after the other.
   *
   * @param first time of the first, seconds UTC; not before the past begins
   * @param ranBefore replicas before the first
   */
  public List<Reviewed> reviews(
      long first, int ranBefore, ReplicasAtReview running, Reviewer reviewer) {
    StepGrid grid = history.grid();
    List<Reviewed> reviews = new ArrayList<>();
    Optional<SimulatedPast> otherwise = Optional.empty();
    int advised = ranBefore;
    boolean isLeft = false;
    long review = input.planning().review().toSeconds();
    for (long at = first; at <= grid.endEpochSecond(); at += review) {
      int end = stepsBefore(at);
      OptionalInt ran = ran(end);
      int runs = isLeft ? ran.orElse(advised) : running.at(ran, advised);
      Reviewed reviewed =
          reviewer.review(
              input(
                  otherwise.map(past -> past.until(end)).orElseGet(() -> history.slice(0, end)),
                  at,
                  runs),
              ran.isPresent() && runs == ran.getAsInt());
      reviews.add(reviewed);
      advised = reviewed.replicasAdvised();
      isLeft = reviewed.leavesTheScaling();
      OptionalInt next = ran(Math.min(end + 1, grid.steps()));
      if (at + review <= grid.endEpochSecond()
          && !isLeft
          && (next.isEmpty() || running.at(next, advised) != next.getAsInt())) {
        SimulatedPast past = otherwise.orElseGet(lived);
        hold(past, end, stepsBefore(at + review), runs, advised);
        otherwise = Optional.of(past);
      }
    }
    return reviews;
  }

  /** What is set at a review is held until the next; what is added serves a lead later. */
  private void hold(SimulatedPast lived, int from, int to, int before, int advised) {
    int loaded = from + input.planning().leadSteps(history.grid().stepSeconds());
    lived.hold(
        from, to, step -> advised, step -> step < loaded ? Math.min(before, advised) : advised);
  }

  private AdvisorInput input(TrafficHistory past, long at, int replicas) {
    Planning planning = input.planning();
    int end = past.grid().steps();
    int from = Math.max(0, end - planning.windowSteps(past.grid().stepSeconds()));
    return new AdvisorInput(
        input.inputHash(),
        input.terms(),
        workloads(replicas),
        input.prefill(),
        new AdvisorInput.Past(
            past.slice(from, end),
            from > 0 ? List.of(past.slice(0, from)) : List.of(),
            new LengthTail.Unmeasured()),
        Instant.ofEpochSecond(at),
        List.of(),
        new PreviousDecision.None());
  }

  /** The workloads while so many replicas run over all of them. */
  private List<Workload> workloads(int replicas) {
    List<Workload> theirs = WorkloadAllocation.holding(input, capacity, replicas);
    return theirs.stream().mapToInt(Workload::replicasWanted).sum() == replicas
        ? theirs
        : List.of(
            new Workload(
                "",
                "",
                replicas,
                replicas,
                input.selfHost().minReplicas(),
                input.selfHost().maxReplicas()));
  }
}
