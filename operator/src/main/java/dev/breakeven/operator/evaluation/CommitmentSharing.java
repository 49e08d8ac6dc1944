package dev.breakeven.operator.evaluation;

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
import org.jspecify.annotations.Nullable;

/**
 * Gives policies their parts of what rate cards list as committed, beside the other policies that
 * use the card and the product. Every policy is asked once what it claims, and what is committed is
 * divided once, however many ask for their part. The operator, {@code advise} and {@code report}
 * all ask here.
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

  /** Policies that share: those of one card whose GPUs are of one product. */
  private record Group(String card, List<Commitment.Shared> committed) {}

  private final Supplier<List<CostPolicy>> policies;
  private final Function<CostPolicy, Optional<Claimant>> claimants;
  private final Instant now;
  private final Map<Group, Map<String, List<Commitment.Shared>>> parts = new HashMap<>();
  private @Nullable Map<Group, Map<String, GpuClaim>> claims;

  /**
   * Claims are worked out only when a policy needs its share.
   *
   * @param policies all that are known
   * @param claimants what each of them claims; nothing of one whose traffic is not known
   */
  public CommitmentSharing(
      Supplier<List<CostPolicy>> policies,
      Function<CostPolicy, Optional<Claimant>> claimants,
      Instant now) {
    this.policies = policies;
    this.claimants = claimants;
    this.now = now;
  }

  /**
   * The terms of a policy with its part.
   *
   * @param terms as resolved for this policy alone
   */
  public synchronized ResolvedTerms shared(CostPolicy policy, ResolvedTerms terms) {
    if (terms.committed().isEmpty()) {
      return terms;
    }
    String own = PolicyKey.of(policy).toString();
    Group group = new Group(policy.getSpec().rateCard(), terms.committed());
    Map<String, GpuClaim> sharing = claims().getOrDefault(group, Map.of());
    // Alone, it has all of it, and need not be known to claim it.
    if (sharing.keySet().stream().allMatch(own::equals)) {
      return terms;
    }
    Commitments over = new Commitments(Commitments.NONE.and(terms.committed()).overAt(now));
    List<Commitment.Shared> part =
        parts
            .computeIfAbsent(group, of -> GpuShares.of(paid(of), sharing))
            .getOrDefault(own, List.of());
    return terms.withShare(
        over.and(part).each().stream().map(Commitment.Shared.class::cast).toList());
  }

  private List<Commitment.Shared> paid(Group group) {
    List<Commitment> paid = Commitments.NONE.and(group.committed()).at(now).each();
    return group.committed().stream().filter(paid::contains).toList();
  }

  private Map<Group, Map<String, GpuClaim>> claims() {
    Map<Group, Map<String, GpuClaim>> known = claims;
    if (known == null) {
      known = new HashMap<>();
      for (CostPolicy policy : policies.get()) {
        if (policy.getSpec() == null) {
          continue;
        }
        Optional<Claimant> claimant = claimants.apply(policy);
        if (claimant.isPresent()) {
          known
              .computeIfAbsent(
                  new Group(policy.getSpec().rateCard(), claimant.get().committed()),
                  group -> new HashMap<>())
              .put(PolicyKey.of(policy).toString(), claimant.get().claim());
        }
      }
      claims = known;
    }
    return known;
  }

  /** The claim of a policy; empty if its traffic is not known. */
  public static Optional<Claimant> claimant(
      ResolvedTerms terms, Observation observation, Instant now) {
    if (terms.committed().isEmpty()) {
      return Optional.empty();
    }
    return observation
        .lastObserved()
        .map(seen -> PolicyEvaluation.input(terms, seen, List.of(), null, 0, now))
        .map(input -> new Claimant(terms.committed(), GpuClaim.of(input, terms.ownCommitments())));
  }
}
