package dev.breakeven.cli.evaluation;

import dev.breakeven.advice.Advisor;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.RateCard;
import dev.breakeven.cli.cluster.ClusterOptions;
import dev.breakeven.cli.cluster.ClusterResources;
import dev.breakeven.cluster.ClusterWorkloads;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.operator.client.OperatorClient;
import dev.breakeven.operator.cycle.MetricsPollingEventSource;
import dev.breakeven.operator.evaluation.CommitmentSharing;
import dev.breakeven.operator.evaluation.PolicyEvaluation;
import dev.breakeven.operator.evaluation.PolicyKey;
import dev.breakeven.prometheus.CollectionReport;
import dev.breakeven.prometheus.CollectorSettings;
import dev.breakeven.prometheus.ConfiguredSources;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.render.status.LookedAt;
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
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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

  /** How long all of the past may take to be read. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  public ClusterEvaluation {
    policies = List.copyOf(policies);
    promqlBySource = Map.copyOf(promqlBySource);
  }

  /**
   * Answers them.
   *
   * @param notes collects what could not be read
   * @param only the one policy's name; empty for all
   */
  public static ClusterEvaluation of(ClusterOptions options, String only, List<String> notes) {
    return of(options, only, policies -> List.of(), notes);
  }

  /**
   * Evaluates the policies of the cluster, then variants of them.
   *
   * @param variants from the evaluated policies, changed policies to evaluate too
   */
  static ClusterEvaluation of(
      ClusterOptions options,
      String only,
      Function<List<EvaluatedPolicy>, List<CostPolicy>> variants,
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
      List<CostPolicy> policies =
          resources.policies(options.namespace()).stream()
              .filter(p -> only.isEmpty() || p.getMetadata().getName().equals(only))
              .toList();
      if (policies.isEmpty()) {
        return new ClusterEvaluation(List.of(), promqlBySource);
      }
      List<RateCard> cards = resources.rateCards();
      List<CostPolicy> sharing = sharing(policies, cards, resources, notes);
      workloads.start(CACHES_FULL);
      List<EvaluatedPolicy> evaluated =
          new ArrayList<>(evaluate(policies, sharing, cards, workloads, cycle, clock));
      List<CostPolicy> others = variants.apply(List.copyOf(evaluated));
      if (!others.isEmpty()) {
        evaluated.addAll(
            evaluate(others, inPlace(sharing, others), cards, workloads, cycle, clock));
      }
      return new ClusterEvaluation(evaluated, promqlBySource);
    }
  }

  private static List<EvaluatedPolicy> evaluate(
      List<CostPolicy> policies,
      List<CostPolicy> sharing,
      List<RateCard> cards,
      ClusterWorkloads workloads,
      MetricsCollector cycle,
      Clock clock) {
    List<Target> targets = sharing.stream().map(MetricsPollingEventSource::targetOf).toList();
    readThePast(cycle, targets, clock);
    // A price of OpenCost is known in the cycle after the one that asks for it.
    sharing.forEach(policy -> terms(policy, cards, workloads, cycle));
    cycle.run(targets, clock.instant());
    Instant now = clock.instant();
    CommitmentSharing shared =
        new CommitmentSharing(
            () -> sharing,
            policy ->
                CommitmentSharing.claimant(
                    terms(policy, cards, workloads, cycle),
                    cycle.of(MetricsPollingEventSource.targetOf(policy)),
                    now),
            now);
    return policies.stream()
        .map(
            policy ->
                evaluate(
                    policy,
                    shared.shared(policy, terms(policy, cards, workloads, cycle)),
                    cycle,
                    now))
        .toList();
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

  private static void readThePast(MetricsCollector cycle, List<Target> targets, Clock clock) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    CollectionReport report;
    do {
      report = cycle.run(targets, clock.instant());
    } while (report.readings().stream().anyMatch(r -> !r.loaded() && r.failures().isEmpty())
        && System.nanoTime() < deadline);
  }

  /** The policies, and all others where a rate card lists GPUs that they may share. */
  private static List<CostPolicy> sharing(
      List<CostPolicy> policies,
      List<RateCard> cards,
      ClusterResources resources,
      List<String> notes) {
    if (cards.stream().allMatch(c -> c.getSpec() == null || c.getSpec().commitments().isEmpty())) {
      return policies;
    }
    try {
      return resources.policies("");
    } catch (IllegalArgumentException e) {
      notes.add(
          "the policies of other namespaces cannot be read: committed GPUs are shared among those"
              + " that can");
      return policies;
    }
  }

  private static EvaluatedPolicy evaluate(
      CostPolicy policy, ResolvedTerms terms, MetricsCollector cycle, Instant now) {
    return new EvaluatedPolicy(
        policy,
        terms,
        PolicyEvaluation.of(
            policy,
            terms,
            cycle.of(MetricsPollingEventSource.targetOf(policy)),
            List.of(),
            EnumSet.of(LookedAt.SOURCE, LookedAt.WORKLOADS),
            policy.getStatus(),
            now,
            Advisor.standard()));
  }

  private static ResolvedTerms terms(
      CostPolicy policy, List<RateCard> cards, ClusterWorkloads workloads, MetricsCollector cycle) {
    Target target = MetricsPollingEventSource.targetOf(policy);
    Optional<RateCard> card =
        cards.stream()
            .filter(c -> policy.getSpec().rateCard().equals(c.getMetadata().getName()))
            .filter(c -> c.getSpec() != null)
            .findFirst();
    return TermsResolver.resolve(
        policy,
        card,
        workloads.allOf(policy),
        new GpuPriceLookup(nodes -> cycle.gpuPrices(target, nodes)),
        policy.getStatus());
  }
}
