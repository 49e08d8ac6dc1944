package dev.breakeven.advice.plan;

/**
 * The first steps of a past as a plan lived them: what it held in those that are still looked back
 * on, and how it stood after them. Whoever replays that past again on the same terms need not live
 * them again. What is held is the same with it and without; it is nothing but time that was spent
 * before. Immutable.
 */
public final class LivedPast {

  /** Of a past of which no step was lived. */
  public static final LivedPast NONE =
      new LivedPast(
          0,
          Held.NOTHING,
          Held.NOTHING,
          Integer.MAX_VALUE,
          Voting.Standing.AT_FIRST,
          StartGate.Standing.AT_FIRST);

  private final int steps;
  private final Held worthwhile;
  private final Held plan;
  private final int firstServing;
  private final Voting.Standing voting;
  private final StartGate.Standing gate;

  LivedPast(
      int steps,
      Held worthwhile,
      Held plan,
      int firstServing,
      Voting.Standing voting,
      StartGate.Standing gate) {
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
  record Held(Runs replicas, Runs ready, Runs standing) {
    static final Held NOTHING = new Held(Runs.of(), Runs.of(), Runs.of());
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
  Voting.Standing voting() {
    return voting;
  }

  /** How it stood with hiring people. */
  StartGate.Standing gate() {
    return gate;
  }
}
