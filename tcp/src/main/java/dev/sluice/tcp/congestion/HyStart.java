package dev.sluice.tcp.congestion;

import dev.sluice.tcp.tcb.Archive;

/// Looks for a way out of slow start, and takes it at once: the older way, which RFC 9406
/// has made gentler. For those who want what Linux does.
///
/// Slow start is over when the shortest of more than eight round trips of a round is
/// longer than the shortest ever by an eighth (4 ms at least, 16 ms at most), or when
/// ACKs have come one close after the other for half of the shortest round trip: then
/// as much is in flight as the path holds. Windows of fewer than 16 segments are too
/// small to tell.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9438#section-4.10 RFC 9438 §4.10
final class HyStart {
  private static final int LEAST_SEGMENTS = 16;
  private static final int SAMPLES = 8;
  private static final long TRAIN_GAP_NANOS = 2_000_000;
  private static final long MIN_THRESHOLD_NANOS = 4_000_000;
  private static final long MAX_THRESHOLD_NANOS = 16_000_000;

  private static final long NONE = Long.MIN_VALUE;

  private long roundEnd = NONE;
  private long roundStartNanos;
  private long lastAckNanos;
  private long shortestNanos;
  private int samples;

  /// An ACK of slow start.
  ///
  /// @param cwnd congestion window, octets
  /// @param paced whether sending is spread over the round trip, so that a train says
  ///     less
  /// @return whether slow start is over
  boolean onAck(AckSample ack, long cwnd, int mss, boolean paced) {
    if (cwnd < (long) LEAST_SEGMENTS * mss || ack.minRttNanos == Long.MAX_VALUE) {
      return false;
    }
    if (ack.una > roundEnd) {
      roundEnd = ack.nxt;
      roundStartNanos = ack.nowNanos;
      lastAckNanos = ack.nowNanos;
      shortestNanos = Long.MAX_VALUE;
      samples = 0;
    }
    return isTrain(ack, paced) || isLonger(ack);
  }

  private boolean isTrain(AckSample ack, boolean paced) {
    if (ack.nowNanos - lastAckNanos > TRAIN_GAP_NANOS) {
      return false;
    }
    lastAckNanos = ack.nowNanos;
    long enough = paced ? ack.minRttNanos : ack.minRttNanos / 2;
    return ack.nowNanos - roundStartNanos > enough;
  }

  private boolean isLonger(AckSample ack) {
    if (ack.rttNanos < 0) {
      return false;
    }
    shortestNanos = Math.min(shortestNanos, ack.rttNanos);
    if (samples < SAMPLES) {
      samples++;
      return false;
    }
    long longer = Math.clamp(ack.minRttNanos / 8, MIN_THRESHOLD_NANOS, MAX_THRESHOLD_NANOS);
    return shortestNanos > ack.minRttNanos + longer;
  }

  /// What stays of it while the connection sleeps.
  void keep(Archive archive) {
    roundEnd = archive.keep(roundEnd, NONE);
    if (roundEnd == NONE) {
      return; // nothing was looked at
    }
    roundStartNanos = archive.keepTime(roundStartNanos);
    lastAckNanos = archive.keepTime(lastAckNanos);
    shortestNanos = archive.keep(shortestNanos, Long.MAX_VALUE);
    samples = archive.keep(samples);
  }
}
