package dev.breakeven.advice.following;

/**
 * The first steps of a past as a plan lived them: what it held in those that are still looked back
 * on, and how it stood after them. Whoever replays that past again on the same terms need not live
 * them again. What is held is the same with it and without; it is nothing but time that was spent
 * before. Immutable.
 */
public final class ReplayCheckpoint {

  /** Of a past of which no step was lived. */
  public static final ReplayCheckpoint NONE =
      new ReplayCheckpoint(
          0,
          Held.NOTHING,
          Held.NOTHING,
          Integer.MAX_VALUE,
          ExpertForecaster.Standing.AT_FIRST,
          FixedCostGate.Standing.AT_FIRST);

  private final int steps;
  private final Held worthwhile;
  private final Held plan;
  private final int firstServing;
  private final ExpertForecaster.Standing voting;
  private final FixedCostGate.Standing gate;

  ReplayCheckpoint(
      int steps,
      Held worthwhile,
      Held plan,
      int firstServing,
      ExpertForecaster.Standing voting,
      FixedCostGate.Standing gate) {
    this.steps = steps;
    this.worthwhile = worthwhile;
    this.plan = plan;
    this.firstServing = firstServing;
    this.voting = voting;
    this.gate = gate;
  }

  /**
   * What one plan held, in the steps that are looked back on.
   *
   * @param replicas by step
   * @param ready of those, by step
   * @param standing all that the steps to come depend on
   */
  record Held(RunLengthInts replicas, RunLengthInts ready, RunLengthInts standing) {
    static final Held NOTHING =
        new Held(RunLengthInts.of(), RunLengthInts.of(), RunLengthInts.of());
  }

  /** How many steps were lived. */
  public int steps() {
    return steps;
  }

  /** The first of them that is still looked back on. */
  public int from() {
    return steps - plan.replicas().length();
  }

  /** What the plan would have held had people been paid anyway. */
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

  /** How the votes stood. */
  ExpertForecaster.Standing voting() {
    return voting;
  }

  /** How it stood with hiring people. */
  FixedCostGate.Standing gate() {
    return gate;
  }
}
