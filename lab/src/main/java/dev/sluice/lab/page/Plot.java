package dev.sluice.lab.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Values over time as columns that stand beside each other, and marks below them.
public final class Plot implements Part {
  private static final int HEIGHT = 10;

  private final String title;
  private final String unit;
  private final long stepNanos;
  private final double[] values;
  private final String marks;

  /// @param title what is shown
  /// @param unit what one is
  /// @param stepNanos time from one column to the next
  /// @param values one for each column
  /// @param marks a character for each column, for what happened then
  public Plot(String title, String unit, long stepNanos, double[] values, String marks) {
    this.title = title;
    this.unit = unit;
    this.stepNanos = stepNanos;
    this.values = values.clone();
    this.marks = marks;
  }

  @Override
  public String text(Glyphs glyphs) {
    double most = 1;
    for (double value : values) {
      most = Math.max(most, value);
    }
    StringBuilder text = new StringBuilder(title).append('\n');
    for (int row = HEIGHT - 1; row >= 0; row--) {
      boolean labelled = row == HEIGHT - 1 || row == HEIGHT / 2;
      String label = labelled ? Long.toString(Math.round(most * (row + 1) / HEIGHT)) : "";
      StringBuilder line = new StringBuilder(String.format("%7s |", label));
      for (double value : values) {
        line.append(glyphs.level(value / most * HEIGHT - row));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    text.append("        |").append(marks).append('\n');
    return text.append("        0").append(axis()).append('\n').toString();
  }

  /// A number every ten columns.
  private String axis() {
    StringBuilder axis = new StringBuilder();
    for (int i = 10; i <= values.length; i += 10) {
      String time = seconds(i * stepNanos);
      axis.append(" ".repeat(Math.max(0, i - axis.length() - time.length()))).append(time);
    }
    return axis.append(" s").toString();
  }

  private static String seconds(long nanos) {
    String text = String.format(Locale.ROOT, "%.1f", nanos / 1e9);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  @Override
  public Map<String, Object> json() {
    List<Double> all = new ArrayList<>();
    for (double value : values) {
      all.add(value);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", "plot");
    json.put("title", title);
    json.put("unit", unit);
    json.put("stepNanos", stepNanos);
    json.put("values", all);
    json.put("marks", marks);
    return json;
  }
}
