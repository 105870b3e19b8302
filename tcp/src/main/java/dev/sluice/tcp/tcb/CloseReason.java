package dev.sluice.tcp.tcb;

/// Why a connection is no more. The engine never throws for what a peer does; it ends
/// in one of these.
public sealed interface CloseReason {
  /// Both FINs were acknowledged, or the user closed before anything was there to close.
  record Finished() implements CloseReason {}

  /// A valid RST came in a synchronized state.
  record ResetByPeer() implements CloseReason {}

  /// Our SYN was answered by RST.
  record Refused() implements CloseReason {}

  /// The local user aborted: an ABORT call, linger of 0, or `close` with data unread
  /// (RFC 2525 §2.17).
  record Aborted() implements CloseReason {}

  /// The peer fell silent.
  record TimedOut(Waiting waiting) implements CloseReason {}

  /// An ICMP error ended an open that was under way (RFC 5927 §5.2).
  record Unreachable(IcmpError error) implements CloseReason {}

  /// The stack was short of memory, or had too many connections that nobody owns any
  /// more, and this one had to go.
  record OutOfMemory() implements CloseReason {}

  /// What the peer did not answer any more.
  enum Waiting {
    /// Our SYN or SYN-ACK.
    OPEN,
    /// Data or FIN that we sent (R2 or the user timeout, RFC 9293 §3.8.3).
    RETRANSMISSION,
    /// Keep-alive probes (RFC 9293 §3.8.4).
    KEEP_ALIVE,
    /// Probes of a closed window, with a user timeout set or nobody left to read (RFC
    /// 6429).
    ZERO_WINDOW_PROBE,
    /// The peer's FIN, for an orphan in FIN-WAIT-2.
    FIN
  }
}
