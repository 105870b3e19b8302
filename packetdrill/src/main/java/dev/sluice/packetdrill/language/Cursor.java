package dev.sluice.packetdrill.language;

import java.util.Map;

/// A reading position in a script, with line and column. Skips blanks and comments, and
/// puts the value of a defined symbol in its place when it comes by.
final class Cursor {
  private final StringBuilder text;
  private final Map<String, String> defines;
  private int index;
  private int line = 1;
  private int column = 1;
  /// Up to here, words are the result of a replacement and are not replaced again.
  private int replacedUntil;

  Cursor(String text, Map<String, String> defines) {
    this.text = new StringBuilder(text);
    this.defines = defines;
  }

  Position position() {
    return new Position(line, column);
  }

  int index() {
    return index;
  }

  String since(int start) {
    return text.substring(start, index);
  }

  /// The character here, or 0 at the end.
  char peek() {
    return peek(0);
  }

  char peek(int ahead) {
    return index + ahead < text.length() ? text.charAt(index + ahead) : 0;
  }

  boolean atEnd() {
    return index >= text.length();
  }

  char next() {
    char c = peek();
    if (index < text.length()) {
      index++;
      if (c == '\n') {
        line++;
        column = 1;
      } else {
        column++;
      }
    }
    return c;
  }

  private void next(int count) {
    for (int i = 0; i < count; i++) {
      next();
    }
  }

  /// Skips blanks and comments.
  void blanks() throws ScriptException {
    while (!atEnd()) {
      char c = peek();
      if (Character.isWhitespace(c)) {
        next();
      } else if (c == '/' && peek(1) == '/') {
        while (!atEnd() && peek() != '\n') {
          next();
        }
      } else if (c == '/' && peek(1) == '*') {
        comment();
      } else {
        break;
      }
    }
    replaceDefined();
  }

  private void comment() throws ScriptException {
    Position start = position();
    next(2);
    while (!(peek() == '*' && peek(1) == '/')) {
      if (atEnd()) {
        throw new ScriptException(start, "comment without end");
      }
      next();
    }
    next(2);
  }

  private void replaceDefined() {
    if (defines.isEmpty() || index < replacedUntil || !isWordStart(peek())) {
      return;
    }
    int end = index;
    while (end < text.length() && isWordPart(text.charAt(end))) {
      end++;
    }
    String value = defines.get(text.substring(index, end));
    if (value != null) {
      text.replace(index, end, value);
      replacedUntil = index + value.length();
    }
  }

  static boolean isWordStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  static boolean isWordPart(char c) {
    return isWordStart(c) || (c >= '0' && c <= '9');
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /// Whether these characters stand here (blanks skipped first).
  boolean at(String expected) throws ScriptException {
    blanks();
    return startsWith(expected);
  }

  boolean startsWith(String expected) {
    for (int i = 0; i < expected.length(); i++) {
      if (peek(i) != expected.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// Takes these characters if they stand here.
  boolean accept(String expected) throws ScriptException {
    if (at(expected)) {
      next(expected.length());
      return true;
    }
    return false;
  }

  /// Takes this word if it stands here as a whole.
  boolean acceptWord(String expected) throws ScriptException {
    if (at(expected) && !isWordPart(peek(expected.length()))) {
      next(expected.length());
      return true;
    }
    return false;
  }

  void expect(String expected) throws ScriptException {
    if (!accept(expected)) {
      throw unexpected("'" + expected + "'");
    }
  }

  /// A name: letters, digits, underscores.
  String word(String what) throws ScriptException {
    blanks();
    if (!isWordStart(peek())) {
      throw unexpected(what);
    }
    int start = index;
    while (isWordPart(peek())) {
      next();
    }
    return since(start);
  }

  boolean atWord() throws ScriptException {
    blanks();
    return isWordStart(peek());
  }

  /// Whether a number stands here.
  boolean atNumber() throws ScriptException {
    blanks();
    char c = peek();
    return isDigit(c) || (c == '-' && isDigit(peek(1)));
  }

  /// Whether a digit comes before the end of this line, with nothing but blanks in
  /// between.
  boolean atNumberOnThisLine() {
    int ahead = 0;
    while (peek(ahead) == ' ' || peek(ahead) == '\t') {
      ahead++;
    }
    return isDigit(peek(ahead));
  }

  /// A decimal or `0x` number, perhaps negative.
  long number(String what) throws ScriptException {
    if (!atNumber()) {
      throw unexpected(what);
    }
    Position start = position();
    boolean negative = peek() == '-';
    if (negative) {
      next();
    }
    int radix = 10;
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
      radix = 16;
      next(2);
    }
    int from = index;
    while (Character.digit(peek(), radix) >= 0) {
      next();
    }
    try {
      long value = Long.parseUnsignedLong(since(from), radix);
      return negative ? -value : value;
    } catch (NumberFormatException e) {
      throw new ScriptException(start, "expected " + what + ", found '" + since(from) + "'");
    }
  }

  /// A number in a range.
  int number(String what, long low, long high) throws ScriptException {
    blanks();
    Position start = position();
    long value = number(what);
    if (value < low || value > high) {
      throw new ScriptException(start, what + " is " + low + " to " + high + ", found " + value);
    }
    return (int) value;
  }

  /// Seconds with a fraction, as nanoseconds.
  long seconds() throws ScriptException {
    blanks();
    Position start = position();
    int from = index;
    while (isDigit(peek())) {
      next();
    }
    if (peek() == '.' && isDigit(peek(1))) {
      next();
      while (isDigit(peek())) {
        next();
      }
    }
    if (from == index) {
      throw unexpected("a time in seconds");
    }
    try {
      return new java.math.BigDecimal(since(from)).movePointRight(9).longValueExact();
    } catch (ArithmeticException e) {
      throw new ScriptException(start, "a time finer than a nanosecond: " + since(from));
    }
  }

  /// Hex digits without `0x`, perhaps none.
  String hex() throws ScriptException {
    blanks();
    int start = index;
    while (Character.digit(peek(), 16) >= 0) {
      next();
    }
    return since(start);
  }

  /// Takes everything up to `end`, which is taken too but not returned.
  String until(String end, String what) throws ScriptException {
    Position start = position();
    int from = index;
    while (!startsWith(end)) {
      if (atEnd()) {
        throw new ScriptException(start, what + " without end: '" + end + "' is missing");
      }
      next();
    }
    String taken = since(from);
    next(end.length());
    return taken;
  }

  /// The rest of this line, as it stands.
  String restOfLine() {
    int from = index;
    while (!atEnd() && peek() != '\n') {
      next();
    }
    return since(from);
  }

  ScriptException unexpected(String expected) {
    return new ScriptException(position(), "expected " + expected + ", found " + here());
  }

  private String here() {
    if (atEnd()) {
      return "the end of the script";
    }
    int end = index;
    while (end < text.length() && end < index + 20 && text.charAt(end) != '\n') {
      end++;
    }
    return end == index
        ? "the end of the line"
        : "'" + text.substring(index, end).strip() + "'";
  }
}
