package dev.breakeven.render.html;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.decision.ActionRules;
import java.util.Collections;
import java.util.Locale;

/** The names a status uses, in words for people who do not read statuses. */
final class Wording {

  private Wording() {}

  static String of(Verdict verdict) {
    return switch (verdict) {
      case SELF_HOST -> "Own GPUs";
      case HYBRID -> "Hybrid";
      case API -> "API";
      case INCONCLUSIVE -> "Inconclusive";
    };
  }

  /** The verdict's name in the page's style sheet. */
  static String styleOf(Verdict verdict) {
    return "v-" + verdict.label().toLowerCase(Locale.ROOT);
  }

  static String of(Alternative.Kind kind) {
    return switch (kind) {
      case API_ONLY -> "Everything to the API";
      case TODAYS_REPLICAS -> "Today's replicas";
      case SELF_HOST_PEAK -> "Own GPUs for the peak";
      case BASELINE_BURST -> "Fixed baseline, rest to the API";
      case SCHEDULED_BURST -> "Baseline by hour of the week, rest to the API";
      case FIXED_NUMBER -> "Number set at the review, rest to the API";
      case FOLLOWING_BURST -> "Baseline that follows the load, rest to the API";
    };
  }

  static String of(ReplicaPlan plan) {
    if (plan instanceof ReplicaPlan.Fixed fixed) {
      return HtmlFormat.replicas(fixed.replicas());
    }
    if (plan instanceof ReplicaPlan.ByHourOfWeek week) {
      return between(Collections.min(week.replicas()), Collections.max(week.replicas()));
    }
    ReplicaPlan.Following following = (ReplicaPlan.Following) plan;
    return between(following.least(), following.most())
        + ", "
        + HtmlFormat.number(following.mean(), 1)
        + " on average";
  }

  private static String between(int least, int most) {
    return least == most ? HtmlFormat.replicas(least) : least + " to " + HtmlFormat.replicas(most);
  }

  /** What to do with replicas, in a few words. */
  static String next(Advice.Recommendation r) {
    String advised = HtmlFormat.replicas(r.replicasAdvised());
    return switch (r.action()) {
      case NONE ->
          r.reason() == ActionRules.Reason.UNDECIDED ? "No advice" : "Nothing: no GPU runs";
      case HOLD -> "Keep " + advised;
      case SCALE_UP -> "Scale up from " + r.replicasNow() + " to " + advised;
      case SCALE_DOWN -> "Scale down from " + r.replicasNow() + " to " + advised;
      case BURST -> "Keep " + advised + ", burst the rest";
      case START_SELF_HOSTING -> "Start " + advised;
      case STOP_SELF_HOSTING -> "Stop all " + HtmlFormat.replicas(r.replicasNow());
    };
  }

  /** Whether no token is left for own GPUs. */
  static boolean isEverything(BurstPoint burst) {
    return burst instanceof BurstPoint.Above above && above.tokensPerSecond() <= 0;
  }

  static String of(BurstPoint burst) {
    if (isEverything(burst)) {
      return "everything";
    }
    if (burst instanceof BurstPoint.Above above) {
      return HtmlFormat.count(above.tokensPerSecond())
          + " tokens/s ("
          + HtmlFormat.percent(above.sharePercent())
          + " of tokens)";
    }
    return "nothing bursts";
  }
}
