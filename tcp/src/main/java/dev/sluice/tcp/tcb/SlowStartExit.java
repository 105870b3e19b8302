package dev.sluice.tcp.tcb;

/// What ends the first slow start before something is lost.
public enum SlowStartExit {
  /// Nothing does.
  LOSS,
  /// Longer round trips slow it down, and end it if they stay (RFC 9406).
  HYSTART_PLUS_PLUS,
  /// Longer round trips, or ACKs that come in one train for half a round trip, end it at
  /// once: the older HyStart, as Linux has it (RFC 9438 §4.10 mentions it).
  HYSTART
}
