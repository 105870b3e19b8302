package dev.sluice.tcp.congestion;

/// Whether the sender makes use of its window: one that it does not use says nothing
/// about the path and must not grow.
///
/// In slow start more than half of the window must have been in flight at once during the
/// last round trip, so that what doubles is what was tried (RFC 7661 §4.3 asks the same
/// of what was acknowledged). In congestion avoidance the window itself must have been
/// what held the sender back.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7661#section-4 RFC 7661 §4
final class WindowUse {
  private long roundEnd; // a round ends when what was sent before this is acknowledged
  private int mostInFlight;
  private boolean limited;

  /// New text went out.
  ///
  /// @param inFlight octets in flight now
  /// @param cwnd congestion window, octets
  /// @param mss octets of a full segment
  void onSent(int inFlight, long una, long nxt, long cwnd, int mss) {
    boolean limitedNow = cwnd - inFlight < mss;
    if (una >= roundEnd || limitedNow || (!limited && inFlight > mostInFlight)) {
      limited = limitedNow;
      mostInFlight = inFlight;
      roundEnd = nxt;
    }
  }

  /// Whether the window may grow in slow start.
  boolean isHalfUsed(long cwnd) {
    return limited || cwnd < 2L * mostInFlight;
  }

  /// Whether the window may grow in congestion avoidance.
  boolean isUsed() {
    return limited;
  }
}
