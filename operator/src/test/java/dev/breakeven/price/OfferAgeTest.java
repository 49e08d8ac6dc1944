package dev.breakeven.price;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class OfferAgeTest {

  private static final LocalDate READ = LocalDate.parse("2026-10-01");

  @Test
  void anOfferIsStaleOnTheDayAfterItsLastAllowedOne() {
    assertThat(OfferAge.of(read(31), Instant.parse("2026-11-01T23:00:00Z")))
        .isEqualTo(new OfferAge.Fresh());
    assertThat(OfferAge.of(read(31), Instant.parse("2026-11-02T00:00:00Z")))
        .isEqualTo(new OfferAge.Stale(READ, 32, 31));
  }

  @Test
  void anOfferOfTomorrowIsNoDaysOldAndOneOfTheDayAfterIsAMistake() {
    assertThat(OfferAge.of(read(31), Instant.parse("2026-09-30T00:00:00Z")))
        .isEqualTo(new OfferAge.Fresh());
    assertThat(OfferAge.of(read(31), Instant.parse("2026-09-29T23:59:59Z")))
        .isEqualTo(new OfferAge.Ahead(READ));
  }

  @Test
  void anOfferWithoutADateSaysSo() {
    assertThat(OfferAge.of(offer(new Offer.PriceRead.Undated()), Instant.EPOCH))
        .isEqualTo(new OfferAge.Undated());
  }

  private static Offer read(int maxAgeDays) {
    return offer(new Offer.PriceRead.On(READ, "https://example.com/prices", maxAgeDays));
  }

  private static Offer offer(Offer.PriceRead read) {
    TokenPrices prices = TokenPrices.of(Money.of("0.60", "USD"), Money.of("2.40", "USD"));
    Offer undated = Offer.of("inline", prices);
    return new Offer(
        "listed",
        prices,
        List.of(),
        undated.batch(),
        0,
        undated.limits(),
        0,
        undated.cacheHits(),
        read,
        undated.weights());
  }
}
