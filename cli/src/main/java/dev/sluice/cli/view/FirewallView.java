package dev.sluice.cli.view;

import dev.sluice.cli.json.Fields;
import dev.sluice.cli.text.Columns;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.stack.firewall.FirewallSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The firewall of a running stack, as plain values.
///
/// @param file where the rules come from, empty if they come from nowhere
/// @param settings what is not a rule, as the file would say it
/// @param lines rules in their order, then bogons and the defaults
public record FirewallView(String file, List<String> settings, List<Line> lines) {
  /// One rule or default.
  ///
  /// @param line where it is written, 0 if nowhere
  public record Line(int line, String text, long packets, long octets) {
    private static Line of(FirewallSnapshot.Line from) {
      return new Line(from.line(), from.text(), from.packets(), from.octets());
    }

    private Map<String, Object> toJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("line", line);
      json.put("text", text);
      json.put("packets", packets);
      json.put("octets", octets);
      return json;
    }

    private static Line of(Fields json) {
      return new Line(
          (int) json.number("line"),
          json.string("text"),
          json.number("packets"),
          json.number("octets"));
    }
  }

  /// From what the stack says of itself.
  public static FirewallView of(String file, FirewallSnapshot snapshot) {
    Firewall firewall = snapshot.firewall();
    List<Line> lines = new ArrayList<>();
    snapshot.rules().forEach(rule -> lines.add(Line.of(rule)));
    if (firewall.dropsBogons()) {
      lines.add(Line.of(snapshot.bogons()));
    }
    lines.add(Line.of(snapshot.defaultIn()));
    lines.add(Line.of(snapshot.defaultOut()));
    String ports = "closed ports " + (firewall.silentPorts() ? "silent" : "answer");
    return new FirewallView(file, List.of(ports), List.copyOf(lines));
  }

  /// As JSON, `firewall show --json`.
  public Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", file);
    json.put("settings", settings);
    json.put("rules", lines.stream().map(Line::toJson).toList());
    return json;
  }

  /// Back from JSON.
  ///
  /// @throws IllegalArgumentException naming the field that is wrong
  public static FirewallView of(Fields json) {
    return new FirewallView(
        json.string("file"),
        json.strings("settings"),
        json.objects("rules").stream().map(Line::of).toList());
  }

  /// As a table for people.
  public String table() {
    Columns columns = new Columns()
        .column("Packets", Columns.Align.RIGHT, 9)
        .column("Octets", Columns.Align.RIGHT, 11)
        .column("Line", Columns.Align.RIGHT, 4)
        .column("Rule", Columns.Align.LEFT, 4);
    for (Line line : lines) {
      columns.row(List.of(
          Long.toString(line.packets),
          Long.toString(line.octets),
          line.line == 0 ? "-" : Integer.toString(line.line),
          line.text));
    }
    String from = file.isEmpty() ? "no file: everything passes" : file;
    return "Firewall (" + from + "), " + String.join(", ", settings) + "\n" + columns.text();
  }
}
