package dev.breakeven.reconcile;

import static dev.breakeven.reconcile.Shown.unitPrice;

import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.price.Api;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Offer;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.terms.ResolvedTerms;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The terms of the question as a status shows them. */
final class TermsShown {

  private TermsShown() {}

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
        orNull(its.message()),
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
    String price = null;
    String purchase;
    if (hour instanceof GpuHour.OnDemand onDemand) {
      price = unitPrice(onDemand.perHour());
      purchase = "OnDemand";
    } else if (hour instanceof GpuHour.Spot spot) {
      price = unitPrice(spot.perHour());
      purchase = "Spot";
    } else if (hour instanceof GpuHour.Reserved reserved) {
      price = unitPrice(reserved.perHour());
      purchase = "Reserved";
    } else if (hour instanceof GpuHour.Reported reported) {
      price = unitPrice(reported.perHour());
      purchase = "Reported";
    } else {
      purchase = "Owned";
    }
    return new CostPolicyStatus.GpuHour(
        orNull(terms.gpu().asOf()),
        price,
        orNull(terms.gpu().product()),
        purchase,
        orNull(terms.gpu().source()));
  }

  /** The offer that is compared with; nothing where there is none. */
  static CostPolicyStatus.@Nullable OfferUsed offer(ResolvedTerms terms) {
    if (!(terms.api() instanceof Api.Offered offered)) {
      return null;
    }
    Offer offer = offered.offer();
    TokenPrices prices = offer.prices();
    BigDecimal factor =
        BigDecimal.ONE.subtract(BigDecimal.valueOf(offer.discountPercent()).movePointLeft(2));
    String asOf = null;
    String source = null;
    if (offer.read() instanceof Offer.PriceRead.On on) {
      asOf = on.asOf().toString();
      source = on.source();
    }
    return new CostPolicyStatus.OfferUsed(
        asOf,
        unitPrice(prices.cachedInputPerMillion().times(factor)),
        switch (offer.weights()) {
          case SAME -> "Same";
          case COMPARABLE -> "Comparable";
          case DIFFERENT -> "Different";
        },
        unitPrice(prices.inputPerMillion().times(factor)),
        offer.name(),
        unitPrice(prices.outputPerMillion().times(factor)),
        orNull(terms.provider()),
        source == null ? null : orNull(source));
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
