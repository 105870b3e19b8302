package dev.sluice.tcp.recovery;

/// What the sender thinks of the path, in the words that Linux has made known.
///
/// ```
///   OPEN <--> DISORDER --> RECOVERY --> OPEN
///    |                        |
///    +---> CWR --> OPEN       +--> LOSS --> OPEN        (LOSS from all of them)
/// ```
public enum SenderState {
  /// Nothing unusual.
  OPEN,
  /// Something arrived out of order, by SACK or duplicate ACK; it may be a loss.
  DISORDER,
  /// A router marked a packet: the window is being reduced, nothing is lost.
  CWR,
  /// Fast recovery: something is lost, and found without the timer.
  RECOVERY,
  /// The retransmission timer expired.
  LOSS
}
