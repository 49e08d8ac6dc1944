package dev.breakeven.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.traffic.TokenRates;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
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

  @Test
  void lengthsAreTokensByRequestsAndCachedOnesAreInput() {
    RequestLengths lengths = RequestLengths.of(new TokenRates(800, 200, 100), 2);
    assertThat(lengths).isEqualTo(new RequestLengths(500, 50));
    assertThat(lengths.contextTokens()).isEqualTo(525);
    assertThat(RequestLengths.of(new TokenRates(800, 200, 100), 0).areKnown()).isFalse();
  }

  @Property
  void loadAddsUpOverTokensOfOneContextAndAReplicaOfTwiceTheCapacityHasHalfOfIt(
      @ForAll @DoubleRange(min = 0, max = 1e5) double input,
      @ForAll @DoubleRange(min = 0, max = 1e5) double cached,
      @ForAll @DoubleRange(min = 0, max = 1e4) double output,
      @ForAll @DoubleRange(min = 0, max = 1e5) double context) {
    Capacity one = new Capacity(10_000, 50_000, 2_000, 4e6);
    Capacity twice = new Capacity(20_000, 100_000, 4_000, 8e6);
    double all = ReplicaLoad.of(new TokenRates(input, cached, output), context, one);
    double apart =
        ReplicaLoad.of(new TokenRates(input, 0, 0), context, one)
            + ReplicaLoad.of(new TokenRates(0, cached, 0), context, one)
            + ReplicaLoad.of(new TokenRates(0, 0, output), context, one);
    assertThat(apart).isCloseTo(all, within(1e-9 * Math.max(1, all)));
    assertThat(2 * ReplicaLoad.of(new TokenRates(input, cached, output), context, twice))
        .isCloseTo(all, within(1e-9 * Math.max(1, all)));
    assertThat(ReplicaLoad.of(new TokenRates(input, cached, output), context + 1, one))
        .isGreaterThanOrEqualTo(all);
  }
}
