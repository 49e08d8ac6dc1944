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
import dev.breakeven.advice.Observed;
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
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One policy's part of the page: each method is what the template {@code policy.html} asks for by
 * that name, in words and figures. Nothing in it is escaped, the template does that.
 *
 * @param index of the policy on the page, from 0
 */
record PolicyArticle(
    int index,
    ReportedPolicy policy,
    AlternativeCosts costs,
    Section<BreakevenCurve> breakeven,
    Section<TrafficCurve> traffic,
    Section<LoadCurve> duration) {

  /** One of the figures that stand first. */
  record Tile(String label, String value, boolean known, String detail) {}

  record IssueLine(String weight, String weightClass, String reason, String message) {}

  record IssueList(List<IssueLine> items) {}

  record ChangeRow(String at, String verdict, String replicas, String reason, String message) {}

  static PolicyArticle of(int index, ReportedPolicy policy) {
    AdvisorInput input = policy.input();
    Advice advice = policy.advice();
    AnsweredWindow window = AnsweredWindow.of(input);
    Optional<Alternative> advised = advised(advice);
    return new PolicyArticle(
        index,
        policy,
        AlternativeCosts.of(
            advice.comparison().alternatives(),
            advised,
            advice.basis().capacity() instanceof CapacityEvidence.Known),
        breakeven(input, advice),
        TrafficCurve.of(window.history(), input, advice, advised),
        duration(input, advice, window));
  }

  private Advice advice() {
    return policy.advice();
  }

  String id() {
    return "policy-" + (index + 1);
  }

  String name() {
    return policy.title();
  }

  String model() {
    return policy.input().model();
  }

  String currency() {
    return policy.input().currency().getCurrencyCode();
  }

  String window() {
    Observed.Window window = advice().basis().observed().window();
    return HtmlFormat.minute(window.from()) + " to " + HtmlFormat.time(window.to());
  }

  String summary() {
    return Summary.of(advice()).replace(" %", "\u00a0%");
  }

  String verdict() {
    return Wording.of(advice().decision().verdict());
  }

  String verdictClass() {
    return Wording.styleOf(advice().decision().verdict());
  }

  String message() {
    return HtmlFormat.paragraph(Words.of(advice().decision().message()));
  }

  String rule() {
    return advice().decision().reason().label();
  }

  String since() {
    return HtmlFormat.time(advice().decision().since());
  }

  String pending() {
    return advice().decision().pending() instanceof PreviousDecision.Pending.Considering c
        ? "Under consideration since "
            + HtmlFormat.time(c.since())
            + ": "
            + Wording.of(c.verdict())
            + " with "
            + HtmlFormat.replicas(c.replicas())
            + "."
        : "";
  }

  /** What weakens or stops the verdict, as a list of lists so that none is no section. */
  List<IssueList> warnings() {
    List<IssueLine> heavy = issues(weight -> weight != Issue.Weight.INFORMS);
    return heavy.isEmpty() ? List.of() : List.of(new IssueList(heavy));
  }

  String hiddenCostsOf() {
    int now = policy.input().replicasNow();
    return now > 0 ? "today's " + HtmlFormat.replicas(now) : "own GPUs, used in the best way,";
  }

  List<HiddenCostLine> hiddenCosts() {
    return HiddenCostLine.of(advice().costs().hidden());
  }

  boolean hasHiddenCosts() {
    return !hiddenCosts().isEmpty();
  }

  Section<ProofBars> proof() {
    return advice().trackRecord().proof() instanceof Estimate.Found<Advice.Proof> proof
        ? Section.of(
            ProofBars.of(proof.value(), advice().trackRecord().score(), heldBack(advice())))
        : Section.absent(((Estimate.NotFound<Advice.Proof>) advice().trackRecord().proof()).why());
  }

  List<ChangeRow> changes() {
    return advice().trackRecord().changes().stream().map(PolicyArticle::row).toList();
  }

  boolean hasChanges() {
    return !changes().isEmpty();
  }

  FactList observed() {
    return ObservationFacts.of(advice().basis().observed());
  }

  List<TermFacts.Group> terms() {
    return TermFacts.of(policy.input(), advice().basis().capacity());
  }

  List<IssueLine> issues() {
    return issues(weight -> weight == Issue.Weight.INFORMS);
  }

  boolean hasIssues() {
    return !issues().isEmpty();
  }

  private List<IssueLine> issues(Predicate<Issue.Weight> are) {
    return advice().issues().stream()
        .filter(issue -> are.test(issue.reason().weight()))
        .map(PolicyArticle::line)
        .toList();
  }

  /** The alternative that the advice follows. */
  private static Optional<Alternative> advised(Advice advice) {
    return advice.comparison().chosen().found().flatMap(advice.comparison()::alternative);
  }

  /** What is advised may lag behind what the replay decides, and its money is the replay's. */
  private static String heldBack(Advice advice) {
    int advised = advice.recommendation().replicasAdvised();
    return advice.decision().pending() instanceof PreviousDecision.Pending.Considering c
            && c.replicas() != advised
        ? " The replay goes on with "
            + HtmlFormat.replicas(c.replicas())
            + "; what is advised now stays at "
            + HtmlFormat.replicas(advised)
            + " until that has been the better answer for long enough."
        : "";
  }

  List<Tile> tiles() {
    Advice advice = advice();
    List<Tile> tiles = new ArrayList<>();
    tiles.add(
        tile(
            Fact.of(
                "Saving by following the advice",
                advice.savings().monthly(),
                s -> HtmlFormat.money(s.expected()) + " / month",
                saving(advice.savings().monthly()))));
    tiles.add(
        new Tile(
            "Do next",
            Wording.next(advice.recommendation()),
            true,
            HtmlFormat.paragraph(Words.of(advice.recommendation().message()))));
    tiles.add(costTile(advice));
    tiles.add(
        utilizationTile(
            advice.costs().breakeven(), advice.basis().observed().replicas().utilizationPercent()));
    tiles.add(burstTile(advice.recommendation().burst()));
    tiles.add(
        new Tile(
            "Confidence in the verdict",
            advice.decision().confidence().label(),
            true,
            "From the spread of the saving over resampled days, the coverage of the data, and the"
                + " issues below."));
    return tiles;
  }

  private static Tile tile(Fact fact) {
    return new Tile(fact.label(), fact.value(), fact.known(), fact.source());
  }

  private static String saving(Estimate<Saving> saving) {
    if (!(saving instanceof Estimate.Found<Saving> s)) {
      return "";
    }
    String low = HtmlFormat.money(s.value().low());
    String high = HtmlFormat.money(s.value().high());
    return "Against going on as now."
        + (low.equals(high)
            ? ""
            : " Resampling whole days, 9 weeks in 10 save between "
                + low
                + " and "
                + high
                + " a month.");
  }

  private static Tile costTile(Advice advice) {
    Estimate<CostOfHour> cost = advice.costs().lastHour();
    String label = "Cost per 1M tokens, ours and the API's";
    if (cost instanceof Estimate.NotFound<CostOfHour> none) {
      Optional<String> ours =
          perMillion(advice, Alternative.Kind.TODAYS_REPLICAS, a -> a.bill().total());
      Optional<String> theirs = perMillion(advice, Alternative.Kind.API_ONLY, a -> a.bill().api());
      return ours.isPresent() && theirs.isPresent()
          ? new Tile(
              label,
              ours.get() + " / " + theirs.get(),
              true,
              "Over the window: the bill of a month as now and the API's, for the same tokens."
                  + " People and idle GPUs are included.")
          : tile(Fact.of(label, none, c -> "", ""));
    }
    CostOfHour hour = ((Estimate.Found<CostOfHour>) cost).value();
    return new Tile(
        label,
        HtmlFormat.known(hour.effectivePerMillion(), HtmlFormat::price)
            + " / "
            + HtmlFormat.known(hour.apiPerMillion(), HtmlFormat::price),
        true,
        "In the hour from "
            + HtmlFormat.time(hour.from())
            + ": "
            + HtmlFormat.price(hour.hourlyCost())
            + " for "
            + HtmlFormat.count(hour.tokens())
            + " tokens, people and idle GPUs included. GPUs alone: "
            + HtmlFormat.known(hour.gpuOnlyPerMillion(), HtmlFormat::price)
            + ".");
  }

  private static Optional<String> perMillion(
      Advice advice, Alternative.Kind kind, Function<Alternative, Money> perMonth) {
    return advice
        .comparison()
        .alternative(kind)
        .map(perMonth)
        .flatMap(advice::perMillion)
        .map(HtmlFormat::price);
  }

  private static Tile utilizationTile(Estimate<Breakeven> breakeven, Estimate<Double> now) {
    String label = "Utilisation, now and to break even";
    if (breakeven instanceof Estimate.NotFound<Breakeven> none) {
      return tile(Fact.of(label, none, b -> "", ""));
    }
    Breakeven b = ((Estimate.Found<Breakeven>) breakeven).value();
    return new Tile(
        label,
        HtmlFormat.known(now, HtmlFormat::percent)
            + " / "
            + HtmlFormat.percent(b.utilization().percent()),
        true,
        "Served load ÷ replicas held, against where own GPUs cost what the API costs. At most "
            + HtmlFormat.percent(b.reachableMaxPercent())
            + " can be reached.");
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

  private static Section<BreakevenCurve> breakeven(AdvisorInput input, Advice advice) {
    if (advice.costs().breakeven() instanceof Estimate.NotFound<Breakeven> none) {
      return Section.absent(none.why());
    }
    Breakeven found = ((Estimate.Found<Breakeven>) advice.costs().breakeven()).value();
    if (advice.basis().observed().tokens().perMonth() instanceof Estimate.Found<Double> tokens
        && tokens.value() > 0
        && found.utilization().percent() > 0) {
      for (Alternative a : advice.comparison().alternatives()) {
        if (a.kind() == Alternative.Kind.API_ONLY) {
          double perMillion = a.bill().api().value() / tokens.value() * 1e6;
          return Section.of(
              BreakevenCurve.of(
                  found,
                  input,
                  advice.basis().observed().replicas().utilizationPercent(),
                  perMillion));
        }
      }
    }
    return Section.absent("There is no API price for this traffic to draw the curve against.");
  }

  private static Section<LoadCurve> duration(
      AdvisorInput input, Advice advice, AnsweredWindow window) {
    if (advice.basis().capacity() instanceof CapacityEvidence.Unknown unknown) {
      return Section.absent(
          "Not known without a replica's capacity: " + Words.of(unknown.message()));
    }
    if (!(input.selfHost().gpu() instanceof GpuPricing.Priced priced)) {
      return Section.absent("Not known without the price of a GPU hour.");
    }
    double[] loads = window.loads(((CapacityEvidence.Known) advice.basis().capacity()).capacity());
    ReplicaCostModel terms = WorkloadAllocation.terms(input, priced, advice.basis().capacity());
    return loads.length == 0
        ? Section.absent("No step of the window is known, so there is no load to draw.")
        : Section.of(LoadCurve.of(loads, terms, input.replicasNow(), advice));
  }

  FactList beside() {
    Advice advice = advice();
    List<Fact> facts = new ArrayList<>();
    facts.add(
        Fact.of(
            "Kind of workload",
            advice.basis().scenario(),
            s -> scenario(s.scenario()),
            advice
                .basis()
                .scenario()
                .found()
                .map(s -> HtmlFormat.paragraph(Words.of(s.message())))
                .orElse("")));
    for (ConstraintCost constraint : advice.comparison().constraints()) {
      facts.add(
          Fact.of(
              AlternativeCosts.overheadTitle(constraint.constraint()),
              constraint.perMonth(),
              m -> HtmlFormat.money(m) + " / month",
              HtmlFormat.paragraph(Words.of(constraint.message()))));
    }
    if (advice.comparison().constraints().isEmpty()) {
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

  private static IssueLine line(Issue issue) {
    return new IssueLine(
        switch (issue.reason().weight()) {
          case BLOCKS -> "stops the verdict";
          case WEAKENS -> "weakens the verdict";
          case INFORMS -> "for information";
        },
        "w-" + issue.reason().weight().name().toLowerCase(Locale.ROOT),
        issue.reason().label(),
        HtmlFormat.sentence(Words.of(issue.message())));
  }

  /** What the script draws for this policy. */
  ObjectNode plots() {
    ObjectNode plots = JsonNodeFactory.instance.objectNode().put("currency", currency());
    breakeven.present().forEach(b -> plots.set("breakeven", b.plot()));
    traffic.present().forEach(t -> plots.set("traffic", t.plot()));
    duration.present().forEach(d -> plots.set("duration", d.plot()));
    return plots;
  }
}
