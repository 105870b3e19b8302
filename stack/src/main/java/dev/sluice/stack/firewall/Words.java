package dev.sluice.stack.firewall;

import java.util.ArrayList;
import java.util.List;

/// The words of one line, read one after another. A comma is a word; `#` begins a
/// comment.
final class Words {
  private record Word(String text, int column) {}

  private final int line;
  private final String source;
  private final List<Word> words = new ArrayList<>();
  private int next;
  private int end = 1;

  Words(int line, String source) {
    this.line = line;
    this.source = source;
    int at = 0;
    while (at < source.length() && source.charAt(at) != '#') {
      int from = at++;
      char first = source.charAt(from);
      if (Character.isWhitespace(first)) {
        continue;
      }
      while (first != ',' && at < source.length() && isInside(source.charAt(at))) {
        at++;
      }
      words.add(new Word(source.substring(from, at), from + 1));
      end = at + 1;
    }
  }

  private static boolean isInside(char c) {
    return c != ',' && c != '#' && !Character.isWhitespace(c);
  }

  /// The line up to its comment.
  Rule.Origin origin() {
    return new Rule.Origin(line, source.substring(0, end - 1).strip());
  }

  boolean isAtEnd() {
    return next == words.size();
  }

  /// Whether the next word is this one; it is not taken.
  boolean isNext(String word) {
    return !isAtEnd() && words.get(next).text.equals(word);
  }

  /// Takes the next word if it is this one.
  boolean take(String word) {
    boolean is = isNext(word);
    if (is) {
      next++;
    }
    return is;
  }

  /// Takes the next word.
  ///
  /// @param expected what it should be, for the mistake if there is none
  String take(String word, String expected) throws Wrong {
    if (!take(word)) {
      throw expected(expected);
    }
    return word;
  }

  /// Takes the next word, whatever it is.
  ///
  /// @param expected what it should be, for the mistake if there is none
  String takeAny(String expected) throws Wrong {
    if (isAtEnd()) {
      throw expected(expected);
    }
    return words.get(next++).text;
  }

  /// The mistake that the next word is not what was expected.
  Wrong expected(String expected) {
    String found = isAtEnd() ? "the line ends" : "not '" + words.get(next).text + "'";
    return wrong("expected " + expected + ", and " + found);
  }

  /// The mistake that the word just taken is not what was expected.
  Wrong unexpected(String expected) {
    next--;
    return expected(expected);
  }

  /// A mistake at the word just taken.
  Wrong wrongBefore(String text) {
    next--;
    return wrong(text);
  }

  /// A mistake at the next word.
  Wrong wrong(String text) {
    int column = isAtEnd() ? end : words.get(next).column;
    return new Wrong(new FirewallSyntaxException.Mistake(line, column, text, source));
  }

  /// Ends the reading of a line.
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    private final FirewallSyntaxException.Mistake mistake;

    Wrong(FirewallSyntaxException.Mistake mistake) {
      super(mistake.text());
      this.mistake = mistake;
    }

    FirewallSyntaxException.Mistake mistake() {
      return mistake;
    }
  }
}
