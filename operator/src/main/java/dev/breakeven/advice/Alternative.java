package dev.breakeven.advice;

import dev.breakeven.price.Money;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.NamedReason;
import java.util.List;

/**
 * One way to serve the window's traffic, as a month of it would cost.
 *
 * @param kind which way
 * @param replicas how many replicas it holds
 * @param feasibility whether it serves everything
 * @param bill its month, line by line
 * @param withoutSunk its monthly total without reserved GPUs that are paid either way: the question
 *     at renewal
 * @param burst where traffic goes over to the API
 */
public record Alternative(
    Kind kind,
    ReplicaPlan replicas,
    Feasibility feasibility,
    MonthlyBill bill,
    Money withoutSunk,
    Advice.BurstPoint burst) {

  /** Which way. */
  public enum Kind {
    API_ONLY("APIOnly"),
    TODAYS_REPLICAS("TodaysReplicas"),
    SELF_HOST_PEAK("SelfHostPeak"),
    BASELINE_BURST("BaselineBurst"),
    SCHEDULED_BURST("ScheduledBurst"),
    FOLLOWING_BURST("FollowingBurst"),
    /** The number that a review sets, where none of the others holds it. */
    FIXED_NUMBER("FixedNumber");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** As it stands in a status. */
    public String label() {
      return label;
    }
  }

  /** How many replicas an alternative holds. */
  public sealed interface ReplicaPlan {
    /** Always this many. */
    record Fixed(int replicas) implements ReplicaPlan {}

    /** By hour of the week, Monday 00:00 UTC first; 168 numbers. */
    record ByHourOfWeek(List<Integer> replicas) implements ReplicaPlan {
      public ByHourOfWeek {
        replicas = List.copyOf(replicas);
      }
    }

    /**
     * Following the load.
     *
     * @param least fewest held in the window
     * @param mean held on average
     * @param most held at once
     */
    record Following(int least, double mean, int most) implements ReplicaPlan {}
  }

  /** Whether every token is served. */
  public sealed interface Feasibility {
    /** Every token is served. */
    record Feasible() implements Feasibility {}

    /**
     * Some tokens are left over.
     *
     * @param reason a name, say {@code APITokenLimit} or {@code MaxReplicas}
     * @param message what leaves them over
     * @param unservedTokensPerMonth tokens that nobody would serve
     */
    record Infeasible(NamedReason reason, Message message, double unservedTokensPerMonth)
        implements Feasibility {}
  }

  /** Why an alternative does not serve every token. */
  public enum Shortfall implements NamedReason {
    API_LIMITS("APILimits"),
    API_MODELS_NEEDED("APIModelsNeeded"),
    API_PRICE_MISSING("APIPriceMissing"),
    API_TOO_SLOW("apiTooSlow"),
    CUSTOM_WEIGHTS("customWeights"),
    DATA_MUST_STAY("dataMustStay"),
    MAX_REPLICAS("MaxReplicas"),
    MIN_REPLICAS("MinReplicas"),
    TOO_FEW_REPLICAS("TooFewReplicas");

    private final String label;

    Shortfall(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  public boolean isFeasible() {
    return feasibility instanceof Feasibility.Feasible;
  }

  /**
   * A month, line by line. Each line is rounded to the cent and the total is their sum.
   *
   * @param busy GPUs that carried load
   * @param headroom GPUs kept free on purpose
   * @param redundancy spare replicas
   * @param idle GPUs that could have carried load and had none
   * @param unusedReservation reserved GPUs that nothing ran on
   * @param overhead people and upkeep, part by part
   * @param apiInput uncached input tokens on the API
   * @param apiCachedInput cached input tokens on the API
   * @param apiOutput output tokens on the API
   */
  public record MonthlyBill(
      Money busy,
      Money headroom,
      Money redundancy,
      Money idle,
      Money unusedReservation,
      List<Line> overhead,
      Money apiInput,
      Money apiCachedInput,
      Money apiOutput) {

    public MonthlyBill {
      overhead = List.copyOf(overhead);
    }

    /** GPUs, people and tokens: the sum of every line. */
    public Money total() {
      return gpus().plus(people()).plus(api());
    }

    /** What the GPUs cost. */
    public Money gpus() {
      return busy.plus(headroom).plus(redundancy).plus(idle).plus(unusedReservation);
    }

    /** What the overhead costs. */
    public Money people() {
      Money sum = Money.zero(busy.currency());
      for (Line part : overhead) {
        sum = sum.plus(part.perMonth());
      }
      return sum;
    }

    /** What the API charges. */
    public Money api() {
      return apiInput.plus(apiCachedInput).plus(apiOutput);
    }
  }

  /** One named line of a bill, money per month. */
  public record Line(String name, Money perMonth) {}
}
