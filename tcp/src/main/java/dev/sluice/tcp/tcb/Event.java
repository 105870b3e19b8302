package dev.sluice.tcp.tcb;

/// What a connection tells its user. Polled, never called back.
public sealed interface Event {
  /// What happens often, told without allocating; the same signal twice before a poll
  /// is told once.
  enum Signal implements Event {
    /// The connection is ESTABLISHED.
    CONNECTED,
    /// There is more to read.
    READABLE,
    /// There is room to write again.
    WRITABLE,
    /// The peer has sent all it will (FIN); a read gives end-of-stream after the data
    /// before it.
    END_OF_STREAM,
    /// All we sent was acknowledged, our FIN too.
    FIN_ACKNOWLEDGED;

    private static final Signal[] VALUES = values();

    static Signal of(int ordinal) {
      return VALUES[ordinal];
    }
  }

  /// The connection went from one state to another.
  ///
  /// @param cause a few words for people, such as `rcv FIN`, as they stand at the RFC's
  ///     arrows
  record Transition(State from, State to, String cause) implements Event {}

  /// An ICMP error that does not end the connection (RFC 9293 §3.9.2.2).
  record SoftError(IcmpError error) implements Event {}

  /// R1 was reached: the path is suspect (RFC 9293 §3.8.3).
  ///
  /// @param retransmissions of the same octets so far
  record PathSuspect(int retransmissions) implements Event {}

  /// Urgent data is pending, or the urgent pointer moved forward (RFC 9293 §3.8.5).
  ///
  /// @param position stream position of the octet after the urgent data; the first
  ///     octet read is 0
  record Urgent(long position) implements Event {}

  /// The connection is no more; what arrived before can still be read. Where it closed
  /// first, a TIME-WAIT stands in for it from now on.
  record Closed(CloseReason reason) implements Event {}
}
