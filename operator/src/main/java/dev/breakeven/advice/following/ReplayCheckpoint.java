package dev.breakeven.advice.following;

/**
 * The state of a plan after the first steps of a past. A replay of the same past on the same terms
 * continues from it; the result is the same as without, and takes less time. Immutable.
 */
public final class ReplayCheckpoint {

  /** Before the first step. */
  public static final ReplayCheckpoint NONE =
      new ReplayCheckpoint(
          0,
          Held.NOTHING,
          Held.NOTHING,
          Integer.MAX_VALUE,
          ExpertForecaster.State.AT_FIRST,
          FixedCostGate.State.AT_FIRST);

  private final int steps;
  private final Held worthwhile;
  private final Held plan;
  private final int firstServing;
  private final ExpertForecaster.State voting;
  private final FixedCostGate.State gate;

  ReplayCheckpoint(
      int steps,
      Held worthwhile,
      Held plan,
      int firstServing,
      ExpertForecaster.State voting,
      FixedCostGate.State gate) {
    this.steps = steps;
    this.worthwhile = worthwhile;
    this.plan = plan;
    this.firstServing = firstServing;
    this.voting = voting;
    this.gate = gate;
  }

  /**
   * What one plan held in the steps that it still looks back on.
   *
   * @param replicas by step
   * @param ready of those, by step
   * @param state that later steps depend on
   */
  record Held(RunLengthInts replicas, RunLengthInts ready, RunLengthInts state) {
    static final Held NOTHING =
        new Held(RunLengthInts.of(), RunLengthInts.of(), RunLengthInts.of());
  }

  /** Steps that were replayed. */
  public int steps() {
    return steps;
  }

  /** The first of them that is still looked back on. */
  public int from() {
    return steps - plan.replicas().length();
  }

  /** What the plan would have held if people were paid in any case. */
  Held worthwhile() {
    return worthwhile;
  }

  /** What the plan held. */
  Held plan() {
    return plan;
  }

  /** The first step in which a replica served; {@link Integer#MAX_VALUE} where none did. */
  int firstServing() {
    return firstServing;
  }

  /** The state of the votes. */
  ExpertForecaster.State voting() {
    return voting;
  }

  /** The state of the gate for the fixed cost of people. */
  FixedCostGate.State gate() {
    return gate;
  }
}
