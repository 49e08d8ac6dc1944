package dev.breakeven.capacity;

import dev.breakeven.capacity.CapacityEvidence.MeasuredMix;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.traffic.TokenRates;
import dev.breakeven.traffic.TrafficHistory;
import java.util.ArrayList;
import java.util.List;

/**
 * What one replica sustains, from the best evidence there is: what the policy declares, else
 * benchmark points, else steps in which the replicas could do no more, else GPU utilisation.
 */
public final class CapacityAssessment {

  /**
   * Requests waiting for each replica, mean over a step, from which on the step is saturated: what
   * was served is then all that could be, and demand was at least that.
   */
  public static final double SATURATED_AT_WAITING_PER_REPLICA = 1;

  /** Saturated steps from which on a capacity is learned. */
  public static final int LEARNED_FROM_STEPS = 3;

  /** GPU utilisation below which nothing is extrapolated, percent. */
  public static final double EXTRAPOLATED_FROM_PERCENT = 10;

  /** By which factor a mix must leave the measured range to have drifted. */
  public static final double DRIFT_FACTOR = 2;

  private CapacityAssessment() {}

  /**
   * The evidence for a policy.
   *
   * @param stated what the policy says
   * @param histories the past that it may be learned from
   */
  public static CapacityEvidence of(StatedCapacity stated, List<TrafficHistory> histories) {
    if (stated instanceof StatedCapacity.Declared declared) {
      return new CapacityEvidence.Declared(declared.capacity());
    }
    if (stated instanceof StatedCapacity.Benchmarked benchmarked) {
      List<SaturatedRate> points = benchmarked.points().stream().map(SaturatedRate::of).toList();
      CapacityFit fit = CapacityFit.to(points);
      return new CapacityEvidence.Fitted(
          fit.capacity(), points.size(), fit.error(), fit.measuredAt());
    }
    List<SaturatedRate> saturated = preferringLengths(saturatedSteps(histories));
    if (saturated.size() >= LEARNED_FROM_STEPS) {
      CapacityFit fit = CapacityFit.to(saturated);
      return new CapacityEvidence.Learned(
          fit.capacity(), saturated.size(), fit.error(), fit.measuredAt());
    }
    return extrapolated(histories);
  }

  /**
   * Whether requests were waiting in a step, so that demand was at least what was served: at least
   * one for each replica, where replicas are known, else at least one.
   */
  public static boolean isSaturated(TrafficHistory history, int step) {
    double replicas = Math.max(1, history.replicasHeld().at(step, 1));
    return history.requestsWaiting().isMeasured(step)
        && history.requestsWaiting().measuredAt(step)
            >= SATURATED_AT_WAITING_PER_REPLICA * replicas;
  }

  /**
   * Whether traffic has left the mixes that a capacity was measured at by more than {@link
   * #DRIFT_FACTOR}.
   *
   * @param contextTokens mean context a generated token reads; NaN where lengths are not known
   */
  public static boolean hasDrifted(
      MeasuredMix measuredAt, TokenRates tokens, double contextTokens) {
    SaturatedRate now = new SaturatedRate(tokens, contextTokens);
    return isOutside(
            now.inputPerOutput(), measuredAt.leastInputPerOutput(), measuredAt.mostInputPerOutput())
        || (now.hasLengths()
            && isOutside(
                contextTokens, measuredAt.leastContextTokens(), measuredAt.mostContextTokens()));
  }

  private static boolean isOutside(double value, double least, double most) {
    return value < least / DRIFT_FACTOR || value > most * DRIFT_FACTOR;
  }

  private static List<SaturatedRate> saturatedSteps(List<TrafficHistory> histories) {
    List<SaturatedRate> steps = new ArrayList<>();
    for (TrafficHistory history : histories) {
      for (int i = 0; i < history.grid().steps(); i++) {
        if (isSaturated(history, i)) {
          addRatePerReplica(steps, history, i, 1);
        }
      }
    }
    return steps;
  }

  private static CapacityEvidence extrapolated(List<TrafficHistory> histories) {
    List<SaturatedRate> steps = new ArrayList<>();
    double percentages = 0;
    for (TrafficHistory history : histories) {
      for (int i = 0; i < history.grid().steps(); i++) {
        double percent = history.gpuUtilizationPercent().at(i, 0);
        if (percent >= EXTRAPOLATED_FROM_PERCENT
            && addRatePerReplica(steps, history, i, 100 / percent)) {
          percentages += percent;
        }
      }
    }
    if (steps.isEmpty()) {
      return new CapacityEvidence.Unknown(Message.of(Cause.CAPACITY_NOT_STATED));
    }
    CapacityFit fit = CapacityFit.to(preferringLengths(steps));
    return new CapacityEvidence.Extrapolated(
        fit.capacity(), percentages / steps.size(), fit.measuredAt());
  }

  /** The steps whose request lengths are known, where there are enough of them; else all. */
  static List<SaturatedRate> preferringLengths(List<SaturatedRate> steps) {
    List<SaturatedRate> withLengths = steps.stream().filter(SaturatedRate::hasLengths).toList();
    return withLengths.size() >= LEARNED_FROM_STEPS ? withLengths : steps;
  }

  /**
   * Adds what one replica served in a step, times a factor, where all of that was measured and no
   * replica came or went, since one that loads is held and serves nothing.
   */
  private static boolean addRatePerReplica(
      List<SaturatedRate> steps, TrafficHistory history, int step, double factor) {
    double replicas = history.replicasHeld().at(step, 0);
    boolean steady = step == 0 || history.replicasHeld().at(step - 1, replicas) == replicas;
    if (!history.isServedMeasured(step) || replicas < 1 || !steady) {
      return false;
    }
    TokenRates served = history.servedAt(step);
    if (served.total() <= 0) {
      return false;
    }
    steps.add(
        new SaturatedRate(
            served.times(factor / replicas),
            RequestLengths.of(served, history.requests().at(step, 0)).contextTokens()));
    return true;
  }
}
