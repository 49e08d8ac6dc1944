package dev.breakeven.terms;

import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.capacity.BenchmarkPoint;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.StatedCapacity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The capacity of a replica, as stated. */
final class CapacityTerms {

  private CapacityTerms() {}

  /** The capacity stated for a workload, else the policy's. */
  static StatedCapacity of(CostPolicySpec spec, CostPolicySpec.@Nullable Workload workload) {
    StatedCapacity own =
        workload == null
            ? new StatedCapacity.NotStated()
            : stated(workload.capacityPerReplica(), workload.benchmarks());
    return own instanceof StatedCapacity.NotStated
        ? stated(spec.selfHost().capacityPerReplica(), spec.selfHost().benchmarks())
        : own;
  }

  private static StatedCapacity stated(
      CostPolicySpec.@Nullable Capacity declared,
      @Nullable List<CostPolicySpec.Benchmark> benchmarks) {
    if (declared != null) {
      double input = Double.parseDouble(declared.inputTokensPerSecond());
      return new StatedCapacity.Declared(
          new Capacity(
              input,
              orElse(declared.cachedInputTokensPerSecond(), input),
              Double.parseDouble(declared.outputTokensPerSecond()),
              orElse(declared.contextTokensPerSecond(), Double.POSITIVE_INFINITY)),
          declared.errorPercent() == null
              ? StatedCapacity.Declared.USUAL_ERROR_PERCENT
              : declared.errorPercent());
    }
    if (benchmarks != null && !benchmarks.isEmpty()) {
      return new StatedCapacity.Benchmarked(
          benchmarks.stream()
              .map(
                  b ->
                      new BenchmarkPoint(
                          b.inputTokens(),
                          b.cachedInputTokens(),
                          b.outputTokens(),
                          Double.parseDouble(b.requestsPerSecond())))
              .toList());
    }
    return new StatedCapacity.NotStated();
  }

  private static double orElse(@Nullable String text, double otherwise) {
    return text == null ? otherwise : Double.parseDouble(text);
  }
}
