package dev.sluice.lab.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Rows under named columns, which are as wide as their widest cell.
public final class Table implements Part {
  private record Column(String title, String key, boolean right) {}

  /// What stands in one place.
  ///
  /// @param text for people
  /// @param value for JSON: a string or a number
  public record Cell(String text, Object value) {
    /// A text that is its own value.
    public static Cell of(String text) {
      return new Cell(text, text);
    }

    /// A number, with commas at the thousands.
    public static Cell of(long number) {
      return new Cell(String.format("%,d", number), number);
    }
  }

  private final String title;
  private final List<Column> columns = new ArrayList<>();
  private final List<List<Cell>> rows = new ArrayList<>();

  /// @param title in a few words; empty for none
  public Table(String title) {
    this.title = title;
  }

  /// Adds a column of texts.
  ///
  /// @param heading what stands above it
  /// @param key its name in JSON
  public Table left(String heading, String key) {
    columns.add(new Column(heading, key, false));
    return this;
  }

  /// Adds a column of numbers.
  ///
  /// @param heading what stands above it
  /// @param key its name in JSON
  public Table right(String heading, String key) {
    columns.add(new Column(heading, key, true));
    return this;
  }

  /// Adds a row.
  ///
  /// @throws IllegalArgumentException unless there is one cell for each column
  public Table row(List<Cell> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(cells.size() + " cells, " + columns.size() + " columns");
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /// The rows so far.
  public List<List<Cell>> rows() {
    return List.copyOf(rows);
  }

  @Override
  public String text(Glyphs glyphs) {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = columns.get(i).title.length();
      for (List<Cell> row : rows) {
        widths[i] = Math.max(widths[i], row.get(i).text().length());
      }
    }
    StringBuilder text = new StringBuilder();
    if (!title.isEmpty()) {
      text.append(title).append('\n');
    }
    line(text, columns.stream().map(Column::title).toList(), widths);
    if (rows.isEmpty()) {
      text.append("  (nothing)\n");
    }
    for (List<Cell> row : rows) {
      line(text, row.stream().map(Cell::text).toList(), widths);
    }
    return text.toString();
  }

  private void line(StringBuilder text, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String fill = " ".repeat(widths[i] - cells.get(i).length());
      line.append("  ").append(columns.get(i).right ? fill + cells.get(i) : cells.get(i) + fill);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  @Override
  public Map<String, Object> json() {
    List<Object> objects = new ArrayList<>();
    for (List<Cell> row : rows) {
      Map<String, Object> object = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        object.put(columns.get(i).key, row.get(i).value());
      }
      objects.add(object);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", "table");
    json.put("title", title);
    json.put("rows", objects);
    return json;
  }
}
