package dev.breakeven.render.status;

import static dev.breakeven.render.status.StatusFormat.unitPrice;

import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.price.Api;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.price.Offer;
import dev.breakeven.price.Tariff;
import dev.breakeven.terms.ResolvedTerms;
import org.jspecify.annotations.Nullable;

/** The terms of the question as a status shows them. */
final class TermsMapper {

  /** As many decimals as a price may be given with. */
  private static final int UNIT_DECIMALS = 9;

  private TermsMapper() {}

  /** One workload, with what is advised for it. */
  static CostPolicyStatus.WorkloadStatus workload(
      ResolvedTerms.ResolvedWorkload its, @Nullable Integer replicasAdvised) {
    return new CostPolicyStatus.WorkloadStatus(
        its.apiVersion(),
        orNull(its.gpuProduct()),
        its.gpusPerReplica() == null
            ? null
            : its.gpusPerReplica().stripTrailingZeros().toPlainString(),
        its.gpuHour() == null ? null : unitPrice(its.gpuHour()),
        its.kind(),
        its.message() == null ? null : StatusFormat.sentence(its.message()),
        its.name(),
        its.evidence().nodes(),
        orNull(its.evidence().at()),
        its.workload() == null ? null : replicasAdvised,
        its.workload() == null ? null : its.workload().replicasWanted(),
        its.workload() == null ? null : its.workload().replicasReady());
  }

  /** The price of a GPU hour and where it comes from; nothing where there is none. */
  static CostPolicyStatus.@Nullable GpuHour gpuHour(ResolvedTerms terms) {
    if (!(terms.selfHost().gpu() instanceof GpuPricing.Priced priced)) {
      return null;
    }
    GpuHour hour = priced.hour();
    return new CostPolicyStatus.GpuHour(
        orNull(terms.gpu().asOf()),
        unitPrice(hour.perHour()),
        orNull(terms.gpu().product()),
        purchase(hour),
        orNull(terms.gpu().source()));
  }

  private static String purchase(GpuHour hour) {
    if (hour instanceof GpuHour.OnDemand) {
      return "OnDemand";
    } else if (hour instanceof GpuHour.Spot) {
      return "Spot";
    } else if (hour instanceof GpuHour.Reserved) {
      return "Reserved";
    } else if (hour instanceof GpuHour.Reported) {
      return "Reported";
    }
    return "Owned";
  }

  /**
   * The offer that is compared with, at the prices that prompts of that mean length are charged;
   * nothing where there is none.
   *
   * @param meanInputTokens NaN where it is not known
   */
  static CostPolicyStatus.@Nullable OfferUsed offer(ResolvedTerms terms, double meanInputTokens) {
    if (!(terms.api() instanceof Api.Offered offered)) {
      return null;
    }
    Offer offer = offered.offer();
    Tariff charged = Tariff.of(offer, meanInputTokens);
    String asOf = null;
    String source = null;
    if (offer.read() instanceof Offer.PriceRead.On on) {
      asOf = on.asOf().toString();
      source = on.source();
    }
    return new CostPolicyStatus.OfferUsed(
        asOf,
        charged(charged.cachedInputPerMillion(), terms),
        switch (offer.weights()) {
          case SAME -> "Same";
          case COMPARABLE -> "Comparable";
          case DIFFERENT -> "Different";
        },
        charged(charged.inputPerMillion(), terms),
        offer.name(),
        charged(charged.outputPerMillion(), terms),
        orNull(terms.provider()),
        source == null ? null : orNull(source));
  }

  private static String charged(double perMillion, ResolvedTerms terms) {
    return unitPrice(Money.rounded(perMillion, UNIT_DECIMALS, terms.currency()));
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
