package dev.breakeven.reconcile;

import dev.breakeven.advice.Caveat;
import dev.breakeven.advice.Caveat.Reason;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.ReplicaTerms;
import dev.breakeven.advice.SelfHostTerms;
import dev.breakeven.advice.Workload;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.CostPolicySpec.Prices;
import dev.breakeven.api.CostPolicySpec.Purchase;
import dev.breakeven.api.CostPolicyStatus;
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
  private final PricesAsked prices;
  private final @Nullable CostPolicyStatus previous;
  private final List<Caveat> caveats = new ArrayList<>();

  private TermsResolver(
      CostPolicy policy,
      Optional<RateCard> card,
      List<WorkloadState> states,
      PricesAsked prices,
      @Nullable CostPolicyStatus previous) {
    this.prices = prices;
    this.previous = previous;
    this.policy = policy;
    this.spec = policy.getSpec();
    this.currency = Currency.getInstance(spec.currency());
    this.states = states;
    this.card = access(card);
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
    return resolve(policy, card, states, PricesAsked.ofNobody(), null);
  }

  /**
   * The terms of one policy.
   *
   * @param policy as the API server admitted it, defaults filled in
   * @param card the rate card it names, if there is one
   * @param states its workloads, in the order of the policy
   * @param prices what OpenCost says of the nodes that their pods are on
   * @param previous the status that stands, or none: it remembers what OpenCost last said
   */
  static ResolvedTerms resolve(
      CostPolicy policy,
      Optional<RateCard> card,
      List<WorkloadState> states,
      PricesAsked prices,
      @Nullable CostPolicyStatus previous) {
    return new TermsResolver(policy, card, states, prices, previous).resolve();
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
    List<Planned> planned = planned();
    Planned common = planned.get(0);
    Optional<RateCardSpec.Offer> listed = listedOffer();
    Api api = api(listed);
    List<ResolvedWorkload> workloads =
        states.stream().map(state -> workload(state, planned)).toList();
    int least = workloads.stream().mapToInt(w -> least(w)).sum();
    int most = most(workloads);
    return new ResolvedTerms(
        spec.model(),
        currency,
        planning(),
        new SelfHostTerms(
            common.gpus(),
            pricing(planned),
            reservation(common.sought()),
            overhead(),
            selfHost.headroomPercent(),
            selfHost.redundantReplicas(),
            Math.min(most, Math.max(selfHost.minReplicas(), least)),
            most),
        api,
        constraints(),
        common.capacity(),
        workloads,
        common.price().origin(),
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

  /** What is said of a workload's replicas, else of the policy's. */
  private StatedCapacity capacity(CostPolicySpec.@Nullable Workload workload) {
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

  // ---- replicas ----

  /**
   * What one replica of a workload is: its GPUs, their price, what it does.
   *
   * @param reference which workload; none where the policy has none that can be read
   * @param gpus of one replica; where serving is split, with the share of Prefill that one replica
   *     of Decode takes, counted at the price of its own GPUs
   */
  private record Planned(
      Optional<WorkloadReference> reference,
      double gpus,
      double ownGpus,
      GpuSought sought,
      PricedGpu price,
      StatedCapacity capacity) {

    boolean isOf(WorkloadReference workload) {
      return reference.filter(workload::equals).isPresent();
    }

    Optional<Money> perHour() {
      return price.pricing() instanceof GpuPricing.Priced priced
          ? Optional.of(priced.hour().perHour().times(BigDecimal.valueOf(gpus)))
          : Optional.empty();
    }
  }

  /** The replicas that are planned, workload by workload; at least one, the first being common. */
  private List<Planned> planned() {
    List<Planned> planned = new ArrayList<>();
    List<Planned> prefill = new ArrayList<>();
    for (WorkloadState state : states) {
      if (state instanceof WorkloadState.Found found) {
        (isPrefill(found.reference()) ? prefill : planned)
            .add(replica(stated(found.reference()), List.of(found)));
      }
    }
    if (planned.isEmpty()) {
      CostPolicySpec.Workload first =
          spec.workloads().stream()
              .filter(w -> w.role() != CostPolicySpec.Role.PREFILL)
              .findFirst()
              .orElse(null);
      planned.add(replica(first, states));
    }
    sayWhatPrefillIsUnseen(prefill);
    List<Planned> whole = planned.stream().map(p -> withShareOf(prefill, p)).toList();
    sayWhatIsAssumed(whole);
    return whole;
  }

  private void sayWhatPrefillIsUnseen(List<Planned> seen) {
    for (CostPolicySpec.Workload workload : spec.workloads()) {
      if (workload.role() == CostPolicySpec.Role.PREFILL
          && seen.stream()
              .flatMap(p -> p.reference().stream())
              .noneMatch(r -> r.name().equals(workload.name()))) {
        caveats.add(
            new Caveat(
                Reason.GPU_PRODUCTS_DIFFER,
                "how many replicas of %s come with one that generates is not seen, so its GPUs are"
                        .formatted(workload.name())
                    + " not in the cost"));
      }
    }
  }

  private Planned replica(CostPolicySpec.@Nullable Workload stated, List<WorkloadState> of) {
    CostPolicySpec.Gpu gpu = gpu(stated);
    double gpus = gpusPerReplica(gpu, of);
    GpuSought sought = gpuSought(gpu, of);
    return new Planned(
        of.stream()
            .filter(WorkloadState.Found.class::isInstance)
            .map(WorkloadState::reference)
            .findFirst(),
        gpus,
        gpus,
        sought,
        gpuPrice(gpu, sought, of),
        capacity(stated));
  }

  /** What a workload says of its GPUs, and the policy where it says nothing. */
  private CostPolicySpec.Gpu gpu(CostPolicySpec.@Nullable Workload workload) {
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

  /**
   * A replica of Decode with the part of Prefill's replicas that comes with it, as they stand to
   * one another now.
   */
  private Planned withShareOf(List<Planned> prefill, Planned decode) {
    double gpus = decode.gpus();
    for (Planned other : prefill) {
      double share = prefillShare(other.reference().orElseThrow());
      double relative =
          other.price().pricing() instanceof GpuPricing.Priced its
                  && decode.price().pricing() instanceof GpuPricing.Priced own
                  && own.hour().perHour().value() > 0
              ? its.hour().perHour().value() / own.hour().perHour().value()
              : 1;
      gpus += share * other.gpus() * relative;
    }
    GpuPricing unpriced =
        prefill.stream()
            .map(p -> p.price().pricing())
            .filter(GpuPricing.Unpriced.class::isInstance)
            .findFirst()
            .orElse(decode.price().pricing());
    return new Planned(
        decode.reference(),
        gpus,
        decode.ownGpus(),
        decode.sought(),
        new PricedGpu(unpriced, decode.price().origin(), decode.price().evidence()),
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
        } else if (!isPrefill(found.reference())) {
          decode += found.replicasWanted();
        }
      }
    }
    return decode > 0 ? wanted / decode : 1;
  }

  private boolean isPrefill(WorkloadReference reference) {
    return stated(reference).role() == CostPolicySpec.Role.PREFILL;
  }

  private CostPolicySpec.Workload stated(WorkloadReference reference) {
    return spec.workloads().stream()
        .filter(w -> w.name().equals(reference.name()) && w.kind().equals(reference.kind()))
        .findFirst()
        .orElseThrow();
  }

  /** The common price, or why one of those needed is not known. */
  private static GpuPricing pricing(List<Planned> planned) {
    return planned.stream()
        .map(p -> p.price().pricing())
        .filter(GpuPricing.Unpriced.class::isInstance)
        .findFirst()
        .orElse(planned.get(0).price().pricing());
  }

  private void sayWhatIsAssumed(List<Planned> planned) {
    Planned common = planned.get(0);
    List<String> assumed =
        planned.stream()
            .filter(p -> p.ownGpus() != common.ownGpus() && p.capacity().equals(common.capacity()))
            .flatMap(p -> p.reference().stream())
            .map(WorkloadReference::toString)
            .toList();
    if (!assumed.isEmpty()) {
      caveats.add(
          new Caveat(
              Reason.GPU_PRODUCTS_DIFFER,
              "%s takes another number of GPUs a replica than %s, and one capacity is taken for"
                      .formatted(
                          String.join(", ", assumed),
                          common.reference().map(WorkloadReference::toString).orElse("the others"))
                  + " both: state capacityPerReplica of each workload"));
    }
  }

  private ReplicaTerms terms(Planned its, Planned common) {
    boolean sameCapacity =
        its.capacity().equals(common.capacity())
            || its.capacity() instanceof StatedCapacity.NotStated;
    Optional<Money> perHour = its.perHour();
    return perHour.isEmpty() || (sameCapacity && perHour.equals(common.perHour()))
        ? new ReplicaTerms.Common()
        : new ReplicaTerms.Own(
            perHour.get(), sameCapacity ? new StatedCapacity.NotStated() : its.capacity());
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

  // ---- GPUs ----

  /** GPUs of a replica: what the policy says, else what the pods request, else one. */
  private double gpusPerReplica(CostPolicySpec.Gpu gpu, List<WorkloadState> of) {
    if (gpu.perReplica() != null) {
      return gpu.perReplica().doubleValue();
    }
    Optional<WorkloadState.Found> found =
        of.stream()
            .filter(WorkloadState.Found.class::isInstance)
            .map(WorkloadState.Found.class::cast)
            .findFirst();
    if (found.isEmpty()) {
      return 1;
    }
    if (found.get().gpus() instanceof WorkloadState.GpuRequest.Requested requested) {
      return requested.gpusPerReplica();
    }
    caveats.add(
        new Caveat(
            Reason.GPU_PRICE_MISSING,
            "no pod of %s requests a GPU and the policy does not say how many a replica takes: set"
                    .formatted(found.get().reference())
                + " selfHost.gpu.perReplica"));
    return 1;
  }

  /**
   * Which GPU is to be priced.
   *
   * @param product empty where nobody says
   * @param doubts to be said where a price is picked by the purchase
   */
  private record GpuSought(
      String product, Purchase purchase, String whyNoProduct, List<Caveat> doubts) {}

  private GpuSought gpuSought(CostPolicySpec.Gpu stated, List<WorkloadState> of) {
    String product = stated.product() == null ? "" : stated.product();
    Purchase purchase = stated.purchase();
    String why = "the policy names no GPU product";
    List<Caveat> doubts = new ArrayList<>();
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
    return new GpuSought(product, purchase == null ? Purchase.ON_DEMAND : purchase, why, doubts);
  }

  private record PricedGpu(GpuPricing pricing, GpuOrigin origin, ReportedPrice.Evidence evidence) {}

  /** The policy's own price, else its rate card's, else what OpenCost says of the nodes. */
  private PricedGpu gpuPrice(CostPolicySpec.Gpu stated, GpuSought sought, List<WorkloadState> of) {
    String inline = stated.hourlyPrice();
    if (inline != null) {
      caveats.addAll(sought.doubts());
      return priced(
          hour(sought.purchase(), money(inline)),
          new GpuOrigin(sought.product(), "the policy", ""));
    }
    PricedGpu listed = listedPrice(sought);
    if (listed.pricing() instanceof GpuPricing.Unpriced why) {
      return reportedPrice(stated, sought, of, why).orElse(listed);
    }
    caveats.addAll(sought.doubts());
    return listed;
  }

  /** What OpenCost says where nobody else has a price; none where OpenCost is not read. */
  private Optional<PricedGpu> reportedPrice(
      CostPolicySpec.Gpu stated,
      GpuSought sought,
      List<WorkloadState> of,
      GpuPricing.Unpriced listed) {
    Optional<WorkloadState> workload = of.stream().filter(s -> !isPrefillAmong(s, of)).findFirst();
    if (workload.isEmpty()) {
      return Optional.empty();
    }
    ReportedPrice reported =
        ReportedPrice.of(
            workload.get().reference(),
            sought.product(),
            whereabouts(workload.get()),
            prices,
            spec.source(),
            currency,
            previous);
    if (reported instanceof ReportedPrice.NotRead) {
      return Optional.empty();
    }
    if (reported instanceof ReportedPrice.Missing missing) {
      return Optional.of(
          unpriced(
              listed.message() + "; " + missing.why(),
              listed.currencyDiffers() || missing.currencyDiffers()));
    }
    if (!runsOnWhatIsAsked(stated, workload.get())) {
      return Optional.of(
          unpriced(
              listed.message()
                  + "; OpenCost prices the GPUs that %s runs on, and the policy asks for others"
                      .formatted(workload.get().reference()),
              listed.currencyDiffers()));
    }
    ReportedPrice.Known known = (ReportedPrice.Known) reported;
    caveats.addAll(known.caveats());
    return Optional.of(
        new PricedGpu(
            new GpuPricing.Priced(known.hour()),
            new GpuOrigin(sought.product(), known.source(), known.evidence().at()),
            known.evidence()));
  }

  private boolean isPrefillAmong(WorkloadState state, List<WorkloadState> several) {
    return several.size() > 1 && isPrefill(state.reference());
  }

  private static WorkloadState.Whereabouts whereabouts(WorkloadState state) {
    return state instanceof WorkloadState.Found found
        ? found.whereabouts()
        : new WorkloadState.Whereabouts.Unknown(((WorkloadState.Missing) state).message());
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
        || ((stated.product() == null || stated.product().equals(labelled.product()))
            && (stated.purchase() == null || mayBe(stated.purchase(), labelled.purchase())));
  }

  private static boolean mayBe(Purchase asked, WorkloadState.PurchaseLabel label) {
    if (label instanceof WorkloadState.PurchaseLabel.Mixed) {
      return false;
    }
    return !(label instanceof WorkloadState.PurchaseLabel.Labelled labelled)
        || labelled.purchase() == asked;
  }

  private static PricedGpu priced(GpuHour hour, GpuOrigin origin) {
    return new PricedGpu(new GpuPricing.Priced(hour), origin, ReportedPrice.Evidence.NONE);
  }

  private PricedGpu listedPrice(GpuSought sought) {
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
            .map(g -> priced(hour(g), origin(g)))
            .orElseGet(
                () ->
                    unpriced(
                        "RateCard %s has no %s price for GPU product %s"
                            .formatted(spec.rateCard(), label(sought.purchase()), sought.product()),
                        false));
  }

  private GpuOrigin origin(RateCardSpec.GpuPrice price) {
    String source = "RateCard " + spec.rateCard();
    return new GpuOrigin(
        price.product(),
        price.source() == null ? source : source + ": " + price.source(),
        Objects.requireNonNullElse(price.asOf(), ""));
  }

  private static PricedGpu unpriced(String message, boolean currencyDiffers) {
    return new PricedGpu(
        new GpuPricing.Unpriced(message, currencyDiffers),
        GpuOrigin.NONE,
        ReportedPrice.Evidence.NONE);
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

  private ResolvedWorkload workload(WorkloadState state, List<Planned> planned) {
    WorkloadReference reference = state.reference();
    CostPolicySpec.Workload stated = stated(reference);
    if (state instanceof WorkloadState.Missing missing) {
      caveats.add(new Caveat(Reason.WORKLOAD_NOT_FOUND, missing.message()));
      // What OpenCost last said of it is remembered for when it is found again.
      Optional<ReportedPrice.Known> last =
          ReportedPrice.last(reference, "", spec.source(), currency, previous);
      return new ResolvedWorkload(
          reference.apiVersion(),
          reference.kind(),
          reference.name(),
          "",
          null,
          last.map(known -> known.hour().perHour()).orElse(null),
          last.map(ReportedPrice.Known::evidence).orElse(ReportedPrice.Evidence.NONE),
          null,
          false,
          missing.message());
    }
    WorkloadState.Found found = (WorkloadState.Found) state;
    boolean isPrefill = stated.role() == CostPolicySpec.Role.PREFILL;
    Planned its =
        planned.stream()
            .filter(p -> p.isOf(reference))
            .findFirst()
            .orElseGet(() -> replica(stated, List.of(found)));
    Integer min = stated.minReplicas();
    Integer max = stated.maxReplicas();
    return new ResolvedWorkload(
        reference.apiVersion(),
        reference.kind(),
        reference.name(),
        its.sought().product(),
        BigDecimal.valueOf(its.ownGpus()).setScale(3, RoundingMode.HALF_UP),
        its.price().pricing() instanceof GpuPricing.Priced priced ? priced.hour().perHour() : null,
        its.price().evidence(),
        new Workload(
            reference.kind(),
            reference.name(),
            found.replicasWanted(),
            found.replicasReady(),
            min == null ? 0 : min,
            max == null ? spec.selfHost().maxReplicas() : max,
            isPrefill ? new ReplicaTerms.Common() : terms(its, planned.get(0))),
        isPrefill,
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
