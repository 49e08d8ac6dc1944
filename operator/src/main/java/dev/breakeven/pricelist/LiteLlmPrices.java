package dev.breakeven.pricelist;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.breakeven.pricelist.PriceEntry.Tier;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * LiteLLM's {@code model_prices_and_context_window.json}: USD per token. Read entry by entry, since
 * the file has several megabytes. Fields as in its {@code sample_spec}.
 */
final class LiteLlmPrices {

  /** The entry that documents the fields. */
  private static final String SAMPLE = "sample_spec";

  private static final String KEPT_BY = "github.com/BerriAI/litellm";

  /** What the file calls kinds of models that read and write text. */
  private static final Set<String> TEXT_MODES = Set.of("chat", "completion", "responses");

  private static final Pattern TIER =
      Pattern.compile("input_cost_per_token_above_(\\d+)(k?)_tokens");

  private final String file;
  private final LocalDate asOf;

  LiteLlmPrices(String file, LocalDate asOf) {
    this.file = file;
    this.asOf = asOf;
  }

  /** Reads the object at which the parser stands. */
  void read(JsonParser parser, Consumer<PriceEntry> entries) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      JsonNode entry = parser.readValueAsTree();
      if (!key.equals(SAMPLE)) {
        entries.accept(entry(key, entry));
      }
    }
  }

  private PriceEntry entry(String key, JsonNode entry) {
    PriceReader reader = new PriceReader();
    String mode = entry.path("mode").asText("");
    if (!mode.isEmpty() && !mode.equals("null") && !TEXT_MODES.contains(mode)) {
      reader.problem(RefusalReason.NOT_TEXT_GENERATION, mode);
    }
    PriceReader.day(entry.path("deprecation_date").asText())
        .filter(day -> !day.isAfter(asOf))
        .ifPresent(day -> reader.problem(RefusalReason.WITHDRAWN, day.toString()));
    BigDecimal perRequest =
        reader.perMillion("input_cost_per_request", entry.path("input_cost_per_request"));
    if (perRequest != null && perRequest.signum() > 0) {
      reader.problem(RefusalReason.PRICE_PER_REQUEST, PriceBounds.shown(perRequest) + " a request");
    }
    Map<Long, Rates> steps = new TreeMap<>();
    Rates base = rates(reader, entry, "");
    JsonNode ranges = entry.path("tiered_pricing");
    if (ranges.isArray()) {
      ranges.forEach(
          range -> steps.put(range.path("range").path(0).asLong(), rates(reader, range, "")));
      // The first range, from 0 on, holds the ordinary prices.
      Rates first = steps.remove(0L);
      base = first == null ? base : base.orElse(first);
    }
    for (String field : (Iterable<String>) entry::fieldNames) {
      Matcher tier = TIER.matcher(field);
      if (tier.matches()) {
        long above = Long.parseLong(tier.group(1)) * (tier.group(2).isEmpty() ? 1 : 1000);
        steps.put(above, rates(reader, entry, field.substring("input_cost_per_token".length())));
      }
    }
    List<Tier> tiers = new ArrayList<>();
    for (Map.Entry<Long, Rates> step : steps.entrySet()) {
      tiers.add(new Tier(step.getKey(), step.getValue().orElse(base)));
    }
    reasoning(reader, entry, base);
    String provider = entry.path("litellm_provider").asText("");
    return new PriceEntry(
        file,
        key,
        provider,
        modelOf(key, provider),
        base,
        tiers,
        List.of(),
        reader.perToken("batch input", entry.path("input_cost_per_token_batches")),
        reader.perToken("batch output", entry.path("output_cost_per_token_batches")),
        PriceReader.limit(entry.path("tpm")),
        PriceReader.limit(entry.path("rpm")),
        Optional.of(entry.path("source").asText(""))
            .filter(source -> !source.isBlank())
            .map(source -> source.strip() + ", as kept by " + KEPT_BY)
            .orElse(KEPT_BY),
        asOf,
        reader.problems());
  }

  /** The key without the provider, unless what is left is no name, as of Cloudflare's @cf/…. */
  private static String modelOf(String key, String provider) {
    String model = key.startsWith(provider + "/") ? key.substring(provider.length() + 1) : key;
    return OfferName.isAllowed(model) ? model : key;
  }

  private static Rates rates(PriceReader reader, JsonNode node, String suffix) {
    BigDecimal cached =
        reader.perToken("cached input" + suffix, node.path("cache_read_input_token_cost" + suffix));
    return new Rates(
        reader.perToken("input" + suffix, node.path("input_cost_per_token" + suffix)),
        cached == null
            ? reader.perToken(
                "cached input" + suffix, node.path("input_cost_per_token_cache_hit" + suffix))
            : cached,
        reader.perToken(
            "cache write" + suffix, node.path("cache_creation_input_token_cost" + suffix)),
        reader.perToken("output" + suffix, node.path("output_cost_per_token" + suffix)));
  }

  private static void reasoning(PriceReader reader, JsonNode entry, Rates base) {
    BigDecimal reasoning =
        reader.perToken("reasoning", entry.path("output_cost_per_reasoning_token"));
    BigDecimal output = base.output();
    if (reasoning != null
        && reasoning.signum() > 0
        && output != null
        && reasoning.compareTo(output) != 0) {
      reader.problem(
          RefusalReason.REASONING_PRICE_DIFFERS,
          "reasoning %s, output %s"
              .formatted(PriceBounds.shown(reasoning), PriceBounds.shown(output)));
    }
  }
}
