package dev.breakeven.advice.decision;

import static dev.breakeven.reason.Parameter.count;
import static dev.breakeven.reason.Parameter.decimal;
import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.percent;

import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Constraints.Stage;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.ScenarioFinding;
import dev.breakeven.advice.ScenarioFinding.Scenario;
import dev.breakeven.advice.costing.LoadDay;
import dev.breakeven.advice.costing.LoadDurationCurve;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Which kind of workload this is: an ordered list of rules, of which the first that applies wins.
 * Every threshold is one number here.
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

  private record Features(
      Constraints constraints,
      double meanLoad,
      double peakToMean,
      double steadinessPercent,
      Estimate<Double> dayToDayVariation) {

    boolean variesBy(double least) {
      return dayToDayVariation instanceof Estimate.Found<Double> found && found.value() >= least;
    }
  }

  private record Rule(Scenario scenario, Function<Features, Optional<Message>> speaks) {}

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
    Features seen =
        new Features(constraints, meanLoad, peakToMean, steadiness, dayToDayVariation(load));
    for (Rule rule : RULES) {
      Optional<Message> message = rule.speaks().apply(seen);
      if (message.isPresent()) {
        return finding(rule.scenario(), message.get(), seen);
      }
    }
    return finding(Scenario.MIXED, Message.of(Cause.LOAD_IS_MIXED, decimal(meanLoad, 1)), seen);
  }

  private static ScenarioFinding finding(Scenario scenario, Message message, Features seen) {
    return new ScenarioFinding(
        scenario, message, seen.peakToMean(), seen.steadinessPercent(), seen.dayToDayVariation());
  }

  private static Optional<Message> dataMustStay(Features seen) {
    return when(seen.constraints().dataMustStay(), () -> Message.of(Cause.DATA_MUST_STAY));
  }

  private static Optional<Message> weightsAreCustom(Features seen) {
    return when(seen.constraints().customWeights(), () -> Message.of(Cause.WEIGHTS_ARE_CUSTOM));
  }

  private static Optional<Message> productIsEarly(Features seen) {
    return when(
        seen.constraints().stage() != Stage.ESTABLISHED,
        () -> Message.of(Cause.PRODUCT_IS_EARLY, name(seen.constraints().stage().label())));
  }

  private static Optional<Message> loadIsLow(Features seen) {
    return when(
        seen.meanLoad() < LOW_BELOW_REPLICAS,
        () ->
            Message.of(
                Cause.LOAD_IS_LOW, decimal(seen.meanLoad(), 2), decimal(LOW_BELOW_REPLICAS, 1)));
  }

  private static Optional<Message> loadIsSpiky(Features seen) {
    return when(
        seen.peakToMean() >= SPIKY_FROM_PEAK_TO_MEAN,
        () ->
            Message.of(
                Cause.LOAD_IS_SPIKY,
                decimal(seen.peakToMean(), 1),
                decimal(SPIKY_FROM_PEAK_TO_MEAN, 1)));
  }

  private static Optional<Message> daysAreUnpredictable(Features seen) {
    return when(seen.variesBy(UNPREDICTABLE_FROM_VARIATION), () -> Message.of(Cause.DAYS_VARY));
  }

  private static Optional<Message> loadIsHighAndSteady(Features seen) {
    return when(
        seen.meanLoad() >= HIGH_FROM_REPLICAS && seen.steadinessPercent() >= STEADY_FROM_PERCENT,
        () ->
            Message.of(
                Cause.LOAD_IS_HIGH_AND_STEADY,
                decimal(seen.meanLoad(), 1),
                percent(seen.steadinessPercent())));
  }

  private static Optional<Message> when(boolean speaks, Supplier<Message> message) {
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
          Issue.Reason.SHORT_HISTORY, Cause.TOO_FEW_DAYS_TO_COMPARE, count(days.length));
    }
    double mean = Arrays.stream(days).sum() / days.length;
    if (mean == 0) {
      return Estimate.notFound(Issue.Reason.NO_TRAFFIC, Cause.DAYS_WITHOUT_TRAFFIC);
    }
    double squares = Arrays.stream(days).map(day -> Math.pow(day - mean, 2)).sum();
    return Estimate.of(Math.sqrt(squares / days.length) / mean);
  }
}
