package dev.sluice.lab.page;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What one run of an experiment yields.
///
/// @param experiment its name
/// @param summary what it is about, in one line
/// @param seed what everything random came from
/// @param settings what it ran with
/// @param parts what it has to say, in order
/// @param capture what passed, for a file; empty unless the order asked for it
public record Page(
    String experiment,
    String summary,
    long seed,
    Map<String, String> settings,
    List<Part> parts,
    List<Captured> capture) {
  public Page {
    parts = List.copyOf(parts);
    capture = List.copyOf(capture);
  }

  /// A packet that passed.
  ///
  /// @param atNanos when it was sent, since the world began
  /// @param outbound whether the client's side sent it
  /// @param octets from the IP header on; not a copy
  @SuppressWarnings("ArrayRecordComponent")
  public record Captured(long atNanos, boolean outbound, byte[] octets) {}

  /// The page for people: parts with a blank line between them.
  public String text(Glyphs glyphs) {
    StringBuilder text = new StringBuilder();
    text.append(experiment).append(": ").append(summary).append('\n');
    for (Part part : parts) {
      text.append('\n').append(part.text(glyphs));
    }
    return text.toString();
  }

  /// The page as a JSON object: `experiment`, `summary`, `seed`, `settings` and `parts`.
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("experiment", experiment);
    json.put("summary", summary);
    json.put("seed", seed);
    json.put("settings", settings);
    json.put("parts", parts.stream().map(Part::json).toList());
    return json;
  }
}
