package dev.breakeven.terms;

import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.ReplicaTerms;
import dev.breakeven.advice.Scaling;
import dev.breakeven.advice.SelfHostTerms;
import dev.breakeven.advice.Terms;
import dev.breakeven.advice.Workload;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.RateCard;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.cluster.WorkloadState;
import dev.breakeven.price.Commitment;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.price.OverheadPart;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.terms.ResolvedTerms.ResolvedWorkload;
import dev.breakeven.traffic.TimeSpan;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns a policy, its rate card and its workloads into the terms of the question. What is missing
 * is an issue with a name, never a default that looks like a price.
 */
public final class TermsResolver {

  private final CostPolicySpec spec;
  private final StatedWorkloads stated;
  private final List<WorkloadState> states;
  private final Currency currency;
  private final @Nullable CostPolicyStatus previous;
  private final GpuTerms gpus;
  private final PlannedReplicas replicas;
  private final ApiTerms api;
  private final ConditionTerms conditions;
  private final List<Issue> issues = new ArrayList<>();

  private TermsResolver(
      CostPolicy policy,
      Optional<RateCard> given,
      List<WorkloadState> states,
      GpuPriceLookup prices,
      @Nullable CostPolicyStatus previous) {
    this.spec = policy.getSpec();
    this.stated = new StatedWorkloads(spec);
    this.states = states;
    this.currency = Currency.getInstance(spec.currency());
    this.previous = previous;
    RateCardLookup card = RateCardLookup.of(policy, given);
    gpus = new GpuTerms(spec, card, currency, prices, previous, issues);
    replicas = new PlannedReplicas(spec, states, gpus, issues);
    api = new ApiTerms(spec, card, currency);
    conditions = new ConditionTerms(spec, card);
  }

  /**
   * The terms of one policy where no cluster is read, and so no node that OpenCost could price.
   *
   * @param policy as the API server admitted it, defaults filled in
   * @param card the rate card it names, if there is one
   * @param states its workloads, in the order of the policy
   */
  public static ResolvedTerms resolve(
      CostPolicy policy, Optional<RateCard> card, List<WorkloadState> states) {
    return resolve(policy, card, states, GpuPriceLookup.ofNobody(), null);
  }

  /**
   * The terms of one policy.
   *
   * @param policy as the API server admitted it, defaults filled in
   * @param card the rate card it names, if there is one
   * @param states its workloads, in the order of the policy
   * @param prices OpenCost's prices of the nodes that their pods run on
   * @param previous the status that stands, or none: it remembers what OpenCost last said
   */
  public static ResolvedTerms resolve(
      CostPolicy policy,
      Optional<RateCard> card,
      List<WorkloadState> states,
      GpuPriceLookup prices,
      @Nullable CostPolicyStatus previous) {
    return new TermsResolver(policy, card, states, prices, previous).resolve();
  }

  private ResolvedTerms resolve() {
    CostPolicySpec.SelfHost selfHost = spec.selfHost();
    PlannedReplica common = replicas.common();
    List<ResolvedWorkload> workloads = states.stream().map(this::workload).toList();
    int least = workloads.stream().mapToInt(TermsResolver::least).sum();
    int most = most(workloads);
    List<Commitment.Shared> committed = gpus.committed(common.selector());
    Commitments commitments = gpus.reserved(common.selector()).and(committed);
    gpus.sayWhereNoEndIsStated(common.selector(), !commitments.isEmpty());
    return new ResolvedTerms(
        new Terms(
            spec.model(),
            currency,
            planning(),
            new SelfHostTerms(
                common.gpus(),
                replicas.pricing(),
                commitments,
                overhead(),
                selfHost.headroomPercent(),
                selfHost.redundantReplicas(),
                Math.min(most, Math.max(selfHost.minReplicas(), least)),
                most),
            api.api(),
            constraints(),
            common.capacity(),
            conditions.of(common, states)),
        committed,
        workloads,
        common.price().origin(),
        api.provider(),
        issues);
  }

  private ResolvedWorkload workload(WorkloadState state) {
    WorkloadReference reference = state.reference();
    if (state instanceof WorkloadState.Missing missing) {
      issues.add(new Issue(Reason.WORKLOAD_NOT_FOUND, missing.message()));
      // The last OpenCost price is kept for when the workload is found again.
      Optional<OpenCostPrice.Known> last =
          OpenCostPrice.last(reference, "", spec.source(), currency, previous);
      return new ResolvedWorkload(
          reference.apiVersion(),
          reference.kind(),
          reference.name(),
          "",
          null,
          last.map(known -> known.hour().perHour()).orElse(null),
          last.map(OpenCostPrice.Known::evidence).orElse(OpenCostPrice.Evidence.NONE),
          null,
          false,
          missing.message());
    }
    WorkloadState.Found found = (WorkloadState.Found) state;
    CostPolicySpec.Workload said = stated.of(reference);
    boolean isPrefill = stated.isPrefill(reference);
    PlannedReplica its = replicas.of(found);
    Integer min = said.minReplicas();
    Integer max = said.maxReplicas();
    return new ResolvedWorkload(
        reference.apiVersion(),
        reference.kind(),
        reference.name(),
        its.selector().product(),
        its.isCounted()
            ? BigDecimal.valueOf(its.ownGpus()).setScale(3, RoundingMode.HALF_UP)
            : null,
        its.price().pricing() instanceof GpuPricing.Priced priced ? priced.hour().perHour() : null,
        its.price().evidence(),
        new Workload(
            reference.kind(),
            reference.name(),
            found.replicasWanted(),
            found.replicasReady(),
            min == null ? 0 : min,
            max == null ? spec.selfHost().maxReplicas() : max,
            isPrefill ? new ReplicaTerms.Common() : its.termsBeside(replicas.common())),
        isPrefill,
        null);
  }

  private static int least(ResolvedWorkload workload) {
    return workload.workload() == null || workload.isPrefill()
        ? 0
        : workload.workload().minReplicas();
  }

  /** What the policy allows over all workloads, and what these allow one by one. */
  private int most(List<ResolvedWorkload> workloads) {
    long byWorkload = 0;
    for (ResolvedWorkload workload : workloads) {
      if (workload.workload() == null) {
        return spec.selfHost().maxReplicas();
      }
      byWorkload += workload.isPrefill() ? 0 : workload.workload().maxReplicas();
    }
    return workloads.isEmpty()
        ? spec.selfHost().maxReplicas()
        : (int) Math.min(spec.selfHost().maxReplicas(), byWorkload);
  }

  private Planning planning() {
    CostPolicySpec.Planning planning = spec.planning();
    return new Planning(
        TimeSpan.parse(planning.window()),
        TimeSpan.parse(planning.hold()),
        TimeSpan.parse(planning.lead()),
        planning.minSavingPercent().doubleValue(),
        planning.minCoveragePercent().doubleValue(),
        switch (planning.scaling()) {
          case MANUAL -> Scaling.MANUAL;
          case AUTOMATIC -> Scaling.AUTOMATIC;
        },
        TimeSpan.parse(planning.review()));
  }

  private Constraints constraints() {
    CostPolicySpec.Constraints constraints = spec.constraints();
    return new Constraints(
        constraints.dataMustStay(),
        constraints.customWeights(),
        constraints.apiTooSlow(),
        constraints.apiModelsNeeded(),
        switch (constraints.stage()) {
          case PROTOTYPE -> Constraints.Stage.PROTOTYPE;
          case EARLY -> Constraints.Stage.EARLY;
          case ESTABLISHED -> Constraints.Stage.ESTABLISHED;
        });
  }

  private List<OverheadPart> overhead() {
    CostPolicySpec.MonthlyOverhead stated = spec.selfHost().monthlyOverhead();
    if (stated == null) {
      issues.add(new Issue(Reason.OVERHEAD_UNSTATED, Message.of(Cause.OVERHEAD_NOT_STATED)));
    }
    CostPolicySpec.MonthlyOverhead parts =
        stated == null ? CostPolicySpec.MonthlyOverhead.NONE : stated;
    return parts.byPart().entrySet().stream()
        .map(part -> new OverheadPart(part.getKey(), money(part.getValue())))
        .toList();
  }

  private Money money(String amount) {
    return new Money(new BigDecimal(amount), currency);
  }
}
