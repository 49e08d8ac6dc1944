package dev.breakeven.operator.evaluation;

import static dev.breakeven.reason.Parameter.clauses;
import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.advice.Issue;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which policies claim the same model on the same workload. Both would advise the same replicas, so
 * both say so. Safe for use by several threads.
 */
public final class WorkloadConflicts {

  /** One model on one workload. */
  private record Claim(String namespace, String kind, String workload, String model) {}

  private final Map<Claim, Set<String>> claimants = new HashMap<>();
  private final Map<PolicyKey, Set<Claim>> claims = new HashMap<>();

  /**
   * Notes what a policy claims now.
   *
   * @return the other policies whose claims are contested by it, or were until now
   */
  public synchronized Set<PolicyKey> claim(CostPolicy policy) {
    PolicyKey key = PolicyKey.of(policy);
    Set<Claim> now =
        policy.getSpec().workloads().stream()
            .map(
                w ->
                    new Claim(
                        key.namespace(),
                        w.apiVersion() + "/" + w.kind(),
                        w.name(),
                        policy.getSpec().model()))
            .collect(Collectors.toUnmodifiableSet());
    Set<Claim> before = claims.getOrDefault(key, Set.of());
    if (before.equals(now)) {
      return Set.of();
    }
    Set<PolicyKey> affected = withdraw(key);
    for (Claim claim : now) {
      Set<String> others = claimants.computeIfAbsent(claim, c -> new TreeSet<>());
      others.forEach(name -> affected.add(new PolicyKey(key.namespace(), name)));
      others.add(key.name());
    }
    claims.put(key, now);
    affected.remove(key);
    return affected;
  }

  /**
   * Forgets a policy.
   *
   * @return the other policies whose claims were contested by it
   */
  public synchronized Set<PolicyKey> withdraw(PolicyKey key) {
    Set<PolicyKey> affected = new HashSet<>();
    for (Claim claim : claims.getOrDefault(key, Set.of())) {
      Set<String> others = claimants.getOrDefault(claim, Set.of());
      others.remove(key.name());
      others.forEach(name -> affected.add(new PolicyKey(key.namespace(), name)));
      if (others.isEmpty()) {
        claimants.remove(claim);
      }
    }
    claims.remove(key);
    return affected;
  }

  /** The issue of a policy whose workloads another policy names too. */
  public synchronized Optional<Issue> contested(CostPolicy policy) {
    PolicyKey key = PolicyKey.of(policy);
    List<Message> sentences =
        claims.getOrDefault(key, Set.of()).stream()
            .flatMap(
                claim ->
                    claimants.getOrDefault(claim, Set.of()).stream()
                        .filter(name -> !name.equals(key.name()))
                        .map(
                            name ->
                                Message.of(
                                    Cause.POLICY_CLAIMS_SAME_WORKLOAD,
                                    name(name),
                                    name(claim.model()),
                                    name(claim.workload()))))
            .distinct()
            .sorted(Comparator.comparing(m -> m.parameters().toString()))
            .toList();
    return sentences.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Issue(
                Issue.Reason.CONTESTED_WORKLOAD, Message.of(Cause.ALL_OF, clauses(sentences))));
  }
}
