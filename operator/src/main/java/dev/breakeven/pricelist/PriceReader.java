package dev.breakeven.pricelist;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakeven.api.Excerpt;
import dev.breakeven.pricelist.PriceEntry.Problem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the prices of one entry and keeps what was wrong with them. */
final class PriceReader {

  private static final BigDecimal TOKENS = BigDecimal.valueOf(1_000_000);

  /** A millionth of a dollar for 1,000,000 tokens: what binary fractions add is below it. */
  private static final int DECIMALS = 6;

  /** Longer numbers are no prices, and cost time and memory to write out. */
  private static final int MOST_DIGITS = 40;

  private final List<Problem> problems = new ArrayList<>();

  List<Problem> problems() {
    return problems;
  }

  void problem(RefusalReason reason, String detail) {
    problems.add(new Problem(reason, detail));
  }

  /** A price per token as one per 1,000,000 tokens; null where the field is not there. */
  @Nullable BigDecimal perToken(String name, JsonNode value) {
    return read(name, value).map(v -> rounded(v.multiply(TOKENS))).orElse(null);
  }

  /** A price per 1,000,000 tokens; null where the field is not there. */
  @Nullable BigDecimal perMillion(String name, JsonNode value) {
    return read(name, value).map(PriceReader::rounded).orElse(null);
  }

  /** A price per 1,000,000 tokens as text; null where the text is empty. */
  @Nullable BigDecimal perMillion(String name, String text) {
    return text.isBlank() ? null : number(name, text).map(PriceReader::rounded).orElse(null);
  }

  /** A price per token as text, per 1,000,000 tokens; null where the text is empty. */
  @Nullable BigDecimal perToken(String name, String text) {
    return text.isBlank()
        ? null
        : number(name, text).map(v -> rounded(v.multiply(TOKENS))).orElse(null);
  }

  /** A limit of at least 1; null where there is none. Zero and less are no limits but unknown. */
  static @Nullable Long limit(JsonNode value) {
    return value.isNumber() && value.asDouble() >= 1 && value.asDouble() <= 1e9
        ? (Long) value.asLong()
        : null;
  }

  /** A day written as YYYY-MM-DD, if it is one. */
  static Optional<LocalDate> day(String text) {
    try {
      return Optional.of(LocalDate.parse(text.strip()));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private Optional<BigDecimal> read(String name, JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (value.isNumber() || value.isTextual()) {
      return number(name, value.asText());
    }
    problem(RefusalReason.NOT_A_PRICE, name + " " + Excerpt.of(value.toString()));
    return Optional.empty();
  }

  private Optional<BigDecimal> number(String name, String text) {
    try {
      BigDecimal number = new BigDecimal(text.strip());
      if (number.precision() <= MOST_DIGITS && Math.abs(number.scale()) <= MOST_DIGITS) {
        return Optional.of(number);
      }
    } catch (NumberFormatException e) {
      // Refused below with the same words as every other text that is no price.
    }
    problem(RefusalReason.NOT_A_PRICE, name + " " + Excerpt.of(text));
    return Optional.empty();
  }

  /** Rounded where it is a price; what is too small to be one keeps its digits, to be shown. */
  private static BigDecimal rounded(BigDecimal price) {
    BigDecimal rounded = price.setScale(DECIMALS, RoundingMode.HALF_EVEN);
    return rounded.signum() == 0 ? price : rounded;
  }
}
