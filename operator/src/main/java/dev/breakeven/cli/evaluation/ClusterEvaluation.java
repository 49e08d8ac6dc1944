package dev.breakeven.cli.evaluation;

import dev.breakeven.advice.evaluation.Advisor;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cli.cluster.ClusterOptions;
import dev.breakeven.cli.cluster.ClusterResources;
import dev.breakeven.cluster.ClusterWorkloads;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.operator.client.OperatorClient;
import dev.breakeven.operator.cycle.MetricsPollingEventSource;
import dev.breakeven.operator.evaluation.CommitmentSharing;
import dev.breakeven.operator.evaluation.PolicyEvaluation;
import dev.breakeven.operator.evaluation.PolicyKey;
import dev.breakeven.prometheus.CollectorSettings;
import dev.breakeven.prometheus.ConfiguredSources;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.render.status.Inspected;
import dev.breakeven.terms.GpuPriceLookup;
import dev.breakeven.terms.ResolvedTerms;
import dev.breakeven.terms.TermsResolver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The policies of a cluster, answered now from the cluster and its sources as the operator would.
 * Nothing is written.
 *
 * @param policies in the order of namespace and name
 * @param promqlBySource the last PromQL that each source was sent, by query
 */
public record ClusterEvaluation(
    List<EvaluatedPolicy> policies, Map<String, Map<QueryCatalog, String>> promqlBySource) {

  private static final Duration CACHES_FULL = Duration.ofSeconds(20);

  public ClusterEvaluation {
    policies = List.copyOf(policies);
    promqlBySource = Map.copyOf(promqlBySource);
  }

  /** The PromQL that read the figures of a policy, by query. */
  public Map<QueryCatalog, String> promqlFor(CostPolicy policy) {
    return promqlBySource.getOrDefault(policy.getSpec().source(), Map.of());
  }

  /**
   * Answers them, then variants of them.
   *
   * @param selection from all of the cluster, the policies that are answered and the cards to
   *     answer them with
   * @param notes collects what could not be read
   */
  static ClusterEvaluation of(
      ClusterOptions options,
      UnaryOperator<Manifests> selection,
      Variants variants,
      List<String> notes) {
    OperatorConfiguration configuration = options.configurationForEveryKind();
    Clock clock = Clock.systemUTC();
    Map<String, Map<QueryCatalog, String>> promqlBySource = new ConcurrentHashMap<>();
    try (OperatorClient api = options.client(clock);
        MetricsCollector cycle =
            new MetricsCollector(
                listened(ConfiguredSources.of(configuration), promqlBySource),
                ConfiguredSources.engines(configuration),
                CollectorSettings.DEFAULT,
                clock);
        ClusterWorkloads workloads =
            new ClusterWorkloads(api.client(), configuration, changed -> {}, clock)) {
      ClusterResources resources = new ClusterResources(api.client(), notes);
      Manifests selected =
          selection.apply(
              new Manifests(resources.policies(options.namespace()), resources.rateCards()));
      if (selected.policies().isEmpty()) {
        return new ClusterEvaluation(List.of(), promqlBySource);
      }
      List<CostPolicy> sharing = sharing(selected, resources, notes);
      workloads.start(CACHES_FULL);
      Evaluator evaluator = new Evaluator(workloads, cycle, clock);
      List<EvaluatedPolicy> evaluated = new ArrayList<>(evaluator.evaluate(selected, sharing));
      Manifests others = variants.of(List.copyOf(evaluated), selected.rateCards());
      if (!others.policies().isEmpty()) {
        evaluated.addAll(evaluator.evaluate(others, inPlace(sharing, others.policies())));
      }
      return new ClusterEvaluation(evaluated, promqlBySource);
    }
  }

  /** Evaluates policies with what a cluster and its sources show. */
  private record Evaluator(ClusterWorkloads workloads, MetricsCollector cycle, Clock clock) {

    /**
     * Each policy's answer, in their order.
     *
     * @param sharing these and all others that may share committed GPUs with them
     */
    List<EvaluatedPolicy> evaluate(Manifests manifests, List<CostPolicy> sharing) {
      List<Target> targets = sharing.stream().map(MetricsPollingEventSource::targetOf).toList();
      PrometheusTraffic.readThePast(cycle, targets, clock);
      // A price of OpenCost is known in the cycle after the one that asks for it.
      sharing.forEach(policy -> terms(policy, manifests));
      cycle.run(targets, clock.instant());
      Instant now = clock.instant();
      CommitmentSharing shared =
          new CommitmentSharing(
              () -> sharing,
              policy -> CommitmentSharing.claimant(terms(policy, manifests), observed(policy), now),
              now);
      return manifests.policies().stream()
          .map(policy -> answer(policy, shared.shared(policy, terms(policy, manifests)), now))
          .toList();
    }

    private EvaluatedPolicy answer(CostPolicy policy, ResolvedTerms terms, Instant now) {
      return new EvaluatedPolicy(
          policy,
          terms,
          PolicyEvaluation.of(
              policy,
              terms,
              observed(policy),
              List.of(),
              EnumSet.of(Inspected.SOURCE, Inspected.WORKLOADS),
              policy.getStatus(),
              now,
              Advisor.standard()));
    }

    private ResolvedTerms terms(CostPolicy policy, Manifests manifests) {
      Target target = MetricsPollingEventSource.targetOf(policy);
      return TermsResolver.resolve(
          policy,
          manifests.rateCard(policy.getSpec().rateCard()),
          workloads.allOf(policy),
          new GpuPriceLookup(nodes -> cycle.gpuPrices(target, nodes)),
          policy.getStatus());
    }

    private Observation observed(CostPolicy policy) {
      return cycle.of(MetricsPollingEventSource.targetOf(policy));
    }
  }

  /** All policies, some of them as they would be. */
  private static List<CostPolicy> inPlace(List<CostPolicy> all, List<CostPolicy> changed) {
    Map<PolicyKey, CostPolicy> byKey = new LinkedHashMap<>();
    Stream.concat(all.stream(), changed.stream()).forEach(p -> byKey.put(PolicyKey.of(p), p));
    return List.copyOf(byKey.values());
  }

  private static List<Source> listened(
      List<Source> sources, Map<String, Map<QueryCatalog, String>> promqlBySource) {
    return sources.stream()
        .map(
            s ->
                new Source(
                    s.name(),
                    request -> {
                      promqlBySource
                          .computeIfAbsent(s.name(), name -> new ConcurrentHashMap<>())
                          .put(request.query(), request.promql());
                      return s.transport().ask(request);
                    },
                    s.matchers(),
                    s.allowedNamespaces(),
                    s.trust(),
                    s.gateway(),
                    s.opencost()))
        .toList();
  }

  /** The policies, and all others where a rate card lists GPUs that they may share. */
  private static List<CostPolicy> sharing(
      Manifests selected, ClusterResources resources, List<String> notes) {
    if (selected.rateCards().stream()
        .allMatch(c -> c.getSpec() == null || c.getSpec().commitments().isEmpty())) {
      return selected.policies();
    }
    try {
      return resources.policies("");
    } catch (IllegalArgumentException e) {
      notes.add(
          "the policies of other namespaces cannot be read: committed GPUs are shared among those"
              + " that can");
      return selected.policies();
    }
  }
}
