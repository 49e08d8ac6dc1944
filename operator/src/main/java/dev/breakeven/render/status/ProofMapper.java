package dev.breakeven.render.status;

import static dev.breakeven.render.status.StatusFormat.found;
import static dev.breakeven.render.status.StatusFormat.missing;
import static dev.breakeven.render.status.StatusFormat.money;
import static dev.breakeven.render.status.StatusFormat.rate;
import static dev.breakeven.render.status.StatusFormat.time;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.Feasibility.Infeasible;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.price.Money;
import dev.breakeven.render.words.Phrases;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** What following the advice would have cost and did cost, as a status shows it. */
final class ProofMapper {

  private ProofMapper() {}

  static CostPolicyStatus.Proof proof(Advice advice) {
    CostPolicyStatus.@Nullable Score score = score(advice);
    if (!(advice.trackRecord().proof() instanceof Estimate.Found<Advice.Proof> found)) {
      return new CostPolicyStatus.Proof(
          null, null, null, null, missing(advice.trackRecord().proof()), null, score);
    }
    Advice.Proof proof = found.value();
    return new CostPolicyStatus.Proof(
        found(proof.alwaysApi(), StatusFormat::money),
        money(proof.hindsight()),
        days(proof),
        money(proof.followed()),
        inWords(proof, unservedByFollowing(advice)),
        found(proof.ran(), StatusFormat::money),
        score);
  }

  /** Nothing, or that following would have left tokens over, which makes it cheaper than it is. */
  private static String unservedByFollowing(Advice advice) {
    return advice
        .comparison()
        .alternative(Alternative.Kind.FOLLOWING_BURST)
        .map(Alternative::feasibility)
        .filter(Infeasible.class::isInstance)
        .map(f -> ((Infeasible) f).unservedTokensPerMonth())
        .filter(tokens -> tokens > 0)
        .map(tokens -> ", " + rate(tokens) + " tokens a month unserved")
        .orElse("");
  }

  private static String inWords(Advice.Proof proof, String unserved) {
    return "followed for the last "
        + (days(proof).equals("1") ? "day" : days(proof) + " days")
        + ": "
        + Phrases.money(proof.followed())
        + unserved
        + "; what ran: "
        + orWhyNot(proof.ran())
        + "; best fixed number in hindsight: "
        + Phrases.money(proof.hindsight())
        + "; always the API: "
        + orWhyNot(proof.alwaysApi());
  }

  /** {@code 7}, or {@code 6.5}. */
  private static String days(Advice.Proof proof) {
    return BigDecimal.valueOf(proof.days())
        .setScale(1, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  private static String orWhyNot(Estimate<Money> finding) {
    return finding instanceof Estimate.Found<Money> found
        ? Phrases.money(found.value())
        : String.valueOf(missing(finding));
  }

  private static CostPolicyStatus.@Nullable Score score(Advice advice) {
    if (!(advice.trackRecord().prediction() instanceof PreviousDecision.Prediction.Of predicted)) {
      return null;
    }
    Advice.Score score =
        advice.trackRecord().score() instanceof Estimate.Found<Advice.Score> found
            ? found.value()
            : null;
    return new CostPolicyStatus.Score(
        score == null ? null : time(score.from()),
        score == null ? missing(advice.trackRecord().score()) : missing(score.savingHappened()),
        score == null ? null : money(score.costHappened()),
        money(predicted.costPerMonth()),
        score == null ? null : found(score.savingHappened(), StatusFormat::money),
        found(predicted.savingPerMonth(), StatusFormat::money),
        time(predicted.at()),
        predicted.replicasThen(),
        score == null ? null : time(score.to()));
  }
}
