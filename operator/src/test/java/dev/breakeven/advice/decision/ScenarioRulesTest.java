package dev.breakeven.advice.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Constraints.Stage;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.ScenarioFinding;
import dev.breakeven.advice.ScenarioFinding.Scenario;
import dev.breakeven.advice.costing.LoadDurationCurve;
import dev.breakeven.advice.costing.Loads;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Parameter;
import dev.breakeven.render.words.Words;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScenarioRulesTest {

  private static final int WEEK = 168;

  @Test
  void constraintsComeBeforeTraffic() {
    double[] steady = flat(5);
    assertThat(scenario(steady, new Constraints(true, true, false, false, Stage.EARLY)))
        .isEqualTo(Scenario.STRICT_DATA_CONTROL);
    assertThat(scenario(steady, new Constraints(false, true, false, false, Stage.EARLY)))
        .isEqualTo(Scenario.CUSTOM_MODEL);
    assertThat(scenario(steady, new Constraints(false, false, false, false, Stage.EARLY)))
        .isEqualTo(Scenario.EARLY_PRODUCT);
    ScenarioFinding prototype =
        finding(steady, new Constraints(false, false, false, false, Stage.PROTOTYPE));
    assertThat(prototype.scenario()).isEqualTo(Scenario.EARLY_PRODUCT);
    assertThat(Words.of(prototype.message()))
        .isEqualTo(
            "the stage of the policy is Prototype: today's traffic says little about next month");
  }

  @Test
  void trafficIsLowBelowAFifthOfAReplica() {
    assertThat(scenario(flat(0.199))).isEqualTo(Scenario.LOW_OR_UNPREDICTABLE);
    assertThat(scenario(flat(0.2001))).isEqualTo(Scenario.MIXED);
    ScenarioFinding nothing = finding(flat(0), Constraints.NONE);
    assertThat(nothing.scenario()).isEqualTo(Scenario.LOW_OR_UNPREDICTABLE);
    assertThat(nothing.peakToMean()).isZero();
    assertThat(nothing.steadinessPercent()).isZero();
    assertThat(nothing.dayToDayVariation())
        .isEqualTo(Estimate.notFound(Issue.Reason.NO_TRAFFIC, Cause.DAYS_WITHOUT_TRAFFIC));
  }

  @Test
  void trafficIsHighAndSteadyFromOneReplicaOfWhichHalfIsAlwaysThere() {
    assertThat(scenario(flat(0.999))).isEqualTo(Scenario.MIXED);
    assertThat(scenario(flat(1.001))).isEqualTo(Scenario.HIGH_AND_STEADY);
    // Half of each day at 1.2, half at 3.6 and at 3.5: 1.2 of 2.4 is 50 %, of 2.35 is more.
    assertThat(scenario(byHour(h -> h % 24 < 12 ? 1.2 : 3.62))).isEqualTo(Scenario.MIXED);
    assertThat(scenario(byHour(h -> h % 24 < 12 ? 1.2 : 3.58))).isEqualTo(Scenario.HIGH_AND_STEADY);
  }

  @Test
  void trafficIsSpikyFromTenTimesTheMean() {
    // One hour in 24 at p, the rest at 1: p is ten times the mean from 230/14 = 16.43 on.
    assertThat(scenario(byHour(h -> h % 24 == 0 ? 16.3 : 1))).isEqualTo(Scenario.HIGH_AND_STEADY);
    assertThat(scenario(byHour(h -> h % 24 == 0 ? 16.5 : 1)))
        .isEqualTo(Scenario.LOW_OR_UNPREDICTABLE);
    ScenarioFinding finding = finding(byHour(h -> h % 24 == 0 ? 16.5 : 1), Constraints.NONE);
    assertThat(finding.peakToMean()).isCloseTo(16.5 * 24 / (16.5 + 23), within(1e-3));
    assertThat(Words.of(finding.message())).contains("10.0 times the mean");
  }

  @Test
  void daysAreUnpredictableFromAVariationOfAHalf() {
    // Every other day of six at 1 + v and 1 − v: the standard deviation is v.
    assertThat(scenario(days(0.49))).isEqualTo(Scenario.HIGH_AND_STEADY);
    assertThat(scenario(days(0.5))).isEqualTo(Scenario.LOW_OR_UNPREDICTABLE);
    assertThat(SampleInput.found(finding(days(0.49), Constraints.NONE).dayToDayVariation()))
        .isCloseTo(0.49, within(1e-4));
  }

  @Test
  void daysAreCountedBackFromTheEndOfTheWindowAndNotFromMidnight() {
    // Six days of 24 hours that end at 23:00, every other one at 1 + v and 1 − v.
    double[] load = byHour(h -> h < 23 ? 9 : 4 * ((h - 23) / 24 % 2 == 0 ? 1.3 : 0.7));
    double[] untilEleven = Arrays.copyOf(load, 167);

    assertThat(SampleInput.found(finding(untilEleven, Constraints.NONE).dayToDayVariation()))
        .isCloseTo(0.3, within(1e-4));
  }

  @Test
  void twoDaysDoNotSayHowDaysVaryAndThreeDo() {
    // 1.3, 0.7 and 1.3 of 4: a mean of 1.1, off by 0.2, 0.4 and 0.2, whose squares average 0.08.
    double[] threeDays = Arrays.copyOf(days(0.3), 72);
    assertThat(SampleInput.found(finding(threeDays, Constraints.NONE).dayToDayVariation()))
        .isCloseTo(Math.sqrt(0.08) / 1.1, within(1e-4));
    double[] twoDays = Arrays.copyOf(days(0.9), 48);
    assertThat(finding(twoDays, Constraints.NONE).dayToDayVariation())
        .isEqualTo(
            Estimate.notFound(
                Issue.Reason.SHORT_HISTORY, Cause.TOO_FEW_DAYS_TO_COMPARE, Parameter.count(2)));
    assertThat(finding(flat(1.5), Constraints.NONE).steadinessPercent())
        .isCloseTo(100, within(1e-6));
  }

  private static double[] days(double v) {
    return Arrays.copyOf(byHour(h -> 4 * (h / 24 % 2 == 0 ? 1 + v : 1 - v)), 144);
  }

  private static double[] flat(double load) {
    return byHour(h -> load);
  }

  private static double[] byHour(java.util.function.IntToDoubleFunction load) {
    return IntStream.range(0, WEEK).mapToDouble(load).toArray();
  }

  private static Scenario scenario(double[] loads) {
    return scenario(loads, Constraints.NONE);
  }

  private static Scenario scenario(double[] loads, Constraints constraints) {
    return finding(loads, constraints).scenario();
  }

  private static ScenarioFinding finding(double[] loads, Constraints constraints) {
    PricedLoad load = Loads.hourly(loads);
    return ScenarioRules.of(load, new LoadDurationCurve(load), constraints);
  }
}
