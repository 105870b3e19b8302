package dev.sluice.cli;

/// A command cannot do what it was asked: one line for the person, and an exit code. No
/// stack trace is shown.
final class Failure extends RuntimeException {
  /// Something went wrong while it ran.
  static final int FAILED = 1;
  /// It was asked for something that does not exist.
  static final int USAGE = 2;

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  Failure(String message) {
    this(message, FAILED);
  }

  Failure(String message, int exitCode) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
