package dev.breakeven.advice;

import dev.breakeven.reason.Message;
import dev.breakeven.reason.NamedReason;

/**
 * Something a reader must know beside a figure: a problem found on the way in, or an assumption
 * made on the way out.
 *
 * @param reason its name
 * @param message what to say of it, with the names and numbers that matter
 */
public record Issue(Reason reason, Message message) {

  /** Whether it stops the verdict. */
  public boolean blocks() {
    return reason.weight == Weight.BLOCKS;
  }

  /** What a reason does to the answer. */
  public enum Weight {
    /** No verdict can be given. */
    BLOCKS,
    /** The verdict stands, with less confidence. */
    WEAKENS,
    /** The verdict stands. */
    INFORMS
  }

  /** Named reasons; a name never changes its meaning. */
  public enum Reason implements NamedReason {
    // What could not be read.
    SOURCE_UNAVAILABLE("SourceUnavailable", Weight.WEAKENS),
    PARTIAL_ANSWER("PartialAnswer", Weight.WEAKENS),
    CLOCKS_DIFFER("ClocksDiffer", Weight.WEAKENS),
    CLOCKS_FAR_APART("ClocksFarApart", Weight.BLOCKS),
    SERIES_MISSING("SeriesMissing", Weight.WEAKENS),
    NO_TRAFFIC_DATA("NoTrafficData", Weight.BLOCKS),
    AMBIGUOUS_ATTRIBUTION("AmbiguousAttribution", Weight.WEAKENS),
    CONTESTED_WORKLOAD("ContestedWorkload", Weight.WEAKENS),
    WORKLOAD_NOT_FOUND("WorkloadNotFound", Weight.WEAKENS),
    WORKLOADS_DIFFER("WorkloadsDiffer", Weight.INFORMS),
    ENGINE_UNKNOWN("EngineUnknown", Weight.BLOCKS),
    SOURCE_UNKNOWN("SourceUnknown", Weight.BLOCKS),
    RATE_CARD_UNAVAILABLE("RateCardUnavailable", Weight.WEAKENS),
    // Prices.
    GPU_PRICE_MISSING("GPUPriceMissing", Weight.BLOCKS),
    API_PRICE_MISSING("APIPriceMissing", Weight.WEAKENS),
    CURRENCY_MISMATCH("CurrencyMismatch", Weight.BLOCKS),
    OFFER_STALE("OfferStale", Weight.WEAKENS),
    OFFER_GONE("OfferGone", Weight.WEAKENS),
    CACHE_HITS_ASSUMED("CacheHitsAssumed", Weight.INFORMS),
    PRICE_TIER_BY_MEAN_LENGTH("PriceTierByMeanLength", Weight.INFORMS),
    WEIGHTS_DIFFER("WeightsDiffer", Weight.INFORMS),
    RESERVATION_ENDS_SOON("ReservationEndsSoon", Weight.INFORMS),
    RESERVATION_ENDED("ReservationEnded", Weight.INFORMS),
    COMMITMENT_UNUSED("CommitmentUnused", Weight.INFORMS),
    COMMITMENT_END_UNKNOWN("CommitmentEndUnknown", Weight.WEAKENS),
    OVERHEAD_UNSTATED("OverheadUnstated", Weight.WEAKENS),
    GPU_PRODUCTS_DIFFER("GPUProductsDiffer", Weight.WEAKENS),
    GPU_PRICES_DIFFER("GPUPricesDiffer", Weight.INFORMS),
    GPU_PRICE_PARTIAL("GPUPricePartial", Weight.WEAKENS),
    GPU_PRICE_KEPT("GPUPriceKept", Weight.WEAKENS),
    // Capacity.
    CAPACITY_UNKNOWN("CapacityUnknown", Weight.BLOCKS),
    CAPACITY_NOT_NEEDED("CapacityNotNeeded", Weight.WEAKENS),
    CAPACITY_PUBLISHED("CapacityPublished", Weight.WEAKENS),
    CAPACITY_UNCERTAIN("CapacityUncertain", Weight.BLOCKS),
    CAPACITY_MISSES("CapacityMisses", Weight.WEAKENS),
    CAPACITY_CONTRADICTED("CapacityContradicted", Weight.WEAKENS),
    MIX_DRIFTED("MixDrifted", Weight.WEAKENS),
    LONG_TAIL("LongTail", Weight.WEAKENS),
    REQUEST_LENGTHS_UNKNOWN("RequestLengthsUnknown", Weight.WEAKENS),
    // Demand.
    COVERAGE_LOW("CoverageLow", Weight.BLOCKS),
    HOURS_UNSEEN("HoursUnseen", Weight.WEAKENS),
    HISTORY_TOO_SHORT("HistoryTooShort", Weight.BLOCKS),
    NO_TRAFFIC("NoTraffic", Weight.WEAKENS),
    DEMAND_LOWER_BOUND("DemandLowerBound", Weight.WEAKENS),
    OVERFLOW_UNSEEN("OverflowUnseen", Weight.INFORMS),
    LAST_DEMAND_KEPT("LastDemandKept", Weight.WEAKENS),
    NOT_WHOLE_WEEKS("NotWholeWeeks", Weight.INFORMS),
    SHORT_HISTORY("ShortHistory", Weight.WEAKENS),
    CACHE_UNMEASURED("CacheUnmeasured", Weight.INFORMS),
    CACHE_MISCOUNTED("CacheMiscounted", Weight.WEAKENS),
    PROMPTS_COUNTED_TWICE("PromptsCountedTwice", Weight.WEAKENS),
    GATEWAY_DISAGREES("GatewayDisagrees", Weight.WEAKENS),
    PODS_UNOWNED("PodsUnowned", Weight.WEAKENS),
    CLUSTERS_MIXED("ClustersMixed", Weight.BLOCKS),
    GAPS_COUNTED("GapsCounted", Weight.WEAKENS),
    PODS_UNSCRAPED("PodsUnscraped", Weight.WEAKENS),
    COUNTS_LOST("CountsLost", Weight.WEAKENS),
    LABELS_UNCHECKED("LabelsUnchecked", Weight.WEAKENS),
    OTHER_MODELS_SERVED("OtherModelsServed", Weight.WEAKENS),
    SERVER_REPEATED("ServerRepeated", Weight.INFORMS),
    SERVERS_ALIKE("ServersAlike", Weight.WEAKENS),
    GPU_UNMEASURED("GPUUnmeasured", Weight.INFORMS),
    LATENCY_MISSED("LatencyMissed", Weight.WEAKENS),
    LATENCY_UNMEASURED("LatencyUnmeasured", Weight.WEAKENS),
    REPLICAS_UNMEASURED("ReplicasUnmeasured", Weight.INFORMS),
    REPLICAS_FROM_UP("ReplicasFromUp", Weight.INFORMS),
    LIMITS_BY_MEAN("LimitsByMean", Weight.INFORMS),
    HEADROOM_USED("HeadroomUsed", Weight.INFORMS),
    // Advice.
    NOT_REPLAYED("NotReplayed", Weight.INFORMS),
    NOTHING_TO_COMPARE("NothingToCompare", Weight.INFORMS),
    SAVING_UNCERTAIN("SavingUncertain", Weight.WEAKENS),
    HELD_BY_HYSTERESIS("HeldByHysteresis", Weight.INFORMS),
    STALE("Stale", Weight.WEAKENS),
    // The operator itself.
    INTERNAL_ERROR("InternalError", Weight.BLOCKS);

    private final String label;
    private final Weight weight;

    Reason(String label, Weight weight) {
      this.label = label;
      this.weight = weight;
    }

    /** As it stands in a condition. */
    @Override
    public String label() {
      return label;
    }

    /** What it does to the answer. */
    public Weight weight() {
      return weight;
    }
  }
}
