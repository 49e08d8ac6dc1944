package dev.breakeven.price;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** GPUs that are paid whether used or not. */
public sealed interface Reservation {

  /**
   * Paid in every alternative until it ends, the API alone included.
   *
   * @param replicas how many replicas' worth of GPUs
   * @param gpuHour price of one reserved GPU hour
   * @param until last day it is paid, UTC
   */
  record Held(int replicas, Money gpuHour, LocalDate until) implements Reservation {}

  /** This reservation as it stands at a time: none once its last day is over, UTC. */
  default Reservation at(Instant now) {
    return this instanceof Held held
            && now.atZone(ZoneOffset.UTC).toLocalDate().isAfter(held.until())
        ? new None()
        : this;
  }

  /** Nothing is reserved. */
  record None() implements Reservation {}
}
