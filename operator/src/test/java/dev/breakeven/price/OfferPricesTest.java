package dev.breakeven.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.price.Offer.LongContextTier;
import dev.breakeven.traffic.TokenRates;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Cache-write prices, prices by the time of the day, and tokenizers that count differently. */
class OfferPricesTest {

  private static final Offset<Double> EXACTLY = within(1e-9);
  private static final long NOON = Instant.parse("2026-11-01T12:00:00Z").getEpochSecond();
  private static final long NIGHT = Instant.parse("2026-11-01T03:00:00Z").getEpochSecond();

  /** 1 in, 0.10 from the cache, 1.25 into it, 4 out. */
  private static final TokenPrices PRICES =
      TokenPrices.of(usd("1"), usd("0.10"), usd("4")).withCacheWrite(usd("1.25"));

  @Test
  void inputThatIsNotInTheCacheIsWrittenToItWhereThatPays() {
    // 1 × 1.25 + 2 × 0.10, against 3 × 1 without a cache
    assertThat(perSecond(offer(1, List.of()), new TokenRates(1e6, 2e6, 0), NOON))
        .isCloseTo(1.45, EXACTLY);
  }

  @Test
  void aCacheThatCostsMoreThanItSavesIsNotUsed() {
    // 10 × 1.25 + 1 × 0.10 = 12.60, against 11 × 1
    assertThat(perSecond(offer(1, List.of()), new TokenRates(10e6, 1e6, 0), NOON))
        .isCloseTo(11, EXACTLY);
  }

  @Test
  void withoutHitsNothingIsWritten() {
    assertThat(perSecond(offer(1, List.of()), new TokenRates(1e6, 0, 1e6), NOON))
        .isCloseTo(5, EXACTLY);
  }

  @Test
  void hitsThatAreStatedAreWrittenBefore() {
    Offer plain = offer(1, List.of());
    Offer stated =
        new Offer(
            plain.name(),
            plain.prices(),
            List.of(),
            plain.batch(),
            0,
            ApiLimits.NONE,
            0,
            new Offer.CacheHits.OfInput(75),
            plain.read(),
            plain.weights(),
            1,
            List.of());
    // 1 × 1.25 + 3 × 0.10
    assertThat(perSecond(stated, new TokenRates(4e6, 0, 0), NOON)).isCloseTo(1.55, EXACTLY);
  }

  @Test
  void theTimeOfTheDayHasItsPrices() {
    Offer offer = offer(1, List.of(night("0.50", "2")));
    TokenRates tokens = new TokenRates(1e6, 0, 1e6);
    assertThat(perSecond(offer, tokens, NOON)).isCloseTo(5, EXACTLY);
    assertThat(perSecond(offer, tokens, NIGHT)).isCloseTo(2.50, EXACTLY);
  }

  @Test
  void aDayCostsTheSameInStepsOfTenMinutesAnHourAndADay() {
    // 8 of 24 hours at 2.50 and 16 at 5
    Tariff tariff = Tariff.of(offer(1, List.of(night("0.50", "2"))), 1000);
    TokenRates tokens = new TokenRates(1e6, 0, 1e6);
    long midnight = Instant.parse("2026-11-01T00:00:00Z").getEpochSecond();
    for (int step : new int[] {600, 3600, 86_400}) {
      double sum = 0;
      for (long start = midnight; start < midnight + 86_400; start += step) {
        sum += tariff.perSecond(tokens, start, step) * step;
      }
      assertThat(sum / 3600).as("steps of %d s", step).isCloseTo(8 * 2.50 + 16 * 5, EXACTLY);
    }
  }

  @Test
  void ofTwoHoursThatOverlapTheFirstCounts() {
    Offer offer = offer(1, List.of(night("0.50", "2"), night("0.90", "3")));
    assertThat(perSecond(offer, new TokenRates(1e6, 0, 0), NIGHT)).isCloseTo(0.50, EXACTLY);
  }

  @Test
  void longPromptsCostTheSameAllDay() {
    Offer plain = offer(1, List.of(night("0.50", "2")));
    Offer tiered =
        new Offer(
            plain.name(),
            plain.prices(),
            List.of(new LongContextTier(128_000, TokenPrices.of(usd("3"), usd("9")))),
            plain.batch(),
            0,
            ApiLimits.NONE,
            0,
            plain.cacheHits(),
            plain.read(),
            plain.weights(),
            1,
            plain.hours());
    Tariff tariff = Tariff.of(tiered, 200_000);
    assertThat(tariff.perSecond(new TokenRates(1e6, 0, 0), NIGHT, 600)).isCloseTo(3, EXACTLY);
  }

  @Test
  void tokensAreCountedByTheApisTokenizer() {
    // 1.3 times 1 in and 1 out
    assertThat(perSecond(offer(1.3, List.of()), new TokenRates(1e6, 0, 1e6), NOON))
        .isCloseTo(6.5, EXACTLY);
  }

  @Test
  void aTierIsReachedByTheApisCount() {
    Offer plain = offer(1.3, List.of());
    Offer tiered =
        new Offer(
            plain.name(),
            plain.prices(),
            List.of(new LongContextTier(128_000, TokenPrices.of(usd("3"), usd("9")))),
            plain.batch(),
            0,
            ApiLimits.NONE,
            0,
            plain.cacheHits(),
            plain.read(),
            plain.weights(),
            1.3,
            List.of());
    assertThat(Tariff.of(tiered, 98_000).inputPerMillion()).isEqualTo(1); // 127,400 of theirs
    assertThat(Tariff.of(tiered, 99_000).inputPerMillion()).isEqualTo(3); // 128,700
  }

  private static double perSecond(Offer offer, TokenRates tokens, long start) {
    return Tariff.of(offer, 1000).perSecond(tokens, start, 600);
  }

  /** From 22:00 to 06:00 UTC. */
  private static Offer.Hours night(String input, String output) {
    return new Offer.Hours(
        new DailyHours(LocalTime.of(22, 0), LocalTime.of(6, 0), ZoneOffset.UTC),
        TokenPrices.of(usd(input), usd(output)));
  }

  private static Offer offer(double tokenRatio, List<Offer.Hours> hours) {
    return new Offer(
        "offer",
        PRICES,
        List.of(),
        new Offer.Batch.NotOffered(),
        0,
        ApiLimits.NONE,
        0,
        new Offer.CacheHits.AsOurs(),
        new Offer.PriceRead.Undated(),
        Offer.Weights.COMPARABLE,
        tokenRatio,
        hours);
  }

  private static Money usd(String amount) {
    return new Money(new BigDecimal(amount), Currency.getInstance("USD"));
  }
}
