package dev.sluice.tcp.tcb;

import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;

/// What went over the wire for one connection, and when last.
public final class Traffic {
  private long segmentsIn;
  private long segmentsOut;
  private long textSegmentsIn;
  private long textSegmentsOut;
  private long outOfOrderSegments;
  private long textSentNanos;
  private long textReceivedNanos;
  private long ackReceivedNanos;

  /// The connection opened: nothing happened before.
  public void onEstablished(long nowNanos) {
    textSentNanos = nowNanos;
    textReceivedNanos = nowNanos;
    ackReceivedNanos = nowNanos;
  }

  /// A segment came.
  public void onReceived(Segment in, long nowNanos) {
    int count = segments(in);
    segmentsIn += count;
    if (in.payloadLength > 0) {
      textSegmentsIn += count;
      textReceivedNanos = nowNanos;
    }
    if (in.has(Flags.ACK)) {
      ackReceivedNanos = nowNanos;
    }
  }

  /// A segment goes out.
  public void onSent(Segment out, long nowNanos) {
    int count = segments(out);
    segmentsOut += count;
    if (out.payloadLength > 0) {
      textSegmentsOut += count;
      textSentNanos = nowNanos;
    }
  }

  /// Text came beyond a gap.
  ///
  /// @param segments how many
  public void onOutOfOrder(int segments) {
    outOfOrderSegments += segments;
  }

  private static int segments(Segment segment) {
    int size = segment.segmentSize;
    return size > 0 ? (segment.payloadLength + size - 1) / size : 1;
  }

  public long segmentsIn() {
    return segmentsIn;
  }

  public long segmentsOut() {
    return segmentsOut;
  }

  public long textSegmentsIn() {
    return textSegmentsIn;
  }

  public long textSegmentsOut() {
    return textSegmentsOut;
  }

  public long outOfOrderSegments() {
    return outOfOrderSegments;
  }

  /// When text was last sent.
  public long textSentNanos() {
    return textSentNanos;
  }

  /// When text last came.
  public long textReceivedNanos() {
    return textReceivedNanos;
  }

  /// When an ACK last came.
  public long ackReceivedNanos() {
    return ackReceivedNanos;
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    segmentsIn = archive.keep(segmentsIn);
    segmentsOut = archive.keep(segmentsOut, segmentsIn);
    textSegmentsIn = archive.keep(textSegmentsIn);
    textSegmentsOut = archive.keep(textSegmentsOut, textSegmentsIn);
    outOfOrderSegments = archive.keep(outOfOrderSegments);
    textSentNanos = archive.keepTime(textSentNanos);
    textReceivedNanos = archive.keepTime(textReceivedNanos);
    ackReceivedNanos = archive.keepTime(ackReceivedNanos);
  }
}
