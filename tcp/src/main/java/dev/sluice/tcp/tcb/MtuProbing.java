package dev.sluice.tcp.tcb;

/// Whether a connection finds out by itself which packets the path carries (RFC 4821),
/// beside listening to what routers say. The numbers of Linux's `tcp_mtu_probing` are the
/// ordinals.
public enum MtuProbing {
  /// Never: where routers keep silent, nothing large arrives.
  OFF,
  /// Once large segments vanish, again and again.
  AFTER_BLACK_HOLE,
  /// From the start: small segments first.
  ALWAYS
}
