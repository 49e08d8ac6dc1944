package dev.breakeven.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.price.Offer;
import dev.breakeven.price.Tariff;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.traffic.TokenRates;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/**
 * Figures are kept in single precision, which money does not notice. The API asks 0.50 for input,
 * 0.05 for cached input and 1.50 for output, a million.
 */
class KeptFiguresTest {

  private static final Tariff TARIFF = new Tariff(0.5, 0.05, 1.5, new Offer.CacheHits.AsOurs());
  private static final double SECONDS_OF_A_MONTH = 730 * 3600;

  @Test
  void aBillOfThirtyThousandAMonthIsRightToTheCent() {
    assertThat(bill(16_392, 0, 2_049)).isCloseTo(29_616.25, within(0.01));
    assertThat(keptBill(16_392, 0, 2_049)).isCloseTo(29_616.25, within(0.01));
  }

  @Property
  void withNineTenthsFromTheCacheAtATenthOfThePriceTheBillIsRightToTwoMillionths(
      @ForAll @DoubleRange(min = 0.01, max = 1e7) double input,
      @ForAll @DoubleRange(min = 0, max = 0.9) double fromCache,
      @ForAll @DoubleRange(min = 0.01, max = 1e6) double output) {
    double bill = bill(input, fromCache * input, output);
    assertThat(keptBill(input, fromCache * input, output)).isCloseTo(bill, within(bill * 2e-6));
  }

  /** Money a month for tokens/s of input, cached ones included, and of output. */
  private static double bill(double input, double cached, double output) {
    return TARIFF.perSecond(new TokenRates(input - cached, cached, output)) * SECONDS_OF_A_MONTH;
  }

  /** The same from an hour that is kept in steps, and from then on as their mean. */
  private static double keptBill(double input, double cached, double output) {
    StoredHistory history = new StoredHistory(6, 1, new StoredHistory.Stride(6, 0), 12);
    for (int step = 6; step < 12; step++) {
      history.put(Figure.INPUT, step, input);
      history.put(Figure.CACHED, step, cached);
      history.put(Figure.OUTPUT, step, output);
    }
    double inSteps = billOf(history, 6);
    history.advanceTo(24);
    assertThat(billOf(history, 6)).as("as a mean").isEqualTo(inSteps);
    return inSteps;
  }

  private static double billOf(StoredHistory history, int step) {
    return bill(
        history.at(Figure.INPUT, step),
        history.at(Figure.CACHED, step),
        history.at(Figure.OUTPUT, step));
  }
}
