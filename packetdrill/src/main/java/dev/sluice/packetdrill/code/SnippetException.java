package dev.sluice.packetdrill.code;

/// A snippet did not hold, or could not be evaluated.
public final class SnippetException extends Exception {
  private static final long serialVersionUID = 1L;

  /// Why a snippet stopped.
  public enum Reason {
    /// An `assert` did not hold.
    ASSERTION,
    /// A name that nobody has given a value.
    UNKNOWN_NAME,
    /// Outside the small language that is evaluated here.
    UNSUPPORTED
  }

  private final Reason reason;

  SnippetException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /// Why.
  public Reason reason() {
    return reason;
  }
}
