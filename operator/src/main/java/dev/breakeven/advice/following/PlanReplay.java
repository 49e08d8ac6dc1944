package dev.breakeven.advice.following;

import dev.breakeven.advice.Planning;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.traffic.TrafficHistory;

/**
 * Follows a load step by step: {@link #begin} says how many replicas to hold in the step that
 * begins, knowing only the steps that have {@link #end ended}. Replicas serve a lead after they are
 * added and are kept for at least the hold.
 *
 * <p>How many is voted rung by rung by {@link ExpertForecaster}; whether to hold any at all, where
 * people have to be paid for it, is for {@link FixedCostGate}. Redundant replicas come on top of
 * serving ones and are paid like people; reserved ones cost nothing more, and as many are held as
 * the highest step of the window can use; the policy's least and most hold always. What must not
 * burst is served for the highest step of the window, whatever it costs.
 */
public final class PlanReplay {

  private final ReplicaCostModel terms;
  private final StepTerms steps;
  private final boolean mayBurst;
  private final ExpertForecaster voting;
  private final FixedCostGate gate;
  private final SlidingWindowMax mustServe;
  private final ReplicaSimulator worthwhile; // as if people were paid anyway
  private final ReplicaSimulator plan;
  private final PlanSaving saving;
  private final int lookedBackFrom; // the first step that this replay knows
  private final ReplicasByStep worthwhileByStep; // from there on, as the next
  private final ReplicasByStep planByStep;
  private final SlidingWindowMax loads;
  private int step;
  private int startedWith;
  private int firstServing;
  private double highest; // of what must be served
  private int neededForHighest;

  /**
   * A plan with no past, holding none.
   *
   * @param terms what replicas cost and carry
   * @param planning window, hold and lead
   * @param mayBurst whether anything may go to the API; else all is to be served
   * @param stepSeconds length of a step, seconds
   */
  public PlanReplay(ReplicaCostModel terms, Planning planning, boolean mayBurst, int stepSeconds) {
    this(terms, planning, mayBurst, stepSeconds, ReplayCheckpoint.NONE);
  }

  /**
   * A plan that continues from a checkpoint.
   *
   * @param lived the checkpoint, on the same terms
   * @param past whose first steps it covers
   */
  public static PlanReplay goingOn(
      ReplicaCostModel terms,
      Planning planning,
      boolean mayBurst,
      int stepSeconds,
      ReplayCheckpoint lived,
      LoadColumns past) {
    PlanReplay plan = new PlanReplay(terms, planning, mayBurst, stepSeconds, lived);
    for (int i = lived.from(); i < lived.steps(); i++) {
      past.learn(i, plan);
    }
    return plan;
  }

  private PlanReplay(
      ReplicaCostModel terms,
      Planning planning,
      boolean mayBurst,
      int stepSeconds,
      ReplayCheckpoint lived) {
    this.terms = terms;
    this.mayBurst = mayBurst;
    steps = StepTerms.of(terms, planning, stepSeconds);
    voting =
        new ExpertForecaster(
            new ReplicaLevels(Math.max(0, terms.maxReplicas() - terms.redundantReplicas())),
            steps,
            lived.steps(),
            lived.voting());
    gate = new FixedCostGate(steps, steps.overheadPerStep() + paidForSpares(), lived.gate());
    saving = new PlanSaving(steps.windowSteps(), steps.overheadPerStep());
    mustServe = new SlidingWindowMax(steps.windowSteps());
    loads = new SlidingWindowMax(steps.windowSteps());
    worthwhile = new ReplicaSimulator(1, steps.holdSteps(), steps.leadSteps());
    plan = new ReplicaSimulator(1, steps.holdSteps(), steps.leadSteps());
    if (lived.steps() > 0) {
      worthwhile.goOn(lived.steps(), lived.worthwhile().state());
      plan.goOn(lived.steps(), lived.plan().state());
    }
    lookedBackFrom = lived.from();
    worthwhileByStep = new ReplicasByStep(lived.worthwhile());
    planByStep = new ReplicasByStep(lived.plan());
    step = lived.steps();
    firstServing = lived.firstServing();
  }

  /**
   * Replicas that ran in the first step of a past.
   *
   * @param otherwise if that was not recorded
   */
  public static int ranFirst(TrafficHistory history, int otherwise) {
    return (int) Math.round(history.replicasHeld().at(0, otherwise));
  }

  /**
   * Begins with what runs when the first step begins, loaded and kept for a hold; to be said before
   * it. Who follows starts from there, and need not hire the people who are there.
   */
  public void startWith(int replicas) {
    startedWith = Math.min(replicas, terms.maxReplicas());
    worthwhile.startWith(0, startedWith);
    plan.startWith(0, startedWith);
    gate.reallyRan(startedWith > 0);
  }

  /** Begins the next step: replicas to hold in it, paid for from its start. */
  public int begin() {
    int agreed = voting.begin(terms.serving(worthwhile.held(0)));
    int first = step == 0 ? startedWith : 0; // nothing is known that would change it
    begin(worthwhile, Math.max(first, mayBurst ? heldToServe(agreed) : 0));
    int least = Math.max(Math.max(terms.minReplicas(), neededForHighest()), first);
    // Who must hold some has the people anyway; only else is it asked whether they pay.
    boolean started = gate.isOpen() || least > 0;
    int wanted = Math.max(least, started ? worthwhile.held(0) : 0);
    int held = begin(plan, Math.min(terms.maxReplicas(), wanted));
    worthwhileByStep.add(worthwhile.held(0), worthwhile.ready(0));
    planByStep.add(held, plan.ready(0));
    if (step < firstServing && terms.serving(plan.ready(0)) > 0) {
      firstServing = step;
    }
    step++;
    return held;
  }

  /** Worked out where it has changed, which it does in few steps. */
  private int neededForHighest() {
    if (mustServe.value() != highest) {
      highest = mustServe.value();
      neededForHighest = terms.neededFor(highest);
    }
    return neededForHighest;
  }

  private static int begin(ReplicaSimulator one, int wanted) {
    one.want(0, wanted);
    one.begin();
    return one.held(0);
  }

  /** Of the replicas held in the present step, those that have finished loading. */
  public int ready() {
    return plan.ready(0);
  }

  /**
   * What really ran in the present step, where that is known; to be said before it ends. Where own
   * replicas ran the people are there, and need not be hired to follow the plan.
   */
  public void reallyRan(boolean any) {
    gate.reallyRan(any);
  }

  /**
   * The present step ended.
   *
   * @param load replicas' worth of work
   * @param api money the API asks for all of it
   * @param mustServe of the load, what may not or cannot go to the API
   */
  public void end(double load, double api, double mustServe) {
    double replicas = load / terms.targetUtilization();
    double apiPerReplica = replicas > 0 ? api / replicas : 0;
    voting.end(replicas, apiPerReplica);
    gate.add(saved(replicas, apiPerReplica, worthwhile.held(0), worthwhile.ready(0)));
    add(replicas, apiPerReplica, plan.held(0), plan.ready(0));
    this.mustServe.add(mayBurst ? mustServe : load);
    loads.add(load);
  }

  /** Learns from a step before the checkpoint, as {@link #end} does, without charging for it. */
  void learn(int lived, double load, double api, double mustServe) {
    double replicas = load / terms.targetUtilization();
    double apiPerReplica = replicas > 0 ? api / replicas : 0;
    int at = lived - lookedBackFrom;
    voting.learn(replicas, apiPerReplica);
    gate.learn(
        saved(replicas, apiPerReplica, worthwhileByStep.replicas(at), worthwhileByStep.ready(at)));
    add(replicas, apiPerReplica, planByStep.replicas(at), planByStep.ready(at));
    this.mustServe.add(mayBurst ? mustServe : load);
    loads.add(load);
  }

  /** Money that replicas saved in a step against the API, the fixed charge apart. */
  private double saved(double replicas, double apiPerReplica, int held, int ready) {
    return apiPerReplica * Math.min(replicas, terms.serving(ready)) - paidForServing(held);
  }

  private void add(double replicas, double apiPerReplica, int held, int ready) {
    double served = apiPerReplica * Math.min(replicas, terms.serving(ready));
    saving.add(held, served - paidBeyondReserved(held));
  }

  /** Whether own replicas are the answer now: some are held, or have saved over the window. */
  boolean isOwn() {
    return plan.held(0) > 0 || saving.isAny();
  }

  /** Whether as many as must be held may be. */
  boolean canServeAll() {
    return neededForHighest() <= terms.maxReplicas();
  }

  /** Fewest that must be held whatever they cost. */
  int leastHeld() {
    return Math.min(terms.maxReplicas(), Math.max(terms.minReplicas(), neededForHighest()));
  }

  /** The present step ended and nothing is known of it: it charges nobody and teaches nothing. */
  public void endUnknown() {
    voting.endUnknown();
    gate.addUnknown();
    saving.addUnknown();
    mustServe.add(0);
    loads.add(0);
  }

  /** Replicas held in a step, one of those that are looked back on. */
  public int held(int inStep) {
    return planByStep.replicas(inStep - lookedBackFrom);
  }

  /** Replicas held in a step that had finished loading. */
  public int ready(int inStep) {
    return planByStep.ready(inStep - lookedBackFrom);
  }

  /** The first step in which a replica served; {@link Integer#MAX_VALUE} where none has. */
  public int firstServing() {
    return firstServing;
  }

  /** A checkpoint; to be asked between two steps. */
  public ReplayCheckpoint lived() {
    int looksBack = Math.max(FixedCostGate.looksBack(steps), ReplicaExperts.looksBack(steps));
    int from = Math.max(0, step - looksBack - lookedBackFrom);
    return new ReplayCheckpoint(
        step,
        worthwhileByStep.lived(from, worthwhile),
        planByStep.lived(from, plan),
        firstServing,
        voting.state(from),
        gate.state(from));
  }

  /** Money a step for spare replicas, which like people are there once anything is held. */
  private double paidForSpares() {
    return paidBeyondReserved(terms.redundantReplicas());
  }

  /** Money a step for held replicas, without the spare ones. */
  private double paidForServing(int held) {
    return Math.max(0, paidBeyondReserved(held) - paidForSpares());
  }

  private double paidBeyondReserved(int replicas) {
    return Math.max(0, replicas - terms.reservedReplicas()) * steps.replicaPerStep();
  }

  private int heldToServe(int serving) {
    int held = serving > 0 ? serving + terms.redundantReplicas() : 0;
    int usable = terms.reservedReplicas() == 0 ? 0 : terms.neededFor(loads.value());
    int paidAnyway = Math.min(terms.reservedReplicas(), usable);
    return Math.min(terms.maxReplicas(), Math.max(held, paidAnyway));
  }
}
