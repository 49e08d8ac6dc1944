package dev.breakeven.advice.plan;

/**
 * What was voted on the first steps of a past, and how the votes stood after them: whoever replays
 * that past again on the same terms need not vote on those steps again. What is held is the same
 * with it and without; it is nothing but time that was spent before. Immutable.
 */
public final class VotedPast {

  /** Of a past of which no step was voted on. */
  public static final VotedPast NONE =
      new VotedPast(Runs.of(), Runs.of(), RuleVotes.Standing.AT_FIRST);

  private final Runs agreed;
  private final Runs named;
  private final RuleVotes.Standing votes;

  VotedPast(Runs agreed, Runs named, RuleVotes.Standing votes) {
    this.agreed = agreed;
    this.named = named;
    this.votes = votes;
  }

  /** How many steps. */
  public int steps() {
    return agreed.length();
  }

  /** Serving replicas by step. */
  Runs agreed() {
    return agreed;
  }

  /** What every rule named last. */
  Runs named() {
    return named;
  }

  /** How the votes stood then. */
  RuleVotes.Standing votes() {
    return votes;
  }
}
