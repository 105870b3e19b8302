package dev.sluice.packetdrill.run;

/// The host did not do what the script says.
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Failure(String message) {
    super(message, null, false, false);
  }
}
