package dev.breakeven.operator.status;

import dev.breakeven.api.Change;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.CostPolicyStatus.Advice;
import dev.breakeven.render.status.StatusTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a status that was found can be the operator's own. Anybody who may write the status can
 * leave anything in it that the CRD lets pass; a time to come, a verdict there is none of, or more
 * replicas than a policy can have would be believed for months.
 */
final class PlausibleStatus {

  private static final Set<String> VERDICTS = Set.of("SelfHost", "Hybrid", "API", "Inconclusive");

  /** No operator is older. */
  private static final Instant EARLIEST = Instant.parse("2024-01-01T00:00:00Z");

  /** By how much another replica's clock may be ahead of ours. */
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

  /** What the CRD allows for {@code maxReplicas}. */
  private static final int MOST_REPLICAS = 10_000;

  private final Instant latest;

  private PlausibleStatus(Instant latest) {
    this.latest = latest;
  }

  /** The status without the parts that cannot be the operator's own; the same where all can. */
  static CostPolicyStatus of(CostPolicyStatus found, Instant now) {
    return new PlausibleStatus(now.plus(CLOCKS_DIFFER)).filtered(found);
  }

  private CostPolicyStatus filtered(CostPolicyStatus found) {
    return new CostPolicyStatus(
        isPlausible(found.advice()) ? found.advice() : null,
        found.alternatives(),
        found.breakeven(),
        found.conditions().stream().filter(c -> isPast(c.lastTransitionTime())).toList(),
        found.cost(),
        found.messagesHash(),
        changes(found.recentChanges()),
        found.observed(),
        found.observedGeneration(),
        found.proof() == null
                || found.proof().score() == null
                || isPast(found.proof().score().predictedAt())
            ? found.proof()
            : null,
        found.scenario(),
        found.workloads());
  }

  private List<String> changes(List<Change> history) {
    return history.stream()
        .filter(
            change ->
                isPast(change.at())
                    && isVerdict(change.from())
                    && isVerdict(change.to())
                    && isCount(change.replicasFrom())
                    && isCount(change.replicasTo()))
        .map(Change::line)
        .toList();
  }

  private boolean isPlausible(@Nullable Advice advice) {
    return advice == null
        || (isVerdict(advice.verdict())
            && isPast(advice.since())
            && (advice.replicasSince() == null || isPast(advice.replicasSince()))
            && isCount(advice.replicasAdvised())
            && (advice.pending() == null
                || (isVerdict(advice.pending().verdict())
                    && isPast(advice.pending().since())
                    && isCount(advice.pending().replicas()))));
  }

  private static boolean isVerdict(@Nullable String verdict) {
    return verdict != null && VERDICTS.contains(verdict);
  }

  private static boolean isCount(@Nullable Integer replicas) {
    return replicas == null || (replicas >= 0 && replicas <= MOST_REPLICAS);
  }

  private boolean isPast(@Nullable String time) {
    return StatusTime.read(time)
        .filter(at -> !at.isBefore(EARLIEST) && !at.isAfter(latest))
        .isPresent();
  }
}
