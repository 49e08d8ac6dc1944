package dev.breakeven.pricelist;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.breakeven.api.Excerpt;
import java.io.Reader;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A price list as CSV, such as a contract's: the header {@code
 * model,provider,input_per_million,output_per_million} and, where there are such columns, {@code
 * name,cached_input_per_million,cache_write_per_million,batch_input_per_million,
 * batch_output_per_million,tokens_per_minute,requests_per_minute,currency,source,as_of}. A price
 * column may end in {@code _per_token} instead. Case, spaces and underscores of the names do not
 * matter; other columns are ignored.
 */
final class PriceCsv {

  /** The header, as error lines show it. */
  static final String HEADER = "model,provider,input_per_million,output_per_million";

  private final String file;
  private final LocalDate asOf;
  private final Map<String, Integer> columns = new HashMap<>();
  private Optional<String> currency = Optional.empty();

  PriceCsv(String file, LocalDate asOf) {
    this.file = file;
    this.asOf = asOf;
  }

  /** The currency of every row, where there is such a column. */
  Optional<String> currency() {
    return currency;
  }

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException with one line, {@code FILE:LINE: what is wrong}, if it is no
   *     such CSV
   */
  void read(Reader text, Consumer<PriceEntry> entries) {
    boolean header = true;
    try {
      for (CsvRecord row : CsvReader.builder().skipEmptyLines(true).ofCsvRecord(text)) {
        if (header) {
          header(row);
          header = false;
        } else {
          entries.accept(entry(row));
        }
      }
    } catch (CsvParseException e) {
      throw new IllegalArgumentException(file + ": not CSV: " + e.getMessage(), e);
    }
    if (header) {
      throw new IllegalArgumentException(file + ": empty; the header is " + HEADER);
    }
  }

  private void header(CsvRecord row) {
    List<String> names = row.getFields();
    for (int i = 0; i < names.size(); i++) {
      columns.putIfAbsent(canonical(names.get(i)), i);
    }
    List<String> missing = new ArrayList<>();
    for (String required : List.of("model", "input_per_million", "output_per_million")) {
      String name = canonical(required);
      if (!columns.containsKey(name)
          && !columns.containsKey(name.replace("permillion", "pertoken"))) {
        missing.add(required);
      }
    }
    if (!missing.isEmpty()) {
      throw wrong(
          row,
          "no column %s among %s; the header is %s"
              .formatted(String.join(", ", missing), Excerpt.of(String.join(",", names)), HEADER));
    }
  }

  private PriceEntry entry(CsvRecord row) {
    PriceReader reader = new PriceReader();
    String model = text(row, "model");
    if (model.isEmpty()) {
      throw wrong(row, "no model");
    }
    String stated = text(row, "currency").toUpperCase(Locale.ROOT);
    if (!stated.isEmpty()) {
      if (currency.isPresent() && !currency.get().equals(stated)) {
        throw wrong(
            row,
            "currency %s after %s; a rate card has one currency"
                .formatted(Excerpt.of(stated), currency.get()));
      }
      currency = Optional.of(stated);
    }
    String day = text(row, "as_of");
    Optional<LocalDate> read = PriceReader.day(day);
    if (!day.isEmpty() && read.isEmpty()) {
      throw wrong(row, "as_of %s is not a day such as 2026-10-31".formatted(Excerpt.of(day)));
    }
    String provider = text(row, "provider");
    String name = text(row, "name");
    String source = text(row, "source");
    String defaultName = provider.isEmpty() ? model : provider + "/" + model;
    return new PriceEntry(
        file,
        name.isEmpty() ? defaultName : name,
        provider,
        model,
        new Rates(
            price(reader, row, "input"),
            price(reader, row, "cached_input"),
            price(reader, row, "cache_write"),
            price(reader, row, "output")),
        List.of(),
        List.of(),
        price(reader, row, "batch_input"),
        price(reader, row, "batch_output"),
        limit(reader, row, "tokens_per_minute"),
        limit(reader, row, "requests_per_minute"),
        source.isEmpty() ? file + ":" + row.getStartingLineNumber() : source,
        read.orElse(asOf),
        reader.problems());
  }

  private @Nullable BigDecimal price(PriceReader reader, CsvRecord row, String kind) {
    String perMillion = text(row, kind + "_per_million");
    return perMillion.isEmpty()
        ? reader.perToken(kind, text(row, kind + "_per_token"))
        : reader.perMillion(kind, perMillion);
  }

  private @Nullable Long limit(PriceReader reader, CsvRecord row, String name) {
    BigDecimal limit = reader.perMillion(name, text(row, name));
    return limit != null && limit.signum() > 0 ? (Long) limit.longValue() : null;
  }

  private String text(CsvRecord row, String column) {
    Integer at = columns.get(canonical(column));
    return at == null || at >= row.getFieldCount() ? "" : row.getField(at).strip();
  }

  /** A column's name without what people write differently: case, spaces, underscores, hyphens. */
  private static String canonical(String name) {
    return name.strip().toLowerCase(Locale.ROOT).replaceAll("[ _\\-\uFEFF]", "");
  }

  private IllegalArgumentException wrong(CsvRecord row, String what) {
    return new IllegalArgumentException(file + ":" + row.getStartingLineNumber() + ": " + what);
  }
}
