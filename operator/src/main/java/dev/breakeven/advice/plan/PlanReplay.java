package dev.breakeven.advice.plan;

import dev.breakeven.advice.HoldingTerms;
import dev.breakeven.advice.Planning;

/**
 * Follows a load step by step: {@link #begin} says how many replicas to hold in the step that
 * begins, knowing only the steps that have {@link #end ended}. Replicas serve a lead after they are
 * added and are kept for at least the hold.
 *
 * <p>How many is voted rung by rung by {@link Voting}; whether to hold any at all, where people
 * have to be paid for it, is for {@link StartGate}. Redundant replicas come on top of serving ones
 * and are paid like people; reserved ones cost nothing more and are all held once anything is; the
 * policy's least and most hold always. What must not burst is served for the highest step of the
 * window, whatever it costs.
 */
public final class PlanReplay {

  private final HoldingTerms terms;
  private final StepTerms steps;
  private final boolean mayBurst;
  private final Voting voting;
  private final StartGate gate;
  private final PeakOfWindow mustServe;
  private final HeldReplicas worthwhile; // as if people were paid anyway
  private final HeldReplicas plan;
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
  public PlanReplay(HoldingTerms terms, Planning planning, boolean mayBurst, int stepSeconds) {
    this(terms, planning, mayBurst, stepSeconds, VotedPast.NONE);
  }

  /**
   * The same, where some of the steps that it will be told of were voted on before.
   *
   * @param voted of the very steps that will come first, on the same terms
   */
  public PlanReplay(
      HoldingTerms terms, Planning planning, boolean mayBurst, int stepSeconds, VotedPast voted) {
    this.terms = terms;
    this.mayBurst = mayBurst;
    steps = StepTerms.of(terms, planning, stepSeconds);
    voting =
        new Voting(
            new ReplicaLadder(Math.max(0, terms.maxReplicas() - terms.redundantReplicas())),
            steps,
            voted);
    gate = new StartGate(steps, steps.overheadPerStep() + paidForSpares());
    mustServe = new PeakOfWindow(steps.windowSteps());
    worthwhile = new HeldReplicas(1, steps.holdSteps(), steps.leadSteps());
    plan = new HeldReplicas(1, steps.holdSteps(), steps.leadSteps());
  }

  /** Begins the next step: replicas to hold in it, paid for from its start. */
  public int begin() {
    int agreed = voting.begin(terms.serving(worthwhile.held(0)));
    begin(worthwhile, mayBurst ? heldToServe(agreed) : 0);
    int least = Math.max(terms.minReplicas(), neededForHighest());
    // Who must hold some has the people anyway; only else is it asked whether they pay.
    boolean started = gate.isOpen() || least > 0;
    int wanted = Math.max(least, started ? worthwhile.held(0) : 0);
    return begin(plan, Math.min(terms.maxReplicas(), wanted));
  }

  /** Worked out where it has changed, which it does in few steps. */
  private int neededForHighest() {
    if (mustServe.value() != highest) {
      highest = mustServe.value();
      neededForHighest = terms.neededFor(highest);
    }
    return neededForHighest;
  }

  private static int begin(HeldReplicas one, int wanted) {
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
    int serving = terms.serving(worthwhile.ready(0));
    gate.add(apiPerReplica * Math.min(replicas, serving) - paidForServing(worthwhile.held(0)));
    this.mustServe.add(mayBurst ? mustServe : load);
  }

  /** The present step ended and nothing is known of it: it charges nobody and teaches nothing. */
  public void endUnknown() {
    voting.endUnknown();
    gate.addUnknown();
    mustServe.add(0);
  }

  /** What was voted on so far; to be asked between two steps. */
  public VotedPast voted() {
    return voting.voted();
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
    return Math.min(terms.maxReplicas(), Math.max(held, terms.reservedReplicas()));
  }
}
