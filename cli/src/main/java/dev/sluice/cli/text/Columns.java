package dev.sluice.cli.text;

import java.util.ArrayList;
import java.util.List;

/// Lays rows out in columns that are as wide as their widest cell.
public final class Columns {
  /// On which side a cell is filled up.
  public enum Align {
    LEFT,
    RIGHT
  }

  private record Column(String title, Align align, int minWidth) {}

  private final List<Column> columns = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /// Adds a column.
  ///
  /// @param minWidth characters it has at least
  public Columns column(String title, Align align, int minWidth) {
    columns.add(new Column(title, align, minWidth));
    return this;
  }

  /// Adds a row, a cell for each column.
  public void row(List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(cells.size() + " cells, " + columns.size() + " columns");
    }
    rows.add(List.copyOf(cells));
  }

  /// The titles and all rows, one line each, without blanks at their ends.
  public String text() {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      Column column = columns.get(i);
      widths[i] = Math.max(column.minWidth, column.title.length());
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder out = new StringBuilder();
    appendLine(out, columns.stream().map(Column::title).toList(), widths);
    rows.forEach(row -> appendLine(out, row, widths));
    return out.toString();
  }

  private void appendLine(StringBuilder out, List<String> cells, int[] widths) {
    int start = out.length();
    for (int i = 0; i < widths.length; i++) {
      String cell = cells.get(i);
      String fill = " ".repeat(widths[i] - cell.length());
      out.append(i == 0 ? "" : " ");
      out.append(columns.get(i).align == Align.RIGHT ? fill + cell : cell + fill);
    }
    int end = out.length();
    while (end > start && out.charAt(end - 1) == ' ') {
      end--;
    }
    out.setLength(end);
    out.append('\n');
  }
}
