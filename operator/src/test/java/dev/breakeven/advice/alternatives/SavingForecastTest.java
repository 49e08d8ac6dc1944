package dev.breakeven.advice.alternatives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.Scaling;
import dev.breakeven.advice.interval.SavingInterval;
import dev.breakeven.advice.interval.SavingStatement;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.Money;
import dev.breakeven.traffic.StepGrid;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Everything goes to the API, for (10 × 0.50 + 1.50) × 3,600 / 1e6 = 0.0234 an hour and output
 * token/s, and one replica, 4.00 an hour, could do 1,000 of those. The days of the week differ.
 */
class SavingForecastTest {

  private static final double[] DAYS = {180, 200, 190, 185, 210, 195, 240};
  private static final double API = 0.0234 * 730;
  private static final double OWN = 4.00 * 730;

  @Test
  void goingOnCostsWhatEachSpanCostAndNotWhatTheWindowDoesOnAverage() {
    SampleInput input = SampleInput.about().outputTokens(step -> DAYS[step / 144]);
    // Exact, so that how days differ is all there is to know: no error of a capacity.
    input.capacity = new StatedCapacity.Declared(Capacity.of(10_000, 1_000), 0);
    Advice.Saving stated = SampleInput.found(input.advice().savings().monthly());

    SavingStatement.Stated expected =
        (SavingStatement.Stated)
            SavingInterval.of(
                new SavingInterval.Basis(
                    scale -> saving(scale, 0),
                    scale -> saving(scale, 4),
                    Arrays.stream(DAYS).map(day -> API * day - OWN).boxed().toList(),
                    API * 200,
                    Arrays.stream(DAYS).map(day -> day / 500).boxed().toList(),
                    7,
                    List.of()));
    assertThat(stated.expected().value()).isEqualTo(expected.expected(), within(0.02));
    assertThat(stated.low().value()).isEqualTo(expected.low(), within(0.5));
    assertThat(stated.high().value()).isEqualTo(expected.high(), within(0.5));
  }

  @Test
  void theSavingIsTheDifferenceOfTheBillsHoweverLongTheWindow() {
    // Half of the load in the week before a window of three days.
    SampleInput input = SampleInput.about().steps(3 * 144).outputTokens(step -> 200).running(2);
    input.planning =
        new Planning(
            Duration.ofDays(3),
            Duration.ofHours(1),
            Duration.ofMinutes(10),
            5,
            80,
            Scaling.MANUAL,
            Duration.ofDays(7));
    SampleInput before = SampleInput.about().outputTokens(step -> 100).running(2);
    before.grid =
        new StepGrid(
            SampleInput.MONDAY.getEpochSecond() - SampleInput.WEEK * 600, 600, SampleInput.WEEK);
    input.earlier = before.traffic();
    Advice advice = input.advice();
    assertThat(advice.recommendation().replicasAdvised()).isZero();
    assertThat(SampleInput.found(advice.savings().monthly()).expected())
        .isEqualTo(bill(advice, Kind.TODAYS_REPLICAS).minus(bill(advice, Kind.API_ONLY)));
  }

  private static Money bill(Advice advice, Kind kind) {
    return SampleInput.alternative(advice, kind).bill().total();
  }

  private static double saving(double scale, int firstDay) {
    double mean = IntStream.range(firstDay, 7).mapToDouble(day -> DAYS[day]).average().orElse(0);
    return scale * API * mean - OWN;
  }
}
