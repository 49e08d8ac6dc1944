package dev.breakeven.advice.sharing;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.alternatives.ReviewedNumber;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.LoadDurationCurve;
import dev.breakeven.advice.costing.ObservationWindow;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.StaticOptimum;
import dev.breakeven.advice.costing.TrafficSummary;
import dev.breakeven.advice.costing.WorkloadAllocation;
import dev.breakeven.advice.review.ReviewBounds;
import dev.breakeven.advice.review.ReviewRule;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.util.ArrayList;
import java.util.List;

/**
 * What committed GPUs would save one policy: what its best fixed number costs without them, less
 * what it costs with so many replicas' worth of them. It is worked out over whole days in UTC, so
 * that it is the same all day, whoever asks and how often.
 *
 * @param gpusPerReplica above 0
 * @param savedByReplicas money a month that 0, 1, 2 … replicas' worth of GPUs save, never falling;
 *     more save no more
 * @param wanted replicas that ran at most, or that the highest load needs
 * @param most replicas that the policy may hold
 */
public record GpuClaim(double gpusPerReplica, List<Double> savedByReplicas, int wanted, int most) {

  private static final long DAY_SECONDS = 86_400;

  /** No policy holds as many; a bound for the work. */
  private static final int MOST_REPLICAS = 10_000;

  /**
   * @throws IllegalArgumentException if a replica takes no GPUs, or no saving is given for none
   */
  public GpuClaim {
    savedByReplicas = List.copyOf(savedByReplicas);
    if (!(gpusPerReplica > 0) || savedByReplicas.isEmpty()) {
      throw new IllegalArgumentException(
          gpusPerReplica + " GPUs a replica, " + savedByReplicas.size() + " savings");
    }
  }

  /**
   * The claim of a policy.
   *
   * @param input of the policy, whose own commitments come first
   * @param own what it reserved for itself
   */
  public static GpuClaim of(AdvisorInput input, Commitments own) {
    TrafficHistory days = wholeDays(input.past().traffic());
    AdvisorInput ownInput = input.over(days, input.selfHost().with(own));
    ObservationWindow window = ObservationWindow.of(ownInput);
    TrafficSummary seen = TrafficSummary.of(window.history());
    int ran = mostHeld(days, input.replicasNow());
    CapacityEvidence capacity = WorkloadAllocation.capacityOfAReplica(ownInput, window).evidence();
    if (!(capacity instanceof CapacityEvidence.Known known)
        || !(ownInput.selfHost().gpu() instanceof GpuPricing.Priced priced)
        || window.knownSteps() == 0
        || ownInput.constraints().apiModelsNeeded()) {
      // What runs uses GPUs, whatever it would be worth.
      return new GpuClaim(
          ownInput.selfHost().gpusPerReplica(),
          List.of(0.0),
          ran,
          ownInput.selfHost().maxReplicas());
    }
    ReplicaCostModel terms = WorkloadAllocation.terms(ownInput, priced, known);
    ApiAccess overflow =
        ownInput.constraints().allowApi()
            ? ApiAccess.of(ownInput.api(), seen.lengths().inputTokens())
            : ApiAccess.NONE;
    PricedLoad load =
        PricedLoad.of(
            window.history(), known.capacity(), ApiAccess.tariffs(ownInput.api()), seen.lengths());
    return new BestNumber(
            load, load.curve(), terms, ReviewedNumber.bounds(load, terms, overflow), overflow)
        .claim(ownInput.selfHost().gpusPerReplica(), ran);
  }

  /** The whole days of it in UTC; all of it where there is none. */
  static TrafficHistory wholeDays(TrafficHistory traffic) {
    StepGrid grid = traffic.grid();
    long from = -Math.floorDiv(-grid.startEpochSecond(), DAY_SECONDS) * DAY_SECONDS;
    long to = Math.floorDiv(grid.endEpochSecond(), DAY_SECONDS) * DAY_SECONDS;
    if (to <= from || grid.steps() == 0) {
      return traffic;
    }
    return traffic.slice(
        (int) ((from - grid.startEpochSecond()) / grid.stepSeconds()),
        (int) ((to - grid.startEpochSecond()) / grid.stepSeconds()));
  }

  private static int mostHeld(TrafficHistory days, int now) {
    double most = -1;
    for (int i = 0; i < days.grid().steps(); i++) {
      most = Math.max(most, days.replicasHeld().at(i, -1));
    }
    return most < 0 ? now : (int) Math.ceil(most);
  }

  /** What the best number costs that is held all along. */
  private record BestNumber(
      PricedLoad load,
      LoadDurationCurve curve,
      ReplicaCostModel terms,
      ReviewBounds bounds,
      ApiAccess overflow) {

    GpuClaim claim(double gpusPerReplica, int ran) {
      int needed =
          Math.min(
              bounds.most(),
              terms.neededFor(curve.peak() * (overflow.priced() ? 1 : ReviewRule.PEAK_MARGIN)));
      List<Double> saved = new ArrayList<>();
      double without = cost(0);
      double best = 0;
      for (int free = 0; free <= Math.min(needed, MOST_REPLICAS); free++) {
        best = Math.max(best, (without - cost(free)) * load.toMonth());
        saved.add(best);
      }
      return new GpuClaim(gpusPerReplica, saved, Math.max(ran, needed), bounds.most());
    }

    /** With so many replicas' worth of GPUs beside the policy's own. */
    private double cost(int free) {
      ReplicaCostModel given = terms.withFreeReplicas(terms.reservedReplicas() + free);
      double people = terms.overheadPerMonth() / load.toMonth();
      if (!bounds.mayBurst()) {
        int held = Math.max(bounds.least(), terms.forPeak(curve.peak() * ReviewRule.PEAK_MARGIN));
        return given.paidPerHour(held) * load.hours() + people;
      }
      double own =
          bounds.most() == 0
              ? Double.POSITIVE_INFINITY
              : StaticOptimum.allowedBy(bounds.least(), curve, given, load.hours()).cost() + people;
      return bounds.least() > 0 ? own : Math.min(own, curve.api());
    }
  }
}
