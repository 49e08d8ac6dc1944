package dev.breakeven.advice.decision;

import static dev.breakeven.reason.Parameter.replicas;

import dev.breakeven.advice.Alternative.Feasibility.Infeasible;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Alternative.Shortfall;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.StaticOptimum;
import dev.breakeven.advice.decision.VerdictRules.Case;
import dev.breakeven.advice.decision.VerdictRules.Reason;
import dev.breakeven.advice.review.ReviewRule;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.NamedSentence;

/** Names the constraint of the policy without which the verdict would be the other one. */
public final class DecidingConstraint {

  /** What is said of such a constraint. */
  public enum Sentence implements NamedSentence {
    MINIMUM_KEEPS_OWN_GPUS,
    MINIMUM_KEEPS_REPLICAS,
    SPARES_KEEP_FROM_OWN_GPUS
  }

  private DecidingConstraint() {}

  /** The decision, with a constraint as its reason if that constraint decided it. */
  static VerdictDecision named(Case c, VerdictDecision decision) {
    return namingTheSpares(c, namingTheMinimum(c, decision));
  }

  /** Names {@code minReplicas} if, without it, the API would cost less. */
  private static VerdictDecision namingTheMinimum(Case c, VerdictDecision decision) {
    if (!(decision instanceof VerdictDecision.Serve serve) || !serve.option().isSelfHosted()) {
      return decision;
    }
    return c.comparison()
        .option(Kind.API_ONLY)
        .filter(
            api ->
                api.feasibility() instanceof Infeasible fault
                    && fault.reason() == Shortfall.MIN_REPLICAS)
        .filter(api -> api.total() < serve.option().total())
        .<VerdictDecision>map(
            api ->
                new VerdictDecision.Serve(
                    serve.option(),
                    serve.verdict(),
                    serve.replicas(),
                    Reason.REPLICA_BOUNDS,
                    c.comparison().api().leastOwnLoad(c.comparison().load()) > 0
                        ? Message.of(
                            Sentence.MINIMUM_KEEPS_REPLICAS,
                            replicas(c.comparison().terms().minReplicas()),
                            c.money(serve.option().total()))
                        : Message.of(
                            Sentence.MINIMUM_KEEPS_OWN_GPUS,
                            replicas(c.comparison().terms().minReplicas()),
                            c.money(api.total()),
                            c.money(serve.option().total()))))
        .orElse(decision);
  }

  /** Names {@code redundantReplicas} if, without them, own GPUs would cost less. */
  private static VerdictDecision namingTheSpares(Case c, VerdictDecision decision) {
    ReplicaCostModel terms = c.comparison().terms();
    if (!(decision instanceof VerdictDecision.Serve serve)
        || serve.option().isSelfHosted()
        || terms.redundantReplicas() == 0
        || terms.maxReplicas() == 0
        || c.input().constraints().apiModelsNeeded()) {
      return decision;
    }
    double people = terms.overheadPerMonth() / c.comparison().load().toMonth();
    double with = gpusAndOverflow(c, terms);
    double without = gpusAndOverflow(c, terms.withRedundantReplicas(0));
    double asked = c.isManual() && !c.runsNow() ? ReviewRule.START_TIMES_PEOPLE * people : people;
    double api = serve.option().total();
    return api - without > 0 && api - without >= asked && api - with < people
        ? new VerdictDecision.Serve(
            serve.option(),
            serve.verdict(),
            serve.replicas(),
            Reason.REDUNDANT_REPLICAS,
            Message.of(
                Sentence.SPARES_KEEP_FROM_OWN_GPUS,
                c.money(api),
                c.money(without + people),
                replicas(terms.redundantReplicas()),
                c.money(with + people)))
        : decision;
  }

  /** Of the best fixed number of own replicas over the window, people apart. */
  private static double gpusAndOverflow(Case c, ReplicaCostModel terms) {
    return StaticOptimum.between(
            1, terms.maxReplicas(), c.comparison().curve(), terms, c.comparison().load().hours(), 1)
        .cost();
  }
}
