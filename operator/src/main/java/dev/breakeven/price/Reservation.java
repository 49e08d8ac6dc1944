package dev.breakeven.price;

import java.time.LocalDate;

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

  /** Nothing is reserved. */
  record None() implements Reservation {}
}
