package dev.breakeven.advice;

import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.Money;

/** What one replica of a workload costs and does. */
public sealed interface ReplicaTerms {

  /** As the policy's terms say for all. */
  record Common() implements ReplicaTerms {}

  /**
   * Its own.
   *
   * @param perHour money for one hour of one replica beyond the reserved ones, all its GPUs
   * @param capacity what it is stated to do; where it is not, as the policy's terms say
   */
  record Own(Money perHour, StatedCapacity capacity) implements ReplicaTerms {}
}
