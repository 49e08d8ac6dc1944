package dev.breakeven.pricelist;

/**
 * Says which model an entry is, in the name that policies use.
 *
 * @param pattern of the list's names, as in {@link PriceFilter}
 * @param model the model as in a policy's {@code spec.model}
 */
public record ModelAlias(String pattern, String model) {

  /** Reads {@code PATTERN=MODEL}, or {@code MODEL} for every entry. */
  public static ModelAlias parse(String text) {
    int equals = text.indexOf('=');
    ModelAlias alias =
        equals < 0
            ? new ModelAlias("*", text)
            : new ModelAlias(text.substring(0, equals), text.substring(equals + 1));
    if (alias.pattern.isBlank() || !OfferName.isAllowed(alias.model)) {
      throw new IllegalArgumentException("\"" + text + "\" is neither MODEL nor PATTERN=MODEL");
    }
    return alias;
  }

  boolean isOf(PriceEntry entry) {
    return PriceFilter.matches(pattern, entry.model()) || PriceFilter.matches(pattern, entry.key());
  }
}
