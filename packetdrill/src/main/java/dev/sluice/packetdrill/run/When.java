package dev.sluice.packetdrill.run;

/// When a step is due, on the host's clock.
///
/// @param any at any time
/// @param startNanos not before
/// @param endNanos not after
/// @param toleranceNanos how much earlier or later will do
record When(boolean any, long startNanos, long endNanos, long toleranceNanos) {
  boolean fits(long timeNanos) {
    return any
        || (timeNanos >= startNanos - toleranceNanos && timeNanos <= endNanos + toleranceNanos);
  }
}
