package dev.breakeven.render.words;

import dev.breakeven.advice.Action;
import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Advice.Recommendation;
import dev.breakeven.advice.Advice.Saving;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.PreviousDecision.Pending;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.decision.VerdictRules;
import dev.breakeven.price.Money;
import java.math.BigDecimal;
import java.util.Optional;

/** The one line a person can act on: what to do, where the rest goes, and what it saves. */
public final class Summary {

  /** The name of the offer that a policy states itself. */
  private static final String INLINE = "inline";

  /** What would be shown as 0.0 % and is more. */
  private static final double LEAST_SHARE_PERCENT = 0.05;

  /** Less is no saving to speak of, in the policy's currency. */
  private static final double LEAST_SAVING = 1;

  private Summary() {}

  /** The summary of an answer. */
  public static String of(Advice advice) {
    Recommendation recommendation = advice.recommendation();
    if (advice.decision().verdict() == Verdict.INCONCLUSIVE) {
      return Verdict.INCONCLUSIVE.label()
          + ": "
          + Words.of(advice.decision().message())
          + (recommendation.replicasNow() > 0
              ? "; keep " + Phrases.replicas(recommendation.replicasNow()) + " until then"
              : "");
    }
    return advice.decision().verdict().label()
        + ": "
        + whatToDo(advice)
        + whereTheRestGoes(advice.decision().verdict(), recommendation)
        + (advice.decision().pending() instanceof Pending.Considering better
            ? whatIsPending(advice.decision().verdict(), better, advice.savings().monthly())
            : prefixed("; ", whatItSaves(advice.savings().monthly())))
        + prefixed("; ", whatChangesAfterCommitments(advice));
  }

  /** Said where more is saved once committed GPUs need not be paid any more. */
  private static String whatChangesAfterCommitments(Advice advice) {
    if (!(advice.savings().afterCommitments()
            instanceof Estimate.Found<Advice.AfterCommitments> found)
        || !(advice.savings().monthly() instanceof Estimate.Found<Saving> now)
        || found.value().monthlySaving().value()
            < Math.max(0, now.value().expected().value()) + LEAST_SAVING) {
      return "";
    }
    Advice.AfterCommitments after = found.value();
    return "once commitments end on "
        + after.lastDay()
        + ", "
        + (after.replicas() == 0 ? "the API alone" : Phrases.replicas(after.replicas()))
        + " would save "
        + Phrases.money(after.monthlySaving())
        + " a month";
  }

  /** The figures shown are already those of the better answer that has yet to last. */
  private static String whatIsPending(
      Verdict given, Pending.Considering better, Estimate<Saving> saving) {
    return "; since "
        + better.since()
        + " "
        + (better.verdict() == given ? "" : better.verdict().label() + " with ")
        + Phrases.replicas(better.replicas())
        + " would do better"
        + prefixed(": ", whatItSaves(saving))
        + ", and is advised if that lasts";
  }

  private static String whatToDo(Advice advice) {
    Recommendation recommendation = advice.recommendation();
    Optional<ReplicaPlan.Following> plan =
        isFollowed(advice) ? following(advice, Alternative.Kind.FOLLOWING_BURST) : Optional.empty();
    if (plan.isPresent()) {
      int least = Math.min(plan.get().least(), recommendation.replicasAdvised());
      int most = Math.max(plan.get().most(), recommendation.replicasAdvised());
      return "follow the load, "
          + (least == most ? "" : least + " to ")
          + Phrases.replicas(most)
          + ", now "
          + Phrases.whole(recommendation.replicasAdvised());
    }
    if (advice.decision().reason() == VerdictRules.Reason.SCALED_ALREADY) {
      return "leave the scaling as it is" + prefixed(", ", whatRan(advice));
    }
    int now = recommendation.replicasNow();
    int advised = recommendation.replicasAdvised();
    return switch (recommendation.action()) {
      case NONE -> "run nothing";
      case HOLD, BURST ->
          "keep "
              + Phrases.replicas(now)
              + (advice.decision().reason() == VerdictRules.Reason.CHEAPER_AS_IT_RUNS
                  ? " until one is benchmarked"
                  : "");
      case SCALE_UP -> "scale up from " + now + " to " + Phrases.replicas(advised);
      case SCALE_DOWN -> "scale down from " + now + " to " + Phrases.replicas(advised);
      case START_SELF_HOSTING -> "start " + Phrases.replicas(advised);
      case STOP_SELF_HOSTING -> now == 0 ? "stop all replicas" : "stop " + Phrases.replicas(now);
    };
  }

  /** The plan, where following it is what is advised, and not yet what is waited for. */
  private static boolean isFollowed(Advice advice) {
    return advice.decision().verdict() != Verdict.API
        && !(advice.decision().pending() instanceof Pending.Considering)
        && advice.comparison().chosen() instanceof Estimate.Found<Alternative.Kind> found
        && found.value() == Alternative.Kind.FOLLOWING_BURST;
  }

  private static Optional<ReplicaPlan.Following> following(Advice advice, Alternative.Kind kind) {
    return advice
        .comparison()
        .alternative(kind)
        .map(Alternative::replicas)
        .filter(ReplicaPlan.Following.class::isInstance)
        .map(ReplicaPlan.Following.class::cast);
  }

  /** Such as {@code 0 to 2 replicas}, where something scales them. */
  private static String whatRan(Advice advice) {
    return following(advice, Alternative.Kind.TODAYS_REPLICAS)
        .map(ran -> ran.least() + " to " + Phrases.replicas(ran.most()))
        .orElse("");
  }

  private static String whereTheRestGoes(Verdict verdict, Recommendation recommendation) {
    String forNow = verdict == Verdict.API ? "" : " until the load comes back";
    if (!(recommendation.burst() instanceof BurstPoint.Above above)
        || recommendation.offer().isEmpty()) {
      return recommendation.action() == Action.NONE ? forNow : "";
    }
    String api = recommendation.offer().equals(INLINE) ? "the API" : recommendation.offer();
    return recommendation.replicasAdvised() == 0
        ? " and send everything to " + api + forNow
        : ", burst to "
            + api
            + " above "
            + Phrases.whole(above.tokensPerSecond())
            + " tokens/s ("
            + (above.sharePercent() < LEAST_SHARE_PERCENT
                ? "less than " + Phrases.percent(2 * LEAST_SHARE_PERCENT)
                : Phrases.percent(above.sharePercent()))
            + " of tokens)";
  }

  private static String whatItSaves(Estimate<Saving> saving) {
    if (!(saving instanceof Estimate.Found<Saving> found)
        || found.value().expected().amount().signum() == 0) {
      return "";
    }
    Saving value = found.value();
    if (value.isRangeOnly()) {
      return range(value) + ", from less than three days of traffic";
    }
    return (value.expected().isNegative()
            ? "costs "
                + Phrases.money(Money.zero(value.expected().currency()).minus(value.expected()))
                + " a month more than now"
            : "saves " + Phrases.money(value.expected()) + " a month")
        + (isSignUnclear(value)
            ? ", likely between "
                + Phrases.between(
                    value.low().amount(), value.high().amount(), value.low().currency())
            : "");
  }

  private static String range(Saving value) {
    BigDecimal low = value.low().amount();
    BigDecimal high = value.high().amount();
    return high.signum() < 0
        ? "costs between "
            + Phrases.between(high.negate(), low.negate(), value.low().currency())
            + " a month more than now"
        : "saves between " + Phrases.between(low, high, value.low().currency()) + " a month";
  }

  private static boolean isSignUnclear(Saving saving) {
    return saving.low().isNegative() && saving.high().amount().signum() > 0;
  }

  private static String prefixed(String prefix, String text) {
    return text.isEmpty() ? "" : prefix + text;
  }
}
