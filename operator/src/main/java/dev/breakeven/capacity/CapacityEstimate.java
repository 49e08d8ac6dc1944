package dev.breakeven.capacity;

import dev.breakeven.traffic.TokenRates;
import java.util.List;

/** What is known of one replica's capacity, with everything that speaks against it. */
public sealed interface CapacityEstimate {

  /**
   * Most tokens that one replica was seen to serve with nothing waiting, which it sustains at
   * least.
   *
   * @param tokens tokens/s of one replica
   */
  record Served(TokenRates tokens) {}

  /**
   * Two kinds of evidence whose intervals do not meet; the first counts.
   *
   * @param counts the evidence that is kept
   * @param contradicts the evidence that is not
   * @param factor best of the second ÷ best of the first, at the mix that is served
   */
  record Contradiction(CapacityBasis counts, CapacityBasis contradicts, double factor) {}

  /**
   * A replica was seen to serve more than the interval allows.
   *
   * @param refuted the evidence that is too low
   * @param factor what was served ÷ the interval's high end
   */
  record ServedMore(CapacityBasis refuted, double factor) {}

  /**
   * An interval that can be planned with.
   *
   * @param interval the narrowest of those that agree
   * @param contradictions evidence that does not agree with it
   * @param servedMore evidence that what was served refutes
   */
  record Known(
      CapacityInterval interval, List<Contradiction> contradictions, List<ServedMore> servedMore)
      implements CapacityEstimate {
    public Known {
      contradictions = List.copyOf(contradictions);
      servedMore = List.copyOf(servedMore);
    }
  }

  /** Only a bound: no size can be planned with it, but a replica does at least that. */
  record AtLeast(Served served) implements CapacityEstimate {}

  /** Nothing at all. */
  record Unknown() implements CapacityEstimate {}
}
