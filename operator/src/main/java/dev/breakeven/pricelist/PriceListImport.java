package dev.breakeven.pricelist;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakeven.pricelist.PriceEntry.Hours;
import dev.breakeven.pricelist.PriceEntry.Problem;
import dev.breakeven.pricelist.PriceEntry.Tier;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the entries of price lists that are wanted and can be prices. Lists are read one after the
 * other; where two have an offer of the same name the first counts.
 */
public final class PriceListImport {

  /** Steps for long prompts that a rate card holds. */
  private static final int MOST_TIERS = 4;

  /** Times of the day that a rate card holds. */
  private static final int MOST_HOURS = 3;

  /** How far into a file its kind shows. */
  private static final int LOOK_AHEAD = 4096;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final ObjectMapper YAML =
      YAMLMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final PriceFilter filter;
  private final PriceBounds bounds;
  private final List<ModelAlias> aliases;
  private final List<PriceEntry> read = new ArrayList<>();
  private String currency = "";

  /**
   * @param filter the entries that are wanted
   * @param bounds what a price can be
   * @param aliases how the lists' models are called in policies; the first that matches counts
   */
  public PriceListImport(PriceFilter filter, PriceBounds bounds, List<ModelAlias> aliases) {
    this.filter = filter;
    this.bounds = bounds;
    this.aliases = List.copyOf(aliases);
  }

  /**
   * Reads one list.
   *
   * @param file what error lines and sources call it
   * @param in its content; left open
   * @param format how it is written; found out by looking where it is not stated
   * @param asOf day on which its prices were read, where it does not say itself
   * @throws IllegalArgumentException with one line if it is no price list
   * @throws IOException if it cannot be read
   */
  public void read(String file, InputStream in, Optional<PriceListFormat> format, LocalDate asOf)
      throws IOException {
    int before = read.size();
    BufferedInputStream content = new BufferedInputStream(in, LOOK_AHEAD);
    String start = startOf(content);
    if (start.isBlank()) {
      throw new IllegalArgumentException(file + ": empty");
    }
    boolean json = start.startsWith("{") || start.startsWith("[");
    PriceListFormat written = format.orElseGet(() -> formatOf(file, start));
    if (written != PriceListFormat.CSV) {
      stateCurrency(file, "USD");
    }
    try {
      switch (written) {
        case CSV -> csv(file, content, asOf);
        case LITELLM -> {
          try (JsonParser parser = JSON.createParser(content)) {
            expect(file, parser, JsonToken.START_OBJECT, "LiteLLM's prices are one JSON object");
            new LiteLlmPrices(file, asOf).read(parser, read::add);
          }
        }
        case GENAI_PRICES -> {
          GenaiPrices reader = new GenaiPrices(file, asOf);
          if (json && start.startsWith("[")) {
            try (JsonParser parser = JSON.createParser(content)) {
              parser.nextToken();
              reader.read(parser, read::add);
            }
          } else {
            JsonNode provider = (json ? JSON : YAML).readTree(content);
            reader.provider(provider, read::add);
          }
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s:%d: not %s: %s"
              .formatted(
                  file,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  json ? "JSON" : "YAML",
                  e.getOriginalMessage()),
          e);
    }
    if (read.subList(before, read.size()).stream()
        .allMatch(e -> e.provider().isEmpty() && e.prices().input() == null)) {
      throw new IllegalArgumentException(
          file
              + ": no price in it; LiteLLM's and genai-prices' files are read, and CSV with "
              + PriceCsv.HEADER);
    }
  }

  private void csv(String file, InputStream content, LocalDate asOf) {
    PriceCsv csv = new PriceCsv(file, asOf);
    Reader text = new InputStreamReader(content, StandardCharsets.UTF_8);
    csv.read(text, read::add);
    stateCurrency(file, csv.currency().orElse("USD"));
  }

  private void stateCurrency(String file, String stated) {
    if (!stated.matches("[A-Z]{3}")) {
      throw new IllegalArgumentException(
          file + ": currency " + stated + " is not an ISO 4217 code such as EUR");
    }
    if (!currency.isEmpty() && !currency.equals(stated)) {
      throw new IllegalArgumentException(
          "%s: prices in %s after prices in %s; a rate card has one currency"
              .formatted(file, stated, currency));
    }
    currency = stated;
  }

  /** What the lists held, and what of it is taken. */
  public ImportedPrices result() {
    List<RefusedEntry> refused = new ArrayList<>();
    List<PriceEntry> possible = new ArrayList<>();
    Set<PriceEntry> wanted = new HashSet<>();
    int leftOut = 0;
    for (PriceEntry entry : read) {
      boolean isWanted = filter.wants(entry);
      List<Problem> problems = bounds.problemsOf(entry);
      Optional<Problem> worst =
          problems.stream().filter(problem -> !problem.reason().isPart()).findFirst();
      if (!isWanted) {
        leftOut++;
      } else if (worst.isPresent()) {
        refused.add(refused(entry, worst.get()));
      } else {
        problems.forEach(problem -> refused.add(refused(entry, problem)));
      }
      if (worst.isEmpty()) {
        possible.add(entry);
        if (isWanted) {
          wanted.add(entry);
        }
      }
    }
    PriceOutliers outliers = new PriceOutliers(possible);
    Set<String> names = new HashSet<>();
    List<PriceEntry> offers = new ArrayList<>();
    for (PriceEntry entry : possible) {
      if (wanted.contains(entry)) {
        PriceEntry named = named(entry);
        Optional<Problem> problem =
            outliers
                .problemOf(entry)
                .or(() -> nameProblem(named))
                .or(
                    () ->
                        names.add(named.offerName())
                            ? Optional.empty()
                            : Optional.of(new Problem(RefusalReason.DUPLICATE, named.offerName())));
        if (problem.isPresent()) {
          refused.removeIf(r -> r.file().equals(entry.file()) && r.entry().equals(entry.key()));
          refused.add(refused(entry, problem.get()));
        } else {
          offers.add(sound(named, refused));
        }
      }
    }
    return new ImportedPrices(
        currency.isEmpty() ? "USD" : currency, read.size(), leftOut, offers, refused);
  }

  private PriceEntry named(PriceEntry entry) {
    return aliases.stream()
        .filter(alias -> alias.isOf(entry))
        .findFirst()
        .map(alias -> entry.withModel(alias.model()))
        .orElse(entry);
  }

  private static Optional<Problem> nameProblem(PriceEntry entry) {
    for (String name : List.of(entry.offerName(), entry.model())) {
      if (!OfferName.isAllowed(name)) {
        return Optional.of(new Problem(RefusalReason.NAME_NOT_ALLOWED, name));
      }
    }
    return Optional.empty();
  }

  /** The entry without the parts that cannot be. */
  private static PriceEntry sound(PriceEntry entry, List<RefusedEntry> refused) {
    Rates prices = sound(entry, entry.prices(), refused);
    List<Tier> tiers = new ArrayList<>();
    for (Tier tier : entry.tiers()) {
      Rates own = sound(entry, tier.prices(), new ArrayList<>());
      if (tier.aboveInputTokens() > 0 && tiers.size() < MOST_TIERS) {
        tiers.add(new Tier(tier.aboveInputTokens(), own));
      } else {
        refused.add(
            refused(
                entry,
                new Problem(
                    RefusalReason.TOO_MANY_TIERS, "above " + tier.aboveInputTokens() + " tokens")));
      }
    }
    List<Hours> hours =
        entry.hours().stream()
            .limit(MOST_HOURS)
            .map(h -> new Hours(h.from(), h.to(), sound(entry, h.prices(), new ArrayList<>())))
            .toList();
    if (entry.hours().size() > MOST_HOURS) {
      refused.add(
          refused(entry, new Problem(RefusalReason.TOO_MANY_TIERS, "more times of the day")));
    }
    return entry.with(prices, tiers, hours);
  }

  private static Rates sound(PriceEntry entry, Rates stated, List<RefusedEntry> refused) {
    Rates prices = stated;
    BigDecimal input = prices.input();
    BigDecimal cached = prices.cachedInput();
    if (cached != null && cached.signum() == 0) {
      refused.add(refused(entry, new Problem(RefusalReason.CACHED_PRICE_ZERO, "")));
      prices = prices.withoutCachedInput();
    }
    BigDecimal write = prices.cacheWrite();
    if (write != null && write.signum() == 0) {
      // Writing costs nothing beside the input itself: no price of its own.
      prices = prices.withoutCacheWrite();
    } else if (write != null && input != null && write.compareTo(input) < 0) {
      refused.add(
          refused(
              entry,
              new Problem(
                  RefusalReason.CACHE_WRITE_BELOW_INPUT,
                  "cache write %s, input %s"
                      .formatted(PriceBounds.shown(write), PriceBounds.shown(input)))));
      prices = prices.withoutCacheWrite();
    }
    return prices;
  }

  private static RefusedEntry refused(PriceEntry entry, Problem problem) {
    return new RefusedEntry(entry.file(), entry.key(), problem.reason(), problem.detail());
  }

  private static void expect(String file, JsonParser parser, JsonToken token, String what)
      throws IOException {
    if (parser.nextToken() != token) {
      throw new IllegalArgumentException(file + ": " + what);
    }
  }

  private static PriceListFormat formatOf(String file, String start) {
    if (start.startsWith("{")) {
      // One provider of genai-prices is an object too, with its models in a list.
      return start.contains("\"litellm_provider\"") || !start.contains("\"models\"")
          ? PriceListFormat.LITELLM
          : PriceListFormat.GENAI_PRICES;
    }
    boolean yaml =
        file.matches(".*\\.ya?ml(\\.gz)?") || start.matches("(?s)(#.*\\R|\\s)*\\w+:\\s.*");
    return start.startsWith("[") || yaml ? PriceListFormat.GENAI_PRICES : PriceListFormat.CSV;
  }

  private static String startOf(BufferedInputStream content) throws IOException {
    content.mark(LOOK_AHEAD);
    String start = new String(content.readNBytes(LOOK_AHEAD), StandardCharsets.UTF_8);
    content.reset();
    return start.replaceFirst("^\uFEFF", "").stripLeading();
  }
}
