package dev.breakeven.advice.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ReviewReplayTest {

  private static final long DAY = 86_400;
  private static final ReviewBounds FREE = new ReviewBounds(0, 10, true);

  @Test
  void beginsWithWhatRanAndDecidesAtReviewsOnly() {
    Hours past = daily(2, 2, 2, 2, 2, 2, 2, 5, 5, 5, 5, 5, 5, 5);

    List<AllReviews.Reviewed> reviews =
        AllReviews.over(past::between, 7 * DAY, 15 * DAY, 7 * DAY, FREE, 2);

    assertThat(reviews)
        .extracting(AllReviews.Reviewed::epochSecond)
        .containsExactly(7 * DAY, 14 * DAY);
    assertThat(reviews)
        .extracting(r -> r.decision().reason())
        .containsExactly(ReviewDecision.Reason.ALREADY_CHEAPEST, ReviewDecision.Reason.RESIZE);
    assertThat(reviews).extracting(r -> r.decision().replicas()).containsExactly(2, 5);
  }

  @Property(tries = 100)
  void whatComesLaterChangesNoDecision(
      @ForAll @Size(28) List<@DoubleRange(max = 9) Double> days,
      @ForAll @IntRange(min = 8, max = 28) int kept,
      @ForAll @IntRange(max = 6) int ran,
      @ForAll @IntRange(min = 1, max = 7) int review) {
    double[] loads = days.stream().mapToDouble(Double::doubleValue).toArray();
    Hours all = daily(loads);
    Hours cut = daily(Arrays.copyOf(loads, kept));

    List<AllReviews.Reviewed> ofCut =
        AllReviews.over(cut::between, 7 * DAY, (kept + 1) * DAY, review * DAY, FREE, ran);

    assertThat(AllReviews.over(all::between, 7 * DAY, (kept + 1) * DAY, review * DAY, FREE, ran))
        .isEqualTo(ofCut);
  }

  @Property
  void aNumberIsAlwaysWithinBounds(
      @ForAll @DoubleRange(max = 30) double load,
      @ForAll @IntRange(max = 3) int least,
      @ForAll @IntRange(min = 3, max = 9) int most,
      @ForAll @IntRange(max = 20) int ran,
      @ForAll boolean mayBurst) {
    Hours past = daily(load, load, load, load, load, load, load);

    ReviewDecision decision =
        ReviewReplay.at(past::between, 7 * DAY, new ReviewBounds(least, most, mayBurst), ran);

    assertThat(decision.replicas()).isBetween(least, most);
  }

  @Test
  void refusesReviewsWithoutTimeBetweenThem() {
    Hours past = daily(1);
    assertThatThrownBy(() -> AllReviews.over(past::between, 0, DAY, 0, FREE, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Hours daily(double... loads) {
    double[] hours = new double[loads.length * 24];
    Arrays.setAll(hours, hour -> loads[hour / 24]);
    return Hours.of(hours);
  }
}
