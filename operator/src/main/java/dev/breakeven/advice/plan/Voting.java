package dev.breakeven.advice.plan;

import java.util.Arrays;

/**
 * How many serving replicas the rules' votes come to, step by step. What was voted before on the
 * very same steps is remembered, and not voted on again.
 */
final class Voting {

  private final RungSavings savings;
  private final ReplicaRules rules;
  private final RuleVotes votes;
  private final int[] remembered; // by step
  private int[] agreed = new int[1024]; // by step
  private int step;
  private boolean learned;

  Voting(ReplicaLadder ladder, StepTerms terms, VotedPast voted) {
    savings = new RungSavings(ladder);
    rules = new ReplicaRules(savings, terms);
    votes = new RuleVotes(ladder, rules, terms);
    remembered = voted.agreed().all();
    if (remembered.length > 0) {
      rules.goOn(voted.named());
      votes.goOn(remembered.length, voted.votes());
    }
  }

  /** Begins the next step: the number agreed on for it, where that many serve now. */
  int begin(int servingNow) {
    if (step == agreed.length) {
      agreed = Arrays.copyOf(agreed, 2 * step);
    }
    agreed[step] = isRemembered() ? remembered[step] : vote(servingNow);
    return agreed[step];
  }

  private boolean isRemembered() {
    return step < remembered.length;
  }

  private int vote(int servingNow) {
    int now = step == 0 ? 0 : agreed[step - 1];
    if (learned) {
      rules.name();
      now = votes.agreed(servingNow);
    }
    votes.begin();
    return now;
  }

  /** The step ended; see {@link RuleVotes#charge}. */
  void end(double load, double apiPerLoad) {
    savings.add(load, apiPerLoad);
    if (!isRemembered()) {
      votes.charge(load, apiPerLoad);
    }
    learned = true;
    step++;
  }

  /** The step ended and nothing is known of it. */
  void endUnknown() {
    savings.addUnknown();
    learned = false;
    step++;
  }

  /** What was voted on the steps that have ended. */
  VotedPast voted() {
    return new VotedPast(Runs.of(Arrays.copyOf(agreed, step)), rules.named(), votes.standing());
  }
}
