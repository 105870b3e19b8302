package dev.sluice.stack.firewall;

import java.util.List;
import java.util.stream.Collectors;

/// A file of rules is not in the language. The message shows every mistake with its line
/// and a mark below the word.
public final class FirewallSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  /// One mistake.
  ///
  /// @param line from 1
  /// @param column from 1, of the word that is wrong, or behind the last one
  /// @param text what was expected, and what is there
  /// @param source the line as it is written
  public record Mistake(int line, int column, String text, String source)
      implements java.io.Serializable {
    /// The mistake, the line and a mark below the word, without an end of line.
    ///
    /// @param file what to call the file
    public String show(String file) {
      String blanks = source
          .substring(0, Math.min(source.length(), column - 1))
          .codePoints()
          .mapToObj(c -> c == '\t' ? "\t" : " ")
          .collect(Collectors.joining());
      String missing = " ".repeat(Math.max(0, column - 1 - source.length()));
      return file + ":" + line + ":" + column + ": " + text + "\n  " + source + "\n  " + blanks
          + missing + "^";
    }
  }

  private final List<Mistake> mistakes;

  FirewallSyntaxException(List<Mistake> mistakes) {
    super(show("rules", mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  /// All of them, the first of each line.
  public List<Mistake> mistakes() {
    return mistakes;
  }

  /// The message for a file of that name.
  public String show(String file) {
    return show(file, mistakes);
  }

  private static String show(String file, List<Mistake> mistakes) {
    return mistakes.stream().map(mistake -> mistake.show(file)).collect(Collectors.joining("\n"));
  }
}
