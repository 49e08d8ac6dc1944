package dev.breakeven.advice.following;

/** Forecasts how many serving replicas are worth their price, by the weighted votes of experts. */
final class ExpertForecaster {

  private final SavingsPrefixSums savings;
  private final ReplicaExperts rules;
  private final ExpertWeights votes;
  private int agreed;
  private boolean learned;

  /** The state between two steps. Immutable. */
  static final class State {
    static final State AT_FIRST =
        new State(0, RunLengthInts.of(), ExpertWeights.State.AT_FIRST, new double[0]);

    private final int agreed; // serving replicas, last
    private final RunLengthInts named; // by every rule, last
    private final ExpertWeights.State votes;
    private final double[] savedBefore; // by rung, before the first step that is looked back on

    private State(
        int agreed, RunLengthInts named, ExpertWeights.State votes, double[] savedBefore) {
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
  ExpertForecaster(ReplicaLevels ladder, StepTerms terms, int steps, State standing) {
    savings = new SavingsPrefixSums(ladder, standing.savedBefore);
    rules = new ReplicaExperts(savings, terms);
    votes = new ExpertWeights(ladder, rules, terms);
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

  /** The step ended; see {@link ExpertWeights#charge}. */
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
  State state(int from) {
    return new State(agreed, rules.named(), votes.state(), savings.savedBefore(from));
  }
}
