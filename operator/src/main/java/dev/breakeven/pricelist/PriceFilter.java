package dev.breakeven.pricelist;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which entries of a price list are wanted. Patterns are names in which {@code *} stands for any
 * text, case ignored; no pattern is every name.
 *
 * @param models of the model, or of the entry as the list calls it
 * @param providers of who sells it
 */
public record PriceFilter(List<String> models, List<String> providers) {

  /** Every entry. */
  public static final PriceFilter ALL = new PriceFilter(List.of(), List.of());

  public PriceFilter {
    models = List.copyOf(models);
    providers = List.copyOf(providers);
  }

  boolean wants(PriceEntry entry) {
    return (models.isEmpty()
            || models.stream().anyMatch(m -> matches(m, entry.model()) || matches(m, entry.key())))
        && (providers.isEmpty() || providers.stream().anyMatch(p -> matches(p, entry.provider())));
  }

  /** Whether a name is one of the pattern's. */
  static boolean matches(String pattern, String name) {
    StringBuilder regex = new StringBuilder();
    for (String part : pattern.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
    }
    return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE).matcher(name).matches();
  }
}
