package dev.breakeven.terms;

import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.names;

import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.cluster.WorkloadState;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one replica is, workload by workload: those that generate are planned, each with its part of
 * those that only read prompts.
 */
final class PlannedReplicas {

  private final CostPolicySpec spec;
  private final StatedWorkloads stated;
  private final List<WorkloadState> states;
  private final GpuTerms gpus;
  private final List<Issue> issues;
  private final List<PlannedReplica> prefill = new ArrayList<>();
  private final List<PlannedReplica> planned;

  /**
   * @param states the policy's workloads, in its order
   * @param issues collects what is missing or assumed
   */
  PlannedReplicas(
      CostPolicySpec spec, List<WorkloadState> states, GpuTerms gpus, List<Issue> issues) {
    this.spec = spec;
    this.stated = new StatedWorkloads(spec);
    this.states = states;
    this.gpus = gpus;
    this.issues = issues;
    planned = planned();
  }

  /** What a replica is unless its workload's is another: the first workload's. */
  PlannedReplica common() {
    return planned.get(0);
  }

  /** A replica of this workload; of one that only reads prompts, by itself. */
  PlannedReplica of(WorkloadState.Found workload) {
    return Stream.concat(planned.stream(), prefill.stream())
        .filter(p -> p.isOf(workload.reference()))
        .findFirst()
        .orElseThrow();
  }

  /** The common price, or why one of those needed is not known. */
  GpuPricing pricing() {
    return planned.stream()
        .map(p -> p.price().pricing())
        .filter(GpuPricing.Unpriced.class::isInstance)
        .findFirst()
        .orElse(common().price().pricing());
  }

  /** At least one, the first being common. */
  private List<PlannedReplica> planned() {
    List<PlannedReplica> decode = new ArrayList<>();
    for (WorkloadState state : states) {
      if (state instanceof WorkloadState.Found found) {
        (stated.isPrefill(found.reference()) ? prefill : decode)
            .add(replica(stated.of(found.reference()), List.of(found)));
      }
    }
    if (decode.isEmpty()) {
      CostPolicySpec.Workload first =
          spec.workloads().stream()
              .filter(w -> w.role() != CostPolicySpec.Role.PREFILL)
              .findFirst()
              .orElse(null);
      decode.add(replica(first, states));
    }
    sayWhatPrefillIsUnseen();
    List<PlannedReplica> whole = decode.stream().map(this::withItsPrefill).toList();
    sayWhatIsAssumed(whole);
    return whole;
  }

  private PlannedReplica replica(
      CostPolicySpec.@Nullable Workload workload, List<WorkloadState> of) {
    CostPolicySpec.Gpu gpu = gpus.stated(workload);
    GpuTerms.Count count = gpus.perReplica(gpu, of);
    // Without a count there is no price either, so that this one is multiplied with nothing.
    double each = count instanceof GpuTerms.Count.Known known ? known.gpus() : 1;
    GpuTerms.GpuSelector selector = gpus.selector(gpu, of);
    return new PlannedReplica(
        of.stream()
            .filter(WorkloadState.Found.class::isInstance)
            .map(WorkloadState::reference)
            .findFirst(),
        each,
        each,
        selector,
        count instanceof GpuTerms.Count.Unknown unknown
            ? PricedGpu.unknown(unknown.why(), false)
            : gpus.price(gpu, selector, of),
        count instanceof GpuTerms.Count.Known,
        CapacityTerms.of(spec, workload));
  }

  /**
   * A replica of Decode with the part of Prefill's replicas that comes with it, as they stand to
   * one another now.
   */
  private PlannedReplica withItsPrefill(PlannedReplica decode) {
    double all = decode.gpus();
    for (PlannedReplica other : prefill) {
      double share = prefillShare(other.reference().orElseThrow());
      double relative =
          other.price().pricing() instanceof GpuPricing.Priced its
                  && decode.price().pricing() instanceof GpuPricing.Priced own
                  && own.hour().perHour().value() > 0
              ? its.hour().perHour().value() / own.hour().perHour().value()
              : 1;
      all += share * other.gpus() * relative;
    }
    GpuPricing unpriced =
        prefill.stream()
            .map(p -> p.price().pricing())
            .filter(GpuPricing.Unpriced.class::isInstance)
            .findFirst()
            .orElse(decode.price().pricing());
    return new PlannedReplica(
        decode.reference(),
        all,
        decode.ownGpus(),
        decode.selector(),
        new PricedGpu(unpriced, decode.price().origin(), decode.price().evidence()),
        decode.isCounted(),
        decode.capacity());
  }

  /** Replicas of a Prefill workload for each replica of Decode; one where none of these runs. */
  private double prefillShare(WorkloadReference prefill) {
    double wanted = 0;
    double decode = 0;
    for (WorkloadState state : states) {
      if (state instanceof WorkloadState.Found found) {
        if (found.reference().equals(prefill)) {
          wanted = found.replicasWanted();
        } else if (!stated.isPrefill(found.reference())) {
          decode += found.replicasWanted();
        }
      }
    }
    return decode > 0 ? wanted / decode : 1;
  }

  private void sayWhatPrefillIsUnseen() {
    for (CostPolicySpec.Workload workload : spec.workloads()) {
      if (workload.role() == CostPolicySpec.Role.PREFILL
          && prefill.stream()
              .flatMap(p -> p.reference().stream())
              .noneMatch(r -> r.name().equals(workload.name()))) {
        issues.add(
            new Issue(
                Reason.GPU_PRODUCTS_DIFFER,
                Message.of(Cause.PREFILL_REPLICAS_UNSEEN, name(workload.name()))));
      }
    }
  }

  private void sayWhatIsAssumed(List<PlannedReplica> whole) {
    PlannedReplica common = whole.get(0);
    List<String> assumed =
        whole.stream()
            .filter(p -> p.ownGpus() != common.ownGpus() && p.capacity().equals(common.capacity()))
            .flatMap(p -> p.reference().stream())
            .map(WorkloadReference::toString)
            .toList();
    if (!assumed.isEmpty()) {
      issues.add(
          new Issue(
              Reason.GPU_PRODUCTS_DIFFER,
              Message.of(
                  Cause.ONE_CAPACITY_FOR_DIFFERENT_GPUS,
                  names(assumed),
                  common
                      .reference()
                      .map(WorkloadReference::toString)
                      .map(Parameter::name)
                      .orElseGet(() -> clause(Message.of(Cause.OTHER_WORKLOADS))))));
    }
  }
}
