package dev.breakeven.advice.review;

/**
 * What holding one number of replicas all along would have cost over a span of the past. Money over
 * the known hours of the span, not a month's.
 */
public interface SpanCosts {

  /** Hours of the span of which the load is known; 0 where nothing is. */
  double hours();

  /**
   * Money for holding so many replicas over the span: GPUs, unused reservation and the API's price
   * of the overflow, people apart. With none held everything is on the API.
   */
  double holding(int replicas);

  /**
   * The same for the number that runs: what it was seen to serve it serves, without headroom.
   *
   * @param present number that runs
   */
  default double goingOn(int present) {
    return holding(present);
  }

  /** Money for people and upkeep over the span once anything is held. */
  double people();

  /**
   * The number for which {@link #holding} is least, the fewest of those that are equal.
   *
   * @param least at least 1
   * @param most at least {@code least}
   */
  int cheapest(int least, int most);

  /**
   * Fewest replicas that carry a multiple of the span's highest load within the target utilisation,
   * redundant ones included; 0 for no load.
   */
  int neededForPeak(double times);
}
