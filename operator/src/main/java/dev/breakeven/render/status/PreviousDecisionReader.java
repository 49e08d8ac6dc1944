package dev.breakeven.render.status;

import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.Verdict;
import dev.breakeven.api.Change;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was decided before out of a status, so that an operator that was restarted, or another
 * replica, decides the same. The status is the only memory there is.
 */
public final class PreviousDecisionReader {

  private PreviousDecisionReader() {}

  /** The decision that a status tells of, or none where it tells of none that can be read. */
  public static PreviousDecision of(@Nullable CostPolicyStatus status) {
    if (status == null) {
      return new PreviousDecision.None();
    }
    CostPolicyStatus.Advice advice = status.advice();
    if (advice == null || advice.replicasAdvised() == null) {
      return new PreviousDecision.None();
    }
    Optional<Verdict> verdict = verdict(advice.verdict());
    Optional<Instant> since = StatusTime.read(advice.since());
    if (verdict.isEmpty() || since.isEmpty()) {
      return new PreviousDecision.None();
    }
    return new PreviousDecision.Made(
        verdict.get(),
        advice.replicasAdvised(),
        since.get(),
        advice.inputHash() == null ? "" : advice.inputHash(),
        pending(advice.pending()),
        StatusTime.read(advice.nextReview()).orElse(Instant.EPOCH),
        prediction(status),
        changes(status.recentChanges()));
  }

  private static PreviousDecision.Pending pending(CostPolicyStatus.@Nullable Pending pending) {
    if (pending == null || pending.replicas() == null) {
      return new PreviousDecision.Pending.Nothing();
    }
    Optional<Verdict> verdict = verdict(pending.verdict());
    Optional<Instant> since = StatusTime.read(pending.since());
    return verdict.isPresent() && since.isPresent()
        ? new PreviousDecision.Pending.Considering(verdict.get(), pending.replicas(), since.get())
        : new PreviousDecision.Pending.Nothing();
  }

  private static PreviousDecision.Prediction prediction(CostPolicyStatus status) {
    CostPolicyStatus.Score score = status.proof() == null ? null : status.proof().score();
    CostPolicyStatus.Cost cost = status.cost();
    Integer replicas = score == null ? null : replicasThen(score, status.advice());
    if (score == null || replicas == null || cost == null) {
      return new PreviousDecision.Prediction.None();
    }
    Optional<Instant> at = StatusTime.read(score.predictedAt());
    Optional<Money> predicted = money(score.monthlyCostPredicted(), cost.currency());
    return at.isPresent() && predicted.isPresent()
        ? new PreviousDecision.Prediction.Of(
            at.get(),
            predicted.get(),
            money(score.monthlySavingPredicted(), cost.currency())
                .map(Estimate::of)
                .orElseGet(
                    () ->
                        Estimate.notFound(
                            Issue.Reason.NOTHING_TO_COMPARE, Cause.NOTHING_PREDICTED)),
            replicas)
        : new PreviousDecision.Prediction.None();
  }

  /** As many as run now, where a short status does not say. */
  private static @Nullable Integer replicasThen(
      CostPolicyStatus.Score score, CostPolicyStatus.@Nullable Advice advice) {
    return score.replicasThen() != null || advice == null
        ? score.replicasThen()
        : advice.replicasNow();
  }

  private static Optional<Money> money(@Nullable String amount, @Nullable String currency) {
    if (amount == null || currency == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Money.of(amount, currency));
    } catch (IllegalArgumentException e) {
      // As with times: somebody else wrote it.
      return Optional.empty();
    }
  }

  private static List<PreviousDecision.Change> changes(List<Change> history) {
    List<PreviousDecision.Change> changes = new ArrayList<>();
    for (Change change : history) {
      Optional<Instant> at = StatusTime.read(change.at());
      Optional<Verdict> from = verdict(change.from());
      Optional<Verdict> to = verdict(change.to());
      if (at.isPresent() && from.isPresent() && to.isPresent()) {
        changes.add(
            new PreviousDecision.Change(
                at.get(),
                from.get(),
                to.get(),
                change.replicasFrom(),
                change.replicasTo(),
                change.reason(),
                Message.quoted("")));
      }
    }
    return changes;
  }

  private static Optional<Verdict> verdict(@Nullable String label) {
    return Arrays.stream(Verdict.values()).filter(v -> v.label().equals(label)).findFirst();
  }
}
