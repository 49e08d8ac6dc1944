package dev.breakeven.operator;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.RateCard;
import dev.breakeven.cluster.WorkloadStates;
import dev.breakeven.operator.cycle.MetricsPollingEventSource;
import dev.breakeven.operator.evaluation.CommitmentSharing;
import dev.breakeven.operator.evaluation.PolicyKey;
import dev.breakeven.operator.status.StatusCache;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.terms.ResolvedTerms;
import dev.breakeven.terms.TermsResolver;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what each policy claims of the GPUs that its rate card lists as committed, so that the
 * claims of all policies are not worked out for each answer. A claim is worked out once a day, and
 * again if the policy or the card changes or more of the past has been read.
 */
final class CommitmentClaims {

  /**
   * What a claim was worked out from.
   *
   * @param day in UTC
   * @param readAt the minute, while not all of the past has been read
   */
  private record Basis(
      @Nullable Long generation, String cardVersion, Instant day, Instant readAt) {}

  private record Claim(Basis basis, Optional<CommitmentSharing.Claimant> claimant) {}

  private final Supplier<List<CostPolicy>> policies;
  private final Function<CostPolicy, Optional<RateCard>> cards;
  private final WorkloadStates workloads;
  private final MetricsPollingEventSource polling;
  private final StatusCache statuses;
  private final Map<PolicyKey, Claim> claims = new ConcurrentHashMap<>();

  /** Rate cards whose committed GPUs have been shared among all policies that use them. */
  private final Set<String> cardsShared = ConcurrentHashMap.newKeySet();

  /** From the claims above; none before the first, or after one was forgotten. */
  private @Nullable CommitmentSharing sharing;

  /**
   * @param policies all that the watch shows
   * @param cards the rate card of a policy, if it can be read
   */
  CommitmentClaims(
      Supplier<List<CostPolicy>> policies,
      Function<CostPolicy, Optional<RateCard>> cards,
      WorkloadStates workloads,
      MetricsPollingEventSource polling,
      StatusCache statuses) {
    this.policies = policies;
    this.cards = cards;
    this.workloads = workloads;
    this.polling = polling;
    this.statuses = statuses;
  }

  /** The terms of a policy with its share of the committed GPUs. */
  ResolvedTerms withShare(CostPolicy policy, ResolvedTerms terms, Instant now) {
    return terms.committed().isEmpty() ? terms : sharing(policy, now).shared(policy, terms);
  }

  /** Worked out again if what this policy's claim rests on has changed. */
  private synchronized CommitmentSharing sharing(CostPolicy policy, Instant now) {
    Claim known = claims.get(PolicyKey.of(policy));
    CommitmentSharing current = sharing;
    if (current == null
        || !basisOf(policy, now).equals(Optional.ofNullable(known).map(Claim::basis))) {
      current = new CommitmentSharing(policies, other -> claimOf(other, now), now);
      sharing = current;
    }
    return current;
  }

  /** What a policy's claim rests on; nothing if it claims nothing. */
  private Optional<Basis> basisOf(CostPolicy policy, Instant now) {
    return cards
        .apply(policy)
        .filter(card -> !card.getSpec().commitments().isEmpty())
        .flatMap(
            card ->
                polling
                    .observationFor(policy)
                    .map(
                        observation ->
                            new Basis(
                                policy.getMetadata().getGeneration(),
                                card.getMetadata().getResourceVersion(),
                                now.truncatedTo(ChronoUnit.DAYS),
                                isReadWhole(observation)
                                    ? Instant.MAX
                                    : now.truncatedTo(ChronoUnit.MINUTES))));
  }

  private static boolean isReadWhole(Observation observation) {
    return observation instanceof Observation.Observed seen && seen.loaded();
  }

  private Optional<CommitmentSharing.Claimant> claimOf(CostPolicy policy, Instant now) {
    return basisOf(policy, now)
        .flatMap(
            basis ->
                claims
                    .compute(
                        PolicyKey.of(policy),
                        (key, known) ->
                            known != null && known.basis().equals(basis)
                                ? known
                                : new Claim(basis, claimant(policy, now)))
                    .claimant());
  }

  private Optional<CommitmentSharing.Claimant> claimant(CostPolicy policy, Instant now) {
    return polling
        .observationFor(policy)
        .flatMap(
            observation ->
                CommitmentSharing.claimant(
                    TermsResolver.resolve(
                        policy,
                        cards.apply(policy),
                        workloads.allOf(policy),
                        polling.pricesFor(policy),
                        statuses.of(policy)),
                    observation,
                    now));
  }

  /**
   * Whether the past of every policy that shares committed GPUs with this one has been read. After
   * a start an existing answer waits for that, so that a restart does not move the shares.
   */
  boolean areKnown(CostPolicy policy) {
    Optional<RateCard> card = cards.apply(policy);
    if (card.isEmpty()
        || card.get().getSpec().commitments().isEmpty()
        || cardsShared.contains(policy.getSpec().rateCard())) {
      return true;
    }
    boolean areKnown =
        policies.get().stream()
            .filter(other -> CostPolicyReconciler.uses(other, policy.getSpec().rateCard()))
            .map(polling::observationFor)
            .noneMatch(
                seen ->
                    seen.isEmpty()
                        || (seen.get() instanceof Observation.Observed part && !part.loaded()));
    if (areKnown) {
      cardsShared.add(policy.getSpec().rateCard());
    }
    return areKnown;
  }

  /** The policy is gone, and claims nothing. */
  synchronized void forget(PolicyKey policy) {
    if (claims.remove(policy) != null) {
      sharing = null;
    }
  }
}
