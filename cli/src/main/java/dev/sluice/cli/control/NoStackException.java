package dev.sluice.cli.control;

/// There is no running stack of that name, or more than one. The message is a line for
/// people.
public final class NoStackException extends Exception {
  private static final long serialVersionUID = 1L;

  /// @param message a line for people
  public NoStackException(String message) {
    super(message);
  }
}
