package dev.breakeven.cli;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.breakeven.api.Excerpt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A CSV file with a header, read row by row; every complaint names file and line. */
final class CsvTable {

  private final Path file;
  private final List<String> header;

  private CsvTable(Path file, List<String> header) {
    this.file = file;
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
          table.file + ":" + record.getStartingLineNumber() + ": " + what);
    }
  }

  /**
   * Reads all rows.
   *
   * @param required columns that the header must have; others are optional
   * @throws IllegalArgumentException with one line, {@code FILE:LINE: what is wrong}
   */
  static void read(Path file, List<String> required, Consumer<Row> each) {
    try (CsvReader<CsvRecord> csv = CsvReader.builder().skipEmptyLines(true).ofCsvRecord(file)) {
      @Nullable CsvTable table = null;
      for (CsvRecord record : csv) {
        if (table == null) {
          table =
              new CsvTable(
                  file,
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
            file + ": empty; the header is " + String.join(",", required));
      }
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + ": no such file", e);
    } catch (CsvParseException e) {
      throw new IllegalArgumentException(file + ": not CSV: " + e.getMessage(), e);
    } catch (IOException | UncheckedIOException e) {
      Throwable cause = e.getCause();
      throw new IllegalArgumentException(
          cause instanceof MalformedInputException || e instanceof MalformedInputException
              ? file + ": not UTF-8 text"
              : file + ": cannot be read: " + e.getMessage(),
          e);
    }
  }
}
