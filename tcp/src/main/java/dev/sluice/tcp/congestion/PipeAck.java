package dev.sluice.tcp.congestion;

import dev.sluice.tcp.tcb.Archive;

/// How much the peer acknowledged in a round trip, at most, of late: the capacity that
/// was really tried.
///
/// A sample is what one round acknowledges. The largest of the last max(3 round trips, 1
/// s) counts; it is kept as the largest of this half of that time and of the one before.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7661#section-4.2 RFC 7661 §4.2
final class PipeAck {
  private static final long LEAST_PERIOD_NANOS = 1_000_000_000L;

  private boolean begun;
  private long roundStart;
  private long roundEnd;
  private long halfStartNanos;
  private long before;
  private long current;

  /// An ACK came.
  void onAck(AckSample ack) {
    if (!begun) {
      begun = true;
      roundStart = ack.una;
      roundEnd = ack.nxt;
      halfStartNanos = ack.nowNanos;
      return;
    }
    long half = Math.max(3 * ack.srttNanos, LEAST_PERIOD_NANOS) / 2;
    if (ack.nowNanos - halfStartNanos >= half) {
      before = ack.nowNanos - halfStartNanos < 2 * half ? current : 0;
      current = 0;
      halfStartNanos = ack.nowNanos;
    }
    if (ack.una >= roundEnd) {
      current = Math.max(current, ack.una - roundStart);
      roundStart = ack.una;
      roundEnd = ack.nxt;
    }
  }

  /// Nothing is known any more: loss recovery is over (§4.2).
  void forget() {
    begun = false;
    before = 0;
    current = 0;
  }

  /// Octets, 0 while nothing is known.
  long octets() {
    return Math.max(before, current);
  }

  /// What stays of it while the connection sleeps.
  void keep(Archive archive) {
    begun = archive.keep(begun);
    roundStart = archive.keep(roundStart);
    roundEnd = archive.keep(roundEnd, roundStart);
    halfStartNanos = archive.keepTime(halfStartNanos, 0);
    before = archive.keep(before);
    current = archive.keep(current);
  }
}
