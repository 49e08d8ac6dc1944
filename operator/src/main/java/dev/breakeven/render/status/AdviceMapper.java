package dev.breakeven.render.status;

import static dev.breakeven.render.status.StatusFormat.burstAbove;
import static dev.breakeven.render.status.StatusFormat.burstShare;
import static dev.breakeven.render.status.StatusFormat.found;
import static dev.breakeven.render.status.StatusFormat.money;
import static dev.breakeven.render.status.StatusFormat.percent;
import static dev.breakeven.render.status.StatusFormat.sentence;
import static dev.breakeven.render.status.StatusFormat.time;
import static dev.breakeven.render.status.StatusFormat.wholeMoney;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.Verdict;
import dev.breakeven.api.Change;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.render.words.Summary;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The advice of an answer as a status shows it. */
final class AdviceMapper {

  private AdviceMapper() {}

  static CostPolicyStatus.Advice advice(
      Advice advice, @Nullable CostPolicyStatus previous, Instant asOf) {
    Advice.Recommendation next = advice.recommendation();
    return new CostPolicyStatus.Advice(
        next.action().label(),
        sentence(next.message()),
        next.reason().label(),
        found(advice.comparison().chosen(), Alternative.Kind::label),
        found(advice.savings().automatic(), StatusFormat::wholeMoney),
        burstAbove(next.burst()),
        burstShare(next.burst()),
        found(advice.savings().afterCommitments(), after -> after.lastDay().toString()),
        advice.decision().confidence().label(),
        advice.decision().inputHash().isEmpty() ? null : advice.decision().inputHash(),
        found(advice.savings().manual(), StatusFormat::wholeMoney),
        next.marginal() instanceof Estimate.Found<Advice.Marginal> marginal
            ? marginal(marginal.value())
            : null,
        sentence(advice.decision().message()),
        expected(advice.savings().monthly()),
        found(advice.savings().monthly(), s -> wholeMoney(s.high())),
        found(advice.savings().monthly(), s -> wholeMoney(s.low())),
        found(advice.review().next(), StatusFormat::time),
        pending(advice.decision().pending()),
        advice.decision().reason().label(),
        next.replicasAdvised(),
        next.replicasNow(),
        replicasSince(next.replicasAdvised(), previous, asOf),
        found(advice.savings().afterCommitments(), after -> wholeMoney(after.monthlySaving())),
        advice.review().scaling().label(),
        shortMessage(advice),
        time(advice.decision().since()),
        Summary.of(advice),
        advice.decision().verdict().label());
  }

  static CostPolicyStatus.Advice inconclusive(List<Issue> issues, String why, String since) {
    return new CostPolicyStatus.Advice(
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        Advice.Confidence.NONE.label(),
        null,
        null,
        null,
        why,
        null,
        null,
        null,
        null,
        null,
        issues.isEmpty() ? null : issues.get(0).reason().label(),
        null,
        null,
        null,
        null,
        null,
        "No advice",
        since,
        "Inconclusive: " + why,
        "Inconclusive");
  }

  private static String replicasSince(
      int advised, @Nullable CostPolicyStatus previous, Instant asOf) {
    CostPolicyStatus.Advice before = previous == null ? null : previous.advice();
    return before != null
            && before.replicasSince() != null
            && before.replicasAdvised() != null
            && before.replicasAdvised() == advised
        ? before.replicasSince()
        : time(asOf);
  }

  /** The advice as it stands in one column of {@code kubectl get}. */
  private static String shortMessage(Advice advice) {
    Advice.Recommendation next = advice.recommendation();
    int now = next.replicasNow();
    int advised = next.replicasAdvised();
    if (advised == 0 && now > 0 && advice.decision().verdict() == Verdict.HYBRID) {
      return "Scale " + now + " to 0 for now";
    }
    String burst =
        next.burst() instanceof Advice.BurstPoint.Above above
            ? " + burst " + percent(above.sharePercent()) + "%"
            : "";
    return switch (next.action()) {
      case NONE ->
          switch (advice.decision().verdict()) {
            case INCONCLUSIVE -> "No advice";
            case API -> "Stay on API";
            case SELF_HOST, HYBRID -> "Hold 0 for now";
          };
      case HOLD -> "Hold " + now + burst;
      case BURST -> "Hold " + now + burst;
      case SCALE_UP, SCALE_DOWN -> "Scale " + now + " to " + advised + burst;
      case START_SELF_HOSTING -> "Start with " + advised + burst;
      case STOP_SELF_HOSTING -> "Scale " + now + " to 0";
    };
  }

  private static CostPolicyStatus.Marginal marginal(Advice.Marginal marginal) {
    return new CostPolicyStatus.Marginal(
        money(marginal.lastReplicaCarriesPerHour()),
        money(marginal.lastReplicaPerHour()),
        money(marginal.nextReplicaPerHour()),
        money(marginal.overflowSavedPerHour()));
  }

  /** Nothing where so little is known that only the range counts. */
  private static @Nullable String expected(Estimate<Advice.Saving> saving) {
    return saving instanceof Estimate.Found<Advice.Saving> found && !found.value().isRangeOnly()
        ? wholeMoney(found.value().expected())
        : null;
  }

  private static CostPolicyStatus.@Nullable Pending pending(PreviousDecision.Pending pending) {
    return pending instanceof PreviousDecision.Pending.Considering c
        ? new CostPolicyStatus.Pending(c.replicas(), time(c.since()), c.verdict().label())
        : null;
  }

  static Change change(PreviousDecision.Change change) {
    return new Change(
        time(change.at()),
        change.from().label(),
        change.replicasFrom(),
        change.to().label(),
        change.replicasTo(),
        change.reason());
  }
}
