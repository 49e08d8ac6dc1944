package dev.breakeven.advice.decision;

import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Constraints.Stage;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Phrases;
import dev.breakeven.advice.ScenarioFinding;
import dev.breakeven.advice.ScenarioFinding.Scenario;
import dev.breakeven.advice.costing.LoadDay;
import dev.breakeven.advice.costing.LoadDurationCurve;
import dev.breakeven.advice.costing.PricedLoad;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Tells which kind of workload this is: an ordered list of rules of which the first that speaks
 * wins. Every threshold is one number here.
 */
public final class ScenarioRules {

  /** Mean load from which on traffic is high, replicas' worth of work: one replica kept busy. */
  static final double HIGH_FROM_REPLICAS = 1;

  /** Hysteresis from which on traffic is steady, percent of the load below its tenth percentile. */
  static final double STEADY_FROM_PERCENT = 50;

  /** Mean load below which traffic is low: a replica would idle four fifths of the time. */
  static final double LOW_BELOW_REPLICAS = 0.2;

  /** Peak to mean from which on traffic is too spiky to own GPUs for. */
  static final double SPIKY_FROM_PEAK_TO_MEAN = 10;

  /**
   * Standard deviation of the days' tokens over their mean from which on days are unpredictable.
   */
  static final double UNPREDICTABLE_FROM_VARIATION = 0.5;

  /** Share of the steps that lies below the load that steadiness is measured under. */
  private static final double STEADY_QUANTILE = 0.1;

  /** Days needed to say how they vary. */
  private static final int DAYS_FOR_VARIATION = 3;

  private record Seen(
      Constraints constraints,
      double meanLoad,
      double peakToMean,
      double steadinessPercent,
      Estimate<Double> dayToDayVariation) {

    boolean variesBy(double least) {
      return dayToDayVariation instanceof Estimate.Found<Double> found && found.value() >= least;
    }
  }

  private record Rule(Scenario scenario, Function<Seen, Optional<String>> speaks) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule(Scenario.STRICT_DATA_CONTROL, ScenarioRules::dataMustStay),
          new Rule(Scenario.CUSTOM_MODEL, ScenarioRules::weightsAreCustom),
          new Rule(Scenario.EARLY_PRODUCT, ScenarioRules::productIsEarly),
          new Rule(Scenario.LOW_OR_UNPREDICTABLE, ScenarioRules::loadIsLow),
          new Rule(Scenario.LOW_OR_UNPREDICTABLE, ScenarioRules::loadIsSpiky),
          new Rule(Scenario.LOW_OR_UNPREDICTABLE, ScenarioRules::daysAreUnpredictable),
          new Rule(Scenario.HIGH_AND_STEADY, ScenarioRules::loadIsHighAndSteady));

  private ScenarioRules() {}

  /** Of a load of one step at least. */
  public static ScenarioFinding of(
      PricedLoad load, LoadDurationCurve curve, Constraints constraints) {
    double meanLoad = load.load() / load.steps();
    double peakToMean = meanLoad > 0 ? curve.peak() / meanLoad : 0;
    double below = curve.quantile(STEADY_QUANTILE);
    double steadiness = meanLoad > 0 ? 100 * curve.servedLoad(below) / load.load() : 0;
    Seen seen = new Seen(constraints, meanLoad, peakToMean, steadiness, dayToDayVariation(load));
    for (Rule rule : RULES) {
      Optional<String> message = rule.speaks().apply(seen);
      if (message.isPresent()) {
        return finding(rule.scenario(), message.get(), seen);
      }
    }
    return finding(
        Scenario.MIXED,
        "load averages "
            + Phrases.decimal(meanLoad, 1)
            + " replicas' worth of work: neither low nor wild, and not both high and steady",
        seen);
  }

  private static ScenarioFinding finding(Scenario scenario, String message, Seen seen) {
    return new ScenarioFinding(
        scenario, message, seen.peakToMean(), seen.steadinessPercent(), seen.dayToDayVariation());
  }

  private static Optional<String> dataMustStay(Seen seen) {
    return when(seen.constraints().dataMustStay(), () -> "data must stay, so no API may see it");
  }

  private static Optional<String> weightsAreCustom(Seen seen) {
    return when(seen.constraints().customWeights(), () -> "no API offers these weights");
  }

  private static Optional<String> productIsEarly(Seen seen) {
    return when(
        seen.constraints().stage() != Stage.ESTABLISHED,
        () ->
            "the policy's stage is "
                + seen.constraints().stage().label()
                + ": traffic says little about next month");
  }

  private static Optional<String> loadIsLow(Seen seen) {
    return when(
        seen.meanLoad() < LOW_BELOW_REPLICAS,
        () ->
            "load averages "
                + Phrases.decimal(seen.meanLoad(), 2)
                + " replicas' worth of work, below "
                + LOW_BELOW_REPLICAS);
  }

  private static Optional<String> loadIsSpiky(Seen seen) {
    return when(
        seen.peakToMean() >= SPIKY_FROM_PEAK_TO_MEAN,
        () ->
            "the highest step is "
                + Phrases.decimal(seen.peakToMean(), 1)
                + " times the mean, at or above "
                + Phrases.decimal(SPIKY_FROM_PEAK_TO_MEAN, 1));
  }

  private static Optional<String> daysAreUnpredictable(Seen seen) {
    return when(
        seen.variesBy(UNPREDICTABLE_FROM_VARIATION),
        () -> "days differ by half of their mean or more (standard deviation)");
  }

  private static Optional<String> loadIsHighAndSteady(Seen seen) {
    return when(
        seen.meanLoad() >= HIGH_FROM_REPLICAS && seen.steadinessPercent() >= STEADY_FROM_PERCENT,
        () ->
            "load averages "
                + Phrases.decimal(seen.meanLoad(), 1)
                + " replicas' worth of work and "
                + Phrases.decimal(seen.steadinessPercent(), 1)
                + " % of it is always there");
  }

  private static Optional<String> when(boolean speaks, Supplier<String> message) {
    return speaks ? Optional.of(message.get()) : Optional.empty();
  }

  /** Standard deviation over mean of the tokens of whole days. */
  private static Estimate<Double> dayToDayVariation(PricedLoad load) {
    double[] days =
        LoadDay.of(load).stream()
            .filter(LoadDay::whole)
            .mapToDouble(
                day -> IntStream.range(day.from(), day.to()).mapToDouble(load::tokensAt).sum())
            .toArray();
    if (days.length < DAYS_FOR_VARIATION) {
      return Estimate.notFound(
          Issue.Reason.SHORT_HISTORY, days.length + " whole days are too few to compare");
    }
    double mean = Arrays.stream(days).sum() / days.length;
    if (mean == 0) {
      return Estimate.notFound(Issue.Reason.NO_TRAFFIC, "days without traffic do not differ");
    }
    double squares = Arrays.stream(days).map(day -> Math.pow(day - mean, 2)).sum();
    return Estimate.of(Math.sqrt(squares / days.length) / mean);
  }
}
