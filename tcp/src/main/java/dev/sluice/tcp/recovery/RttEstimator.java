package dev.sluice.tcp.recovery;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.TcpSettings;

/// SRTT and RTTVAR by Jacobson's filter, and the RTO they give.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6298#section-2 RFC 6298 §2
public final class RttEstimator {
  /// For how long the shortest round trip counts at least; twice that at most. RFC 8985
  /// §6.2 wants one of some minutes, so that a path that has become longer is one.
  private static final long SHORTEST_FOR_NANOS = 150_000_000_000L;

  private static final long NEVER = Long.MIN_VALUE;

  private final long granularityNanos;
  private final long minNanos;
  private final long maxNanos;
  private long srttNanos;
  private long rttvarNanos;
  private long newerMinNanos = Long.MAX_VALUE; // since sinceNanos
  private long olderMinNanos = Long.MAX_VALUE; // before that
  private long sinceNanos = NEVER;
  private long rtoNanos;
  private long samples;

  public RttEstimator(TcpSettings settings) {
    granularityNanos = settings.rttGranularityNanos;
    minNanos = settings.minRtoNanos;
    maxNanos = settings.maxRtoNanos;
    rtoNanos = Math.min(settings.initialRtoNanos, maxNanos);
  }

  /// A round trip of a segment that was sent once was measured (Karn's rule is the
  /// caller's).
  public void onSample(long rttNanos, long nowNanos) {
    assert rttNanos >= 0;
    samples++;
    if (sinceNanos == NEVER) {
      sinceNanos = nowNanos;
    } else if (nowNanos - sinceNanos >= SHORTEST_FOR_NANOS) {
      boolean recent = nowNanos - sinceNanos < 2 * SHORTEST_FOR_NANOS;
      olderMinNanos = recent ? newerMinNanos : Long.MAX_VALUE;
      newerMinNanos = Long.MAX_VALUE;
      sinceNanos = nowNanos;
    }
    newerMinNanos = Math.min(newerMinNanos, rttNanos);
    if (srttNanos == 0) {
      srttNanos = Math.max(1, rttNanos);
      rttvarNanos = rttNanos / 2;
    } else {
      rttvarNanos += (Math.abs(srttNanos - rttNanos) - rttvarNanos) / 4; // before SRTT (2.3)
      srttNanos = Math.max(1, srttNanos + (rttNanos - srttNanos) / 8);
    }
    long rto = srttNanos + Math.max(granularityNanos, 4 * rttvarNanos);
    rtoNanos = Math.clamp(rto, minNanos, maxNanos);
  }

  /// A SYN had to be sent again: data starts with an RTO of 3 s at least (RFC 6298 §5.7).
  public void onHandshakeLoss(long atLeastNanos) {
    rtoNanos = Math.min(maxNanos, Math.max(rtoNanos, atLeastNanos));
  }

  /// Smoothed round-trip time, 0 before a sample.
  public long srttNanos() {
    return srttNanos;
  }

  public long rttvarNanos() {
    return rttvarNanos;
  }

  /// The smallest sample of the last minutes, [Long#MAX_VALUE] before one.
  public long minRttNanos() {
    return Math.min(olderMinNanos, newerMinNanos);
  }

  /// How many round trips were measured.
  long samples() {
    return samples;
  }

  /// RTO without back-off.
  public long rtoNanos() {
    return rtoNanos;
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    srttNanos = archive.keep(srttNanos);
    rttvarNanos = archive.keep(rttvarNanos);
    newerMinNanos = archive.keep(minRttNanos(), Long.MAX_VALUE);
    olderMinNanos = Long.MAX_VALUE;
    sinceNanos = NEVER;
    rtoNanos = archive.keep(rtoNanos, minNanos);
    samples = archive.keep(samples);
  }
}
