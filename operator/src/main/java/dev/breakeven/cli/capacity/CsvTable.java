package dev.breakeven.cli.capacity;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.breakeven.api.Excerpt;
import dev.breakeven.cli.input.InputFile;
import java.io.Reader;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A CSV file with a header, read row by row; every complaint names file and line. */
final class CsvTable {

  private final String name;
  private final List<String> header;

  private CsvTable(String name, List<String> header) {
    this.name = name;
    this.header = header;
  }

  /** One row. */
  record Row(CsvTable table, CsvRecord record) {

    /** The text of a column; empty where the cell or the column is. */
    String text(String column) {
      int i = table.header.indexOf(column);
      return i < 0 || i >= record.getFieldCount() ? "" : record.getField(i).strip();
    }

    /** The figure of a column; NaN where the cell or the column is empty. */
    double figure(String column) {
      String text = text(column);
      if (text.isEmpty()) {
        return Double.NaN;
      }
      try {
        double value = Double.parseDouble(text);
        if (value >= 0 && value <= 1e12) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Refused below with the same words as every other wrong figure.
      }
      throw wrong(column + " " + Excerpt.of(text) + " is not a number from 0 to 1e12");
    }

    /** A figure that has to be there and above 0. */
    double positive(String column) {
      double value = figure(column);
      if (!(value > 0)) {
        throw wrong(column + " is missing or not above 0");
      }
      return value;
    }

    IllegalArgumentException wrong(String what) {
      return new IllegalArgumentException(
          table.name + ":" + record.getStartingLineNumber() + ": " + what);
    }
  }

  /**
   * Reads all rows.
   *
   * @param required columns that the header must have; others are optional
   * @throws IllegalArgumentException with one line, {@code FILE:LINE: what is wrong}
   */
  static void read(Path file, List<String> required, Consumer<Row> each) {
    InputFile input = new InputFile(file);
    input.readText(text -> read(input.name(), text, required, each));
  }

  private static void read(String name, Reader text, List<String> required, Consumer<Row> each) {
    try {
      @Nullable CsvTable table = null;
      for (CsvRecord record : CsvReader.builder().skipEmptyLines(true).ofCsvRecord(text)) {
        if (table == null) {
          table =
              new CsvTable(
                  name,
                  record.getFields().stream().map(f -> f.strip().replace("\uFEFF", "")).toList());
          for (String column : required) {
            if (!table.header.contains(column)) {
              throw new Row(table, record).wrong("the header has no column " + column);
            }
          }
        } else {
          each.accept(new Row(table, record));
        }
      }
      if (table == null) {
        throw new IllegalArgumentException(
            name + ": empty; the header is " + String.join(",", required));
      }
    } catch (CsvParseException e) {
      throw new IllegalArgumentException(name + ": not CSV: " + e.getMessage(), e);
    }
  }
}
