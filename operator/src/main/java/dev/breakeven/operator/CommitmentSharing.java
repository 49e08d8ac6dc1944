package dev.breakeven.operator;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.sharing.GpuClaim;
import dev.breakeven.advice.sharing.GpuShares;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.price.Commitment;
import dev.breakeven.price.Commitments;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.terms.ResolvedTerms;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Gives a policy its part of what its rate card lists as committed, beside the other policies that
 * use the card and the product. The operator, {@code advise} and {@code report} all ask here.
 */
public final class CommitmentSharing {

  /**
   * A policy that uses some of what a card lists.
   *
   * @param committed what that is
   */
  public record Claimant(List<Commitment.Shared> committed, GpuClaim claim) {
    public Claimant {
      committed = List.copyOf(committed);
    }
  }

  private CommitmentSharing() {}

  /**
   * The terms of a policy with its part.
   *
   * @param terms as resolved for this policy alone
   * @param policies all that are known, this one included; not asked for where nothing is shared
   * @param claimants what each of them claims; nothing of one whose traffic is not known
   */
  public static ResolvedTerms shared(
      CostPolicy policy,
      ResolvedTerms terms,
      Supplier<List<CostPolicy>> policies,
      Function<CostPolicy, Optional<Claimant>> claimants,
      Instant now) {
    if (terms.committed().isEmpty()) {
      return terms;
    }
    String own = PolicyKey.of(policy).toString();
    Map<String, GpuClaim> claims = new HashMap<>();
    for (CostPolicy other : policies.get()) {
      if (other.getSpec() != null
          && other.getSpec().rateCard().equals(policy.getSpec().rateCard())) {
        claimants
            .apply(other)
            .filter(c -> c.committed().equals(terms.committed()))
            .ifPresent(c -> claims.put(PolicyKey.of(other).toString(), c.claim()));
      }
    }
    // Alone, it has all of it, and need not be known to claim it.
    if (claims.keySet().stream().allMatch(own::equals)) {
      return terms;
    }
    Commitments all = Commitments.NONE.and(terms.committed());
    List<Commitment.Shared> paid =
        terms.committed().stream().filter(all.at(now).each()::contains).toList();
    Commitments over = new Commitments(all.overAt(now));
    return terms.withShare(
        over.and(GpuShares.of(paid, claims).getOrDefault(own, List.of())).each().stream()
            .map(Commitment.Shared.class::cast)
            .toList());
  }

  /** What a policy claims; nothing where no traffic of it is known. */
  public static Optional<Claimant> claimant(
      ResolvedTerms terms, Observation observation, Instant now) {
    if (terms.committed().isEmpty()) {
      return Optional.empty();
    }
    Observation.Observed seen =
        observation instanceof Observation.Stale stale
            ? stale.lastGood()
            : observation instanceof Observation.Observed observed ? observed : null;
    if (seen == null) {
      return Optional.empty();
    }
    AdvisorInput question = PolicyEvaluator.question(terms, seen, List.of(), null, 0, now);
    return Optional.of(
        new Claimant(terms.committed(), GpuClaim.of(question, terms.ownCommitments())));
  }
}
