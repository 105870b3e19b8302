package dev.sluice.tcp.tcb;

/// What the sender makes of the ACKs it gets, as TCP_INFO's `ca_state` tells it.
public enum CongestionState {
  /// All is well.
  OPEN,
  /// Something arrived out of order, or was told twice: perhaps a loss.
  DISORDER,
  /// The window was reduced because a router marked a packet (RFC 3168).
  REDUCED,
  /// Something was lost and is being sent again (fast recovery).
  RECOVERY,
  /// The retransmission timer expired.
  LOSS
}
