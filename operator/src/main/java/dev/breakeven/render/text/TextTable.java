package dev.breakeven.render.text;

import java.util.ArrayList;
import java.util.List;

/** Columns for a terminal: words to the left, figures to the right. */
public final class TextTable {

  private static final String FIGURE = "-?[\\d,.]+( %| [A-Z]{3})?|-";
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final boolean header;

  private TextTable(boolean header) {
    this.header = header;
  }

  /** A table whose first row is data. */
  static TextTable plain() {
    return new TextTable(false);
  }

  /** A table under a line of column names. */
  public static TextTable withHeader(String... names) {
    TextTable table = new TextTable(true);
    table.rows.add(List.of(names));
    return table;
  }

  public TextTable row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  @Override
  public String toString() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    boolean[] figures = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      figures[c] = c > 0 && isColumnOfFigures(c);
      for (List<String> row : rows) {
        widths[c] = Math.max(widths[c], c < row.size() ? row.get(c).length() : 0);
      }
    }
    StringBuilder text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String cell = c < rows.get(r).size() ? rows.get(r).get(c) : "";
        String pad = " ".repeat(widths[c] - cell.length());
        line.append(figures[c] ? pad + cell : cell + pad).append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
      if (r == 0 && header) {
        text.append("-".repeat(line.toString().stripTrailing().length())).append('\n');
      }
    }
    return text.toString();
  }

  private boolean isColumnOfFigures(int column) {
    return rows.stream()
        .skip(header ? 1 : 0)
        .filter(row -> column < row.size())
        .allMatch(row -> row.get(column).matches(FIGURE));
  }
}
