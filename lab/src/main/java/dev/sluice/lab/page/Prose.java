package dev.sluice.lab.page;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A title and some paragraphs.
///
/// @param title in a few words; empty for none
/// @param paragraphs running text; one that begins with `- ` is an item of a list
public record Prose(String title, List<String> paragraphs) implements Part {
  private static final int COLUMNS = 98;

  public Prose {
    paragraphs = List.copyOf(paragraphs);
  }

  /// A title and paragraphs.
  public static Prose of(String title, String... paragraphs) {
    return new Prose(title, List.of(paragraphs));
  }

  @Override
  public String text(Glyphs glyphs) {
    StringBuilder text = new StringBuilder();
    if (!title.isEmpty()) {
      text.append(title).append('\n');
    }
    for (String paragraph : paragraphs) {
      wrap(text, glyphs.isPlain() ? paragraph.replace("§", "sec. ") : paragraph);
    }
    return text.toString();
  }

  private static void wrap(StringBuilder text, String paragraph) {
    String indent = paragraph.startsWith("- ") ? "    " : "  ";
    StringBuilder line = new StringBuilder("  ");
    boolean blank = true;
    for (String word : paragraph.split(" ", -1)) {
      if (!blank && line.length() + 1 + word.length() > COLUMNS) {
        text.append(line).append('\n');
        line = new StringBuilder(indent);
        blank = true;
      }
      line.append(blank ? "" : " ").append(word);
      blank = false;
    }
    text.append(line).append('\n');
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", "prose");
    json.put("title", title);
    json.put("paragraphs", paragraphs);
    return json;
  }
}
