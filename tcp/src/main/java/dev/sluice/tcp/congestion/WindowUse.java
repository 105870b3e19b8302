package dev.sluice.tcp.congestion;

import dev.sluice.tcp.tcb.Archive;

/// Whether the sender makes use of its window: one that it does not use says nothing
/// about the path, must not grow, and is not kept for ever.
///
/// In slow start more than half of the window must have been in flight at once during the
/// last round trip, so that what doubles is what was tried. In congestion avoidance the
/// window itself must have been what held the sender back. Both are stricter than RFC
/// 7661 §4.3, which asks for half a window acknowledged in either.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7661#section-4 RFC 7661 §4
final class WindowUse {
  /// The non-validated period (RFC 7661 §4.4.3).
  private static final long UNUSED_AT_MOST_NANOS = 300_000_000_000L;

  private static final long NEVER = Long.MIN_VALUE;

  private final PipeAck pipeAck = new PipeAck();
  private long roundEnd; // a round ends when what was sent before this is acknowledged
  private int mostInFlight;
  private boolean limited;
  private long unusedSinceNanos = NEVER;

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

  /// An ACK came, outside recovery.
  void onAck(AckSample ack, long cwnd) {
    pipeAck.onAck(ack);
    if (limited || pipeAck.octets() >= cwnd / 2) {
      unusedSinceNanos = NEVER;
    } else if (unusedSinceNanos == NEVER) {
      unusedSinceNanos = ack.nowNanos;
    }
  }

  /// How many times five minutes the window has not been used for since this was asked
  /// last. It is asked when there is something to send.
  int periodsUnused(long nowNanos) {
    if (unusedSinceNanos == NEVER) {
      return 0;
    }
    long periods = (nowNanos - unusedSinceNanos) / UNUSED_AT_MOST_NANOS;
    unusedSinceNanos += periods * UNUSED_AT_MOST_NANOS;
    return (int) Math.min(periods, Integer.MAX_VALUE);
  }

  /// Nothing was outstanding for so long, and something is sent now.
  void onIdle(long sinceNanos) {
    if (unusedSinceNanos == NEVER) {
      unusedSinceNanos = sinceNanos;
    }
  }

  /// Loss recovery is over, or began with a timeout.
  void onRecovery() {
    pipeAck.forget();
    unusedSinceNanos = NEVER;
  }

  /// What was tried of late: octets in flight or acknowledged in a round trip.
  long tried(int flightSize) {
    return Math.max(flightSize, pipeAck.octets());
  }

  /// Whether the window may grow in slow start.
  boolean isHalfUsed(long cwnd) {
    return limited || cwnd < 2L * mostInFlight;
  }

  /// Whether the window may grow in congestion avoidance.
  boolean isUsed() {
    return limited;
  }

  /// What stays of it while the connection sleeps.
  void keep(Archive archive) {
    pipeAck.keep(archive);
    roundEnd = archive.keep(roundEnd);
    mostInFlight = archive.keep(mostInFlight);
    limited = archive.keep(limited);
    unusedSinceNanos = archive.keepTime(unusedSinceNanos, NEVER);
  }
}
