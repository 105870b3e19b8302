package dev.sluice.tcp.receive;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.ReceiveBuffer;
import dev.sluice.tcp.tcb.ReceiveSequence;

/// Gives the receive buffer the size that the path and the reader have use for: twice
/// what was read in a round trip, so that a sender whose window doubles is never held
/// up by ours. A reader who takes little gets no more, and nobody does while the stack is
/// short of memory; the buffer never shrinks, because a window must not (RFC 9293 §3.8.6,
/// SHLD-14).
///
/// The round trip is measured from here: a window's worth of text takes one at least from
/// the moment it was offered. What the handshake has measured stands in until then.
public final class ReceiveTuning {
  private final ReceiveSequence rcv;
  private ReceiveBuffer buffer;
  private final int maxBytes;
  private long windowEndPosition;
  private long windowSinceNanos;
  private long roundTripNanos;
  private long sinceNanos;
  private long positionAtStart;
  private long readOctets;

  /// @param maxBytes the most that a buffer is given, octets
  public ReceiveTuning(ReceiveSequence rcv, ReceiveBuffer buffer, int maxBytes) {
    this.rcv = rcv;
    this.buffer = buffer;
    this.maxBytes = maxBytes;
  }

  /// Text came.
  public void onText(long nowNanos) {
    if (rcv.nxtPosition() < windowEndPosition) {
      return;
    }
    if (windowEndPosition > 0) {
      roundTripNanos = Math.max(1, nowNanos - windowSinceNanos);
    }
    windowSinceNanos = nowNanos;
    windowEndPosition = rcv.nxtPosition() + Math.max(1, rcv.wnd());
  }

  /// The application has read.
  ///
  /// @param srttNanos what the sending side has measured, 0 if nothing
  public void onRead(long srttNanos, long nowNanos) {
    long roundTrip = srttNanos > 0 ? srttNanos : roundTripNanos;
    if (roundTripNanos > 0) {
      roundTrip = Math.min(roundTrip, roundTripNanos);
    }
    if (roundTrip == 0 || nowNanos - sinceNanos < roundTrip) {
      return;
    }
    long read = buffer.readPosition();
    long elapsed = nowNanos - sinceNanos;
    long measured = srttNanos > 0 ? srttNanos : elapsed; // ours may be the time of one burst
    boolean first = sinceNanos == 0;
    readOctets = first ? 0 : inRoundTrip(read - positionAtStart, elapsed, measured);
    long wanted = 2 * readOctets;
    if (wanted > buffer.capacity() && buffer.mayGrow()) {
      buffer.capacity((int) Math.max(buffer.capacity(), Math.min(maxBytes, wanted)));
    }
    sinceNanos = nowNanos;
    positionAtStart = read;
  }

  /// What was read in a round trip, or in two. A reader who comes late finds what piled
  /// up meanwhile: that is no reason for more to pile up, least of all where a round
  /// trip takes microseconds and the octets leave the processor's cache while they wait.
  private static long inRoundTrip(long octets, long elapsedNanos, long roundTripNanos) {
    return elapsedNanos <= 2 * roundTripNanos
        ? octets
        : (long) ((double) octets * 2 * roundTripNanos / elapsedNanos);
  }

  /// The round trip as seen from here, nanoseconds; 0 before a window of text has come.
  public long roundTripNanos() {
    return roundTripNanos;
  }

  /// What was read in a round trip, or in two, when it was last measured, octets; 0
  /// before.
  public long readOctets() {
    return readOctets;
  }

  /// It serves another connection from now on, which [#keep] is to restore.
  public void moveTo(ReceiveBuffer other) {
    buffer = other;
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    windowEndPosition = archive.keep(windowEndPosition);
    windowSinceNanos = archive.keepTime(windowSinceNanos, 0);
    roundTripNanos = archive.keep(roundTripNanos);
    sinceNanos = archive.keepTime(sinceNanos, 0);
    positionAtStart = archive.keep(positionAtStart);
    readOctets = archive.keep(readOctets);
  }
}
