package dev.breakeven.terms;

import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.ConcurrencyLimit;
import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.capacity.PublishedThroughput;
import dev.breakeven.capacity.ServingConditions;
import dev.breakeven.catalogue.CatalogueEntry;
import dev.breakeven.catalogue.CatalogueMatch;
import dev.breakeven.catalogue.EngineDefaults;
import dev.breakeven.catalogue.GpuProducts;
import dev.breakeven.catalogue.ThroughputCatalogue;
import dev.breakeven.cluster.WorkloadState;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Under what a replica serves: what is published for it, the engine's limit, the latency wanted.
 */
final class ConditionTerms {

  private final CostPolicySpec spec;
  private final RateCardLookup card;

  ConditionTerms(CostPolicySpec spec, RateCardLookup card) {
    this.spec = spec;
    this.card = card;
  }

  ServingConditions of(PlannedReplica replica, List<WorkloadState> states) {
    LatencyTarget target = target();
    return new ServingConditions(published(replica, target), limit(replica, states), target);
  }

  private LatencyTarget target() {
    CostPolicySpec.Slo slo = spec.planning().slo();
    return slo == null
        ? LatencyTarget.NONE
        : new LatencyTarget(orNone(slo.ttftSeconds()), orNone(slo.itlSeconds()));
  }

  private static double orNone(@Nullable BigDecimal seconds) {
    return seconds == null ? Double.POSITIVE_INFINITY : seconds.doubleValue();
  }

  /** What the pods' arguments say, else what the engine does on that GPU. */
  private static ConcurrencyLimit limit(PlannedReplica replica, List<WorkloadState> states) {
    return states.stream()
        .filter(WorkloadState.Found.class::isInstance)
        .map(WorkloadState.Found.class::cast)
        .filter(found -> replica.isOf(found.reference()))
        .flatMapToInt(found -> found.requestsAtOnce().stream())
        .mapToObj(ConcurrencyLimit::stated)
        .findFirst()
        .orElseGet(() -> EngineDefaults.concurrencyLimit(replica.selector().product()));
  }

  private PublishedThroughput published(PlannedReplica replica, LatencyTarget target) {
    if (!replica.isCounted()) {
      return new PublishedThroughput.NotListed();
    }
    Optional<PublishedThroughput> own = onCard(replica);
    if (own.isPresent()) {
      return own.get();
    }
    CatalogueMatch match =
        ThroughputCatalogue.shipped()
            .find(spec.model(), replica.selector().product(), replica.gpus());
    if (match instanceof CatalogueMatch.NotListed notListed) {
      return notListed.nearest().stream()
          .findFirst()
          .<PublishedThroughput>map(
              near ->
                  new PublishedThroughput.OnlyNearby(
                      near.model(), near.gpuProduct(), near.gpusPerReplica()))
          .orElseGet(PublishedThroughput.NotListed::new);
    }
    CatalogueEntry entry = ((CatalogueMatch.Listed) match).entry();
    if (!target.isSet()) {
      return shipped(entry.maximum());
    }
    // Throughput measured within a latency target does not hold for a tighter target.
    return target.timeToFirstTokenSeconds() >= ThroughputCatalogue.TARGET.timeToFirstTokenSeconds()
            && target.interTokenLatencySeconds()
                >= ThroughputCatalogue.TARGET.interTokenLatencySeconds()
            && !entry.withinTarget().isEmpty()
        ? shipped(entry.withinTarget().get(0))
        : new PublishedThroughput.NotListed();
  }

  private static PublishedThroughput shipped(Capacity capacity) {
    return new PublishedThroughput.Listed(capacity, Double.NaN, ThroughputCatalogue.SOURCE);
  }

  /** What the rate card lists for this model on these GPUs, before what ships with the operator. */
  private Optional<PublishedThroughput> onCard(PlannedReplica replica) {
    if (!(card instanceof RateCardLookup.Usable usable)) {
      return Optional.empty();
    }
    return usable.spec().throughputs().stream()
        .filter(t -> ThroughputCatalogue.isSame(spec.model(), t.model()))
        .filter(t -> GpuProducts.isSame(t.product(), replica.selector().product()))
        .filter(t -> t.gpusPerReplica().doubleValue() == replica.gpus())
        .min(
            Comparator.comparing((RateCardSpec.Throughput t) -> !t.model().equals(spec.model()))
                .thenComparing(t -> !t.product().equals(replica.selector().product())))
        .map(this::listed);
  }

  private PublishedThroughput listed(RateCardSpec.Throughput throughput) {
    double input = Double.parseDouble(throughput.inputTokensPerSecond());
    double output = Double.parseDouble(throughput.outputTokensPerSecond());
    String context = throughput.contextTokensPerSecond();
    String where = "RateCard " + spec.rateCard();
    return new PublishedThroughput.Listed(
        Capacity.of(
            input,
            output,
            context == null ? Double.POSITIVE_INFINITY : Double.parseDouble(context)),
        Double.NaN,
        throughput.source() == null ? where : where + ": " + throughput.source());
  }
}
