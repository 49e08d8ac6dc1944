package dev.breakeven.capacity.estimation;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityBasis;
import dev.breakeven.capacity.CapacityEstimate;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.CapacityEvidence.MeasuredMix;
import dev.breakeven.capacity.CapacityFinding;
import dev.breakeven.capacity.CapacityInterval;
import dev.breakeven.capacity.CapacityRange;
import dev.breakeven.capacity.ConcurrencyLimit.Reason;
import dev.breakeven.capacity.ModelArchitecture;
import dev.breakeven.capacity.PublishedThroughput;
import dev.breakeven.capacity.ServingConditions;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import dev.breakeven.traffic.TokenRates;
import dev.breakeven.traffic.TrafficHistory;
import java.util.ArrayList;
import java.util.List;

/**
 * What one replica sustains, from the best evidence there is: what the policy declares, else
 * benchmark points, else what the past and published throughput tell. GPU utilisation tells
 * nothing: it is the share of time in which anything ran at all.
 */
public final class CapacityAssessment {

  /**
   * Requests waiting for each replica, mean over a step, from which on the step is saturated: what
   * was served is then all that could be, and demand was at least that.
   */
  public static final double SATURATED_AT_WAITING_PER_REPLICA = 1;

  /** Saturated steps from which on a capacity is learned. */
  public static final int LEARNED_FROM_STEPS = 3;

  /** By which factor a mix must leave the measured range to have drifted. */
  public static final double DRIFT_FACTOR = 2;

  private CapacityAssessment() {}

  /** What is known where there is no past and nothing is published. */
  public static CapacityEvidence of(StatedCapacity stated) {
    return of(stated, List.of(), ServingConditions.UNKNOWN).evidence();
  }

  /**
   * What is known of a replica's capacity.
   *
   * @param stated what the policy says
   * @param histories the past, which may teach more or refute it
   * @param conditions under what the replicas serve
   */
  public static CapacityFinding of(
      StatedCapacity stated, List<TrafficHistory> histories, ServingConditions conditions) {
    List<ReplicaStep> steps = steps(histories);
    boolean isStated = !(stated instanceof StatedCapacity.NotStated);
    boolean queuesAreMeasured =
        histories.stream().anyMatch(history -> history.requestsWaiting().isAnyMeasured());
    CapacityEstimate estimate = estimate(stated, steps, conditions);
    if (isStated
        && !queuesAreMeasured
        && estimate instanceof CapacityEstimate.Known known
        && !known.servedMore().isEmpty()) {
      // Traffic of which no engine says what waited may have been served elsewhere.
      return new CapacityFinding(
          evidence(estimate(stated, List.of(), conditions), conditions.published()),
          List.of(),
          known.servedMore(),
          CapacityFinding.Served.MAYBE_ELSEWHERE);
    }
    return estimate instanceof CapacityEstimate.Known known
        ? new CapacityFinding(
            evidence(known.interval()),
            known.contradictions(),
            known.servedMore(),
            CapacityFinding.Served.BY_THESE_REPLICAS)
        : CapacityFinding.undisputed(evidence(estimate, conditions.published()));
  }

  private static CapacityEstimate estimate(
      StatedCapacity stated, List<ReplicaStep> steps, ServingConditions conditions) {
    return CapacityEstimator.of(
        new CapacityInputs(
            stated,
            steps,
            conditions.limit(),
            conditions.target(),
            ModelArchitecture.UNKNOWN,
            conditions.published()));
  }

  private static CapacityEvidence evidence(
      CapacityEstimate estimate, PublishedThroughput published) {
    if (estimate instanceof CapacityEstimate.Known known) {
      return evidence(known.interval());
    }
    Message why =
        estimate instanceof CapacityEstimate.AtLeast atLeast
            ? Message.of(
                Cause.CAPACITY_SEEN_AT_LEAST,
                Parameter.count(Math.round(atLeast.served().tokens().output())),
                Parameter.count(Math.round(inputOf(atLeast.served().tokens()))))
            : Message.of(Cause.CAPACITY_NOT_STATED);
    return new CapacityEvidence.Unknown(
        published instanceof PublishedThroughput.OnlyNearby near
            ? Message.of(
                Cause.CAPACITY_PUBLISHED_NEARBY,
                Parameter.clause(why),
                Parameter.name(near.model()),
                Parameter.count(near.gpus()),
                Parameter.name(near.product()))
            : why);
  }

  private static CapacityEvidence evidence(CapacityInterval interval) {
    Capacity best = interval.best();
    CapacityRange range = new CapacityRange(interval.lowFactor(), interval.highFactor());
    CapacityBasis basis = interval.basis();
    if (basis instanceof CapacityBasis.Declared) {
      return new CapacityEvidence.Declared(best, range);
    }
    if (basis instanceof CapacityBasis.Benchmarks benchmarks) {
      return new CapacityEvidence.Fitted(
          best, benchmarks.points(), benchmarks.error(), benchmarks.measuredAt(), range);
    }
    if (basis instanceof CapacityBasis.SaturatedSteps steps) {
      return new CapacityEvidence.Learned(
          best, steps.steps(), steps.error(), steps.measuredAt(), range);
    }
    if (basis instanceof CapacityBasis.ConcurrencyCurve curve) {
      if (curve.limit().reason() == Reason.LATENCY && curve.limit().requests() <= 1) {
        return new CapacityEvidence.Unknown(Message.of(Cause.LATENCY_TARGET_OUT_OF_REACH));
      }
      return new CapacityEvidence.Curve(best, curve.steps(), curve.measuredAt(), range);
    }
    return new CapacityEvidence.Published(
        best, ((CapacityBasis.Published) basis).throughput().source(), range);
  }

  private static double inputOf(TokenRates tokens) {
    return tokens.uncachedInput() + tokens.cachedInput();
  }

  /**
   * What one replica did, step by step, where all of that was measured and no replica came or went,
   * since one that loads is held and serves nothing. Where requests waiting are never measured,
   * what was served is taken to have been served at once.
   */
  private static List<ReplicaStep> steps(List<TrafficHistory> histories) {
    List<ReplicaStep> steps = new ArrayList<>();
    for (TrafficHistory history : histories) {
      double unmeasured = history.requestsWaiting().isAnyMeasured() ? Double.NaN : 0;
      for (int i = 0; i < history.grid().steps(); i++) {
        double replicas = history.replicasHeld().at(i, 0);
        boolean steady = i == 0 || history.replicasHeld().at(i - 1, replicas) == replicas;
        if (!history.isServedMeasured(i) || replicas < 1 || !steady) {
          continue;
        }
        steps.add(
            new ReplicaStep(
                history.servedAt(i).times(1 / replicas),
                history.requests().at(i, 0) / replicas,
                history.engines().requestsRunning().at(i, Double.NaN) / replicas,
                history.requestsWaiting().isMeasured(i)
                    ? history.requestsWaiting().measuredAt(i) / replicas
                    : unmeasured,
                history.engines().kvCacheUsage().at(i, Double.NaN),
                history.engines().timeToFirstTokenSeconds().at(i, Double.NaN),
                history.engines().interTokenSeconds().at(i, Double.NaN)));
      }
    }
    return steps;
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

  /** The steps whose request lengths are known, where there are enough of them; else all. */
  static List<SaturatedRate> preferringLengths(List<SaturatedRate> steps) {
    List<SaturatedRate> withLengths = steps.stream().filter(SaturatedRate::hasLengths).toList();
    return withLengths.size() >= LEARNED_FROM_STEPS ? withLengths : steps;
  }
}
