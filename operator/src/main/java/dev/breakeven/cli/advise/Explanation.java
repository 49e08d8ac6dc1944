package dev.breakeven.cli.advise;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Breakeven;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
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
import java.util.Map;
import java.util.stream.Collectors;

/** An answer, number by number: what it is, how it is worked out, and from what. */
final class Explanation {

  private static final double HOURS_PER_MONTH = 730;
  private static final int NAME_WIDTH = 26;

  private final EvaluatedPolicy evaluated;
  private final Map<QueryCatalog, String> promql;
  private final StringBuilder out = new StringBuilder();

  private Explanation(EvaluatedPolicy evaluated, Map<QueryCatalog, String> promql) {
    this.evaluated = evaluated;
    this.promql = promql;
  }

  /**
   * The explanation as text.
   *
   * @param promql the PromQL sent to the policy's source, by query; empty if there is no source
   */
  static String of(EvaluatedPolicy evaluated, Map<QueryCatalog, String> promql) {
    Explanation explanation = new Explanation(evaluated, promql);
    explanation.all();
    return explanation.out.toString();
  }

  private void all() {
    line(
        "policy %s/%s"
            .formatted(
                evaluated.policy().getMetadata().getNamespace(),
                evaluated.policy().getMetadata().getName()));
    CostPolicyStatus.Advice said = evaluated.status().advice();
    line(said == null || said.summary() == null ? "no answer" : said.summary());
    if (evaluated.evaluation() instanceof PolicyEvaluation.Unanswered unanswered) {
      unanswered.issues().forEach(this::issue);
      return;
    }
    PolicyEvaluation.Answered answered = (PolicyEvaluation.Answered) evaluated.evaluation();
    traffic(answered.advice());
    gpus(answered.input());
    capacity(answered.advice());
    api(answered.input());
    bills(answered.advice());
    breakeven(answered.advice());
    saving(answered.advice());
    title("What is assumed or missing");
    answered.advice().issues().stream().distinct().forEach(this::issue);
  }

  private void issue(Issue issue) {
    line("  " + issue.reason().label() + ": " + Words.of(issue));
  }

  private void traffic(Advice advice) {
    title("Traffic");
    fact(
        "window",
        advice.basis().observed().window().from()
            + " to "
            + advice.basis().observed().window().to());
    fact(
        "known",
        Phrases.percent(advice.basis().observed().window().coveragePercent()) + " of its steps");
    if (advice.basis().observed().tokens().demand() instanceof Estimate.Found<TokenRates> demand) {
      rate("input, not cached", demand.value().uncachedInput());
      because("mean over the window of prompt tokens - cached tokens", QueryCatalog.INPUT_TOKENS);
      rate("input, cached", demand.value().cachedInput());
      because("mean over the window", QueryCatalog.CACHED_TOKENS);
      rate("output", demand.value().output());
      because("mean over the window", QueryCatalog.OUTPUT_TOKENS);
    } else {
      fact("tokens", why(advice.basis().observed().tokens().demand()));
    }
    if (advice.basis().observed().tokens().perMonth() instanceof Estimate.Found<Double> tokens) {
      fact("tokens a month", Phrases.whole(tokens.value()));
      formula("tokens/s x 3,600 s x 730 h");
    }
    if (advice.basis().observed().requests().perSecond()
        instanceof Estimate.Found<Double> requests) {
      fact("requests", Phrases.decimal(requests.value(), 2) + " a second");
      because("mean over the window", QueryCatalog.REQUESTS);
    }
    if (advice.basis().observed().replicas().held() instanceof Estimate.Found<Double> held) {
      fact("replicas held", Phrases.decimal(held.value(), 2));
      because("mean over the window", QueryCatalog.REPLICAS);
    }
  }

  private void rate(String name, double tokensPerSecond) {
    fact(name, Phrases.decimal(tokensPerSecond, 1) + " tokens/s");
  }

  private void because(String formula, QueryCatalog query) {
    formula(formula);
    String expression = promql.get(query);
    if (expression != null) {
      line("    PromQL   " + expression);
    }
  }

  private void gpus(AdvisorInput input) {
    title("GPUs");
    ResolvedTerms.GpuOrigin origin = evaluated.terms().gpu();
    if (input.selfHost().gpu() instanceof GpuPricing.Priced priced) {
      Money hour = priced.hour().perHour();
      fact("a GPU hour", hour.listed() + " " + hour.currency());
      formula(hourFormula(priced.hour()));
      fact("price of", product(origin.product()) + ", " + purchase(priced.hour()));
      fact("read from", origin.source() + dated(origin.asOf()));
      fact("GPUs a replica", Phrases.decimal(input.selfHost().gpusPerReplica(), 2));
      fact(
          "a replica, a month",
          money(hour.value() * input.selfHost().gpusPerReplica() * HOURS_PER_MONTH, hour));
      formula("GPU hour x GPUs a replica x 730 h");
    } else {
      fact(
          "a GPU hour",
          "not known: " + Words.of(((GpuPricing.Unpriced) input.selfHost().gpu()).message()));
    }
    for (ResolvedTerms.ResolvedWorkload workload : evaluated.terms().workloads()) {
      String price =
          workload.gpuHour() == null ? "no price" : workload.gpuHour().listed() + " an hour";
      fact(
          workload.kind() + " " + workload.name(),
          "%s GPUs a replica, %s, %s%s"
              .formatted(
                  workload.gpusPerReplica() == null
                      ? "?"
                      : workload.gpusPerReplica().stripTrailingZeros().toPlainString(),
                  product(workload.gpuProduct()),
                  price,
                  workload.workload() == null
                      ? ""
                      : ", %d replicas wanted, %d ready"
                          .formatted(
                              workload.workload().replicasWanted(),
                              workload.workload().replicasReady())));
    }
    for (OverheadPart part : input.selfHost().monthlyOverhead()) {
      if (part.perMonth().amount().signum() == 0) {
        continue;
      }
      fact(part.name(), money(part.perMonth()) + " a month, from the policy");
    }
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

  private static String purchase(GpuHour hour) {
    return hour.getClass().getSimpleName();
  }

  private static String product(String product) {
    return product.isEmpty() ? "no product named" : product;
  }

  private static String dated(String asOf) {
    return asOf.isEmpty() ? ", no date stated" : ", as of " + asOf;
  }

  private void capacity(Advice advice) {
    title("What one replica sustains");
    if (advice.basis().capacity() instanceof CapacityEvidence.Known known) {
      Capacity most = known.capacity();
      fact("how it is known", evidence(known));
      fact("input alone", Phrases.decimal(most.inputTokensPerSecond(), 0) + " tokens/s");
      fact("output alone", Phrases.decimal(most.outputTokensPerSecond(), 0) + " tokens/s");
      formula("load of a step = input / input alone + output / output alone + context term");
    } else {
      fact("capacity", "not known");
    }
    if (advice.basis().observed().replicas().utilizationPercent()
        instanceof Estimate.Found<Double> used) {
      fact("utilisation", Phrases.percent(used.value()));
      formula("load / replicas held, mean over the window");
    }
    if (advice.basis().observed().gpuUtilizationPercent() instanceof Estimate.Found<Double> busy) {
      fact("GPU busy", Phrases.percent(busy.value()) + " of the time; no measure of load");
      because("mean over the window", QueryCatalog.GPU_UTILIZATION);
    }
  }

  private static String evidence(CapacityEvidence.Known known) {
    return known.getClass().getSimpleName();
  }

  private void api(AdvisorInput input) {
    title("API");
    if (!(input.api() instanceof Api.Offered offered)) {
      fact("offer", "none");
      return;
    }
    Offer offer = offered.offer();
    fact("offer", offer.name());
    fact("input, 1M tokens", price(offer.prices().inputPerMillion()));
    fact("cached input, 1M", price(offer.prices().cachedInputPerMillion()));
    fact("output, 1M tokens", price(offer.prices().outputPerMillion()));
    if (offer.read() instanceof Offer.PriceRead.On on) {
      fact(
          "read",
          on.asOf() + (on.source().isEmpty() ? ", no source stated" : " at " + on.source()));
    } else {
      fact("read", "no date stated");
    }
    if (offer.discountPercent() > 0) {
      fact("discount", Phrases.percent(offer.discountPercent()));
    }
  }

  private static String price(Money money) {
    return money.listed() + " " + money.currency();
  }

  private void bills(Advice advice) {
    title("Bills of a month (730 h)");
    for (Alternative alternative : advice.comparison().alternatives()) {
      Alternative.MonthlyBill bill = alternative.bill();
      fact(
          alternative.kind().label(),
          "%s = GPUs %s + people %s + API %s%s"
              .formatted(
                  money(bill.total()),
                  money(bill.gpus()),
                  money(bill.people()),
                  money(bill.api()),
                  alternative.feasibility() instanceof Alternative.Feasibility.Infeasible not
                      ? "; does not serve all: " + Words.of(not.message())
                      : ""));
      formula(replicas(alternative));
    }
  }

  private static String replicas(Alternative alternative) {
    String gpus =
        alternative.replicas() instanceof Alternative.ReplicaPlan.Fixed fixed
            ? "%d replicas x a replica's month".formatted(fixed.replicas())
            : alternative.replicas() instanceof Alternative.ReplicaPlan.Following following
                ? "%s replicas on average (%d to %d) x a replica's month"
                    .formatted(
                        Phrases.decimal(following.mean(), 2), following.least(), following.most())
                : "replicas by hour of the week x a replica's hour";
    return gpus + " + people + tokens above them x the API's prices";
  }

  private void breakeven(Advice advice) {
    title("Breakeven");
    if (advice.costs().breakeven() instanceof Estimate.Found<Breakeven> found) {
      Breakeven point = found.value();
      fact(
          "breakeven",
          Phrases.percent(point.utilization().percent())
              + " of "
              + Phrases.replicas(point.replicas()));
      formula("(GPUs + people) / what the API would charge if they were busy all the time");
      fact(
          "at breakeven",
          Phrases.decimal(point.breakevenTokensPerSecond(), 0) + " tokens/s of the mix seen");
      fact(
          "they may serve",
          Phrases.decimal(point.capacityTokensPerSecond(), 0)
              + " tokens/s with headroom and spares kept, which is "
              + Phrases.percent(point.reachableMaxPercent()));
    } else {
      fact("breakeven", why(advice.costs().breakeven()));
    }
  }

  private void saving(Advice advice) {
    title("Verdict");
    fact(
        "verdict",
        advice.decision().verdict().label() + ": " + Words.of(advice.decision().message()));
    fact(
        "action",
        advice.recommendation().action().label()
            + ": "
            + Words.of(advice.recommendation().message()));
    if (advice.savings().monthly() instanceof Estimate.Found<Advice.Saving> saving) {
      fact(
          "saving a month",
          "%s, between %s and %s in 9 cases of 10"
              .formatted(
                  money(saving.value().expected()),
                  money(saving.value().low()),
                  money(saving.value().high())));
      formula("today's bill - the bill of what is advised; bounds from days drawn again");
    } else {
      fact("saving a month", why(advice.savings().monthly()));
    }
  }

  private static String why(Estimate<?> estimate) {
    return "not known: " + Words.of(((Estimate.NotFound<?>) estimate).why());
  }

  private static String money(Money money) {
    return Phrases.money(money);
  }

  private static String money(double amount, Money like) {
    return Phrases.money(amount, like.currency());
  }

  private void title(String title) {
    out.append('\n');
    line(title);
  }

  private void fact(String name, String value) {
    line("  " + name + " ".repeat(Math.max(1, NAME_WIDTH - name.length())) + value);
  }

  private void formula(String formula) {
    line("    formula  " + formula);
  }

  private void line(String text) {
    out.append(text.lines().collect(Collectors.joining(" ")).stripTrailing()).append('\n');
  }
}
