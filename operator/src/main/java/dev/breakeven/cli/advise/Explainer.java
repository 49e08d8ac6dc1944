package dev.breakeven.cli.advise;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Breakeven;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.cli.advise.Explanation.Fact;
import dev.breakeven.cli.advise.Explanation.Section;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.cli.evaluation.PolicyIssue;
import dev.breakeven.operator.evaluation.PolicyEvaluation;
import dev.breakeven.price.Api;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.price.Offer;
import dev.breakeven.price.OverheadPart;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.render.words.Phrases;
import dev.breakeven.render.words.Words;
import dev.breakeven.terms.ResolvedTerms;
import dev.breakeven.traffic.TokenRates;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes an answer apart into its numbers.
 *
 * @param promql the PromQL sent to the policy's source, by query; empty if there is no source
 */
record Explainer(EvaluatedPolicy evaluated, Map<QueryCatalog, String> promql) {

  Explanation explanation() {
    CostPolicyStatus.@Nullable Advice said = evaluated.status().advice();
    boolean isAnswered = evaluated.evaluation() instanceof PolicyEvaluation.Answered;
    return new Explanation(
        evaluated.policy().getMetadata().getNamespace(),
        evaluated.policy().getMetadata().getName(),
        said == null ? null : said.summary(),
        isAnswered ? sections((PolicyEvaluation.Answered) evaluated.evaluation()) : List.of(),
        evaluated.issues().stream().map(PolicyIssue::of).toList());
  }

  private List<Section> sections(PolicyEvaluation.Answered answered) {
    AdvisorInput input = answered.input();
    Advice advice = answered.advice();
    return List.of(
        new Section("traffic", "Traffic", traffic(advice)),
        new Section("gpus", "GPUs", gpus(input)),
        new Section("capacity", "What one replica sustains", capacity(advice)),
        new Section("api", "API", api(input)),
        new Section("bills", "Bills of a month (730 h)", bills(advice)),
        new Section("breakeven", "Breakeven", breakeven(advice)),
        new Section("verdict", "Verdict", verdict(advice)));
  }

  /** Adds what is made of an estimate, where there is one. */
  private static <T> void known(List<Fact> facts, Estimate<T> estimate, Function<T, Fact> fact) {
    estimate.found().map(fact).ifPresent(facts::add);
  }

  private Fact read(Fact fact, String formula, QueryCatalog query) {
    return fact.by(formula).readBy(promql.get(query));
  }

  private List<Fact> traffic(Advice advice) {
    var observed = advice.basis().observed();
    String window = observed.window().from() + " to " + observed.window().to();
    List<Fact> facts = new ArrayList<>();
    facts.add(Fact.words("window", "window", window));
    facts.add(Fact.percent("known", "known", observed.window().coveragePercent(), " of its steps"));
    if (observed.tokens().demand() instanceof Estimate.Found<TokenRates> demand) {
      tokens(facts, demand.value());
    } else {
      facts.add(unknown("tokens", "tokens", observed.tokens().demand()));
    }
    known(
        facts,
        observed.tokens().perMonth(),
        tokens ->
            Fact.number("tokensPerMonth", "tokens a month", tokens, 0, "tokens")
                .by("tokens/s x 3,600 s x 730 h"));
    known(
        facts,
        observed.requests().perSecond(),
        rate ->
            read(
                Fact.number("requests", "requests", rate, 2, "requests/s"),
                "mean over the window",
                QueryCatalog.REQUESTS));
    known(
        facts,
        observed.replicas().held(),
        held ->
            read(
                Fact.number("replicasHeld", "replicas held", held, 2, "replicas"),
                "mean over the window",
                QueryCatalog.REPLICAS));
    return facts;
  }

  private void tokens(List<Fact> facts, TokenRates demand) {
    facts.add(
        read(
            Fact.number(
                "uncachedInput", "input, not cached", demand.uncachedInput(), 1, "tokens/s"),
            "mean over the window of prompt tokens - cached tokens",
            QueryCatalog.INPUT_TOKENS));
    facts.add(
        read(
            Fact.number("cachedInput", "input, cached", demand.cachedInput(), 1, "tokens/s"),
            "mean over the window",
            QueryCatalog.CACHED_TOKENS));
    facts.add(
        read(
            Fact.number("output", "output", demand.output(), 1, "tokens/s"),
            "mean over the window",
            QueryCatalog.OUTPUT_TOKENS));
  }

  private List<Fact> gpus(AdvisorInput input) {
    List<Fact> facts = new ArrayList<>();
    if (input.selfHost().gpu() instanceof GpuPricing.Priced priced) {
      gpuHour(facts, priced.hour(), input.selfHost().gpusPerReplica());
    } else {
      facts.add(
          Fact.unknown(
              "gpuHour",
              "a GPU hour",
              Words.of(((GpuPricing.Unpriced) input.selfHost().gpu()).message())));
    }
    evaluated.terms().workloads().forEach(workload -> facts.add(workload(workload)));
    for (OverheadPart part : input.selfHost().monthlyOverhead()) {
      if (part.perMonth().amount().signum() != 0) {
        facts.add(
            Fact.money(part.name(), part.name(), part.perMonth(), " a month, from the policy"));
      }
    }
    return facts;
  }

  private void gpuHour(List<Fact> facts, GpuHour hour, double gpusPerReplica) {
    ResolvedTerms.GpuOrigin origin = evaluated.terms().gpu();
    Money perHour = hour.perHour();
    facts.add(Fact.price("gpuHour", "a GPU hour", perHour).by(hourFormula(hour)));
    facts.add(
        Fact.words(
            "priceOf",
            "price of",
            product(origin.product()) + ", " + hour.getClass().getSimpleName()));
    facts.add(Fact.words("readFrom", "read from", origin.source() + dated(origin.asOf())));
    facts.add(Fact.number("gpusPerReplica", "GPUs a replica", gpusPerReplica, 2, "GPUs"));
    facts.add(
        Fact.money(
                "replicaPerMonth",
                "a replica, a month",
                Money.rounded(
                    perHour.value() * gpusPerReplica * ReplicaCostModel.HOURS_PER_MONTH,
                    2,
                    perHour.currency()),
                "")
            .by("GPU hour x GPUs a replica x 730 h"));
  }

  /** What one workload runs on; null is not known. */
  private record RunsOn(
      @Nullable String gpusPerReplica,
      String gpuProduct,
      @Nullable String gpuHour,
      @Nullable Integer replicasWanted,
      @Nullable Integer replicasReady) {}

  private static Fact workload(ResolvedTerms.ResolvedWorkload workload) {
    @Nullable String gpus =
        workload.gpusPerReplica() == null
            ? null
            : workload.gpusPerReplica().stripTrailingZeros().toPlainString();
    @Nullable String hour = workload.gpuHour() == null ? null : workload.gpuHour().listed();
    var replicas = workload.workload();
    return Fact.of(
        workload.kind() + "/" + workload.name(),
        workload.kind() + " " + workload.name(),
        new RunsOn(
            gpus,
            workload.gpuProduct(),
            hour,
            replicas == null ? null : replicas.replicasWanted(),
            replicas == null ? null : replicas.replicasReady()),
        null,
        "%s GPUs a replica, %s, %s%s"
            .formatted(
                gpus == null ? "?" : gpus,
                product(workload.gpuProduct()),
                hour == null ? "no price" : hour + " an hour",
                replicas == null
                    ? ""
                    : ", %d replicas wanted, %d ready"
                        .formatted(replicas.replicasWanted(), replicas.replicasReady())));
  }

  private static String hourFormula(GpuHour hour) {
    return hour instanceof GpuHour.Owned owned
        ? "%s / (%s years x 8,760 h) + maintenance %s %% a year / 8,760 h + %s W / 1,000 x %s x PUE %s"
            .formatted(
                owned.purchase().listed(),
                owned.lifeYears().toPlainString(),
                owned.maintenancePercentPerYear().toPlainString(),
                owned.watts().toPlainString(),
                owned.perKilowattHour().listed(),
                owned.powerUsageEffectiveness().toPlainString())
        : "as stated";
  }

  private static String product(String product) {
    return product.isEmpty() ? "no product named" : product;
  }

  private static String dated(String asOf) {
    return asOf.isEmpty() ? ", no date stated" : ", as of " + asOf;
  }

  private List<Fact> capacity(Advice advice) {
    List<Fact> facts = new ArrayList<>();
    if (advice.basis().capacity() instanceof CapacityEvidence.Known known) {
      Capacity most = known.capacity();
      facts.add(Fact.words("evidence", "how it is known", known.getClass().getSimpleName()));
      facts.add(Fact.number("input", "input alone", most.inputTokensPerSecond(), 0, "tokens/s"));
      facts.add(
          Fact.number("output", "output alone", most.outputTokensPerSecond(), 0, "tokens/s")
              .by("load of a step = input / input alone + output / output alone + context term"));
    } else {
      facts.add(Fact.words("evidence", "how it is known", "not known"));
    }
    known(
        facts,
        advice.basis().observed().replicas().utilizationPercent(),
        used ->
            Fact.percent("utilization", "utilisation", used, "")
                .by("load / replicas held, mean over the window"));
    known(
        facts,
        advice.basis().observed().gpuUtilizationPercent(),
        busy ->
            read(
                Fact.percent("gpuBusy", "GPU busy", busy, " of the time; no measure of load"),
                "mean over the window",
                QueryCatalog.GPU_UTILIZATION));
    return facts;
  }

  private static List<Fact> api(AdvisorInput input) {
    if (!(input.api() instanceof Api.Offered offered)) {
      return List.of(Fact.words("offer", "offer", "none"));
    }
    Offer offer = offered.offer();
    List<Fact> facts = new ArrayList<>();
    facts.add(Fact.words("offer", "offer", offer.name()));
    facts.add(Fact.price("inputPerMillion", "input, 1M tokens", offer.prices().inputPerMillion()));
    facts.add(
        Fact.price(
            "cachedInputPerMillion", "cached input, 1M", offer.prices().cachedInputPerMillion()));
    facts.add(
        Fact.price("outputPerMillion", "output, 1M tokens", offer.prices().outputPerMillion()));
    facts.add(
        Fact.words(
            "read",
            "read",
            offer.read() instanceof Offer.PriceRead.On on
                ? on.asOf() + (on.source().isEmpty() ? ", no source stated" : " at " + on.source())
                : "no date stated"));
    if (offer.discountPercent() > 0) {
      facts.add(Fact.percent("discount", "discount", offer.discountPercent(), ""));
    }
    return facts;
  }

  /** A month's bill; tokens that nobody would serve are named in the message. */
  private record Bill(
      String total,
      String gpus,
      String people,
      String api,
      boolean feasible,
      @Nullable String message) {}

  private static List<Fact> bills(Advice advice) {
    return advice.comparison().alternatives().stream().map(Explainer::bill).toList();
  }

  private static Fact bill(Alternative alternative) {
    Alternative.MonthlyBill bill = alternative.bill();
    @Nullable String why =
        alternative.feasibility() instanceof Alternative.Feasibility.Infeasible not
            ? Words.of(not.message())
            : null;
    String text =
        "%s = GPUs %s + people %s + API %s%s"
            .formatted(
                Phrases.money(bill.total()),
                Phrases.money(bill.gpus()),
                Phrases.money(bill.people()),
                Phrases.money(bill.api()),
                why == null ? "" : "; does not serve all: " + why);
    return Fact.of(
            alternative.kind().label(),
            alternative.kind().label(),
            new Bill(
                Explanation.cents(bill.total()),
                Explanation.cents(bill.gpus()),
                Explanation.cents(bill.people()),
                Explanation.cents(bill.api()),
                why == null,
                why),
            bill.total().currency().getCurrencyCode(),
            text)
        .by(billFormula(alternative));
  }

  private static String billFormula(Alternative alternative) {
    String gpus =
        alternative.replicas() instanceof Alternative.ReplicaPlan.Fixed fixed
            ? Phrases.replicas(fixed.replicas()) + " x a replica's month"
            : alternative.replicas() instanceof Alternative.ReplicaPlan.Following following
                ? "%s replicas on average (%d to %d) x a replica's month"
                    .formatted(
                        Phrases.decimal(following.mean(), 2), following.least(), following.most())
                : "replicas by hour of the week x a replica's hour";
    return gpus + " + people + tokens above them x the API's prices";
  }

  private static List<Fact> breakeven(Advice advice) {
    if (!(advice.costs().breakeven() instanceof Estimate.Found<Breakeven> found)) {
      return List.of(unknown("utilization", "breakeven", advice.costs().breakeven()));
    }
    Breakeven point = found.value();
    return List.of(
        Fact.percent(
                "utilization",
                "breakeven",
                point.utilization().percent(),
                " of " + Phrases.replicas(point.replicas()))
            .by("(GPUs + people) / what the API would charge if they were busy all the time"),
        Fact.number(
                "tokensPerSecond", "at breakeven", point.breakevenTokensPerSecond(), 0, "tokens/s")
            .said(" of the mix seen"),
        Fact.number(
                "capacityTokensPerSecond",
                "they may serve",
                point.capacityTokensPerSecond(),
                0,
                "tokens/s")
            .said(
                " with headroom and spares kept, which is "
                    + Phrases.percent(point.reachableMaxPercent())));
  }

  private static List<Fact> verdict(Advice advice) {
    String verdict = advice.decision().verdict().label();
    String action = advice.recommendation().action().label();
    Estimate<Fact> saving = advice.savings().monthly().map(Explainer::saving);
    return List.of(
        Fact.of(
            "verdict",
            "verdict",
            verdict,
            null,
            verdict + ": " + Words.of(advice.decision().message())),
        Fact.of(
            "action",
            "action",
            action,
            null,
            action + ": " + Words.of(advice.recommendation().message())),
        saving.found().orElseGet(() -> unknown("monthlySaving", "saving a month", saving)));
  }

  /** A saving and the bounds that it is between in 9 cases of 10. */
  private record Interval(String expected, String low, String high) {}

  private static Fact saving(Advice.Saving saving) {
    return Fact.of(
            "monthlySaving",
            "saving a month",
            new Interval(
                Explanation.cents(saving.expected()),
                Explanation.cents(saving.low()),
                Explanation.cents(saving.high())),
            saving.expected().currency().getCurrencyCode(),
            "%s, between %s and %s in 9 cases of 10"
                .formatted(
                    Phrases.money(saving.expected()),
                    Phrases.money(saving.low()),
                    Phrases.money(saving.high())))
        .by("today's bill - the bill of what is advised; bounds from days drawn again");
  }

  private static Fact unknown(String key, String label, Estimate<?> estimate) {
    Issue why = ((Estimate.NotFound<?>) estimate).why();
    return Fact.unknown(key, label, Words.of(why));
  }
}
