package dev.breakeven.advice.costing;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * What holding replicas step by step costs over a load, line by line, in doubles and over the hours
 * covered, not a month. The GPU lines add up to what is paid for GPUs.
 *
 * @param hours covered, H
 * @param busy GPUs that carried load
 * @param headroom GPUs kept free on purpose, s(1−ρ)
 * @param redundancy spare replicas, k
 * @param idle GPUs that could have carried load and had none, and replicas that were still loading
 * @param unusedReservation reserved GPUs on which nothing ran
 * @param overhead people and upkeep; all of it if anything was held
 * @param apiInput uncached input tokens on the API
 * @param apiCachedInput cached input tokens on the API
 * @param apiOutput output tokens on the API
 * @param tokens all tokens
 * @param burstTokens tokens that went to the API
 * @param unservedTokens tokens that found neither a GPU nor room at the API
 * @param servedLoad load carried on the GPUs, replica-hours
 * @param replicaHours replicas held
 */
public record PlanCost(
    double hours,
    double busy,
    double headroom,
    double redundancy,
    double idle,
    double unusedReservation,
    double overhead,
    double apiInput,
    double apiCachedInput,
    double apiOutput,
    double tokens,
    double burstTokens,
    double unservedTokens,
    double servedLoad,
    double replicaHours) {

  /** Tokens that count as rounding, of all tokens. */
  private static final double ROUNDING = 1e-9;

  /** Relative error of a recorded rate, several times. */
  private static final double SINGLE_PRECISION = 1e-6;

  /**
   * The cost of a plan.
   *
   * @param replicas held in each step of the load
   * @param ready of those, no longer loading
   * @param api where the overflow goes; {@link ApiAccess#NONE} leaves it unserved
   * @param leadHours paid for an added replica before the step it is held from; 0 where the steps
   *     in which it loads are among those it is held in
   */
  public static PlanCost of(
      PricedLoad load,
      ReplicaCostModel terms,
      ApiAccess api,
      IntUnaryOperator replicas,
      IntUnaryOperator ready,
      double leadHours) {
    double stepHours = load.stepHours();
    Sums sums = new Sums();
    int before = load.steps() == 0 ? 0 : replicas.applyAsInt(0);
    Holding now = new Holding(terms, 0, 0, stepHours);
    for (int i = 0; i < load.steps(); i++) {
      int held = replicas.applyAsInt(i);
      int loaded = ready.applyAsInt(i);
      if (held != now.held || loaded != now.loaded) {
        now = new Holding(terms, held, loaded, stepHours); // most plans change in few steps
      }
      double work = load.replicasAt(i);
      double carried = Math.min(work, now.usable);
      if (held > 0) {
        sums.addWork(carried, now.perWork, stepHours);
        sums.headroom += (now.serving - now.usable) * now.perWork;
        sums.redundancy += (now.able - now.serving) * now.perWork;
        sums.idle += (now.usable - carried + now.size - now.able) * now.perWork;
        sums.replicaHours += held * stepHours;
        if (held > before) {
          sums.idle += (terms.paidPerHour(held) - terms.paidPerHour(before)) * leadHours;
        }
      }
      before = held;
      sums.unusedReservation += now.unusedReservation;
      sums.tokens += load.tokensAt(i);
      if (work > now.usable) {
        double overflow = 1 - now.usable / work;
        double sent = api.priced() ? Math.min(overflow, api.timesThatFit(load, i)) : 0;
        sums.apiInput += sent * load.apiInputAt(i);
        sums.apiCachedInput += sent * load.apiCachedInputAt(i);
        sums.apiOutput += sent * load.apiOutputAt(i);
        sums.burstTokens += sent * load.tokensAt(i);
        sums.unservedTokens += (overflow - sent) * load.tokensAt(i);
      }
    }
    return sums.cost(load, terms);
  }

  /**
   * The cost of what was lived: nothing is kept free of what own replicas were counted to serve,
   * and what a gateway sent to an API is paid there.
   *
   * @param overflow where goes what neither served; {@link ApiAccess#NONE} leaves it unserved
   * @param held replicas in each step of the load, a mean that may be a fraction
   * @param carried of each step's load, what these serve
   */
  private static PlanCost asRecorded(
      PricedLoad load,
      ReplicaCostModel terms,
      ApiAccess overflow,
      double[] held,
      double[] carried) {
    double stepHours = load.stepHours();
    Sums sums = new Sums();
    RecordedHolding now = new RecordedHolding(terms, 0, stepHours);
    for (int i = 0; i < load.steps(); i++) {
      double replicas = held[i];
      if (replicas != now.held) {
        now = new RecordedHolding(terms, replicas, stepHours); // what runs changes in few steps
      }
      double done = Math.min(load.replicasAt(i), carried[i]);
      sums.unusedReservation += now.unusedReservation;
      if (replicas > 0) {
        double kept = Math.min(now.headroom, Math.max(0, now.serving - done));
        double spare = Math.min(now.size - now.serving, now.size - done);
        sums.addWork(done, now.perWork, stepHours);
        sums.headroom += kept * now.perWork;
        sums.redundancy += spare * now.perWork;
        sums.idle += (now.size - done - kept - spare) * now.perWork;
        sums.replicaHours += replicas * stepHours;
      }
      sums.tokens += load.tokensAt(i);
      double over = load.replicasAt(i) - done;
      if (over > 0) {
        sums.addOverflow(load, i, over, overflow);
      }
    }
    return sums.cost(load, terms);
  }

  /** The lines, added up step by step. */
  private static final class Sums {
    double busy;
    double headroom;
    double redundancy;
    double idle;
    double unusedReservation;
    double apiInput;
    double apiCachedInput;
    double apiOutput;
    double tokens;
    double burstTokens;
    double unservedTokens;
    double servedLoad;
    double replicaHours;

    /** Work that replicas carried in a step. */
    void addWork(double carried, double perWork, double stepHours) {
      busy += carried * perWork;
      servedLoad += carried * stepHours;
    }

    /**
     * What replicas did not carry in a step. What a gateway sent to an API comes first: it is known
     * to have been served there.
     */
    void addOverflow(PricedLoad load, int i, double over, ApiAccess api) {
      double own = load.ownLoadAt(i);
      double work = load.replicasAt(i);
      double stepTokens = load.tokensAt(i);
      double sentAway = Math.min(over, work - own);
      double ofBurst = work > own ? sentAway / (work - own) : 0;
      apiInput += ofBurst * load.burstInputAt(i);
      apiCachedInput += ofBurst * load.burstCachedInputAt(i);
      apiOutput += ofBurst * load.burstOutputAt(i);
      burstTokens += ofBurst * (1 - load.ownTokenShareAt(i)) * stepTokens;
      double rest = own > 0 ? (over - sentAway) / own : 0;
      double sent = api.priced() ? Math.min(rest, api.timesThatFit(load, i)) : 0;
      apiInput += sent * (load.apiInputAt(i) - load.burstInputAt(i));
      apiCachedInput += sent * (load.apiCachedInputAt(i) - load.burstCachedInputAt(i));
      apiOutput += sent * (load.apiOutputAt(i) - load.burstOutputAt(i));
      burstTokens += sent * load.ownTokenShareAt(i) * stepTokens;
      unservedTokens += (rest - sent) * load.ownTokenShareAt(i) * stepTokens;
    }

    PlanCost cost(PricedLoad load, ReplicaCostModel terms) {
      return new PlanCost(
          load.hours(),
          busy,
          headroom,
          redundancy,
          idle,
          unusedReservation,
          replicaHours > 0
              ? terms.overheadPerMonth() * load.hours() / ReplicaCostModel.HOURS_PER_MONTH
              : 0,
          apiInput,
          apiCachedInput,
          apiOutput,
          tokens,
          burstTokens,
          unservedTokens > ROUNDING * tokens ? unservedTokens : 0,
          servedLoad,
          replicaHours);
    }
  }

  /**
   * What ran, as it is billed: what own replicas were counted to serve they served, up to all that
   * they can do, and what a gateway sent to an API is paid there.
   *
   * @param otherwise replicas in the steps of which nobody says what ran
   */
  public static PlanCost ofWhatRan(
      PricedLoad load, ReplicaCostModel terms, ApiAccess overflow, int otherwise) {
    double[] held = new double[load.steps()];
    double[] carried = new double[load.steps()];
    for (int i = 0; i < held.length; i++) {
      held[i] = load.heldAt(i, otherwise);
      carried[i] = atMost(load.ownLoadAt(i), terms.sizeOf(held[i]));
    }
    return asRecorded(load, terms, overflow, held, carried);
  }

  /**
   * Going on with the replicas that there are: in steps in which so many or more ran they serve
   * what was served then, up to all that they can do; where fewer ran, at least that, and what
   * their headroom leaves room for.
   */
  public static PlanCost ofGoingOn(
      PricedLoad load, ReplicaCostModel terms, ApiAccess overflow, int replicas) {
    double size = terms.sizeOf(replicas);
    double usable = terms.usable(replicas);
    double[] held = new double[load.steps()];
    double[] carried = new double[load.steps()];
    Arrays.fill(held, replicas);
    for (int i = 0; i < held.length; i++) {
      double served = atMost(load.ownLoadAt(i), size);
      carried[i] =
          load.heldAt(i, replicas) < replicas
              ? Math.max(served, Math.min(load.replicasAt(i), usable))
              : served;
    }
    return asRecorded(load, terms, overflow, held, carried);
  }

  /**
   * What replayed advice comes to: where as many ran as are held, they serve what was served, as
   * when going on; elsewhere they keep their headroom.
   *
   * @param held replicas in each step of the load
   * @param ready of those, no longer loading
   */
  public static PlanCost ofReplayed(
      PricedLoad load,
      ReplicaCostModel terms,
      ApiAccess overflow,
      IntUnaryOperator held,
      IntUnaryOperator ready) {
    double[] replicas = new double[load.steps()];
    double[] carried = new double[load.steps()];
    for (int i = 0; i < replicas.length; i++) {
      int then = held.applyAsInt(i);
      replicas[i] = then;
      carried[i] =
          load.heldAt(i, -1) == then
              ? atMost(load.ownLoadAt(i), terms.sizeOf(then))
              : terms.usable(ready.applyAsInt(i));
    }
    return asRecorded(load, terms, overflow, replicas, carried);
  }

  /** A load, or what can be served of it; what is above by no more than rounding is served. */
  private static double atMost(double load, double size) {
    return load <= size * (1 + SINGLE_PRECISION) ? load : size;
  }

  /** What so many replicas, of which so many have loaded, do and cost in a step. */
  private static final class Holding {
    final int held;
    final int loaded;
    final double size; // of those held, in replicas' worth of work; as the next three
    final double able; // of those loaded
    final double serving; // of those that are no spare
    final double usable; // of that, without headroom
    final double perWork; // money for one replica's worth of what is held
    final double unusedReservation; // money

    Holding(ReplicaCostModel terms, int held, int loaded, double stepHours) {
      this.held = held;
      this.loaded = loaded;
      size = terms.sizeOf(held);
      able = terms.sizeOf(loaded);
      serving = terms.sizeOf(terms.serving(loaded));
      usable = terms.usable(loaded);
      perWork = terms.heldPerHour(held) / size * stepHours;
      unusedReservation = terms.unusedReservationPerHour(held) * stepHours;
    }
  }

  /** What so many replicas, which may be a fraction, could do and cost in a step. */
  private static final class RecordedHolding {
    final double held;
    final double size; // in replicas' worth of work; as the next two
    final double serving; // of those that are no spare
    final double headroom; // of that
    final double perWork; // money for one replica's worth of what is held
    final double unusedReservation; // money

    RecordedHolding(ReplicaCostModel terms, double held, double stepHours) {
      this.held = held;
      size = terms.sizeOf(held);
      serving = terms.sizeOf(Math.max(0, held - terms.redundantReplicas()));
      headroom = serving * (1 - terms.targetUtilization());
      double unusedPerHour = terms.unusedReservationPerHour(held);
      perWork = (terms.paidPerHour(held) - unusedPerHour) / size * stepHours;
      unusedReservation = unusedPerHour * stepHours;
    }
  }

  /** The cost of always holding the same number. */
  public static PlanCost ofConstant(
      PricedLoad load, ReplicaCostModel terms, ApiAccess api, int replicas) {
    return of(load, terms, api, i -> replicas, i -> replicas, 0);
  }

  /** What the GPUs cost. */
  public double gpus() {
    return busy + headroom + redundancy + idle + unusedReservation;
  }

  /** What the API charges. */
  public double api() {
    return apiInput + apiCachedInput + apiOutput;
  }

  /** Everything that is paid. */
  public double total() {
    return gpus() + overhead + api();
  }

  /** Share of the tokens that went to the API, 0 to 1. */
  public double burstShare() {
    return tokens > 0 ? burstTokens / tokens : 0;
  }
}
