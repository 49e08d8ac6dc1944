package dev.breakeven.advice;

import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.price.Money;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.NamedReason;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * The answer to an {@link AdvisorInput}: everything a status shows.
 *
 * @param decision own GPUs or API, and why
 * @param recommendation scale or burst
 * @param workloads replicas by workload
 * @param review who changes the number of replicas, and when next
 * @param issues what a reader must know, heaviest first
 * @param savings over going on as now
 * @param comparison the ways to serve the traffic
 * @param costs what tokens cost here
 * @param basis what the decision rests on
 * @param trackRecord what following the advice would have cost, and what became of past advice
 */
public record Advice(
    Decision decision,
    Recommendation recommendation,
    List<WorkloadAdvice> workloads,
    Review review,
    List<Issue> issues,
    Savings savings,
    Comparison comparison,
    Costs costs,
    Basis basis,
    TrackRecord trackRecord) {

  public Advice {
    workloads = List.copyOf(workloads);
    issues = List.copyOf(issues);
  }

  /** The month of an alternative over the tokens of a month, per 1,000,000; none without tokens. */
  public Optional<Money> perMillion(Money perMonth) {
    return basis
        .observed()
        .tokens()
        .perMonth()
        .found()
        .filter(tokens -> tokens > 0)
        .map(tokens -> Money.rounded(perMonth.value() * 1e6 / tokens, 9, perMonth.currency()));
  }

  /**
   * Own GPUs or API.
   *
   * @param verdict own GPUs or API
   * @param reason why this verdict
   * @param message what that rule says
   * @param since when this verdict was first given
   * @param inputHash of the input that this decision answers, see {@link AdvisorInput#inputHash}
   * @param pending a better decision that has yet to last
   * @param confidence in the verdict
   */
  public record Decision(
      Verdict verdict,
      NamedReason reason,
      Message message,
      Instant since,
      String inputHash,
      PreviousDecision.Pending pending,
      Confidence confidence) {}

  /**
   * When the number of replicas changes.
   *
   * @param scaling who changes it
   * @param next when a number that is set by hand is to be reviewed
   */
  public record Review(Scaling scaling, Estimate<Instant> next) {}

  /**
   * What is saved a month over going on as now.
   *
   * @param monthly of following the advice
   * @param manual of the number that is set by hand and left
   * @param automatic of following the load
   * @param afterCommitments what changes when no GPU is committed any more
   */
  public record Savings(
      Estimate<Saving> monthly,
      Estimate<Money> manual,
      Estimate<Money> automatic,
      Estimate<AfterCommitments> afterCommitments) {

    /** Only what following the advice saves is known. */
    public static Savings onlyMonthly(Estimate<Saving> monthly, Issue why) {
      return new Savings(
          monthly,
          new Estimate.NotFound<>(why),
          new Estimate.NotFound<>(why),
          new Estimate.NotFound<>(why));
    }

    /** None is known. */
    public static Savings unknown(Issue why) {
      return onlyMonthly(new Estimate.NotFound<>(why), why);
    }
  }

  /**
   * The ways to serve the traffic.
   *
   * @param chosen the alternative that is advised, one of {@code alternatives}
   * @param alternatives every alternative that was compared, as monthly totals, cheapest feasible
   *     first
   * @param constraints what each constraint in force costs
   */
  public record Comparison(
      Estimate<Alternative.Kind> chosen,
      List<Alternative> alternatives,
      List<ConstraintCost> constraints) {

    public Comparison {
      alternatives = List.copyOf(alternatives);
      constraints = List.copyOf(constraints);
    }

    /** The alternative of that kind, where it was compared. */
    public Optional<Alternative> alternative(Alternative.Kind kind) {
      return alternatives.stream().filter(one -> one.kind() == kind).findFirst();
    }
  }

  /**
   * What tokens cost here.
   *
   * @param breakeven where self-hosting breaks even for this traffic
   * @param lastHour what a token cost in the last hour
   * @param hidden what self-hosting pays beside busy GPUs, line by line
   * @param tokens what a token of each kind costs on own replicas
   */
  public record Costs(
      Estimate<Breakeven> breakeven,
      Estimate<CostOfHour> lastHour,
      List<HiddenCost> hidden,
      Estimate<TokenCosts> tokens) {

    public Costs {
      hidden = List.copyOf(hidden);
    }

    /** None is known. */
    public static Costs unknown(Issue why) {
      return new Costs(
          new Estimate.NotFound<>(why),
          new Estimate.NotFound<>(why),
          List.of(),
          new Estimate.NotFound<>(why));
    }
  }

  /**
   * What the decision rests on.
   *
   * @param observed what was seen
   * @param capacity what one replica sustains and how that is known
   * @param scenario which kind of workload this is
   */
  public record Basis(
      Observed observed, CapacityEvidence capacity, Estimate<ScenarioFinding> scenario) {}

  /**
   * How good the advice was.
   *
   * @param proof what following the advice would have cost over the window
   * @param prediction what was expected of the verdict when it was given
   * @param score what was predicted beside what then happened
   * @param changes the last decisions, newest first
   */
  public record TrackRecord(
      Estimate<Proof> proof,
      PreviousDecision.Prediction prediction,
      Estimate<Score> score,
      List<PreviousDecision.Change> changes) {

    public TrackRecord {
      changes = List.copyOf(changes);
    }

    /** Nothing was replayed, predicted or scored. */
    public static TrackRecord unknown(Issue why, List<PreviousDecision.Change> changes) {
      return new TrackRecord(
          new Estimate.NotFound<>(why),
          new PreviousDecision.Prediction.None(),
          new Estimate.NotFound<>(why),
          changes);
    }
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
      NamedReason reason,
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

  /** The load above which traffic goes to the API. */
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
   * @param costHappened what following the advice cost since
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
