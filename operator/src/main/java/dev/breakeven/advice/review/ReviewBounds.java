package dev.breakeven.advice.review;

/**
 * What a policy allows the number to be.
 *
 * @param least fewest replicas that must be held: {@code minReplicas}, or what the API's limits
 *     leave to own replicas; 0 where everything may go to the API
 * @param most most that may be held
 * @param mayBurst whether what the replicas do not carry may go to the API
 */
public record ReviewBounds(int least, int most, boolean mayBurst) {

  /**
   * @throws IllegalArgumentException if a figure is negative or {@code most} below {@code least}
   */
  public ReviewBounds {
    if (least < 0 || most < least) {
      throw new IllegalArgumentException("from " + least + " to " + most + " replicas");
    }
  }

  int within(int replicas) {
    return Math.max(least, Math.min(most, replicas));
  }
}
