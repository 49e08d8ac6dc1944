package dev.breakeven.advice.plan;

/** How many serving replicas the rules' votes come to, step by step. */
final class Voting {

  private final RungSavings savings;
  private final ReplicaRules rules;
  private final RuleVotes votes;
  private int agreed;
  private boolean learned;

  /** How it stands between two steps. Immutable. */
  static final class Standing {
    static final Standing AT_FIRST =
        new Standing(0, Runs.of(), RuleVotes.Standing.AT_FIRST, new double[0]);

    private final int agreed; // serving replicas, last
    private final Runs named; // by every rule, last
    private final RuleVotes.Standing votes;
    private final double[] savedBefore; // by rung, before the first step that is looked back on

    private Standing(int agreed, Runs named, RuleVotes.Standing votes, double[] savedBefore) {
      this.agreed = agreed;
      this.named = named;
      this.votes = votes;
      this.savedBefore = savedBefore;
    }
  }

  /**
   * Goes on from where it stood.
   *
   * @param steps that were lived, of which those that are looked back on are to be {@link #learn
   *     learned} from again
   */
  Voting(ReplicaLadder ladder, StepTerms terms, int steps, Standing standing) {
    savings = new RungSavings(ladder, standing.savedBefore);
    rules = new ReplicaRules(savings, terms);
    votes = new RuleVotes(ladder, rules, terms);
    if (steps > 0) {
      agreed = standing.agreed;
      rules.goOn(standing.named);
      votes.goOn(steps, standing.votes);
    }
  }

  /** Begins the next step: the number agreed on for it, where that many serve now. */
  int begin(int servingNow) {
    if (learned) {
      rules.name();
      agreed = votes.agreed(servingNow);
    }
    votes.begin();
    return agreed;
  }

  /** The step ended; see {@link RuleVotes#charge}. */
  void end(double load, double apiPerLoad) {
    votes.charge(load, apiPerLoad);
    learn(load, apiPerLoad);
  }

  /** What a step teaches, whoever voted on it. */
  void learn(double load, double apiPerLoad) {
    savings.add(load, apiPerLoad);
    learned = true;
  }

  /** The step ended and nothing is known of it. */
  void endUnknown() {
    savings.addUnknown();
    learned = false;
  }

  /**
   * How it stands now that a step has ended.
   *
   * @param from the first step that will be looked back on, of those learned from
   */
  Standing standing(int from) {
    return new Standing(agreed, rules.named(), votes.standing(), savings.savedBefore(from));
  }
}
