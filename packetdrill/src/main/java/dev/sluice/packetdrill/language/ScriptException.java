package dev.sluice.packetdrill.language;

/// A script is not in the language: says where, what was expected and what stood there.
public final class ScriptException extends Exception {
  private static final long serialVersionUID = 1L;

  /// Where the trouble is.
  private final transient Position at;

  public ScriptException(Position at, String message) {
    super(message);
    this.at = at;
  }

  /// Where the trouble is.
  public Position at() {
    return at;
  }

  /// `line 3, column 14: expected ...`.
  public String located() {
    return "line " + at.line() + ", column " + at.column() + ": " + getMessage();
  }
}
