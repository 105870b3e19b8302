package dev.sluice.packetdrill.run;

/// The script asks for something that does not exist here; the message names it.
final class NotRun extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotRun(String reason) {
    super(reason, null, false, false);
  }
}
