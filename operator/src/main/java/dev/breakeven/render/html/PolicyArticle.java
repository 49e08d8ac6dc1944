package dev.breakeven.render.html;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Advice.ConstraintCost;
import dev.breakeven.advice.Advice.CostOfHour;
import dev.breakeven.advice.Advice.Saving;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Breakeven;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.ScenarioFinding;
import dev.breakeven.advice.costing.AnsweredWindow;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.WorkloadAllocation;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.render.words.Summary;
import dev.breakeven.render.words.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One policy's part of the page, in words and figures ready for the template {@code policy.html};
 * nothing in it is escaped, the template does that.
 */
record PolicyArticle(
    String id,
    int index,
    String name,
    String model,
    String currency,
    String window,
    String summary,
    String verdict,
    String verdictClass,
    String message,
    String rule,
    String since,
    String pending,
    List<Tile> tiles,
    List<CaveatList> warnings,
    AlternativeCosts costs,
    Section<BreakevenCurve> breakeven,
    Section<TrafficCurve> traffic,
    Section<LoadCurve> duration,
    String hiddenCostsOf,
    List<HiddenCostLine> hiddenCosts,
    FactList beside,
    Section<ProofBars> proof,
    List<ChangeRow> changes,
    FactList observed,
    List<TermFacts.Group> terms,
    List<CaveatLine> caveats) {

  /** One of the figures that stand first. */
  record Tile(String label, String value, boolean known, String detail) {}

  record CaveatLine(String weight, String weightClass, String reason, String message) {}

  record CaveatList(List<CaveatLine> items) {}

  record ChangeRow(String at, String verdict, String replicas, String reason, String message) {}

  static PolicyArticle of(int index, ReportedPolicy policy) {
    AdvisorInput question = policy.question();
    Advice advice = policy.advice();
    AnsweredWindow window = AnsweredWindow.of(question);
    Optional<Alternative> advised = advised(advice);
    List<CaveatLine> heavy =
        advice.caveats().stream()
            .filter(c -> c.reason().weight() != Issue.Weight.INFORMS)
            .map(PolicyArticle::line)
            .toList();
    return new PolicyArticle(
        "policy-" + (index + 1),
        index,
        policy.title(),
        question.model(),
        question.currency().getCurrencyCode(),
        HtmlFormat.minute(advice.observed().from())
            + " to "
            + HtmlFormat.time(advice.observed().to()),
        Summary.of(advice).replace(" %", "\u00a0%"),
        Wording.of(advice.verdict()),
        Wording.styleOf(advice.verdict()),
        HtmlFormat.paragraph(Words.of(advice.message())),
        advice.reason().label(),
        HtmlFormat.time(advice.since()),
        pending(advice.pending()),
        tiles(advice),
        heavy.isEmpty() ? List.of() : List.of(new CaveatList(heavy)),
        AlternativeCosts.of(
            advice.capacity() instanceof CapacityEvidence.Known ? advice.alternatives() : List.of(),
            advised),
        breakeven(question, advice),
        TrafficCurve.of(window.history(), question, advice, advised),
        duration(question, advice, window),
        question.replicasNow() > 0
            ? "today's " + HtmlFormat.replicas(question.replicasNow())
            : "own GPUs, used in the best way,",
        HiddenCostLine.of(advice.hiddenCosts()),
        beside(advice),
        advice.proof() instanceof Estimate.Found<Advice.Proof> proof
            ? Section.of(ProofBars.of(proof.value(), advice.score(), heldBack(advice)))
            : Section.absent(((Estimate.NotFound<Advice.Proof>) advice.proof()).why()),
        advice.changes().stream().map(PolicyArticle::row).toList(),
        ObservationFacts.of(advice.observed()),
        TermFacts.of(question, advice.capacity()),
        advice.caveats().stream()
            .filter(c -> c.reason().weight() == Issue.Weight.INFORMS)
            .map(PolicyArticle::line)
            .toList());
  }

  boolean hasHiddenCosts() {
    return !hiddenCosts.isEmpty();
  }

  boolean hasChanges() {
    return !changes.isEmpty();
  }

  boolean hasCaveats() {
    return !caveats.isEmpty();
  }

  /** The alternative that the advice follows. */
  private static Optional<Alternative> advised(Advice advice) {
    return advice.chosen() instanceof Estimate.Found<Alternative.Kind> chosen
        ? advice.alternative(chosen.value())
        : Optional.empty();
  }

  private static String pending(PreviousDecision.Pending pending) {
    return pending instanceof PreviousDecision.Pending.Considering c
        ? "Under consideration since "
            + HtmlFormat.time(c.since())
            + ": "
            + Wording.of(c.verdict())
            + " with "
            + HtmlFormat.replicas(c.replicas())
            + "."
        : "";
  }

  /** What is advised may lag behind what the replay decides, and its money is the replay's. */
  private static String heldBack(Advice advice) {
    int advised = advice.recommendation().replicasAdvised();
    return advice.pending() instanceof PreviousDecision.Pending.Considering c
            && c.replicas() != advised
        ? " The replay goes on with "
            + HtmlFormat.replicas(c.replicas())
            + "; what is advised now stays at "
            + HtmlFormat.replicas(advised)
            + " until that has been the better answer for long enough."
        : "";
  }

  private static List<Tile> tiles(Advice advice) {
    List<Tile> tiles = new ArrayList<>();
    tiles.add(
        tile(
            Fact.of(
                "Saving by following the advice",
                advice.monthlySaving(),
                s -> HtmlFormat.money(s.expected()) + " / month",
                saving(advice.monthlySaving()))));
    tiles.add(
        new Tile(
            "Do next",
            Wording.next(advice.recommendation()),
            true,
            HtmlFormat.paragraph(Words.of(advice.recommendation().message()))));
    tiles.add(costTile(advice.cost()));
    tiles.add(utilizationTile(advice.breakeven(), advice.observed().utilizationPercent()));
    tiles.add(burstTile(advice.recommendation().burst()));
    tiles.add(
        new Tile(
            "Confidence in the verdict",
            advice.confidence().label(),
            true,
            "From the spread of the saving over resampled days, the coverage of the data, and the"
                + " caveats below."));
    return tiles;
  }

  private static Tile tile(Fact fact) {
    return new Tile(fact.label(), fact.value(), fact.known(), fact.source());
  }

  private static String saving(Estimate<Saving> saving) {
    return saving instanceof Estimate.Found<Saving> s
        ? "Against going on as now. Resampling whole days, 9 weeks in 10 save between "
            + HtmlFormat.money(s.value().low())
            + " and "
            + HtmlFormat.money(s.value().high())
            + " a month."
        : "";
  }

  private static Tile costTile(Estimate<CostOfHour> cost) {
    String label = "Cost per 1M tokens, ours and the API's";
    if (cost instanceof Estimate.NotFound<CostOfHour> none) {
      return tile(Fact.of(label, none, c -> "", ""));
    }
    CostOfHour hour = ((Estimate.Found<CostOfHour>) cost).value();
    return new Tile(
        label,
        price(hour.effectivePerMillion()) + " / " + price(hour.apiPerMillion()),
        true,
        "In the hour from "
            + HtmlFormat.time(hour.from())
            + ": "
            + HtmlFormat.price(hour.hourlyCost())
            + " for "
            + HtmlFormat.count(hour.tokens())
            + " tokens, people and idle GPUs included. GPUs alone: "
            + price(hour.gpuOnlyPerMillion())
            + ".");
  }

  private static String price(Estimate<Money> price) {
    return price instanceof Estimate.Found<Money> found
        ? HtmlFormat.price(found.value())
        : "not known";
  }

  private static Tile utilizationTile(Estimate<Breakeven> breakeven, Estimate<Double> now) {
    String label = "Utilisation, now and to break even";
    if (breakeven instanceof Estimate.NotFound<Breakeven> none) {
      return tile(Fact.of(label, none, b -> "", ""));
    }
    Breakeven b = ((Estimate.Found<Breakeven>) breakeven).value();
    return new Tile(
        label,
        utilization(now) + " / " + HtmlFormat.percent(b.utilization().percent()),
        true,
        "Served load ÷ replicas held, against where own GPUs cost what the API costs. At most "
            + HtmlFormat.percent(b.reachableMaxPercent())
            + " can be reached.");
  }

  private static String utilization(Estimate<Double> now) {
    return now instanceof Estimate.Found<Double> found
        ? HtmlFormat.percent(found.value())
        : "not known";
  }

  private static Tile burstTile(BurstPoint burst) {
    String label = "Burst to the API above";
    if (Wording.isEverything(burst)) {
      return new Tile(label, "everything", true, "Every token goes to the API.");
    }
    return burst instanceof BurstPoint.Above above
        ? new Tile(
            label,
            HtmlFormat.count(above.tokensPerSecond()) + " tokens/s",
            true,
            HtmlFormat.percent(above.sharePercent())
                + " of the window's tokens would have burst. Of the window's mean mix, at the"
                + " replicas advised next.")
        : new Tile(label, "nothing bursts", true, "No part of the traffic goes over to the API.");
  }

  private static Section<BreakevenCurve> breakeven(AdvisorInput question, Advice advice) {
    if (advice.breakeven() instanceof Estimate.NotFound<Breakeven> none) {
      return Section.absent(none.why());
    }
    Breakeven found = ((Estimate.Found<Breakeven>) advice.breakeven()).value();
    if (advice.observed().tokensPerMonth() instanceof Estimate.Found<Double> tokens
        && tokens.value() > 0
        && found.utilization().percent() > 0) {
      for (Alternative a : advice.alternatives()) {
        if (a.kind() == Alternative.Kind.API_ONLY) {
          double perMillion = a.bill().api().value() / tokens.value() * 1e6;
          return Section.of(
              BreakevenCurve.of(
                  found, question, advice.observed().utilizationPercent(), perMillion));
        }
      }
    }
    return Section.absent("There is no API price for this traffic to draw the curve against.");
  }

  private static Section<LoadCurve> duration(
      AdvisorInput question, Advice advice, AnsweredWindow window) {
    if (advice.capacity() instanceof CapacityEvidence.Unknown unknown) {
      return Section.absent(
          "Not known without a replica's capacity: " + Words.of(unknown.message()));
    }
    if (!(question.selfHost().gpu() instanceof GpuPricing.Priced priced)) {
      return Section.absent("Not known without the price of a GPU hour.");
    }
    double[] loads = window.loads(((CapacityEvidence.Known) advice.capacity()).capacity());
    ReplicaCostModel terms = WorkloadAllocation.terms(question, priced, advice.capacity());
    return loads.length == 0
        ? Section.absent("No step of the window is known, so there is no load to draw.")
        : Section.of(LoadCurve.of(loads, terms, question.replicasNow(), advice));
  }

  private static FactList beside(Advice advice) {
    List<Fact> facts = new ArrayList<>();
    facts.add(
        Fact.of(
            "Kind of workload",
            advice.scenario(),
            s -> scenario(s.scenario()),
            advice.scenario() instanceof Estimate.Found<ScenarioFinding> found
                ? HtmlFormat.paragraph(Words.of(found.value().message()))
                : ""));
    for (ConstraintCost constraint : advice.constraints()) {
      facts.add(
          Fact.of(
              AlternativeCosts.overheadTitle(constraint.constraint()),
              constraint.perMonth(),
              m -> HtmlFormat.money(m) + " / month",
              HtmlFormat.paragraph(Words.of(constraint.message()))));
    }
    if (advice.constraints().isEmpty()) {
      facts.add(Fact.of("Constraints", "none", "The policy states none, so none costs anything."));
    }
    return new FactList(facts);
  }

  private static String scenario(ScenarioFinding.Scenario scenario) {
    return switch (scenario) {
      case LOW_OR_UNPREDICTABLE -> "low or unpredictable";
      case EARLY_PRODUCT -> "early product";
      case HIGH_AND_STEADY -> "high and steady";
      case STRICT_DATA_CONTROL -> "strict data control";
      case CUSTOM_MODEL -> "custom model";
      case MIXED -> "mixed";
    };
  }

  private static ChangeRow row(PreviousDecision.Change change) {
    return new ChangeRow(
        HtmlFormat.minute(change.at()),
        Wording.of(change.from()) + " → " + Wording.of(change.to()),
        change.replicasFrom() + " → " + change.replicasTo(),
        change.reason(),
        HtmlFormat.sentence(Words.of(change.message())));
  }

  private static CaveatLine line(Issue caveat) {
    return new CaveatLine(
        switch (caveat.reason().weight()) {
          case BLOCKS -> "stops the verdict";
          case WEAKENS -> "weakens the verdict";
          case INFORMS -> "for information";
        },
        "w-" + caveat.reason().weight().name().toLowerCase(Locale.ROOT),
        caveat.reason().label(),
        HtmlFormat.sentence(Words.of(caveat.message())));
  }

  /** What the script draws for this policy. */
  ObjectNode plots() {
    ObjectNode plots = JsonNodeFactory.instance.objectNode().put("currency", currency);
    breakeven.present().forEach(b -> plots.set("breakeven", b.plot()));
    traffic.present().forEach(t -> plots.set("traffic", t.plot()));
    duration.present().forEach(d -> plots.set("duration", d.plot()));
    return plots;
  }
}
