package dev.sluice.tcp.tcb;

/// What the user says about what comes after the octets of a write.
public enum WriteHint {
  /// Nothing: they go out as soon as the rules allow.
  NONE,
  /// MSG_MORE: more follows soon, so a segment that is not full may wait for it. The
  /// wish ends with the next write that has it not, with the next ACK of something new,
  /// or after one RTO.
  MORE,
  /// MSG_EOR: a record ends here. No segment carries octets of two records, neither now
  /// nor when it is sent again.
  END_OF_RECORD
}
