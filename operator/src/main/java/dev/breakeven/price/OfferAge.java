package dev.breakeven.price;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Whether an offer's prices were read recently enough for its policy. */
public sealed interface OfferAge {

  /** Read recently enough. */
  record Fresh() implements OfferAge {}

  /**
   * Read too long ago.
   *
   * @param days since it was read
   * @param maxAgeDays that the policy allows
   */
  record Stale(LocalDate asOf, long days, int maxAgeDays) implements OfferAge {}

  /** Said to have been read on a day that is yet to come: a mistake that would never grow old. */
  record Ahead(LocalDate asOf) implements OfferAge {}

  /** Nobody says when. */
  record Undated() implements OfferAge {}

  /**
   * The age of an offer at a time, in whole days UTC. Tomorrow's date is 0 days old: it may be that
   * day already where it was read.
   */
  static OfferAge of(Offer offer, Instant now) {
    if (!(offer.read() instanceof Offer.PriceRead.On read)) {
      return new Undated();
    }
    long days = ChronoUnit.DAYS.between(read.asOf(), now.atZone(ZoneOffset.UTC).toLocalDate());
    if (days < -1) {
      return new Ahead(read.asOf());
    }
    return days > read.maxAgeDays() ? new Stale(read.asOf(), days, read.maxAgeDays()) : new Fresh();
  }
}
