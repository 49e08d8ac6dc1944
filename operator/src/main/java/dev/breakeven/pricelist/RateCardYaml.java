package dev.breakeven.pricelist;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakeven.api.CostPolicy;
import java.math.BigDecimal;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Imported prices as RateCard manifests. */
public final class RateCardYaml {

  /** Offers that one card holds; the definition says the same. */
  public static final int MOST_OFFERS = 500;

  private static final int MOST_SOURCE_CHARS = 500;
  private static final int MOST_PROVIDER_CHARS = 100;

  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  private RateCardYaml() {}

  /**
   * All offers on one card.
   *
   * @throws IllegalArgumentException if one card cannot hold them
   */
  public static String card(String name, ImportedPrices prices) {
    if (prices.taken() > MOST_OFFERS) {
      throw new IllegalArgumentException(
          ("%,d offers, and a RateCard holds %d: take some with --model or --provider, or write one"
                  + " card a provider with --split")
              .formatted(prices.taken(), MOST_OFFERS));
    }
    return yaml(name, prices.currency(), prices.offers());
  }

  /** One card a provider, {@code NAME-PROVIDER}, and more where a provider has more offers. */
  public static String cardByProvider(String name, ImportedPrices prices) {
    Map<String, List<PriceEntry>> byCard = new LinkedHashMap<>();
    for (PriceEntry offer : prices.offers()) {
      String base = name + "-" + kubernetesName(offer.provider());
      String card = base;
      for (int part = 2; isFull(byCard.get(card)); part++) {
        card = base + "-" + part;
      }
      byCard.computeIfAbsent(card, c -> new ArrayList<>()).add(offer);
    }
    StringBuilder yaml = new StringBuilder();
    byCard.forEach((card, offers) -> yaml.append(yaml(card, prices.currency(), offers)));
    return yaml.toString();
  }

  private static boolean isFull(@Nullable List<PriceEntry> offers) {
    return offers != null && offers.size() >= MOST_OFFERS;
  }

  private static String kubernetesName(String provider) {
    String name =
        provider.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    return name.isEmpty() ? "other" : name;
  }

  private static String yaml(String name, String currency, List<PriceEntry> offers) {
    ObjectNode card = YAML.createObjectNode();
    card.put("apiVersion", CostPolicy.GROUP + "/" + CostPolicy.VERSION);
    card.put("kind", "RateCard");
    card.putObject("metadata").put("name", name);
    ObjectNode spec = card.putObject("spec");
    spec.put("currency", currency);
    ArrayNode list = spec.putArray("offers");
    offers.forEach(offer -> list.add(offer(offer)));
    try {
      return YAML.writeValueAsString(card);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a rate card could not be written", e);
    }
  }

  private static ObjectNode offer(PriceEntry entry) {
    ObjectNode offer = YAML.createObjectNode();
    offer.put("name", entry.offerName());
    offer.put("model", entry.model());
    if (!entry.provider().isBlank()) {
      offer.put("provider", cut(entry.provider(), MOST_PROVIDER_CHARS));
    }
    ObjectNode prices = offer.putObject("prices");
    rates(prices, entry.prices());
    if (entry.batchInput() != null && entry.batchOutput() != null) {
      amount(prices, "batchInputPerMillion", entry.batchInput());
      amount(prices, "batchOutputPerMillion", entry.batchOutput());
    }
    if (!entry.tiers().isEmpty()) {
      ArrayNode tiers = prices.putArray("longContext");
      for (PriceEntry.Tier tier : entry.tiers()) {
        ObjectNode node = tiers.addObject();
        node.put("aboveInputTokens", tier.aboveInputTokens());
        rates(node, tier.prices());
      }
    }
    if (!entry.hours().isEmpty()) {
      ArrayNode hours = prices.putArray("hours");
      for (PriceEntry.Hours some : entry.hours()) {
        ObjectNode node = hours.addObject();
        node.put("from", some.from().truncatedTo(ChronoUnit.MINUTES).toString());
        node.put("to", some.to().truncatedTo(ChronoUnit.MINUTES).toString());
        node.put("timeZone", "UTC");
        rates(node, some.prices());
      }
    }
    prices.put("source", cut(entry.source(), MOST_SOURCE_CHARS));
    prices.put("asOf", entry.asOf().toString());
    if (entry.tokensPerMinute() != null || entry.requestsPerMinute() != null) {
      ObjectNode limits = offer.putObject("limits");
      if (entry.tokensPerMinute() != null) {
        limits.put("tokensPerMinute", entry.tokensPerMinute());
      }
      if (entry.requestsPerMinute() != null) {
        limits.put("requestsPerMinute", entry.requestsPerMinute());
      }
    }
    return offer;
  }

  private static void rates(ObjectNode node, Rates rates) {
    amount(node, "inputPerMillion", rates.input());
    amount(node, "cachedInputPerMillion", rates.cachedInput());
    amount(node, "cacheWritePerMillion", rates.cacheWrite());
    amount(node, "outputPerMillion", rates.output());
  }

  private static void amount(ObjectNode node, String name, @Nullable BigDecimal amount) {
    if (amount != null) {
      node.put(name, PriceBounds.shown(amount));
    }
  }

  /** One line, not too long. */
  private static String cut(String text, int mostChars) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= mostChars ? line : line.substring(0, mostChars);
  }
}
