package dev.sluice.cli;

import java.io.Console;

/// Whether a person sits at the other end.
final class Terminals {
  private Terminals() {}

  /// Whether both standard input and output are a terminal.
  @SuppressWarnings("SystemConsoleNull") // -Djdk.console=java.base still gives null
  static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /// Whether output may be coloured (`NO_COLOR` says no).
  static boolean showsColour() {
    String no = System.getenv("NO_COLOR");
    String term = System.getenv("TERM");
    return (no == null || no.isEmpty()) && !"dumb".equals(term) && isTerminal();
  }
}
