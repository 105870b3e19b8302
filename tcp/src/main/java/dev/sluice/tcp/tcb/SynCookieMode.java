package dev.sluice.tcp.tcb;

/// When a listener answers a SYN without keeping its peer in mind: the initial sequence
/// number of the SYN-ACK, the cookie, says all that is needed when the peer's ACK brings
/// it back.
///
/// @spec https://www.rfc-editor.org/rfc/rfc4987#section-3.6 RFC 4987 §3.6
public enum SynCookieMode {
  /// Never: a full table drops SYNs. Initial sequence numbers follow the clock of RFC
  /// 6528 to the tick.
  NEVER,
  /// Every SYN-ACK's number is a cookie, and the peer is remembered as well while there
  /// is room: a full table forgets who has been silent longest.
  AUTOMATIC,
  /// Nobody is remembered; nothing is sent again, for it is the peer that repeats its
  /// SYN.
  ALWAYS
}
