package dev.sluice.tcp.congestion;

import dev.sluice.tcp.tcb.Archive;

/// Looks for a way out of the first slow start before it overflows the path.
///
/// ```
///   slow start --- round trips have grown ---> conservative slow start --- 5 rounds
///   ---> out
///       ^                                              |
///       +---------- they are short again --------------+
/// ```
///
/// A round lasts until what was sent at its start is acknowledged. Where the smallest
/// round trip of this round is longer than that of the last one by an eighth (4 ms at
/// least, 16 ms at most), a queue is building: the window grows at a quarter of the pace
/// from then on. If that lasts for five rounds slow start is over; if round trips fall
/// below what they were when it began, it was a mistake.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9406#section-4 RFC 9406 §4
final class HyStartPlusPlus {
  private static final int SEGMENTS_PER_ACK = 8;

  /// CSS_GROWTH_DIVISOR.
  static final int CONSERVATIVE_DIVISOR = 4;

  private static final long MIN_THRESHOLD_NANOS = 4_000_000;
  private static final long MAX_THRESHOLD_NANOS = 16_000_000;
  private static final int MIN_RTT_DIVISOR = 8;
  private static final int SAMPLES = 8;
  private static final int CONSERVATIVE_ROUNDS = 5;
  private static final long NONE = Long.MAX_VALUE;

  private boolean begun;
  private long windowEnd;
  private long lastMinNanos = NONE;
  private long currentMinNanos = NONE;
  private int samples;
  private long baselineNanos = NONE;
  private int conservativeRounds;

  /// L: how many segments an ACK may add; as many as it acknowledges where pacing keeps
  /// them from leaving in a burst (§4.3).
  static int segmentsPerAck(boolean paced) {
    return paced ? Integer.MAX_VALUE : SEGMENTS_PER_ACK;
  }

  /// An ACK of the first slow start.
  ///
  /// @return whether slow start is over
  boolean onAck(AckSample ack) {
    if (!begun) {
      begun = true;
      windowEnd = ack.nxt;
    }
    if (ack.rttNanos >= 0) {
      currentMinNanos = Math.min(currentMinNanos, ack.rttNanos);
      samples++;
      look();
    }
    return ack.una >= windowEnd && onRoundOver(ack.nxt);
  }

  private void look() {
    if (samples < SAMPLES) {
      return;
    }
    if (isConservative()) {
      if (currentMinNanos < baselineNanos) {
        baselineNanos = NONE;
        conservativeRounds = 0;
      }
    } else if (lastMinNanos != NONE && currentMinNanos >= lastMinNanos + threshold()) {
      baselineNanos = currentMinNanos;
      conservativeRounds = 0;
    }
  }

  private long threshold() {
    return Math.clamp(lastMinNanos / MIN_RTT_DIVISOR, MIN_THRESHOLD_NANOS, MAX_THRESHOLD_NANOS);
  }

  private boolean onRoundOver(long nxt) {
    windowEnd = nxt;
    lastMinNanos = currentMinNanos;
    currentMinNanos = NONE;
    samples = 0;
    if (isConservative()) {
      conservativeRounds++; // the round that it began in counts
    }
    return conservativeRounds >= CONSERVATIVE_ROUNDS;
  }

  /// Whether the window grows at a quarter of the pace.
  boolean isConservative() {
    return baselineNanos != NONE;
  }

  /// What stays of it while the connection sleeps.
  void keep(Archive archive) {
    begun = archive.keep(begun);
    windowEnd = archive.keep(windowEnd);
    lastMinNanos = archive.keep(lastMinNanos, NONE);
    currentMinNanos = archive.keep(currentMinNanos, NONE);
    samples = archive.keep(samples);
    baselineNanos = archive.keep(baselineNanos, NONE);
    conservativeRounds = archive.keep(conservativeRounds);
  }
}
