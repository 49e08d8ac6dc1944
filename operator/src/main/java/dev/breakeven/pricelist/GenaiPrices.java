package dev.breakeven.pricelist;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.breakeven.pricelist.PriceEntry.Hours;
import dev.breakeven.pricelist.PriceEntry.Tier;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The data of pydantic/genai-prices: USD per 1,000,000 tokens. A price is a number, or a base and
 * steps from which on the whole request pays another. Prices with a condition override those before
 * them: from a day on, or from one time of the day to another.
 */
final class GenaiPrices {

  private static final String KEPT_BY = "github.com/pydantic/genai-prices";

  private final String file;
  private final LocalDate asOf;

  GenaiPrices(String file, LocalDate asOf) {
    this.file = file;
    this.asOf = asOf;
  }

  /** Reads the list of providers at which the parser stands. */
  void read(JsonParser parser, Consumer<PriceEntry> entries) throws IOException {
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      provider(parser.readValueAsTree(), entries);
    }
  }

  /** Reads one provider. */
  void provider(JsonNode provider, Consumer<PriceEntry> entries) {
    for (JsonNode model : provider.path("models")) {
      entries.accept(entry(provider, model));
    }
  }

  private PriceEntry entry(JsonNode provider, JsonNode model) {
    PriceReader reader = new PriceReader();
    LocalDate checked =
        PriceReader.day(model.path("prices_checked").asText())
            .filter(day -> !day.isAfter(asOf))
            .orElse(asOf);
    if (model.path("deprecated").asBoolean()) {
      reader.problem(RefusalReason.WITHDRAWN, "deprecated");
    }
    JsonNode ordinary = model.path("prices");
    List<Hours> hours = new ArrayList<>();
    if (ordinary.isArray()) {
      ordinary = inForce(reader, ordinary, hours);
    }
    BigDecimal perThousandRequests =
        base(reader, "requests_kcount", ordinary.path("requests_kcount"));
    if (perThousandRequests != null && perThousandRequests.signum() > 0) {
      reader.problem(
          RefusalReason.PRICE_PER_REQUEST,
          PriceBounds.shown(perThousandRequests) + " per 1,000 requests");
    }
    String id = model.path("id").asText("");
    String providerId = provider.path("id").asText("");
    String key = providerId.isEmpty() ? id : providerId + "/" + id;
    return new PriceEntry(
        file,
        key,
        providerId,
        OfferName.isAllowed(id) ? id : key,
        rates(reader, ordinary),
        tiers(reader, ordinary),
        hours,
        null,
        null,
        null,
        null,
        Optional.of(provider.path("pricing_urls").path(0).asText(""))
            .filter(url -> !url.isBlank())
            .map(url -> url.strip() + ", as kept by " + KEPT_BY)
            .orElse(KEPT_BY),
        checked,
        reader.problems());
  }

  /** The last price list that is in force on the day, and those for a time of the day. */
  private JsonNode inForce(PriceReader reader, JsonNode conditional, List<Hours> hours) {
    JsonNode ordinary = conditional.path(0).path("prices");
    for (JsonNode one : conditional) {
      JsonNode constraint = one.path("constraint");
      if (constraint.has("start_time") || constraint.has("end_time")) {
        Optional<LocalTime> from = time(constraint.path("start_time").asText());
        Optional<LocalTime> to = time(constraint.path("end_time").asText());
        if (from.isPresent() && to.isPresent() && !from.equals(to)) {
          hours.add(new Hours(from.get(), to.get(), rates(reader, one.path("prices"))));
        } else {
          reader.problem(RefusalReason.NOT_A_PRICE, "times " + constraint);
        }
      } else if (constraint.has("start_date")) {
        Optional<LocalDate> start = PriceReader.day(constraint.path("start_date").asText());
        if (start.isEmpty()) {
          reader.problem(RefusalReason.NOT_A_PRICE, "start_date " + constraint);
        } else if (start.get().isAfter(asOf)) {
          reader.problem(RefusalReason.PRICE_CHANGES_LATER, "on " + start.get());
        } else {
          ordinary = one.path("prices");
          hours.clear();
        }
      } else {
        ordinary = one.path("prices");
        hours.clear();
      }
    }
    Rates base = rates(reader, ordinary);
    hours.replaceAll(h -> new Hours(h.from(), h.to(), h.prices().orElse(base)));
    return ordinary;
  }

  private static Rates rates(PriceReader reader, JsonNode prices) {
    return new Rates(
        base(reader, "input_mtok", prices.path("input_mtok")),
        base(reader, "cache_read_mtok", prices.path("cache_read_mtok")),
        base(reader, "cache_write_mtok", prices.path("cache_write_mtok")),
        base(reader, "output_mtok", prices.path("output_mtok")));
  }

  private static @Nullable BigDecimal base(PriceReader reader, String name, JsonNode price) {
    return reader.perMillion(name, price.isObject() ? price.path("base") : price);
  }

  private static List<Tier> tiers(PriceReader reader, JsonNode prices) {
    TreeSet<Long> starts = new TreeSet<>();
    Map<String, JsonNode> stepped = new LinkedHashMap<>();
    for (String kind :
        List.of("input_mtok", "cache_read_mtok", "cache_write_mtok", "output_mtok")) {
      for (JsonNode tier : prices.path(kind).path("tiers")) {
        starts.add(tier.path("start").asLong());
        stepped.put(kind + tier.path("start").asLong(), tier.path("price"));
      }
    }
    List<Tier> tiers = new ArrayList<>();
    Rates below = rates(new PriceReader(), prices);
    for (long start : starts) {
      Rates own =
          new Rates(
              step(reader, stepped, "input_mtok", start),
              step(reader, stepped, "cache_read_mtok", start),
              step(reader, stepped, "cache_write_mtok", start),
              step(reader, stepped, "output_mtok", start));
      below = own.orElse(below);
      tiers.add(new Tier(start, below));
    }
    return tiers;
  }

  private static @Nullable BigDecimal step(
      PriceReader reader, Map<String, JsonNode> stepped, String kind, long start) {
    JsonNode price = stepped.get(kind + start);
    return price == null ? null : reader.perMillion(kind, price);
  }

  /** A time of the day in UTC; one without an offset is UTC already. */
  private static Optional<LocalTime> time(String text) {
    try {
      return Optional.of(
          OffsetTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC).toLocalTime());
    } catch (DateTimeParseException e) {
      try {
        return Optional.of(LocalTime.parse(text));
      } catch (DateTimeParseException plain) {
        return Optional.empty();
      }
    }
  }
}
