package dev.sluice.tcp.tcb;

/// When the AccECN option goes out beside the counter in the flags (RFC 9768 §3.2.3.3).
public enum AccEcnOptionUse {
  /// Never: the three flags have to do.
  NEVER,
  /// When what it counts has changed, which is what the RFC recommends.
  WHEN_CHANGED,
  /// On every segment for which the peer has an option too, as in Linux.
  ALWAYS
}
