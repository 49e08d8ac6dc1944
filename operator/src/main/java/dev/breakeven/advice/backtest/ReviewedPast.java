package dev.breakeven.advice.backtest;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advisor;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.LengthTail;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.Terms;
import dev.breakeven.advice.Workload;
import dev.breakeven.advice.decision.VerdictRules;
import dev.breakeven.capacity.ServingConditions;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What would have been advised at each review of a past, by the code that the operator answers
 * with. Each answer knows the steps that had ended by then, and what was answered before.
 */
final class ReviewedPast {

  private final TrafficHistory history;
  private final Backtest.Terms terms;
  private final Backtest.Priced priced;
  private final Advisor advisor = Advisor.standard();

  private ReviewedPast(TrafficHistory history, Backtest.Terms terms) {
    this.history = history;
    this.terms = terms;
    priced = Backtest.Priced.of(history, terms);
  }

  /**
   * An answer.
   *
   * @param epochSecond of the review, seconds UTC
   * @param replicasThen that ran when it was given
   * @param recorded whether that is known, and not what was advised before
   */
  record Answered(long epochSecond, int replicasThen, boolean recorded, Advice advice) {
    int replicasAdvised() {
      return advice.recommendation().replicasAdvised();
    }

    /** Whether what scales the replicas is left to do so until the next review. */
    boolean leavesTheScaling() {
      return advice.decision().reason() == VerdictRules.Reason.SCALED_ALREADY;
    }

    /** Whether going on as then is going on with changing numbers. */
    boolean isScaled() {
      return advice
          .comparison()
          .alternative(Alternative.Kind.TODAYS_REPLICAS)
          .filter(way -> !(way.replicas() instanceof Alternative.ReplicaPlan.Fixed))
          .isPresent();
    }
  }

  /** Had each answer been followed: at a review runs what was advised at the one before. */
  static List<Answered> followed(TrafficHistory history, Backtest.Terms terms) {
    return new ReviewedPast(history, terms).answers((ran, advised) -> advised);
  }

  /** As it ran, where that is known; else had each answer been followed. */
  static List<Answered> asItRan(TrafficHistory history, Backtest.Terms terms) {
    return new ReviewedPast(history, terms).answers((ran, advised) -> ran.orElse(advised));
  }

  /**
   * What runs at a review, from what ran in the past, where that is known, and what was advised.
   */
  @FunctionalInterface
  private interface Running {
    int at(OptionalInt ran, int advised);
  }

  /** When the first review is: at the end of the first window. */
  static long firstReview(TrafficHistory history, Planning planning) {
    return history.grid().startEpochSecond() + planning.window().toSeconds();
  }

  /** Replicas that ran before a time; none where nobody says. */
  static int ranBefore(TrafficHistory history, long epochSecond) {
    return ran(history, stepsBefore(history.grid(), epochSecond)).orElse(0);
  }

  private static OptionalInt ran(TrafficHistory history, int step) {
    return step > 0 && history.replicasHeld().isMeasured(step - 1)
        ? OptionalInt.of((int) Math.round(history.replicasHeld().measuredAt(step - 1)))
        : OptionalInt.empty();
  }

  private static int stepsBefore(StepGrid grid, long epochSecond) {
    return (int)
        Math.min(grid.steps(), (epochSecond - grid.startEpochSecond()) / grid.stepSeconds());
  }

  /** Answers one review after the other. */
  private List<Answered> answers(Running running) {
    StepGrid grid = history.grid();
    List<Answered> answers = new ArrayList<>();
    PreviousDecision before = new PreviousDecision.None();
    LivedPast lived = new LivedPast(history, priced.load(), priced.terms(), priced.overflow());
    long first = firstReview(history, terms.planning());
    int advised = ranBefore(history, first);
    boolean isLeft = false;
    long review = terms.planning().review().toSeconds();
    for (long at = first; at <= grid.endEpochSecond(); at += review) {
      int end = stepsBefore(grid, at);
      OptionalInt ran = ran(history, end);
      int runs = isLeft ? ran.orElse(advised) : running.at(ran, advised);
      Advice advice = advisor.advise(question(lived.until(end), at, runs, before));
      Answered answered = new Answered(at, runs, ran.isPresent() && runs == ran.getAsInt(), advice);
      answers.add(answered);
      advised = answered.replicasAdvised();
      before = remembered(answered);
      isLeft = answered.leavesTheScaling();
      OptionalInt next = ran(history, Math.min(end + 1, grid.steps()));
      if (!isLeft && (next.isEmpty() || running.at(next, advised) != next.getAsInt())) {
        hold(lived, end, stepsBefore(grid, at + review), runs, advised);
      }
    }
    return answers;
  }

  /** What is set at a review is held until the next; what is added serves a lead later. */
  private void hold(LivedPast lived, int from, int to, int before, int advised) {
    int loaded = from + terms.planning().leadSteps(history.grid().stepSeconds());
    lived.hold(
        from, to, step -> advised, step -> step < loaded ? Math.min(before, advised) : advised);
  }

  private AdvisorInput question(
      TrafficHistory past, long at, int replicas, PreviousDecision before) {
    int end = past.grid().steps();
    int from = Math.max(0, end - terms.planning().windowSteps(past.grid().stepSeconds()));
    return new AdvisorInput(
        "",
        new Terms(
            "",
            terms.currency(),
            terms.planning(),
            terms.selfHost(),
            terms.api(),
            terms.constraints(),
            terms.capacity(),
            ServingConditions.UNKNOWN),
        List.of(
            new Workload(
                "",
                "",
                replicas,
                replicas,
                terms.selfHost().minReplicas(),
                terms.selfHost().maxReplicas())),
        List.of(),
        new AdvisorInput.Past(
            past.slice(from, end),
            from > 0 ? List.of(past.slice(0, from)) : List.of(),
            new LengthTail.Unmeasured()),
        Instant.ofEpochSecond(at),
        List.of(),
        before);
  }

  /** What the status would have kept of it. */
  private static PreviousDecision remembered(Answered answered) {
    Advice advice = answered.advice();
    return new PreviousDecision.Made(
        advice.decision().verdict(),
        answered.replicasAdvised(),
        advice.decision().since(),
        advice.decision().inputHash(),
        advice.decision().pending(),
        advice.review().next() instanceof Estimate.Found<Instant> next
            ? next.value()
            : Instant.EPOCH,
        advice.trackRecord().prediction(),
        advice.trackRecord().changes());
  }
}
