package dev.breakeven.terms;

import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.decimal;
import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.names;

import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.CostPolicySpec.Purchase;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.catalogue.GpuProducts;
import dev.breakeven.cluster.WorkloadState;
import dev.breakeven.price.Commitment;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.terms.ResolvedTerms.GpuOrigin;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The GPUs of a replica: how many, which, and what an hour of one costs. */
final class GpuTerms {

  private final CostPolicySpec spec;
  private final StatedWorkloads workloads;
  private final RateCardLookup card;
  private final Currency currency;
  private final GpuPriceLookup prices;
  private final @Nullable CostPolicyStatus previous;
  private final List<Issue> issues;

  /**
   * @param prices OpenCost's prices of the nodes that the pods run on
   * @param previous the status that stands, or none: it remembers what OpenCost last said
   * @param issues collects what is missing or uncertain
   */
  GpuTerms(
      CostPolicySpec spec,
      RateCardLookup card,
      Currency currency,
      GpuPriceLookup prices,
      @Nullable CostPolicyStatus previous,
      List<Issue> issues) {
    this.spec = spec;
    this.workloads = new StatedWorkloads(spec);
    this.card = card;
    this.currency = currency;
    this.prices = prices;
    this.previous = previous;
    this.issues = issues;
  }

  /**
   * Which GPU is to be priced.
   *
   * @param product empty if it is not stated
   * @param doubts to be said where a price is picked by the purchase
   */
  record GpuSelector(String product, Purchase purchase, Message whyNoProduct, List<Issue> doubts) {}

  /** The GPU fields of a workload, with the policy's where they are not set. */
  CostPolicySpec.Gpu stated(CostPolicySpec.@Nullable Workload workload) {
    CostPolicySpec.Gpu all = spec.selfHost().gpu();
    CostPolicySpec.Gpu own = workload == null ? null : workload.gpu();
    if (own == null) {
      return all;
    }
    boolean isOther = own.product() != null || own.purchase() != null;
    return new CostPolicySpec.Gpu(
        own.hourlyPrice() != null || isOther ? own.hourlyPrice() : all.hourlyPrice(),
        own.perReplica() != null ? own.perReplica() : all.perReplica(),
        own.product() != null ? own.product() : all.product(),
        own.purchase() != null ? own.purchase() : all.purchase());
  }

  /** How many GPUs a replica takes. */
  sealed interface Count {
    /** A known number. */
    record Known(double gpus) implements Count {}

    /** Not known; figures that depend on it are not known either. */
    record Unknown(Message why) implements Count {}
  }

  /** GPUs of a replica: as the policy states, else as the pods request. */
  Count perReplica(CostPolicySpec.Gpu gpu, List<WorkloadState> of) {
    if (gpu.perReplica() != null) {
      return new Count.Known(gpu.perReplica().doubleValue());
    }
    Message why = Message.of(Cause.NO_WORKLOAD_SEEN);
    for (WorkloadState state : of) {
      if (state instanceof WorkloadState.Missing missing) {
        why = missing.message();
        continue;
      }
      WorkloadState.GpuRequest gpus = ((WorkloadState.Found) state).gpus();
      if (gpus instanceof WorkloadState.GpuRequest.Requested requested) {
        return new Count.Known(ofThisModel(requested, state));
      }
      why =
          gpus instanceof WorkloadState.GpuRequest.Unknown unknown
              ? unknown.message()
              : Message.of(Cause.NO_GPU_REQUESTED, name(state.reference().toString()));
      break;
    }
    return new Count.Unknown(Message.of(Cause.GPU_COUNT_UNKNOWN, clause(why)));
  }

  /**
   * Where containers of a pod serve different models, GPUs of those whose series carry another name
   * are not this model's: their tokens are not either.
   */
  private double ofThisModel(WorkloadState.GpuRequest.Requested requested, WorkloadState workload) {
    String stated = spec.engineModelName();
    String label = stated == null ? spec.model() : stated;
    double others = 0;
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, Double> its : new TreeMap<>(requested.byModel()).entrySet()) {
      if (!its.getKey().isEmpty() && !its.getKey().equals(label)) {
        others += its.getValue();
        names.add(its.getKey());
      }
    }
    if (others <= 0 || requested.gpusPerReplica() <= others) {
      return requested.gpusPerReplica();
    }
    issues.add(
        new Issue(
            Reason.WORKLOADS_DIFFER,
            Message.of(
                Cause.PODS_SERVE_OTHER_MODELS,
                name(workload.reference().toString()),
                names(names),
                decimal(others, others == Math.rint(others) ? 0 : 2))));
    return requested.gpusPerReplica() - others;
  }

  /** The product and the purchase option: from the policy, else from the nodes' labels. */
  GpuSelector selector(CostPolicySpec.Gpu stated, List<WorkloadState> of) {
    String product = stated.product() == null ? "" : stated.product();
    Purchase purchase = stated.purchase();
    Message why = Message.of(Cause.NO_GPU_PRODUCT_NAMED);
    List<Issue> doubts = new ArrayList<>();
    for (WorkloadState state : of) {
      if (!(state instanceof WorkloadState.Found found)) {
        why = ((WorkloadState.Missing) state).message();
        continue;
      }
      if (found.product() instanceof WorkloadState.GpuProduct.Labelled labelled) {
        if (product.isEmpty()) {
          product = labelled.product();
        }
        if (purchase == null
            && labelled.purchase() instanceof WorkloadState.PurchaseLabel.Labelled how) {
          purchase = how.purchase();
        }
        if (purchase == null
            && labelled.purchase() instanceof WorkloadState.PurchaseLabel.Mixed several) {
          doubts.add(
              new Issue(
                  Reason.GPU_PRODUCTS_DIFFER,
                  Message.of(
                      Cause.GPU_PURCHASES_SEVERAL,
                      name(found.reference().toString()),
                      names(several.purchases().stream().map(GpuTerms::label).toList()))));
        }
      } else if (found.product() instanceof WorkloadState.GpuProduct.Mixed mixed) {
        issues.add(
            new Issue(
                Reason.GPU_PRODUCTS_DIFFER,
                Message.of(
                    Cause.GPU_PRODUCTS_SEVERAL,
                    name(found.reference().toString()),
                    names(mixed.products()))));
        if (product.isEmpty() && !mixed.products().isEmpty()) {
          product = mixed.products().get(0);
        }
      } else if (found.product() instanceof WorkloadState.GpuProduct.Unknown unknown) {
        why = unknown.message();
        if (product.isEmpty()) {
          product = onlyOneOnCard(unknown.resources());
        }
      }
    }
    if (purchase == null && doubts.isEmpty()) {
      purchase = onlyPurchaseOnCard(product, doubts);
    }
    return new GpuSelector(product, purchase == null ? Purchase.ON_DEMAND : purchase, why, doubts);
  }

  /** The purchase option of a product that the card lists only once. */
  private @Nullable Purchase onlyPurchaseOnCard(String product, List<Issue> doubts) {
    if (product.isEmpty() || !(card instanceof RateCardLookup.Usable usable)) {
      return null;
    }
    List<Purchase> listed =
        usable.spec().gpus().stream()
            .filter(gpu -> GpuProducts.isSame(gpu.product(), product))
            .map(RateCardSpec.GpuPrice::purchase)
            .distinct()
            .toList();
    if (listed.size() != 1 || listed.get(0) == Purchase.ON_DEMAND) {
      return null;
    }
    doubts.add(
        new Issue(
            Reason.GPU_PRICES_DIFFER,
            Message.of(
                Cause.GPU_PURCHASE_FROM_CARD,
                name(product),
                name(label(listed.get(0))),
                name(spec.rateCard()))));
    return listed.get(0);
  }

  /**
   * The product that the card lists for a maker's devices whose nodes have no label for it, where
   * it is the only one: Gaudis, Neuron.
   */
  private String onlyOneOnCard(List<String> resources) {
    if (resources.size() != 1
        || resources.get(0).startsWith("nvidia.com/")
        || !(card instanceof RateCardLookup.Usable usable)) {
      return "";
    }
    String device = resources.get(0).substring(resources.get(0).indexOf('/') + 1);
    List<String> listed =
        usable.spec().gpus().stream()
            .map(RateCardSpec.GpuPrice::product)
            .filter(p -> p.toLowerCase(Locale.ROOT).contains(device))
            .distinct()
            .toList();
    if (listed.size() != 1) {
      return "";
    }
    issues.add(
        new Issue(
            Reason.GPU_PRODUCTS_DIFFER,
            Message.of(Cause.GPU_PRODUCT_FROM_CARD, name(resources.get(0)), name(listed.get(0)))));
    return listed.get(0);
  }

  /** The policy's own price, else its rate card's, else OpenCost's for the nodes. */
  PricedGpu price(CostPolicySpec.Gpu stated, GpuSelector selector, List<WorkloadState> of) {
    String inline = stated.hourlyPrice();
    if (inline != null) {
      issues.addAll(selector.doubts());
      return PricedGpu.of(
          hour(selector.purchase(), money(inline)),
          new GpuOrigin(selector.product(), "the policy", ""));
    }
    PricedGpu listed = listedPrice(selector);
    if (listed.pricing() instanceof GpuPricing.Unpriced why) {
      return reportedPrice(stated, selector, of, why).orElse(listed);
    }
    issues.addAll(selector.doubts());
    return listed;
  }

  private PricedGpu listedPrice(GpuSelector selector) {
    if (card instanceof RateCardLookup.Unusable unusable) {
      return PricedGpu.unknown(unusable.message(), unusable.reason() == Reason.CURRENCY_MISMATCH);
    }
    if (selector.product().isEmpty()) {
      return PricedGpu.unknown(
          Message.of(
              Cause.NO_GPU_PRODUCT_FOR_PRICE,
              clause(selector.whyNoProduct()),
              name(spec.rateCard())),
          false);
    }
    return listed(selector.product(), selector.purchase())
        .map(g -> PricedGpu.of(hour(g), origin(g)))
        .orElseGet(
            () ->
                PricedGpu.unknown(
                    Message.of(
                        Cause.NO_GPU_PRICE_ON_CARD,
                        name(spec.rateCard()),
                        name(label(selector.purchase())),
                        name(selector.product())),
                    false));
  }

  private GpuOrigin origin(RateCardSpec.GpuPrice price) {
    String source = "RateCard " + spec.rateCard();
    return new GpuOrigin(
        price.product(),
        price.source() == null ? source : source + ": " + price.source(),
        Objects.requireNonNullElse(price.asOf(), ""));
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

  /** OpenCost's price, the last resort; none if OpenCost is not read. */
  private Optional<PricedGpu> reportedPrice(
      CostPolicySpec.Gpu stated,
      GpuSelector selector,
      List<WorkloadState> of,
      GpuPricing.Unpriced listed) {
    Optional<WorkloadState> workload = of.stream().filter(s -> !isPrefillAmong(s, of)).findFirst();
    if (workload.isEmpty()) {
      return Optional.empty();
    }
    OpenCostPrice reported =
        OpenCostPrice.of(
            workload.get().reference(),
            selector.product(),
            placement(workload.get()),
            prices,
            spec.source(),
            currency,
            previous);
    if (reported instanceof OpenCostPrice.NotRead) {
      return Optional.empty();
    }
    if (reported instanceof OpenCostPrice.Missing missing) {
      return Optional.of(
          PricedGpu.unknown(
              Message.of(
                  Cause.OPENCOST_ALSO_MISSING, clause(listed.message()), clause(missing.why())),
              listed.currencyDiffers() || missing.currencyDiffers()));
    }
    if (!runsOnWhatIsAsked(stated, workload.get())) {
      return Optional.of(
          PricedGpu.unknown(
              Message.of(
                  Cause.OPENCOST_PRICES_OTHER_GPUS,
                  clause(listed.message()),
                  name(workload.get().reference().toString())),
              listed.currencyDiffers()));
    }
    OpenCostPrice.Known known = (OpenCostPrice.Known) reported;
    issues.addAll(known.issues());
    return Optional.of(
        new PricedGpu(
            new GpuPricing.Priced(known.hour()),
            new GpuOrigin(selector.product(), known.source(), known.evidence().at()),
            known.evidence()));
  }

  private boolean isPrefillAmong(WorkloadState state, List<WorkloadState> several) {
    return several.size() > 1 && workloads.isPrefill(state.reference());
  }

  private static WorkloadState.NodePlacement placement(WorkloadState state) {
    return state instanceof WorkloadState.Found found
        ? found.placement()
        : new WorkloadState.NodePlacement.Unknown(((WorkloadState.Missing) state).message());
  }

  /** Whether the nodes' labels leave it open that they are what the policy names. */
  private static boolean runsOnWhatIsAsked(CostPolicySpec.Gpu stated, WorkloadState state) {
    if (!(state instanceof WorkloadState.Found found)) {
      return true;
    }
    if (found.product() instanceof WorkloadState.GpuProduct.Mixed) {
      return stated.product() == null;
    }
    return !(found.product() instanceof WorkloadState.GpuProduct.Labelled labelled)
        || ((stated.product() == null || GpuProducts.isSame(stated.product(), labelled.product()))
            && (stated.purchase() == null || mayBe(stated.purchase(), labelled.purchase())));
  }

  private static boolean mayBe(Purchase purchase, WorkloadState.PurchaseLabel label) {
    if (label instanceof WorkloadState.PurchaseLabel.Mixed) {
      return false;
    }
    return !(label instanceof WorkloadState.PurchaseLabel.Labelled labelled)
        || labelled.purchase() == purchase;
  }

  /** Adds an issue if GPUs are reserved or owned, and their commitment is not stated. */
  void sayWhereNoEndIsStated(GpuSelector selector, boolean isCommitted) {
    boolean isPaidAnyway =
        selector.purchase() == Purchase.RESERVED || selector.purchase() == Purchase.OWNED;
    if (isPaidAnyway && !isCommitted) {
      issues.add(
          new Issue(
              Reason.COMMITMENT_END_UNKNOWN,
              Message.of(Cause.COMMITMENT_END_NOT_STATED, name(label(selector.purchase())))));
    }
  }

  /** What the policy reserved for itself, at its own price or else the rate card's. */
  Commitments reserved(GpuSelector selector) {
    CostPolicySpec.Reserved reserved = spec.selfHost().reserved();
    if (reserved == null || reserved.replicas() == 0 || reserved.until() == null) {
      return Commitments.NONE;
    }
    Optional<Money> price =
        reserved.hourlyPrice() != null
            ? Optional.of(money(reserved.hourlyPrice()))
            : committedPrice(selector.product(), Purchase.RESERVED);
    if (price.isEmpty()) {
      issues.add(new Issue(Reason.GPU_PRICE_MISSING, Message.of(Cause.RESERVATION_WITHOUT_PRICE)));
      return Commitments.NONE;
    }
    return Commitments.reserved(
        reserved.replicas(), price.get(), LocalDate.parse(reserved.until()));
  }

  /** What the rate card lists of that product for all policies, the longest first. */
  List<Commitment.Shared> committed(GpuSelector selector) {
    if (!(card instanceof RateCardLookup.Usable usable) || usable.spec().commitments().isEmpty()) {
      return List.of();
    }
    if (selector.product().isEmpty()) {
      issues.add(
          new Issue(
              Reason.COMMITMENT_UNUSED,
              Message.of(
                  Cause.COMMITMENTS_NEED_PRODUCT,
                  clause(selector.whyNoProduct()),
                  name(spec.rateCard()))));
      return List.of();
    }
    List<Commitment.Shared> committed = new ArrayList<>();
    for (RateCardSpec.Commitment listed : usable.spec().commitments()) {
      if (!GpuProducts.isSame(listed.product(), selector.product())) {
        continue;
      }
      Optional<Money> price =
          listed.hourlyPrice() != null
              ? Optional.of(money(listed.hourlyPrice()))
              : committedPrice(listed.product(), listed.purchase());
      if (price.isEmpty()) {
        issues.add(
            new Issue(
                Reason.GPU_PRICE_MISSING,
                Message.of(
                    Cause.COMMITMENT_WITHOUT_PRICE,
                    name(listed.product()),
                    name(spec.rateCard()),
                    name(label(listed.purchase())))));
        continue;
      }
      committed.add(
          new Commitment.Shared(
              listed.product(),
              listed.gpus(),
              listed.gpus(),
              price.get(),
              LocalDate.parse(listed.until())));
    }
    committed.sort(Comparator.comparing(Commitment.Shared::until).reversed());
    return committed;
  }

  private Optional<Money> committedPrice(String product, Purchase purchase) {
    return listed(product, purchase).map(gpu -> hour(gpu).perHour());
  }

  /** What the card lists for a product and a purchase, under its own name before others. */
  private Optional<RateCardSpec.GpuPrice> listed(String product, Purchase purchase) {
    if (product.isEmpty() || !(card instanceof RateCardLookup.Usable usable)) {
      return Optional.empty();
    }
    return usable.spec().gpus().stream()
        .filter(gpu -> gpu.purchase() == purchase && GpuProducts.isSame(gpu.product(), product))
        .min(Comparator.comparing(gpu -> !gpu.product().equals(product)));
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
