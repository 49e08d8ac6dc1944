package dev.breakeven.testing;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.RateCard;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cluster.WorkloadReference;
import java.util.Optional;

/**
 * The policy {@code chat} of the namespace {@code inference}, and the rate card it names.
 *
 * @param card the card named default, where the policy names that one
 */
public record ChatPolicy(CostPolicy policy, Optional<RateCard> card) {

  /**
   * As an API server would admit it.
   *
   * @param gpus the card's GPU prices, a YAML list in one line
   * @param spec what it says beside its model, as YAML indented by two
   */
  public static ChatPolicy with(String gpus, String spec) {
    Manifests manifests =
        Manifests.parse(
            "policy.yaml",
            """
            apiVersion: breakeven.dev/v1alpha1
            kind: RateCard
            metadata: {name: default}
            spec: {gpus: %s}
            ---
            apiVersion: breakeven.dev/v1alpha1
            kind: CostPolicy
            metadata: {name: chat, namespace: inference, uid: uid-1}
            spec:
              model: acme/chat
            %s\
            """
                .formatted(gpus, spec));
    CostPolicy policy = manifests.policies().get(0);
    return new ChatPolicy(policy, manifests.rateCard(policy.getSpec().rateCard()));
  }

  /** A Deployment beside it. */
  public static WorkloadReference deployment(String name) {
    return new WorkloadReference("apps/v1", "Deployment", "inference", name);
  }
}
