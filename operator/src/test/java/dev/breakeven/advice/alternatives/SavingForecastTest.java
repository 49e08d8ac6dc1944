package dev.breakeven.advice.alternatives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.interval.SavingInterval;
import dev.breakeven.advice.interval.SavingStatement;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.StatedCapacity;
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

  private static double saving(double scale, int firstDay) {
    double mean = IntStream.range(firstDay, 7).mapToDouble(day -> DAYS[day]).average().orElse(0);
    return scale * API * mean - OWN;
  }
}
