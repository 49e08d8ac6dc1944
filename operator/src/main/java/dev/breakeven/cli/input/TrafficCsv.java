package dev.breakeven.cli.input;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.breakeven.api.Excerpt;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a traffic file: CSV with the header {@code
 * workload,t_s,input_tokens_per_s,output_tokens_per_s[,cached_tokens_per_s][,requests_per_s][,replicas]};
 * other columns are ignored.
 *
 * <p>{@code t_s} is seconds UTC; a row is the mean over the step that starts there; input includes
 * cached tokens; {@code replicas} is what ran. Rows of one workload are in time order, and one step
 * length holds for the whole file: the most frequent distance between two rows of a workload, the
 * smaller one where two are. A row that is not whole steps from the first is refused; one that is
 * missing in between is a gap, an empty cell an absent figure, and neither is a zero.
 */
public final class TrafficCsv {

  private static final List<String> REQUIRED =
      List.of("workload", "t_s", "input_tokens_per_s", "output_tokens_per_s");

  private static final List<String> OPTIONAL =
      List.of("cached_tokens_per_s", "requests_per_s", "replicas");

  /** Longest gap inside one workload, steps; a wrong time must not make a giant grid. */
  private static final int MAX_STEPS = 500_000;

  /** More replicas than anybody runs; beyond them a count is a mistake, and an overflow. */
  private static final double MOST_REPLICAS = 1e6;

  private final String name;
  private final Map<String, Rows> rowsByWorkload = new LinkedHashMap<>();

  private TrafficCsv(String name) {
    this.name = name;
  }

  /**
   * @param file the traffic file; {@code -} is standard input
   * @return one history a workload, in the order in which the workloads first appear
   * @throws IllegalArgumentException with one line, {@code FILE:LINE: what is wrong}
   */
  public static Map<String, TrafficHistory> read(Path file) {
    InputFile input = new InputFile(file);
    Map<String, TrafficHistory> histories = new LinkedHashMap<>();
    input.readText(reader -> histories.putAll(read(input.name(), reader)));
    return histories;
  }

  /**
   * @param name what error lines call the text
   * @param text the file's text
   */
  public static Map<String, TrafficHistory> parse(String name, String text) {
    return read(name, new StringReader(text));
  }

  private static Map<String, TrafficHistory> read(String name, Reader reader) {
    TrafficCsv csv = new TrafficCsv(name);
    CsvReader.CsvReaderBuilder settings = CsvReader.builder().skipEmptyLines(true);
    try {
      Columns columns = null;
      for (CsvRecord record : settings.ofCsvRecord(reader)) {
        if (columns == null) {
          columns = csv.header(record);
        } else {
          csv.row(record, columns);
        }
      }
    } catch (CsvParseException e) {
      throw new IllegalArgumentException(name + ": not CSV: " + e.getMessage(), e);
    }
    if (csv.rowsByWorkload.isEmpty()) {
      throw new IllegalArgumentException(
          name + ": no rows; the header is " + String.join(",", REQUIRED));
    }
    return csv.histories();
  }

  /** Where each known column stands; -1 where an optional one is missing. */
  private record Columns(
      int all,
      int workload,
      int time,
      int input,
      int output,
      int cached,
      int requests,
      int replicas) {

    int last() {
      return Math.max(Math.max(workload, time), Math.max(input, output));
    }
  }

  private Columns header(CsvRecord record) {
    List<String> fields =
        record.getFields().stream().map(f -> f.strip().replace("\uFEFF", "")).toList();
    for (String required : REQUIRED) {
      if (!fields.contains(required)) {
        throw wrong(record, "the header has no column " + required);
      }
    }
    for (String column : fields) {
      boolean isRead = REQUIRED.contains(column) || OPTIONAL.contains(column);
      if (isRead && fields.indexOf(column) != fields.lastIndexOf(column)) {
        throw wrong(record, "the header has the column " + column + " twice");
      }
    }
    return new Columns(
        fields.size(),
        fields.indexOf("workload"),
        fields.indexOf("t_s"),
        fields.indexOf("input_tokens_per_s"),
        fields.indexOf("output_tokens_per_s"),
        fields.indexOf("cached_tokens_per_s"),
        fields.indexOf("requests_per_s"),
        fields.indexOf("replicas"));
  }

  private void row(CsvRecord record, Columns columns) {
    if (record.getFieldCount() <= columns.last()) {
      throw wrong(record, "only " + record.getFieldCount() + " columns");
    }
    for (int i = columns.all; i < record.getFieldCount(); i++) {
      if (!record.getField(i).isBlank()) {
        // Most likely a comma inside a number: what follows would be read as another column's.
        throw wrong(
            record,
            "%d columns, more than the header's %d".formatted(record.getFieldCount(), columns.all));
      }
    }
    String workload = record.getField(columns.workload);
    if (workload.isBlank()) {
      throw wrong(record, "no workload");
    }
    double input = figure(record, columns.input, "input_tokens_per_s");
    double cached = figure(record, columns.cached, "cached_tokens_per_s");
    if (cached > input) {
      throw wrong(record, "cached_tokens_per_s " + cached + " of only " + input + " input");
    }
    double replicas = figure(record, columns.replicas, "replicas");
    if (!Double.isNaN(replicas) && (replicas != Math.rint(replicas) || replicas > MOST_REPLICAS)) {
      throw wrong(
          record,
          "replicas %s is not a whole number up to 1e6"
              .formatted(quoted(record.getField(columns.replicas))));
    }
    rowsByWorkload
        .computeIfAbsent(workload, w -> new Rows())
        .add(
            this,
            record,
            time(record, columns.time),
            Double.isNaN(cached) ? input : input - cached,
            cached,
            figure(record, columns.output, "output_tokens_per_s"),
            figure(record, columns.requests, "requests_per_s"),
            replicas);
  }

  private long time(CsvRecord record, int column) {
    String text = record.getField(column).strip();
    try {
      double seconds = number(text);
      if (seconds >= 0 && seconds == Math.rint(seconds) && seconds < 1e11) {
        return (long) seconds;
      }
    } catch (NumberFormatException e) {
      // Refused below with the same words as every other wrong time.
    }
    throw wrong(record, "t_s " + quoted(text) + " is not whole seconds UTC");
  }

  private double figure(CsvRecord record, int column, String columnName) {
    if (column < 0 || column >= record.getFieldCount()) {
      return Double.NaN;
    }
    String text = record.getField(column).strip();
    if (text.isEmpty()) {
      return Double.NaN;
    }
    try {
      double value = number(text);
      if (value >= 0 && value <= 1e12) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Refused below with the same words as every other wrong figure.
    }
    throw wrong(record, columnName + " " + quoted(text) + " is not a number from 0 to 1e12");
  }

  /** A decimal number; what only Java writes, such as 1d and 0x1p3, is none. */
  private static double number(String text) {
    for (int i = 0; i < text.length(); i++) {
      if ("0123456789.eE+-".indexOf(text.charAt(i)) < 0) {
        throw new NumberFormatException();
      }
    }
    return Double.parseDouble(text);
  }

  private static String quoted(String cell) {
    return "\"" + Excerpt.of(cell) + "\"";
  }

  private IllegalArgumentException wrong(CsvRecord record, String what) {
    return wrong(record.getStartingLineNumber(), what);
  }

  private IllegalArgumentException wrong(long line, String what) {
    return new IllegalArgumentException(name + ":" + line + ": " + what);
  }

  private Map<String, TrafficHistory> histories() {
    Map<Long, Integer> distances = new TreeMap<>();
    for (Rows rows : rowsByWorkload.values()) {
      for (int row = 1; row < rows.size; row++) {
        distances.merge(rows.times[row] - rows.times[row - 1], 1, Integer::sum);
      }
    }
    if (distances.isEmpty()) {
      throw new IllegalArgumentException(name + ": the step is unknown: no workload has two rows");
    }
    long step = Collections.max(distances.entrySet(), Map.Entry.comparingByValue()).getKey();
    Map<String, TrafficHistory> histories = new LinkedHashMap<>();
    for (Map.Entry<String, Rows> entry : rowsByWorkload.entrySet()) {
      histories.put(entry.getKey(), entry.getValue().history(this, entry.getKey(), step));
    }
    return histories;
  }

  /** The rows of one workload, column by column, as they are read. */
  private static final class Rows {
    private int size;
    private long[] times = new long[256];
    private long[] lines = new long[256];
    private final double[][] columns = new double[5][256];

    void add(TrafficCsv csv, CsvRecord record, long time, double... figures) {
      if (size > 0) {
        if (time <= times[size - 1]) {
          throw csv.wrong(
              record,
              "t_s " + time + " does not come after " + times[size - 1] + " of its workload");
        }
      }
      if (size == times.length) {
        times = Arrays.copyOf(times, 2 * size);
        lines = Arrays.copyOf(lines, 2 * size);
        for (int c = 0; c < columns.length; c++) {
          columns[c] = Arrays.copyOf(columns[c], 2 * size);
        }
      }
      times[size] = time;
      lines[size] = record.getStartingLineNumber();
      for (int c = 0; c < columns.length; c++) {
        columns[c][size] = figures[c];
      }
      size++;
    }

    TrafficHistory history(TrafficCsv csv, String workload, long step) {
      long start = times[0];
      if (step > Integer.MAX_VALUE || start % step != 0) {
        throw csv.wrong(
            lines[0],
            "t_s " + start + " of " + workload + " is no multiple of the " + step + " s step");
      }
      long steps = (times[size - 1] - start) / step + 1;
      if (steps > MAX_STEPS) {
        throw csv.wrong(
            lines[size - 1],
            "%s spans %d steps of %d s, more than %d".formatted(workload, steps, step, MAX_STEPS));
      }
      StepGrid grid = new StepGrid(start, (int) step, (int) steps);
      double[][] byStep = new double[columns.length][grid.steps()];
      for (double[] column : byStep) {
        Arrays.fill(column, Double.NaN);
      }
      for (int row = 0; row < size; row++) {
        int i = grid.indexOf(times[row]);
        if (i < 0) {
          throw csv.wrong(
              lines[row], "t_s %d is no whole number of %d s steps".formatted(times[row], step));
        }
        for (int c = 0; c < columns.length; c++) {
          byStep[c][i] = columns[c][row];
        }
      }
      Series unmeasured = Series.absent(grid.steps());
      return new TrafficHistory(
          grid,
          Series.of(byStep[0]),
          optional(byStep[1], unmeasured),
          Series.of(byStep[2]),
          optional(byStep[3], unmeasured),
          unmeasured,
          unmeasured,
          unmeasured,
          unmeasured,
          optional(byStep[4], unmeasured),
          unmeasured,
          unmeasured);
    }

    private static Series optional(double[] column, Series unmeasured) {
      Series series = Series.of(column);
      return series.measuredSteps() == 0 ? unmeasured : series;
    }
  }
}
