package dev.sluice.packetdrill.language;

import java.util.Set;

/// `#ifdef NAME` ... `#endif`: blanks the lines that are not wanted, so that every
/// other line keeps its number. They do not nest, and there is no `#else`.
final class Conditionals {
  private Conditionals() {}

  static String apply(String text, Set<String> defined) throws ScriptException {
    if (!text.contains("#ifdef") && !text.contains("#endif")) {
      return text;
    }
    StringBuilder kept = new StringBuilder(text.length());
    boolean inside = false;
    boolean wanted = true;
    int number = 0;
    int openedAt = 0;
    for (String line : text.split("\n", -1)) {
      if (number > 0) {
        kept.append('\n');
      }
      number++;
      String word = line.strip();
      if (word.startsWith("#ifdef")) {
        if (inside) {
          throw new ScriptException(new Position(number, 1), "#ifdef inside #ifdef");
        }
        inside = true;
        openedAt = number;
        String name = word.substring("#ifdef".length()).strip().split("\\s", 2)[0];
        if (name.isEmpty()) {
          throw new ScriptException(new Position(number, 1), "#ifdef without a name");
        }
        wanted = defined.contains(name);
      } else if (word.startsWith("#endif")) {
        if (!inside) {
          throw new ScriptException(new Position(number, 1), "#endif without #ifdef");
        }
        inside = false;
        wanted = true;
      } else if (wanted) {
        kept.append(line);
      }
    }
    if (inside) {
      throw new ScriptException(new Position(openedAt, 1), "#ifdef without #endif");
    }
    return kept.toString();
  }
}
