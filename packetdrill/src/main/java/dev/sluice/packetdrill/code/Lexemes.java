package dev.sluice.packetdrill.code;

import dev.sluice.packetdrill.code.SnippetException.Reason;
import java.util.ArrayList;
import java.util.List;

/// Cuts a snippet into lexemes. A line end or `;` becomes the lexeme `;`.
final class Lexemes {
  /// What a lexeme is.
  enum Kind {
    NUMBER,
    STRING,
    NAME,
    SIGN
  }

  /// One lexeme.
  record Lexeme(Kind kind, String text) {}

  private static final String[] SIGNS = {
    "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "+=", "-=", "*=", "|=", "&="
  };

  private final String text;
  private final List<Lexeme> found = new ArrayList<>();
  private int index;
  private int depth;

  private Lexemes(String text) {
    this.text = text;
  }

  static List<Lexeme> of(String text) throws SnippetException {
    Lexemes lexemes = new Lexemes(text);
    while (lexemes.index < text.length()) {
      lexemes.one();
    }
    lexemes.add(Kind.SIGN, ";");
    return lexemes.found;
  }

  private void add(Kind kind, String lexeme) {
    found.add(new Lexeme(kind, lexeme));
  }

  private char at(int position) {
    return position < text.length() ? text.charAt(position) : 0;
  }

  private void one() throws SnippetException {
    char c = at(index);
    if (c == '\\' && (at(index + 1) == '\n' || at(index + 1) == '\r')) {
      index += 2;
    } else if (c == '\n' || c == ';') {
      index++;
      if (depth == 0) {
        add(Kind.SIGN, ";");
      }
    } else if (Character.isWhitespace(c)) {
      index++;
    } else if (c == '#') {
      while (index < text.length() && at(index) != '\n') {
        index++;
      }
    } else if ((c >= '0' && c <= '9') || (c == '.' && Character.isDigit(at(index + 1)))) {
      run(Kind.NUMBER, true);
    } else if (Character.isLetter(c) || c == '_') {
      run(Kind.NAME, false);
    } else if (c == '"' || c == '\'') {
      string(c);
    } else {
      sign();
    }
  }

  private void run(Kind kind, boolean dots) {
    int start = index;
    while (Character.isLetterOrDigit(at(index)) || at(index) == '_' || (dots && at(index) == '.')) {
      index++;
    }
    add(kind, text.substring(start, index));
  }

  private void string(char quote) throws SnippetException {
    int end = text.indexOf(quote, index + 1);
    if (end < 0) {
      throw new SnippetException(Reason.UNSUPPORTED, "string without end");
    }
    add(Kind.STRING, text.substring(index + 1, end));
    index = end + 1;
  }

  private void sign() throws SnippetException {
    for (String sign : SIGNS) {
      if (text.startsWith(sign, index)) {
        add(Kind.SIGN, sign);
        index += sign.length();
        return;
      }
    }
    char c = at(index);
    if ("()[],+-*/%<>=&|^~.:".indexOf(c) < 0) {
      throw new SnippetException(Reason.UNSUPPORTED, "unexpected character '" + c + "'");
    }
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    add(Kind.SIGN, String.valueOf(c));
    index++;
  }
}
