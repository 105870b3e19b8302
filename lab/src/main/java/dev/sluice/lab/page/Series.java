package dev.sluice.lab.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Values over time, a line of small bars for each row, all on one scale of its own.
public final class Series implements Part {
  private record Line(String name, List<Long> values) {}

  private final String title;
  private final String axis;
  private final List<Line> lines = new ArrayList<>();

  /// @param title what is shown
  /// @param axis a line above the bars that tells the time; empty for none
  public Series(String title, String axis) {
    this.title = title;
    this.axis = axis;
  }

  /// Adds a row.
  ///
  /// @param values one for each step of time
  public Series row(String name, List<Long> values) {
    lines.add(new Line(name, List.copyOf(values)));
    return this;
  }

  @Override
  public String text(Glyphs glyphs) {
    int width = lines.stream().mapToInt(it -> it.name().length()).max().orElse(0);
    StringBuilder text = new StringBuilder(title).append('\n');
    if (!axis.isEmpty()) {
      text.append(" ".repeat(width + 4)).append(axis).append('\n');
    }
    for (Line line : lines) {
      long most = 0;
      for (long value : line.values()) {
        most = Math.max(most, value);
      }
      text.append("  ")
          .append(line.name())
          .append(" ".repeat(width - line.name().length() + 1));
      text.append('|');
      for (long value : line.values()) {
        text.append(glyphs.level(most == 0 ? 0 : (double) value / most));
      }
      text.append("| at most ").append(String.format("%,d", most)).append('\n');
    }
    return text.toString();
  }

  @Override
  public Map<String, Object> json() {
    List<Object> rows = new ArrayList<>();
    for (Line line : lines) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", line.name());
      row.put("values", line.values());
      rows.add(row);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", "series");
    json.put("title", title);
    json.put("rows", rows);
    return json;
  }
}
