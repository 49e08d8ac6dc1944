package dev.breakeven.discovery;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.cluster.ClusterInventory;
import dev.breakeven.prometheus.EngineSurvey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What discovery goes by.
 *
 * @param cluster what runs
 * @param surveys what the sources hold
 * @param card the rate card that policies use unless they say otherwise, if it is there
 * @param policies those that are there
 * @param watchedKinds kinds that the operator watches, each as {@code apiVersion kind}
 * @param gatewayBySource which gateway each source is told to hold
 * @param sharedWith by source, the namespaces with which its gateway's counters are shared
 */
public record DiscoveryInput(
    ClusterInventory cluster,
    List<EngineSurvey> surveys,
    Optional<RateCardSpec> card,
    List<CostPolicy> policies,
    Set<String> watchedKinds,
    Map<String, String> gatewayBySource,
    Map<String, List<String>> sharedWith) {

  /** The card that a policy uses unless it says otherwise. */
  public static final String CARD = "default";

  public DiscoveryInput {
    surveys = List.copyOf(surveys);
    policies = List.copyOf(policies);
    watchedKinds = Set.copyOf(watchedKinds);
    gatewayBySource = Map.copyOf(gatewayBySource);
    sharedWith = Map.copyOf(sharedWith);
  }
}
