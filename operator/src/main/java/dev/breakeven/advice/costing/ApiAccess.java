package dev.breakeven.advice.costing;

import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.price.Api;
import dev.breakeven.price.ApiLimits.Limit;
import dev.breakeven.price.Tariff;
import java.util.function.Function;

/**
 * What the API takes for one policy, in doubles.
 *
 * @param priced whether there is an offer with prices
 * @param tariff what it charges; everything for nothing where it is not priced
 * @param tokensPerSecond most that may be planned to go there, tokens/s; infinite without a limit
 * @param requestsPerSecond most that may be planned to go there, requests/s; infinite without a
 *     limit
 */
public record ApiAccess(
    boolean priced, Tariff tariff, double tokensPerSecond, double requestsPerSecond) {

  /**
   * Part of a limit that is planned with. A step is a mean over ten minutes; the fullest of its
   * minutes may hold a quarter more, and what is over the limit in a minute is refused.
   */
  public static final double PLANNED_SHARE_OF_LIMIT = 0.8;

  /** No API. */
  public static final ApiAccess NONE =
      new ApiAccess(false, Tariff.FREE, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  public static ApiAccess of(Api api, double meanInputTokens) {
    if (!(api instanceof Api.Offered offered)) {
      return NONE;
    }
    return new ApiAccess(
        true,
        Tariff.of(offered.offer(), meanInputTokens),
        plannedPerSecond(offered.offer().limits().tokensPerMinute()),
        plannedPerSecond(offered.offer().limits().requestsPerMinute()));
  }

  /**
   * The tariff by the mean length of prompts; that of the shortest where lengths are not known, and
   * everything for nothing where there is no offer.
   */
  public static Function<RequestLengths, Tariff> tariffs(Api api) {
    if (!(api instanceof Api.Offered offered)) {
      return lengths -> Tariff.FREE;
    }
    Tariff shortest = Tariff.of(offered.offer(), Double.NaN);
    return offered.offer().longContextTiers().isEmpty()
        ? lengths -> shortest
        : lengths -> Tariff.of(offered.offer(), lengths.inputTokens());
  }

  private static double plannedPerSecond(Limit limit) {
    return limit instanceof Limit.PerMinute some
        ? some.value() * PLANNED_SHARE_OF_LIMIT / 60
        : Double.POSITIVE_INFINITY;
  }

  /** A copy without limits. */
  public ApiAccess withoutLimits() {
    return new ApiAccess(priced, tariff, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  public boolean isLimited() {
    return Double.isFinite(tokensPerSecond) || Double.isFinite(requestsPerSecond);
  }

  /**
   * How many times a step's traffic fits into the limits. Where requests are not known only tokens
   * are looked at.
   */
  public double timesThatFit(PricedLoad load, int step) {
    double byTokens = tokensPerSecond / load.tokensPerSecondAt(step);
    double byRequests = requestsPerSecond / load.requestsPerSecondAt(step);
    double fits = Double.isNaN(byRequests) ? byTokens : Math.min(byTokens, byRequests);
    return Double.isNaN(fits) ? Double.POSITIVE_INFINITY : fits;
  }

  /** Of a step's load, what must be served on GPUs so that the rest fits into the limits. */
  public double leastOwnLoadAt(PricedLoad load, int step) {
    return isLimited() ? load.replicasAt(step) * Math.max(0, 1 - timesThatFit(load, step)) : 0;
  }

  /** Fewest load that must be served on GPUs so that the rest fits into the limits. */
  public double leastOwnLoad(PricedLoad load) {
    double least = 0;
    for (int i = 0; i < load.steps(); i++) {
      least = Math.max(least, leastOwnLoadAt(load, i));
    }
    return least;
  }
}
