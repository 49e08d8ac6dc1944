package dev.breakeven.capacity.estimation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.capacity.BenchmarkPoint;
import dev.breakeven.capacity.Capacity;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapacityFitTest {

  @Test
  void pointsOfOneHitRateMakeNoCachedTokenDearerThanOneThatIsComputed() {
    // 14,571 input or 1,500 output tokens/s, cached or not; a quarter of each prompt was cached.
    List<SaturatedRate> points =
        List.of(
            SaturatedRate.of(new BenchmarkPoint(3000, 750, 300, 2.46373)),
            SaturatedRate.of(new BenchmarkPoint(6000, 1500, 300, 1.63458)),
            SaturatedRate.of(new BenchmarkPoint(3000, 750, 600, 1.65047)));

    Capacity capacity = CapacityFit.to(points).capacity();

    assertThat(capacity.cachedInputTokensPerSecond())
        .isGreaterThanOrEqualTo(capacity.inputTokensPerSecond());
    assertThat(CapacityFit.to(points).error().greatest()).isCloseTo(0, within(0.03));
  }

  @Test
  void pointsOfTwoHitRatesTellWhatACachedTokenCosts() {
    // 10,000 input, 50,000 cached or 2,000 output tokens/s.
    List<SaturatedRate> points =
        List.of(
            SaturatedRate.of(new BenchmarkPoint(2000, 0, 200, 1 / 0.30)),
            SaturatedRate.of(new BenchmarkPoint(2000, 1000, 200, 1 / 0.22)),
            SaturatedRate.of(new BenchmarkPoint(2000, 0, 400, 1 / 0.40)),
            SaturatedRate.of(new BenchmarkPoint(4000, 3000, 200, 1 / 0.26)));

    Capacity capacity = CapacityFit.to(points).capacity();

    assertThat(capacity.cachedInputTokensPerSecond() / capacity.inputTokensPerSecond())
        .isCloseTo(5, within(0.5));
  }
}
