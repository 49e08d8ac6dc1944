package dev.breakeven.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.price.Offer.CacheHits;
import dev.breakeven.price.Offer.LongContextTier;
import dev.breakeven.traffic.TokenRates;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TariffTest {

  private static final Offset<Double> EXACTLY = within(1e-12);
  private static final TokenPrices PRICES = TokenPrices.of(usd("0.60"), usd("0.30"), usd("2.40"));
  private static final TokenRates TOKENS = new TokenRates(1e6, 2e6, 0.5e6);

  @Test
  void uncachedCachedAndOutputTokensArePricedApart() {
    Tariff tariff = Tariff.of(Offer.of("inline", PRICES), 1000);
    // 1 × 0.60 + 2 × 0.30 + 0.5 × 2.40
    assertThat(tariff.perSecond(TOKENS)).isCloseTo(2.40, EXACTLY);
  }

  @Test
  void withoutACachedPriceCachedTokensCostAsInput() {
    Tariff tariff = Tariff.of(Offer.of("inline", TokenPrices.of(usd("0.60"), usd("2.40"))), 1000);
    assertThat(tariff.perSecond(TOKENS)).isCloseTo(3 * 0.60 + 0.5 * 2.40, EXACTLY);
  }

  @Test
  void atTimesOfTheDayEachPartOfAStepIsPricedAsItsHourIs() {
    Tariff.Hours night =
        new Tariff.Hours(
            new DailyHours(LocalTime.of(22, 0), LocalTime.of(6, 0), ZoneOffset.UTC),
            0.2,
            0.1,
            0.8,
            0.2);
    Tariff tariff = new Tariff(0.6, 0.3, 2.4, new CacheHits.AsOurs(), 0.6, 1, List.of(night));

    // From 21:00 to 01:00 a quarter is day and three quarters are night.
    Tariff.Lines lines = tariff.linesAt(TOKENS, 21 * 3600, 4 * 3600);

    assertThat(lines.input()).isCloseTo(0.25 * 0.6 + 0.75 * 0.2, EXACTLY);
    assertThat(lines.cachedInput()).isCloseTo(0.25 * 0.3 + 0.75 * 0.1, EXACTLY);
    assertThat(lines.output()).isCloseTo(0.25 * 2.4 + 0.75 * 0.8, EXACTLY);
  }

  @Test
  void theCacheIsUsedOnlyWhereWritingToItCostsLessThanDoingWithout() {
    Tariff dear = new Tariff(1, 0.1, 4, new CacheHits.AsOurs(), 1.25, 1, List.of());

    // 1 × 1.25 + 2 × 0.1 = 1.45 with the cache, 3 × 1 without.
    assertThat(dear.linesAt(TOKENS, 0, 600)).isEqualTo(new Tariff.Lines(1.25, 0.1, 4));
    // 9 × 1.25 + 1 × 0.1 = 11.35 with the cache, 10 without.
    assertThat(dear.linesAt(new TokenRates(9, 1, 0), 0, 600)).isEqualTo(new Tariff.Lines(1, 1, 4));
    assertThat(dear.linesAt(new TokenRates(5, 0, 1), 0, 600))
        .isEqualTo(new Tariff.Lines(1, 0.1, 4));
  }

  @Test
  void aDiscountLowersEveryLine() {
    Tariff tariff = Tariff.of(offer(List.of(), new Offer.Batch.NotOffered(), 0, 25), 1000);
    assertThat(tariff.inputPerMillion()).isCloseTo(0.45, EXACTLY);
    assertThat(tariff.cachedInputPerMillion()).isCloseTo(0.225, EXACTLY);
    assertThat(tariff.outputPerMillion()).isCloseTo(1.80, EXACTLY);
  }

  @Test
  void theShareThatMayWaitIsPricedAtTheBatchList() {
    TokenPrices half = TokenPrices.of(usd("0.30"), usd("0.15"), usd("1.20"));
    Tariff tariff = Tariff.of(offer(List.of(), new Offer.Batch.Listed(half), 40, 0), 1000);
    // 60 % at 0.60 and 40 % at 0.30
    assertThat(tariff.inputPerMillion()).isCloseTo(0.48, EXACTLY);
    assertThat(tariff.outputPerMillion()).isCloseTo(1.92, EXACTLY);
  }

  @Test
  void promptsLongerThanATierOnAveragePayItsPrices() {
    List<LongContextTier> tiers =
        List.of(
            new LongContextTier(128_000, TokenPrices.of(usd("1.20"), usd("4.80"))),
            new LongContextTier(256_000, TokenPrices.of(usd("2.40"), usd("9.60"))));
    Offer offer = offer(tiers, new Offer.Batch.NotOffered(), 0, 0);
    assertThat(Tariff.of(offer, 128_000).inputPerMillion()).isCloseTo(0.60, EXACTLY);
    assertThat(Tariff.of(offer, 128_001).inputPerMillion()).isCloseTo(1.20, EXACTLY);
    assertThat(Tariff.of(offer, 128_001).cachedInputPerMillion()).isCloseTo(1.20, EXACTLY);
    assertThat(Tariff.of(offer, 300_000).outputPerMillion()).isCloseTo(9.60, EXACTLY);
  }

  @Test
  void aStatedShareOfCacheHitsReplacesOurs() {
    Offer ours = Offer.of("inline", PRICES);
    Offer stated =
        new Offer(
            ours.name(),
            ours.prices(),
            List.of(),
            ours.batch(),
            0,
            ours.limits(),
            0,
            new CacheHits.OfInput(50),
            ours.read(),
            ours.weights());
    // Of 3 million input tokens 1.5 are cached: 1.5 × 0.60 + 1.5 × 0.30 + 0.5 × 2.40
    assertThat(Tariff.of(stated, 1000).perSecond(TOKENS)).isCloseTo(2.55, EXACTLY);
    assertThat(Tariff.of(stated, 1000).asCounted(TOKENS))
        .isEqualTo(new TokenRates(1.5e6, 1.5e6, 0.5e6));
  }

  @Property
  void aBillIsTheSumOfItsParts(
      @ForAll("tokens") TokenRates some, @ForAll("tokens") TokenRates more) {
    Tariff tariff = Tariff.of(Offer.of("inline", PRICES), 1000);
    double apart = tariff.perSecond(some) + tariff.perSecond(more);
    assertThat(tariff.perSecond(some.plus(more))).isCloseTo(apart, within(1e-9));
    assertThat(tariff.perSecond(some.times(3))).isCloseTo(3 * tariff.perSecond(some), within(1e-9));
    assertThat(tariff.perSecond(TokenRates.ZERO)).isZero();
  }

  @Property
  void howOftenTheApisCacheHitsChangesNoTotalOfTokens(
      @ForAll("tokens") TokenRates tokens,
      @ForAll @DoubleRange(min = 0, max = 100) double percent) {
    Tariff stated = new Tariff(0.60, 0.30, 2.40, new CacheHits.OfInput(percent));
    assertThat(stated.asCounted(tokens).total()).isCloseTo(tokens.total(), within(1e-9));
    assertThat(stated.asCounted(tokens).output()).isEqualTo(tokens.output());
  }

  @Provide
  Arbitrary<TokenRates> tokens() {
    Arbitrary<Double> rate = Arbitraries.doubles().between(0, 1e5);
    return Combinators.combine(rate, rate, rate).as(TokenRates::new);
  }

  private static Offer offer(
      List<LongContextTier> tiers, Offer.Batch batch, double batchShare, double discount) {
    return new Offer(
        "inline",
        PRICES,
        tiers,
        batch,
        batchShare,
        ApiLimits.NONE,
        discount,
        new CacheHits.AsOurs(),
        new Offer.PriceRead.Undated(),
        Offer.Weights.SAME);
  }

  private static Money usd(String amount) {
    return Money.of(amount, "USD");
  }
}
