package dev.breakeven.reconcile;

import dev.breakeven.advice.Caveat;
import dev.breakeven.advice.Caveat.Reason;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.SelfHostTerms;
import dev.breakeven.advice.Workload;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.CostPolicySpec.Prices;
import dev.breakeven.api.CostPolicySpec.Purchase;
import dev.breakeven.api.RateCard;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.capacity.BenchmarkPoint;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.cluster.WorkloadState;
import dev.breakeven.price.Api;
import dev.breakeven.price.ApiLimits;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.price.Offer;
import dev.breakeven.price.OverheadPart;
import dev.breakeven.price.Reservation;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.reconcile.ResolvedTerms.GpuOrigin;
import dev.breakeven.reconcile.ResolvedTerms.ResolvedWorkload;
import dev.breakeven.traffic.TimeSpan;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns a policy, its rate card and its workloads into the terms of the question. What is missing
 * is a caveat with a name, never a default that looks like a price.
 */
public final class TermsResolver {

  private static final String ANY_NAMESPACE = "*";

  private final CostPolicy policy;
  private final CostPolicySpec spec;
  private final CardAccess card;
  private final List<WorkloadState> states;
  private final Currency currency;
  private final List<Caveat> caveats = new ArrayList<>();

  private TermsResolver(CostPolicy policy, Optional<RateCard> card, List<WorkloadState> states) {
    this.policy = policy;
    this.spec = policy.getSpec();
    this.currency = Currency.getInstance(spec.currency());
    this.states = states;
    this.card = access(card);
  }

  /**
   * The terms of one policy.
   *
   * @param policy as the API server admitted it, defaults filled in
   * @param card the rate card it names, if there is one
   * @param states its workloads, in the order of the policy
   */
  public static ResolvedTerms resolve(
      CostPolicy policy, Optional<RateCard> card, List<WorkloadState> states) {
    return new TermsResolver(policy, card, states).resolve();
  }

  /** The rate card, as far as this policy may use it. */
  private sealed interface CardAccess {
    record Usable(RateCard card, RateCardSpec spec) implements CardAccess {}

    record Unusable(Reason reason, String message) implements CardAccess {}
  }

  private CardAccess access(Optional<RateCard> given) {
    // Forbidden and absent read the same, so that nobody learns of a card that is not theirs.
    Optional<RateCard> allowed =
        given.filter(
            c ->
                c.getSpec().allowedNamespaces().contains(ANY_NAMESPACE)
                    || c.getSpec()
                        .allowedNamespaces()
                        .contains(policy.getMetadata().getNamespace()));
    if (allowed.isEmpty()) {
      return new CardAccess.Unusable(
          Reason.RATE_CARD_UNAVAILABLE,
          "there is no RateCard " + spec.rateCard() + " for this namespace");
    }
    RateCardSpec cardSpec = allowed.get().getSpec();
    if (!cardSpec.currency().equals(spec.currency())) {
      return new CardAccess.Unusable(
          Reason.CURRENCY_MISMATCH,
          "RateCard %s is in %s, the policy in %s; nothing is converted"
              .formatted(spec.rateCard(), cardSpec.currency(), spec.currency()));
    }
    return new CardAccess.Usable(allowed.get(), cardSpec);
  }

  private ResolvedTerms resolve() {
    CostPolicySpec.SelfHost selfHost = spec.selfHost();
    double gpusPerReplica = gpusPerReplica();
    GpuSought sought = gpuSought();
    PricedGpu gpu = gpuPrice(sought);
    Optional<RateCardSpec.Offer> listed = listedOffer();
    Api api = api(listed);
    List<ResolvedWorkload> workloads =
        states.stream().map(state -> workload(state, sought.product())).toList();
    return new ResolvedTerms(
        spec.model(),
        currency,
        planning(),
        new SelfHostTerms(
            gpusPerReplica,
            gpu.pricing(),
            reservation(sought),
            overhead(),
            selfHost.headroomPercent(),
            selfHost.redundantReplicas(),
            selfHost.minReplicas(),
            selfHost.maxReplicas()),
        api,
        constraints(),
        capacity(),
        workloads,
        gpu.origin(),
        listed.map(RateCardSpec.Offer::provider).orElse(""),
        caveats);
  }

  private Planning planning() {
    CostPolicySpec.Planning planning = spec.planning();
    return new Planning(
        TimeSpan.parse(planning.window()),
        TimeSpan.parse(planning.hold()),
        TimeSpan.parse(planning.lead()),
        planning.minSavingPercent().doubleValue(),
        planning.minCoveragePercent().doubleValue());
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
    CostPolicySpec.MonthlyOverhead parts = spec.selfHost().monthlyOverhead();
    return List.of(
        new OverheadPart(ResolvedTerms.ENGINEERING, money(parts.engineering())),
        new OverheadPart(ResolvedTerms.ON_CALL, money(parts.onCall())),
        new OverheadPart(ResolvedTerms.MODEL_UPDATES, money(parts.modelUpdates())),
        new OverheadPart(ResolvedTerms.OTHER, money(parts.other())));
  }

  // ---- capacity ----

  private StatedCapacity capacity() {
    // A policy with one workload may say it there; with several, one capacity plans them all.
    for (CostPolicySpec.Workload workload : spec.workloads()) {
      StatedCapacity own = stated(workload.capacityPerReplica(), workload.benchmarks());
      if (!(own instanceof StatedCapacity.NotStated)) {
        return own;
      }
    }
    return stated(spec.selfHost().capacityPerReplica(), spec.selfHost().benchmarks());
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
              orElse(declared.contextTokensPerSecond(), Double.POSITIVE_INFINITY)));
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

  // ---- GPUs ----

  /** GPUs of a replica: what the policy says, else what the pods request, else one. */
  private double gpusPerReplica() {
    for (CostPolicySpec.Workload workload : spec.workloads()) {
      if (workload.gpu() != null && workload.gpu().perReplica() != null) {
        return workload.gpu().perReplica().doubleValue();
      }
    }
    BigDecimal stated = spec.selfHost().gpu().perReplica();
    if (stated != null) {
      return stated.doubleValue();
    }
    double[] requested =
        states.stream()
            .flatMapToDouble(
                s ->
                    s instanceof WorkloadState.Found f
                            && f.gpus() instanceof WorkloadState.GpuRequest.Requested r
                        ? java.util.stream.DoubleStream.of(r.gpusPerReplica())
                        : java.util.stream.DoubleStream.empty())
            .distinct()
            .toArray();
    if (requested.length > 1) {
      caveats.add(
          new Caveat(
              Reason.GPU_PRODUCTS_DIFFER,
              "the workloads' replicas request different numbers of GPUs; the largest is taken for"
                  + " all"));
    }
    boolean anyFound = states.stream().anyMatch(WorkloadState.Found.class::isInstance);
    if (requested.length == 0 && anyFound) {
      caveats.add(
          new Caveat(
              Reason.GPU_PRICE_MISSING,
              "no pod of the workloads requests a GPU and the policy does not say how many a"
                  + " replica takes: set selfHost.gpu.perReplica"));
    }
    return java.util.Arrays.stream(requested).max().orElse(1);
  }

  /** Which GPU is to be priced; empty product where nobody says. */
  private record GpuSought(String product, Purchase purchase, String whyNoProduct) {}

  private GpuSought gpuSought() {
    CostPolicySpec.Gpu stated = spec.selfHost().gpu();
    for (CostPolicySpec.Workload workload : spec.workloads()) {
      CostPolicySpec.Gpu own = workload.gpu();
      if (own != null && own.product() != null) {
        stated = own;
      }
    }
    String product = stated.product() == null ? "" : stated.product();
    Purchase purchase = stated.purchase();
    String why = "the policy names no GPU product";
    for (WorkloadState state : states) {
      if (!(state instanceof WorkloadState.Found found)) {
        why = ((WorkloadState.Missing) state).message();
        continue;
      }
      if (found.product() instanceof WorkloadState.GpuProduct.Labelled labelled) {
        if (product.isEmpty()) {
          product = labelled.product();
        } else if (stated.product() == null && !product.equals(labelled.product())) {
          caveats.add(
              new Caveat(
                  Reason.GPU_PRODUCTS_DIFFER,
                  "the workloads run on "
                      + product
                      + " and "
                      + labelled.product()
                      + "; the first is priced"));
        }
        if (purchase == null
            && labelled.purchase() instanceof WorkloadState.PurchaseLabel.Labelled how) {
          purchase = how.purchase();
        }
        if (purchase == null
            && labelled.purchase() instanceof WorkloadState.PurchaseLabel.Mixed several) {
          caveats.add(
              new Caveat(
                  Reason.GPU_PRODUCTS_DIFFER,
                  "%s runs on GPUs had in several ways (%s), and the policy does not say which is to"
                          .formatted(
                              found.reference(),
                              several.purchases().stream()
                                  .map(TermsResolver::label)
                                  .collect(Collectors.joining(", ")))
                      + " be priced: on demand is; set selfHost.gpu.purchase"));
        }
      } else if (found.product() instanceof WorkloadState.GpuProduct.Mixed mixed) {
        caveats.add(
            new Caveat(
                Reason.GPU_PRODUCTS_DIFFER,
                found.reference()
                    + " runs on several GPU products: "
                    + String.join(", ", mixed.products())));
        if (product.isEmpty() && !mixed.products().isEmpty()) {
          product = mixed.products().get(0);
        }
      } else if (found.product() instanceof WorkloadState.GpuProduct.Unknown unknown) {
        why = unknown.message();
      }
    }
    return new GpuSought(product, purchase == null ? Purchase.ON_DEMAND : purchase, why);
  }

  private record PricedGpu(GpuPricing pricing, GpuOrigin origin) {}

  private PricedGpu gpuPrice(GpuSought sought) {
    String inline = inlineGpuPrice();
    if (inline != null) {
      return new PricedGpu(
          new GpuPricing.Priced(hour(sought.purchase(), money(inline))),
          new GpuOrigin(sought.product(), "the policy", ""));
    }
    if (card instanceof CardAccess.Unusable unusable) {
      return unpriced(unusable.message(), unusable.reason() == Reason.CURRENCY_MISMATCH);
    }
    if (sought.product().isEmpty()) {
      return unpriced(
          "no GPU price: "
              + sought.whyNoProduct()
              + "; set selfHost.gpu.product or selfHost.gpu.hourlyPrice",
          false);
    }
    return ((CardAccess.Usable) card)
        .spec().gpus().stream()
            .filter(g -> g.product().equals(sought.product()) && g.purchase() == sought.purchase())
            .findFirst()
            .map(g -> new PricedGpu(new GpuPricing.Priced(hour(g)), origin(g)))
            .orElseGet(
                () ->
                    unpriced(
                        "RateCard %s has no %s price for GPU product %s"
                            .formatted(spec.rateCard(), label(sought.purchase()), sought.product()),
                        false));
  }

  private @Nullable String inlineGpuPrice() {
    for (CostPolicySpec.Workload workload : spec.workloads()) {
      if (workload.gpu() != null && workload.gpu().hourlyPrice() != null) {
        return workload.gpu().hourlyPrice();
      }
    }
    return spec.selfHost().gpu().hourlyPrice();
  }

  private GpuOrigin origin(RateCardSpec.GpuPrice price) {
    String source = "RateCard " + spec.rateCard();
    return new GpuOrigin(
        price.product(),
        price.source() == null ? source : source + ": " + price.source(),
        Objects.requireNonNullElse(price.asOf(), ""));
  }

  private static PricedGpu unpriced(String message, boolean currencyDiffers) {
    return new PricedGpu(new GpuPricing.Unpriced(message, currencyDiffers), GpuOrigin.NONE);
  }

  private GpuHour hour(RateCardSpec.GpuPrice price) {
    RateCardSpec.Ownership owned = price.ownership();
    if (owned != null) {
      return new GpuHour.Owned(
          money(owned.purchasePrice()),
          owned.lifeYears(),
          owned.maintenancePercentPerYear(),
          owned.watts(),
          money(owned.pricePerKwh()),
          owned.pue());
    }
    // The CRD wants one of the two, so here the price is there.
    return hour(price.purchase(), money(Objects.requireNonNull(price.hourlyPrice())));
  }

  private static GpuHour hour(Purchase purchase, Money perHour) {
    return switch (purchase) {
      case SPOT -> new GpuHour.Spot(perHour);
      case RESERVED -> new GpuHour.Reserved(perHour);
      case ON_DEMAND, OWNED -> new GpuHour.OnDemand(perHour);
    };
  }

  private Reservation reservation(GpuSought sought) {
    CostPolicySpec.Reserved reserved = spec.selfHost().reserved();
    if (reserved == null || reserved.replicas() == 0 || reserved.until() == null) {
      return new Reservation.None();
    }
    LocalDate until = LocalDate.parse(reserved.until());
    if (reserved.hourlyPrice() != null) {
      return new Reservation.Held(reserved.replicas(), money(reserved.hourlyPrice()), until);
    }
    if (card instanceof CardAccess.Usable usable) {
      Optional<Money> listed =
          usable.spec().gpus().stream()
              .filter(
                  g ->
                      g.product().equals(sought.product())
                          && g.purchase() == Purchase.RESERVED
                          && g.hourlyPrice() != null)
              .findFirst()
              .map(g -> money(Objects.requireNonNull(g.hourlyPrice())));
      if (listed.isPresent()) {
        return new Reservation.Held(reserved.replicas(), listed.get(), until);
      }
    }
    caveats.add(
        new Caveat(
            Reason.GPU_PRICE_MISSING,
            "the reservation has no price: set selfHost.reserved.hourlyPrice, or a Reserved price"
                + " on the rate card"));
    return new Reservation.None();
  }

  private ResolvedWorkload workload(WorkloadState state, String product) {
    WorkloadReference reference = state.reference();
    CostPolicySpec.Workload stated =
        spec.workloads().stream()
            .filter(w -> w.name().equals(reference.name()) && w.kind().equals(reference.kind()))
            .findFirst()
            .orElseThrow();
    if (state instanceof WorkloadState.Missing missing) {
      caveats.add(new Caveat(Reason.WORKLOAD_NOT_FOUND, missing.message()));
      return new ResolvedWorkload(
          reference.apiVersion(),
          reference.kind(),
          reference.name(),
          "",
          null,
          null,
          missing.message());
    }
    WorkloadState.Found found = (WorkloadState.Found) state;
    Integer min = stated.minReplicas();
    Integer max = stated.maxReplicas();
    return new ResolvedWorkload(
        reference.apiVersion(),
        reference.kind(),
        reference.name(),
        found.product() instanceof WorkloadState.GpuProduct.Labelled labelled
            ? labelled.product()
            : product,
        found.gpus() instanceof WorkloadState.GpuRequest.Requested requested
            ? BigDecimal.valueOf(requested.gpusPerReplica()).setScale(3, RoundingMode.HALF_UP)
            : null,
        new Workload(
            reference.kind(),
            reference.name(),
            found.replicasWanted(),
            found.replicasReady(),
            min == null ? 0 : min,
            max == null ? spec.selfHost().maxReplicas() : max),
        "");
  }

  // ---- the API ----

  /** The offer on the rate card that the policy names, or the cheapest for its model. */
  private Optional<RateCardSpec.Offer> listedOffer() {
    if (spec.api().prices() != null || !(card instanceof CardAccess.Usable usable)) {
      return Optional.empty();
    }
    String named = spec.api().offer();
    if (named != null) {
      return usable.spec().offers().stream().filter(o -> o.name().equals(named)).findFirst();
    }
    return usable.spec().offers().stream()
        .filter(o -> o.model().equals(spec.model()))
        .filter(o -> o.comparability() != RateCardSpec.Comparability.DIFFERENT)
        .min(
            Comparator.comparing(RateCardSpec.Offer::comparability)
                .thenComparing(o -> dearness(o.prices()))
                .thenComparing(RateCardSpec.Offer::name));
  }

  /**
   * Orders price lists where the mix is not known yet: three tokens in for one out, which is how
   * list prices are commonly blended.
   */
  private static BigDecimal dearness(Prices prices) {
    return new BigDecimal(prices.inputPerMillion())
        .multiply(BigDecimal.valueOf(3))
        .add(new BigDecimal(prices.outputPerMillion()));
  }

  private Api api(Optional<RateCardSpec.Offer> listed) {
    Prices inline = spec.api().prices();
    if (inline != null) {
      return new Api.Offered(offer("inline", inline, limits(null), Offer.Weights.COMPARABLE));
    }
    if (listed.isPresent()) {
      RateCardSpec.Offer offer = listed.get();
      return new Api.Offered(
          offer(
              offer.name(),
              offer.prices(),
              limits(offer.limits()),
              switch (offer.comparability()) {
                case SAME -> Offer.Weights.SAME;
                case COMPARABLE -> Offer.Weights.COMPARABLE;
                case DIFFERENT -> Offer.Weights.DIFFERENT;
              }));
    }
    if (card instanceof CardAccess.Unusable unusable) {
      return new Api.NoOffer(
          unusable.reason() == Reason.CURRENCY_MISMATCH
              ? Api.Why.CURRENCY_MISMATCH
              : Api.Why.CARD_UNAVAILABLE,
          unusable.message());
    }
    if (spec.api().offer() != null) {
      return new Api.NoOffer(
          Api.Why.GONE_FROM_CARD,
          "RateCard %s has no offer %s".formatted(spec.rateCard(), spec.api().offer()));
    }
    return new Api.NoOffer(
        Api.Why.NOT_ON_CARD,
        "RateCard %s has no offer for model %s".formatted(spec.rateCard(), spec.model()));
  }

  private Offer offer(String name, Prices prices, ApiLimits limits, Offer.Weights weights) {
    CostPolicySpec.Api api = spec.api();
    Offer.Batch batch =
        prices.batchInputPerMillion() == null || prices.batchOutputPerMillion() == null
            ? new Offer.Batch.NotOffered()
            : new Offer.Batch.Listed(
                TokenPrices.of(
                    money(prices.batchInputPerMillion()), money(prices.batchOutputPerMillion())));
    Offer.PriceRead read =
        prices.asOf() == null
            ? new Offer.PriceRead.Undated()
            : new Offer.PriceRead.On(
                LocalDate.parse(prices.asOf()),
                Objects.requireNonNullElse(prices.source(), ""),
                api.maxOfferAgeDays());
    return new Offer(
        name,
        tokenPrices(
            prices.inputPerMillion(), prices.cachedInputPerMillion(), prices.outputPerMillion()),
        prices.longContext().stream()
            .sorted(Comparator.comparing(CostPolicySpec.LongContextTier::aboveInputTokens))
            .map(
                t ->
                    new Offer.LongContextTier(
                        t.aboveInputTokens(),
                        tokenPrices(
                            t.inputPerMillion(), t.cachedInputPerMillion(), t.outputPerMillion())))
            .toList(),
        batch,
        api.batchPercent().doubleValue(),
        limits,
        api.discountPercent().doubleValue(),
        api.cacheHitPercent() == null
            ? new Offer.CacheHits.AsOurs()
            : new Offer.CacheHits.OfInput(api.cacheHitPercent().doubleValue()),
        read,
        weights);
  }

  private TokenPrices tokenPrices(String input, @Nullable String cached, String output) {
    return cached == null
        ? TokenPrices.of(money(input), money(output))
        : TokenPrices.of(money(input), money(cached), money(output));
  }

  /** The policy's limits, where it states them, before the offer's. */
  private ApiLimits limits(CostPolicySpec.@Nullable Limits offered) {
    CostPolicySpec.Limits own = spec.api().limits();
    return new ApiLimits(
        limit(own.tokensPerMinute(), offered == null ? null : offered.tokensPerMinute()),
        limit(own.requestsPerMinute(), offered == null ? null : offered.requestsPerMinute()));
  }

  private static ApiLimits.Limit limit(@Nullable Long own, @Nullable Long offered) {
    Long stated = own == null ? offered : own;
    return stated == null ? new ApiLimits.Limit.None() : new ApiLimits.Limit.PerMinute(stated);
  }

  private Money money(String amount) {
    return new Money(new BigDecimal(amount), currency);
  }

  private static String label(Purchase purchase) {
    return switch (purchase) {
      case ON_DEMAND -> "OnDemand";
      case RESERVED -> "Reserved";
      case SPOT -> "Spot";
      case OWNED -> "Owned";
    };
  }
}
