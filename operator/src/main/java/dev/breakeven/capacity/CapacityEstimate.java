package dev.breakeven.capacity;

import dev.breakeven.traffic.TokenRates;
import java.util.List;

/** What is known of one replica's capacity, with everything that speaks against it. */
public sealed interface CapacityEstimate {

  /** Why a kind of evidence gave no interval. */
  enum Missing {
    /** The policy states neither a capacity nor benchmarks. */
    NOTHING_STATED,
    /** Fewer saturated steps than a capacity is learned from. */
    TOO_FEW_SATURATED_STEPS,
    /** The engine's running requests are not known in any step. */
    REQUESTS_RUNNING_NOT_MEASURED,
    /** Too few steps with nothing waiting for a concurrency curve: about half a day is needed. */
    TOO_FEW_UNQUEUED_STEPS,
    /** The catalogue has no throughput for the model on these GPUs. */
    NOT_PUBLISHED
  }

  /**
   * Most tokens that one replica was seen to serve with nothing waiting, which it sustains at
   * least.
   *
   * @param tokens tokens/s of one replica
   * @param contextTokens mean context a generated token read; NaN where lengths are not known
   */
  record Served(TokenRates tokens, double contextTokens) {}

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
   * @param missing why other kinds of evidence are not there
   */
  record Known(
      CapacityInterval interval,
      List<Contradiction> contradictions,
      List<ServedMore> servedMore,
      List<Missing> missing)
      implements CapacityEstimate {
    public Known {
      contradictions = List.copyOf(contradictions);
      servedMore = List.copyOf(servedMore);
      missing = List.copyOf(missing);
    }
  }

  /**
   * Only a bound: no size can be planned with it, but a replica does at least that.
   *
   * @param missing why no kind of evidence gave an interval
   */
  record AtLeast(Served served, List<Missing> missing) implements CapacityEstimate {
    public AtLeast {
      missing = List.copyOf(missing);
    }
  }

  /** Nothing at all. */
  record Unknown(List<Missing> missing) implements CapacityEstimate {
    public Unknown {
      missing = List.copyOf(missing);
    }
  }
}
