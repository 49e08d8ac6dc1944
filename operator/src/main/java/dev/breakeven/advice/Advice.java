package dev.breakeven.advice;

import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.price.Money;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Reason;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a {@link AdvisorInput}: everything a status shows.
 *
 * @param verdict own or rent
 * @param reason why this verdict
 * @param message what that rule says
 * @param since when this verdict was first given
 * @param asked the name of the question that this decision answers, see {@link AdvisorInput#asked}
 * @param pending the change of mind under way
 * @param recommendation scale or burst
 * @param monthlySaving of following the advice over going on as now, per month
 * @param confidence in the verdict
 * @param chosen the alternative that is advised, one of {@code alternatives}
 * @param alternatives every alternative that was compared, as monthly totals, cheapest feasible
 *     first
 * @param breakeven where self-hosting breaks even for this traffic
 * @param cost what a token cost in the last hour
 * @param hiddenCosts what self-hosting pays beside busy GPUs, line by line
 * @param observed what was seen
 * @param capacity what one replica sustains and how that is known
 * @param scenario which kind of workload this is
 * @param constraints what each constraint in force costs
 * @param workloads replicas by workload
 * @param caveats what a reader must know, heaviest first
 * @param proof what following the advice would have cost in the last week
 * @param prediction what was expected of the verdict when it was given
 * @param score what was predicted beside what then happened
 * @param changes the last changes of mind, newest first
 * @param scaling who changes the number
 * @param nextReview when a number that is set by hand is to be reviewed
 * @param manualSaving a month, of the number that is set by hand and left, over going on as now
 * @param automaticSaving a month, of following the load, over going on as now
 * @param afterCommitments what changes when no GPU is committed any more
 * @param tokenCosts what a token of each kind costs on own replicas
 */
public record Advice(
    Verdict verdict,
    Reason reason,
    Message message,
    Instant since,
    String asked,
    PreviousDecision.Pending pending,
    Recommendation recommendation,
    Estimate<Saving> monthlySaving,
    Confidence confidence,
    Estimate<Alternative.Kind> chosen,
    List<Alternative> alternatives,
    Estimate<Breakeven> breakeven,
    Estimate<CostOfHour> cost,
    List<HiddenCost> hiddenCosts,
    Observed observed,
    CapacityEvidence capacity,
    Estimate<ScenarioFinding> scenario,
    List<ConstraintCost> constraints,
    List<WorkloadAdvice> workloads,
    List<Issue> caveats,
    Estimate<Proof> proof,
    PreviousDecision.Prediction prediction,
    Estimate<Score> score,
    List<PreviousDecision.Change> changes,
    Scaling scaling,
    Estimate<Instant> nextReview,
    Estimate<Money> manualSaving,
    Estimate<Money> automaticSaving,
    Estimate<AfterCommitments> afterCommitments,
    Estimate<TokenCosts> tokenCosts) {

  public Advice {
    alternatives = List.copyOf(alternatives);
    hiddenCosts = List.copyOf(hiddenCosts);
    constraints = List.copyOf(constraints);
    workloads = List.copyOf(workloads);
    caveats = List.copyOf(caveats);
    changes = List.copyOf(changes);
  }

  /** The alternative of that kind, where it was compared. */
  public Optional<Alternative> alternative(Alternative.Kind kind) {
    return alternatives.stream().filter(one -> one.kind() == kind).findFirst();
  }

  /**
   * What to do with replicas now.
   *
   * @param action the next thing to do
   * @param reason why this action
   * @param message what that rule says
   * @param replicasNow wanted now, over all workloads
   * @param replicasAdvised to hold from now on, over all workloads
   * @param burst where traffic goes over to the API
   * @param offer name of the offer that it goes to; empty where none is priced
   * @param marginal the next whole replica against the overflow alone
   */
  public record Recommendation(
      Action action,
      Reason reason,
      Message message,
      int replicasNow,
      int replicasAdvised,
      BurstPoint burst,
      String offer,
      Estimate<Marginal> marginal) {}

  /**
   * What the best way would save over going on as now once nothing is committed any more.
   *
   * @param lastDay on which committed GPUs are paid, UTC
   * @param monthlySaving at least 0; the saving before that day is cash beside GPUs that are paid
   * @param replicas that it would hold
   */
  public record AfterCommitments(LocalDate lastDay, Money monthlySaving, int replicas) {}

  /** Where traffic goes over to the API. */
  public sealed interface BurstPoint {
    /**
     * Above a rate.
     *
     * @param tokensPerSecond all tokens, of the window's mean mix, from which on the rest bursts
     * @param sharePercent of the window's tokens above it
     */
    record Above(double tokensPerSecond, double sharePercent) implements BurstPoint {}

    /** Nothing bursts. */
    record Never() implements BurstPoint {}
  }

  /**
   * The marginal question: one replica more, held and led, against the API's price of what it would
   * take over; and one replica less the other way round.
   *
   * @param nextReplicaPerHour what one more replica costs an hour
   * @param overflowSavedPerHour what the API would be paid an hour for the part it would take over
   * @param lastReplicaPerHour what the last replica costs an hour; 0 where it is reserved
   * @param lastReplicaCarriesPerHour what the API would be paid an hour for what it carries
   */
  public record Marginal(
      Money nextReplicaPerHour,
      Money overflowSavedPerHour,
      Money lastReplicaPerHour,
      Money lastReplicaCarriesPerHour) {}

  /**
   * A saving per month; negative where the advice costs more.
   *
   * @param expected as over the last seven days
   * @param low 5th percentile of what the next seven days may bring
   * @param high 95th percentile
   * @param isRangeOnly whether too little is known for a figure, so that only the range counts
   */
  public record Saving(Money expected, Money low, Money high, boolean isRangeOnly) {

    /** A figure with its interval. */
    public Saving(Money expected, Money low, Money high) {
      this(expected, low, high, false);
    }
  }

  /** How far the verdict can be relied on. */
  public enum Confidence {
    HIGH("High"),
    MEDIUM("Medium"),
    LOW("Low"),
    /** There is no verdict to rely on. */
    NONE("None");

    private final String label;

    Confidence(String label) {
      this.label = label;
    }

    /** As it stands in a status. */
    public String label() {
      return label;
    }
  }

  /**
   * What a token cost in the last hour that was seen, ours and the API's on the same tokens.
   *
   * @param from start of the hour
   * @param tokens served on the GPUs in that hour
   * @param hourlyCost GPUs held and overhead, money/h
   * @param effectivePerMillion {@code hourlyCost ÷ tokens}, per 1,000,000 tokens of every kind
   * @param gpuOnlyPerMillion the same without overhead
   * @param apiPerMillion what the API would have charged for the same tokens, per 1,000,000
   */
  public record CostOfHour(
      Instant from,
      double tokens,
      Money hourlyCost,
      Estimate<Money> effectivePerMillion,
      Estimate<Money> gpuOnlyPerMillion,
      Estimate<Money> apiPerMillion) {}

  /**
   * What tokens cost on own replicas, by kind and per 1,000,000, GPUs and people together. The
   * tokens of each kind at its price add up to the bill.
   *
   * @param asItRan over the window, idle time and headroom included
   * @param atTarget were the replicas loaded up to their headroom all the time
   */
  public record TokenCosts(Estimate<TokenPrices> asItRan, Estimate<TokenPrices> atTarget) {}

  /**
   * One cost beside busy GPUs.
   *
   * @param name headroom, redundancy, idle, unused reservation, or a part of the overhead
   * @param perMonth money per month
   * @param perMillion money per 1,000,000 tokens that own GPUs serve
   */
  public record HiddenCost(String name, Money perMonth, Estimate<Money> perMillion) {}

  /**
   * What one constraint costs.
   *
   * @param constraint its name in the policy
   * @param perMonth the best alternative with it less the best without it
   * @param message what it costs
   */
  public record ConstraintCost(String constraint, Estimate<Money> perMonth, Message message) {}

  /** Replicas of one workload, now and advised. */
  public record WorkloadAdvice(Workload workload, int replicasAdvised) {}

  /**
   * What following the advice would have cost, beside what ran and what could have been.
   *
   * @param days how many of the last days it covers
   * @param followed following the advice as it would have been given, with its hold and lead
   * @param ran what ran
   * @param hindsight the best number of replicas known only afterwards
   * @param alwaysApi everything to the API
   */
  public record Proof(
      double days,
      Money followed,
      Estimate<Money> ran,
      Money hindsight,
      Estimate<Money> alwaysApi) {}

  /**
   * What was predicted beside what then happened, money per month both, so that they can be
   * compared however long it is.
   *
   * @param from start of the time that is compared: of the prediction, or of the window
   * @param to its end
   * @param costPredicted of following the advice
   * @param costHappened what the traffic came to under it
   * @param savingPredicted over going on as when it was predicted
   * @param savingHappened over having gone on so
   */
  public record Score(
      Instant from,
      Instant to,
      Money costPredicted,
      Money costHappened,
      Estimate<Money> savingPredicted,
      Estimate<Money> savingHappened) {}
}
