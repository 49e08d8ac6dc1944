package dev.breakeven.advice.decision;

import dev.breakeven.advice.Action;
import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Advice.Recommendation;
import dev.breakeven.advice.Advice.Saving;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Phrases;
import dev.breakeven.advice.PreviousDecision.Pending;
import dev.breakeven.advice.Verdict;
import dev.breakeven.price.Api;

/** The one line a person can act on: what to do, where the rest goes, and what it saves. */
public final class Summary {

  private Summary() {}

  public static String of(
      AdvisorInput question,
      VerdictDecision ruling,
      Pending pending,
      Recommendation recommendation,
      Estimate<Saving> saving) {
    if (ruling instanceof VerdictDecision.Undecided undecided) {
      return Verdict.INCONCLUSIVE.label()
          + ": "
          + undecided.message()
          + (question.replicasNow() > 0
              ? "; keep " + Phrases.replicas(question.replicasNow()) + " until then"
              : "");
    }
    return ruling.given().label()
        + ": "
        + whatToDo(recommendation)
        + whereTheRestGoes(question, ruling.given(), recommendation)
        + (pending instanceof Pending.Considering better
            ? whatIsPending(ruling.given(), better, saving)
            : whatItSaves(saving));
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
        + whatItSaves(saving).replaceFirst("^;", ":")
        + ", and is advised if that lasts";
  }

  private static String whatToDo(Recommendation recommendation) {
    int now = recommendation.replicasNow();
    int advised = recommendation.replicasAdvised();
    return switch (recommendation.action()) {
      case NONE -> "run nothing";
      case HOLD, BURST -> "keep " + Phrases.replicas(now);
      case SCALE_UP -> "scale up from " + now + " to " + Phrases.replicas(advised);
      case SCALE_DOWN -> "scale down from " + now + " to " + Phrases.replicas(advised);
      case START_SELF_HOSTING -> "start " + Phrases.replicas(advised);
      case STOP_SELF_HOSTING -> "stop " + Phrases.replicas(now);
    };
  }

  private static String whereTheRestGoes(
      AdvisorInput question, Verdict verdict, Recommendation recommendation) {
    String forNow = verdict == Verdict.API ? "" : " until the load comes back";
    if (!(recommendation.burst() instanceof BurstPoint.Above above)
        || !(question.api() instanceof Api.Offered offered)) {
      return recommendation.action() == Action.NONE ? forNow : "";
    }
    String api = offered.offer().name().equals("inline") ? "the API" : offered.offer().name();
    return recommendation.replicasAdvised() == 0
        ? " and send everything to " + api + forNow
        : ", burst to "
            + api
            + " above "
            + Phrases.whole(above.tokensPerSecond())
            + " tokens/s ("
            + Phrases.percent(above.sharePercent())
            + " of tokens)";
  }

  private static String whatItSaves(Estimate<Saving> saving) {
    if (!(saving instanceof Estimate.Found<Saving> found)
        || found.value().expected().amount().signum() == 0) {
      return "";
    }
    Saving value = found.value();
    return value.expected().isNegative()
        ? "; costs " + Phrases.money(value.expected()).substring(1) + " a month more than now"
        : "; saves " + Phrases.money(value.expected()) + " a month";
  }
}
