package dev.breakeven.cli.evaluation;

import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.evaluation.Advisor;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.cluster.WorkloadState;
import dev.breakeven.operator.evaluation.CommitmentSharing;
import dev.breakeven.operator.evaluation.PolicyEvaluation;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.render.status.Inspected;
import dev.breakeven.terms.ResolvedTerms;
import dev.breakeven.terms.TermsResolver;
import dev.breakeven.traffic.Series;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One policy answered without a cluster, by the operator's own path.
 *
 * @param policy the policy
 * @param terms its terms as resolved
 * @param evaluation what the operator would answer
 */
public record EvaluatedPolicy(CostPolicy policy, ResolvedTerms terms, PolicyEvaluation evaluation) {

  private static final Message NO_CLUSTER = Message.of(Cause.NODES_NOT_KNOWN_WITHOUT_CLUSTER);
  private static final Message NO_PODS = Message.of(Cause.GPUS_NOT_KNOWN_WITHOUT_CLUSTER);

  /**
   * How the policies of a run share what rate cards list as committed.
   *
   * @param observed of every policy
   */
  public static CommitmentSharing sharing(
      Manifests manifests, Function<CostPolicy, Observation> observed, Instant now) {
    return new CommitmentSharing(
        manifests::policies,
        policy -> {
          Observation observation = observed.apply(policy);
          return CommitmentSharing.claimant(
              terms(policy, manifests, observation), observation, now);
        },
        now);
  }

  /**
   * Answers a policy from an observation, for the first time.
   *
   * @param inspected what the observation is of
   * @param sharing with the other policies of the run
   */
  public static EvaluatedPolicy of(
      CostPolicy policy,
      Manifests manifests,
      Observation observation,
      Set<Inspected> inspected,
      CommitmentSharing sharing,
      Instant now) {
    return of(policy, manifests, observation, inspected, sharing, null, now);
  }

  /**
   * Answers a policy from an observation.
   *
   * @param inspected what the observation is of
   * @param sharing with the other policies of the run
   * @param previous the status that stood then, or none
   */
  static EvaluatedPolicy of(
      CostPolicy policy,
      Manifests manifests,
      Observation observation,
      Set<Inspected> inspected,
      CommitmentSharing sharing,
      @Nullable CostPolicyStatus previous,
      Instant now) {
    ResolvedTerms terms = sharing.shared(policy, terms(policy, manifests, observation));
    return new EvaluatedPolicy(
        policy,
        terms,
        PolicyEvaluation.of(
            policy, terms, observation, List.of(), inspected, previous, now, Advisor.standard()));
  }

  private static ResolvedTerms terms(
      CostPolicy policy, Manifests manifests, Observation observation) {
    return TermsResolver.resolve(
        policy, manifests.rateCard(policy.getSpec().rateCard()), workloads(policy, observation));
  }

  /**
   * The workloads as the traffic shows them: the replicas that ran last, of each workload where
   * they were recorded apart, else all on the first. Where no replicas were recorded there are none
   * to show, and the question is whether to start.
   */
  private static List<WorkloadState> workloads(CostPolicy policy, Observation observation) {
    if (policy.getSpec().workloads().isEmpty()
        || !(observation instanceof Observation.Observed observed)) {
      return List.of();
    }
    String namespace = policy.getMetadata().getNamespace();
    List<WorkloadState> recorded = new ArrayList<>();
    for (CostPolicySpec.Workload workload : policy.getSpec().workloads()) {
      Integer held = observed.lastReplicas().get(new WorkloadRef(workload.kind(), workload.name()));
      if (held != null) {
        recorded.add(found(workload, namespace, held));
      }
    }
    if (recorded.size() == policy.getSpec().workloads().size()) {
      return recorded;
    }
    Series replicas = observed.traffic().replicasHeld();
    int last = replicas.steps() - 1;
    while (last >= 0 && !replicas.isMeasured(last)) {
      last--;
    }
    if (last < 0) {
      return List.of();
    }
    int held = (int) Math.round(replicas.measuredAt(last));
    // Where serving is split the replicas recorded are those that generate.
    var workload =
        policy.getSpec().workloads().stream()
            .filter(w -> w.role() != CostPolicySpec.Role.PREFILL)
            .findFirst()
            .orElseThrow();
    return List.of(found(workload, namespace, held));
  }

  private static WorkloadState found(
      CostPolicySpec.Workload workload, @Nullable String namespace, int held) {
    return new WorkloadState.Found(
        new WorkloadReference(
            workload.apiVersion(),
            workload.kind(),
            namespace == null ? "default" : namespace,
            workload.name()),
        held,
        held,
        new WorkloadState.GpuRequest.Unknown(NO_PODS),
        new WorkloadState.GpuProduct.Unknown(NO_CLUSTER),
        new WorkloadState.NodePlacement.Unknown(NO_CLUSTER));
  }

  public CostPolicyStatus status() {
    return evaluation.status();
  }

  /** What is missing or assumed, each once. */
  public List<Issue> issues() {
    return (evaluation instanceof PolicyEvaluation.Answered answered
            ? answered.advice().issues()
            : ((PolicyEvaluation.Unanswered) evaluation).issues())
        .stream().distinct().toList();
  }

  /** Namespace and name, as messages write them. */
  public String fullName() {
    return policy.getMetadata().getNamespace() + "/" + policy.getMetadata().getName();
  }

  public boolean isConclusive() {
    return evaluation instanceof PolicyEvaluation.Answered answered
        && answered.advice().decision().verdict() != Verdict.INCONCLUSIVE;
  }

  /** How a command ends that was asked about these. */
  public static int exitCode(List<EvaluatedPolicy> policies) {
    return policies.stream().allMatch(EvaluatedPolicy::isConclusive)
        ? ExitCode.ANSWERED
        : ExitCode.INCONCLUSIVE;
  }
}
