package dev.breakeven.pricelist;

import dev.breakeven.pricelist.PriceEntry.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Prices that are far from what the others charge for the same model: mistakes that are within the
 * bounds, such as a price per 1,000 tokens that was written as one per 1,000,000 or the other way.
 * Real list prices of one model differ by up to about fifteen times.
 */
final class PriceOutliers {

  /** From this many other prices on, their median says something. */
  private static final int LEAST_OTHERS = 3;

  /** Times the median, or one part in as many of it. */
  private static final double FAR = 25;

  private final Map<String, List<PriceEntry>> byModel = new HashMap<>();

  PriceOutliers(List<PriceEntry> entries) {
    for (PriceEntry entry : entries) {
      byModel.computeIfAbsent(offerName(entry), n -> new ArrayList<>()).add(entry);
    }
  }

  Optional<Problem> problemOf(PriceEntry entry) {
    List<PriceEntry> others =
        byModel.getOrDefault(offerName(entry), List.of()).stream()
            .filter(e -> !e.equals(entry))
            .toList();
    if (others.size() < LEAST_OTHERS) {
      return Optional.empty();
    }
    for (boolean input : new boolean[] {true, false}) {
      double own = price(entry, input);
      double median = median(others.stream().map(e -> price(e, input)).toList());
      if (own > FAR * median || own * FAR < median) {
        return Optional.of(
            new Problem(
                RefusalReason.OUTLIER,
                "%s %s, median of %d others %s"
                    .formatted(
                        input ? "input" : "output",
                        PriceBounds.shown(BigDecimal.valueOf(own)),
                        others.size(),
                        PriceBounds.shown(BigDecimal.valueOf(median)))));
      }
    }
    return Optional.empty();
  }

  private static double price(PriceEntry entry, boolean input) {
    BigDecimal price = input ? entry.prices().input() : entry.prices().output();
    return price == null ? Double.NaN : price.doubleValue();
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /**
   * The model without its publisher, its date and its punctuation, which providers write freely.
   */
  private static String offerName(PriceEntry entry) {
    String name = entry.model().toLowerCase(Locale.ROOT);
    return name.substring(name.lastIndexOf('/') + 1)
        .replaceFirst("-?(\\d{4}-\\d{2}-\\d{2}|\\d{8})$", "")
        .replaceAll("[^a-z0-9:]", "");
  }
}
