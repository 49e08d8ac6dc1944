package dev.breakeven.pricelist;

import dev.breakeven.pricelist.PriceEntry.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of a plausible price. The bounds tell mistakes of unit apart from prices: list prices of
 * text models lie between about $0.01 and $600 per 1,000,000 tokens (OpenAI's o1-pro), so a price
 * per million that was written per token comes out at $10,000 and more, and one per token that was
 * written per million at $0.0006 and less.
 *
 * @param least the lowest price there can be, money per 1,000,000 tokens
 * @param most the highest price there can be, money per 1,000,000 tokens
 */
public record PriceBounds(BigDecimal least, BigDecimal most) {

  /** $0.001 to $1,000 per 1,000,000 tokens. */
  public static final PriceBounds STANDARD =
      new PriceBounds(new BigDecimal("0.001"), new BigDecimal("1000"));

  /** Input at more than this many times the output price is a mistake. */
  private static final BigDecimal MOST_INPUT_TO_OUTPUT = BigDecimal.valueOf(20);

  /** Output at more than this many times the input price is a mistake. */
  private static final BigDecimal MOST_OUTPUT_TO_INPUT = BigDecimal.valueOf(100);

  /**
   * @throws IllegalArgumentException if there is nothing between the bounds
   */
  public PriceBounds {
    if (least.signum() <= 0 || least.compareTo(most) >= 0) {
      throw new IllegalArgumentException(
          "no price is between %s and %s".formatted(least.toPlainString(), most.toPlainString()));
    }
  }

  /** Everything that keeps the entry, or a part of it, from being taken; the worst first. */
  List<Problem> problemsOf(PriceEntry entry) {
    List<Problem> problems = new ArrayList<>(entry.problems());
    BigDecimal input = entry.prices().input();
    BigDecimal output = entry.prices().output();
    if (input == null && output == null) {
      problems.add(new Problem(RefusalReason.NO_PRICE, "neither input nor output"));
      return problems;
    }
    if (input == null || output == null) {
      problems.add(
          new Problem(
              RefusalReason.NO_PRICE, input == null ? "no input price" : "no output price"));
      return problems;
    }
    each(entry, (what, price) -> problems.addAll(rangeOf(what, price)));
    if (problems.stream().allMatch(p -> p.reason().isPart())) {
      if (input.compareTo(output.multiply(MOST_INPUT_TO_OUTPUT)) > 0
          || output.compareTo(input.multiply(MOST_OUTPUT_TO_INPUT)) > 0) {
        problems.add(
            new Problem(
                RefusalReason.OUT_OF_PROPORTION,
                "input %s, output %s".formatted(shown(input), shown(output))));
      }
      above(entry.prices().cachedInput(), input)
          .forEach(d -> problems.add(new Problem(RefusalReason.CACHED_ABOVE_INPUT, d)));
      above(entry.batchInput(), input)
          .forEach(d -> problems.add(new Problem(RefusalReason.BATCH_ABOVE_ORDINARY, d)));
      above(entry.batchOutput(), output)
          .forEach(d -> problems.add(new Problem(RefusalReason.BATCH_ABOVE_ORDINARY, d)));
    }
    return problems;
  }

  private List<Problem> rangeOf(String what, BigDecimal price) {
    if (price.signum() == 0) {
      return List.of(new Problem(RefusalReason.PRICE_ZERO, what + " 0"));
    }
    if (price.signum() < 0) {
      return List.of(new Problem(RefusalReason.NOT_A_PRICE, what + " " + shown(price)));
    }
    if (price.compareTo(most) > 0) {
      return List.of(new Problem(RefusalReason.ABOVE_BOUND, what + " " + shown(price)));
    }
    if (price.compareTo(least) < 0) {
      return List.of(new Problem(RefusalReason.BELOW_BOUND, what + " " + shown(price)));
    }
    return List.of();
  }

  /** Every price of the entry, with its name; a cached or cache-write price of 0 is not one. */
  private static void each(PriceEntry entry, BiConsumer<String, BigDecimal> visit) {
    each("", entry.prices(), visit);
    entry
        .tiers()
        .forEach(t -> each("above " + t.aboveInputTokens() + " tokens: ", t.prices(), visit));
    entry.hours().forEach(h -> each(h.from() + " to " + h.to() + ": ", h.prices(), visit));
    visitIf("batch input", entry.batchInput(), visit);
    visitIf("batch output", entry.batchOutput(), visit);
  }

  private static void each(String where, Rates rates, BiConsumer<String, BigDecimal> visit) {
    visitIf(where + "input", rates.input(), visit);
    visitIf(where + "output", rates.output(), visit);
    if (rates.cachedInput() != null && rates.cachedInput().signum() != 0) {
      visit.accept(where + "cached input", rates.cachedInput());
    }
    if (rates.cacheWrite() != null && rates.cacheWrite().signum() != 0) {
      visit.accept(where + "cache write", rates.cacheWrite());
    }
  }

  private static void visitIf(
      String what, @Nullable BigDecimal price, BiConsumer<String, BigDecimal> visit) {
    if (price != null) {
      visit.accept(what, price);
    }
  }

  private static List<String> above(@Nullable BigDecimal price, BigDecimal ordinary) {
    return price != null && price.compareTo(ordinary) > 0
        ? List.of(shown(price) + ", ordinary " + shown(ordinary))
        : List.of();
  }

  /** A price as a list would write it. */
  static String shown(BigDecimal price) {
    return price.stripTrailingZeros().toPlainString();
  }
}
