package dev.breakeven.operator;

import dev.breakeven.advice.Issue;
import dev.breakeven.advice.evaluation.Advisor;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.RateCard;
import dev.breakeven.cluster.OutageLog;
import dev.breakeven.cluster.WorkloadState;
import dev.breakeven.cluster.WorkloadStates;
import dev.breakeven.operator.cycle.MetricsPollingEventSource;
import dev.breakeven.operator.evaluation.PolicyEvaluation;
import dev.breakeven.operator.evaluation.PolicyKey;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import dev.breakeven.render.html.ReportedPolicy;
import dev.breakeven.render.metrics.PolicyMetrics;
import dev.breakeven.render.status.Inspected;
import dev.breakeven.render.status.StatusFactory;
import dev.breakeven.terms.GpuPriceLookup;
import dev.breakeven.terms.TermsResolver;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates policies with what this operator has read of the cluster and of Prometheus. An
 * evaluation that throws is a bug of ours, and gives an answer that says so.
 */
final class PolicyEvaluator {

  private static final Logger log = LoggerFactory.getLogger(PolicyEvaluator.class);

  private final MetricsPollingEventSource polling;
  private final WorkloadStates workloads;
  private final CommitmentClaims claims;
  private final Function<CostPolicy, Optional<RateCard>> cards;
  private final PolicyMetrics metrics;
  private final OutageLog outages;
  private final Map<PolicyKey, Advisor> advisors = new ConcurrentHashMap<>();

  /**
   * @param cards the rate card of a policy, if it can be read
   */
  PolicyEvaluator(
      MetricsPollingEventSource polling,
      WorkloadStates workloads,
      CommitmentClaims claims,
      Function<CostPolicy, Optional<RateCard>> cards,
      PolicyMetrics metrics,
      OutageLog outages) {
    this.polling = polling;
    this.workloads = workloads;
    this.claims = claims;
    this.cards = cards;
    this.metrics = metrics;
    this.outages = outages;
  }

  /**
   * An answer.
   *
   * @param isOfAll whether everything that the policy names in the cluster could be read
   */
  record Answer(PolicyEvaluation evaluation, boolean isOfAll) {}

  /**
   * Evaluates a policy.
   *
   * @param before the status that it has, or what of it counts
   */
  Answer evaluate(
      CostPolicy policy, Observation observation, @Nullable CostPolicyStatus before, Instant now) {
    try {
      List<WorkloadState> states = workloads.allOf(policy);
      GpuPriceLookup prices = polling.pricesFor(policy);
      PolicyEvaluation evaluation =
          evaluated(policy, states, observation, prices, before, now, advisorOf(policy));
      polling.remember(policy, prices);
      outages.ended(subject(PolicyKey.of(policy)), PolicyKey.logFields(policy));
      return new Answer(evaluation, states.stream().allMatch(PolicyEvaluator::isAllRead));
    } catch (RuntimeException e) {
      return new Answer(broken(policy, before, now, e), false); // may be over in the next cycle
    }
  }

  /** A status without what it decided. */
  static CostPolicyStatus undecided(CostPolicyStatus status) {
    return new CostPolicyStatus(
        null,
        status.alternatives(),
        status.breakeven(),
        status.conditions(),
        status.cost(),
        status.messagesHash(),
        List.of(),
        status.observed(),
        status.observedGeneration(),
        null,
        status.scenario(),
        status.workloads());
  }

  /**
   * A policy with its answer as of now, for a report. Nothing that is remembered changes.
   *
   * @return empty where nothing is known of its traffic
   */
  Optional<ReportedPolicy> reported(
      CostPolicy policy, @Nullable CostPolicyStatus before, Instant now) {
    Optional<Observation> observation =
        policy.getSpec() == null ? Optional.empty() : polling.observationFor(policy);
    if (observation.isEmpty()) {
      return Optional.empty();
    }
    PolicyEvaluation answer =
        evaluated(
            policy,
            workloads.allOf(policy),
            observation.get(),
            polling.pricesFor(policy),
            before,
            now,
            Advisor.standard());
    return answer instanceof PolicyEvaluation.Answered answered
        ? Optional.of(
            new ReportedPolicy(
                policy.getMetadata().getNamespace(),
                policy.getMetadata().getName(),
                answered.input(),
                answered.advice()))
        : Optional.empty();
  }

  private PolicyEvaluation evaluated(
      CostPolicy policy,
      List<WorkloadState> states,
      Observation observation,
      GpuPriceLookup prices,
      @Nullable CostPolicyStatus before,
      Instant now,
      Advisor advisor) {
    return PolicyEvaluation.of(
        policy,
        claims.withShare(
            policy,
            TermsResolver.resolve(policy, cards.apply(policy), states, prices, before),
            now),
        observation,
        polling.contested(policy).map(List::of).orElse(List.of()),
        Inspected.everything(),
        before,
        now,
        advisor);
  }

  /** The answer to a policy whose evaluation failed, which its reader must know. */
  private PolicyEvaluation.Unanswered broken(
      CostPolicy policy, @Nullable CostPolicyStatus before, Instant now, RuntimeException bug) {
    logBug(PolicyKey.of(policy), bug);
    // It may have left what it remembers half done.
    advisors.remove(PolicyKey.of(policy));
    List<Issue> issues =
        List.of(
            new Issue(
                Issue.Reason.INTERNAL_ERROR,
                Message.of(
                    Cause.EVALUATION_FAILED, Parameter.name(bug.getClass().getSimpleName()))));
    long generation = Objects.requireNonNullElse(policy.getMetadata().getGeneration(), 0L);
    return new PolicyEvaluation.Unanswered(
        StatusFactory.unanswered(issues, before, generation, Inspected.everything(), now), issues);
  }

  /** Logs what only a bug of ours throws, once. */
  void logBug(PolicyKey policy, RuntimeException bug) {
    outages.failed(
        subject(policy),
        "InternalError (" + bug.getClass().getSimpleName() + " at " + where(bug) + ")",
        Map.of("policy", policy.toString()));
    log.debug("{}: evaluation failed", policy, bug);
  }

  private static String where(RuntimeException bug) {
    StackTraceElement[] frames = bug.getStackTrace();
    for (StackTraceElement frame : frames) {
      if (frame.getClassName().startsWith("dev.breakeven.")) {
        return frame.getFileName() + ":" + frame.getLineNumber();
      }
    }
    return frames.length == 0 ? "an unknown place" : frames[0].toString();
  }

  /** Shows an answer on /metrics. */
  void show(CostPolicy policy, PolicyEvaluation answer) {
    String namespace = policy.getMetadata().getNamespace();
    String name = policy.getMetadata().getName();
    String model = policy.getSpec().model();
    if (answer instanceof PolicyEvaluation.Answered answered) {
      metrics.answered(namespace, name, model, answered.advice());
    } else if (answer instanceof PolicyEvaluation.Unanswered unanswered) {
      metrics.unanswered(namespace, name, model, unanswered.issues());
    }
  }

  private static boolean isAllRead(WorkloadState state) {
    return state instanceof WorkloadState.Found found
        && found.placement() instanceof WorkloadState.NodePlacement.OnNodes;
  }

  /** One advisor for each policy, because an advisor caches the replay of its past. */
  private Advisor advisorOf(CostPolicy policy) {
    return advisors.computeIfAbsent(PolicyKey.of(policy), key -> Advisor.standard());
  }

  /** The policy is gone. */
  void forget(PolicyKey policy) {
    advisors.remove(policy);
    claims.forget(policy);
    metrics.forget(policy.namespace(), policy.name());
    outages.forget(subject(policy));
  }

  private static String subject(PolicyKey policy) {
    return "evaluation of " + policy;
  }
}
