package dev.sluice.tcp.tcb;

/// How the two ends of a connection tell each other of congestion that a router has
/// marked instead of dropping a packet. In order of how much it tells.
public enum EcnMode {
  /// Not at all: congestion shows only by loss.
  OFF,
  /// Once a round trip (RFC 3168).
  CLASSIC,
  /// Every mark (RFC 9768).
  ACCURATE;

  /// The lesser of two.
  public EcnMode atMost(EcnMode limit) {
    return compareTo(limit) <= 0 ? this : limit;
  }
}
