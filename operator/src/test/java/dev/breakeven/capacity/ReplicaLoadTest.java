package dev.breakeven.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.traffic.TokenRates;
import org.junit.jupiter.api.Test;

class ReplicaLoadTest {

  @Test
  void eachKindOfTokenTakesItsShareOfAReplica() {
    Capacity capacity = new Capacity(1000, 4000, 200, 100_000);
    // 500/1000 + 400/4000 + 20/200 + 20 × (900 + 200/2)/100,000
    double context = ReplicaLoad.contextTokens(900, 200);
    assertThat(context).isEqualTo(1000);
    assertThat(ReplicaLoad.of(new TokenRates(500, 400, 20), context, capacity))
        .isCloseTo(0.5 + 0.1 + 0.1 + 0.2, within(1e-12));
  }

  @Test
  void withoutAContextTermLengthsDoNotMatter() {
    Capacity capacity = Capacity.of(1000, 200);
    assertThat(capacity.hasContextTerm()).isFalse();
    assertThat(ReplicaLoad.of(new TokenRates(500, 0, 20), Double.NaN, capacity))
        .isCloseTo(0.6, within(1e-12));
  }

  @Test
  void cachedInputIsAsDearAsUncachedUnlessKnownBetter() {
    assertThat(Capacity.of(1000, 200, 5e6).cachedInputTokensPerSecond()).isEqualTo(1000);
  }

  @Test
  void aCapacityThatIsNotAboveZeroIsRefused() {
    assertThatThrownBy(() -> Capacity.of(0, 200)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> Capacity.of(Double.NaN, 200)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> Capacity.of(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY))
        .hasMessageContaining("any load");
  }

  @Test
  void aBenchmarkPointWithoutTokensOrRequestsIsRefused() {
    assertThatThrownBy(() -> new BenchmarkPoint(0, 0, 0, 1)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> new BenchmarkPoint(10, 0, 10, 0)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> new BenchmarkPoint(10, 11, 10, 1)).hasMessageContaining("cached");
  }
}
