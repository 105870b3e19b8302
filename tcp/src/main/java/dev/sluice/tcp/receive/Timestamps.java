package dev.sluice.tcp.receive;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;

/// The timestamps option and the protection against wrapped sequence numbers built on it.
///
/// Our clock ticks once a millisecond, from an offset that is secret per four-tuple.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7323#section-3 RFC 7323 §3 to §5
public final class Timestamps {
  private static final long TICK_NANOS = 1_000_000L;

  /// After 24 days of silence TS.Recent is no longer to be trusted (RFC 7323 §5.5).
  private static final long OUTDATED_NANOS = 24L * 24 * 3_600 * 1_000_000_000L;

  private int offset;
  private boolean enabled;
  private int recent;
  private long recentAtNanos;
  private int floor; // TS.Recent when the round before this one began
  private int nextFloor; // and when this one did
  private boolean inRound;
  private int roundEnd; // a round is over when all is in order that was here when it began

  /// @param offset what our clock is ahead by, secret per four-tuple
  public Timestamps(int offset) {
    this.offset = offset;
  }

  /// Both SYNs carried the option.
  public void enable(int peerTsVal, long nowNanos) {
    enabled = true;
    recent = peerTsVal;
    recentAtNanos = nowNanos;
    floor = peerTsVal;
    nextFloor = peerTsVal;
  }

  /// Our clock on this connection is ahead by so much, as its SYN-ACK was.
  public void offset(int offset) {
    this.offset = offset;
  }

  public boolean isEnabled() {
    return enabled;
  }

  public int offset() {
    return offset;
  }

  /// TS.Recent: what we echo.
  public int recent() {
    return recent;
  }

  /// TSval for a segment that goes out now.
  public int clock(long nowNanos) {
    return offset + (int) (nowNanos / TICK_NANOS);
  }

  /// Puts the option on a segment that goes out.
  public void stamp(Segment out, long nowNanos) {
    if (enabled) {
      out.hasTimestamps = true;
      out.tsVal = clock(nowNanos);
      out.tsEcr = recent;
    }
  }

  /// PAWS: whether the segment is an old duplicate (RFC 7323 §5.3 R1).
  public boolean isOld(Segment in, long nowNanos) {
    return enabled && in.hasTimestamps && Seq.lt(in.tsVal, recent) && !isOutdated(nowNanos);
  }

  /// Whether a segment that fills a gap below text that is here already is an old
  /// duplicate. A repeat at the left edge moves TS.Recent ahead of text that was sent
  /// before it, was held back on the way and has not come yet; such text is old only if
  /// it is older than what TS.Recent was a window or two ago. Whatever has the same
  /// numbers from 2^32 octets before is older than that.
  public boolean isOldInGap(Segment in) {
    return Seq.lt(in.tsVal, floor);
  }

  /// Text came.
  ///
  /// @param nxt RCV.NXT
  /// @param highest the number after the highest octet that is here
  public void onText(int nxt, int highest) {
    if (!inRound || Seq.geq(nxt, roundEnd)) {
      inRound = true;
      floor = nextFloor;
      nextFloor = recent;
      roundEnd = highest;
    }
  }

  private boolean isOutdated(long nowNanos) {
    return nowNanos - recentAtNanos >= OUTDATED_NANOS;
  }

  /// TS.Recent follows the segments that arrive at the left edge (RFC 7323 §4.3 (2)):
  /// this one spans the ACK number we sent last.
  public void onAcceptable(Segment in, int lastAckSent, long nowNanos) {
    boolean outdated = isOutdated(nowNanos);
    boolean newer = Seq.geq(in.tsVal, recent) || outdated;
    if (enabled && in.hasTimestamps && newer && Seq.leq(in.seq, lastAckSent)) {
      recent = in.tsVal;
      recentAtNanos = nowNanos;
      floor = outdated ? recent : floor;
      nextFloor = outdated ? recent : nextFloor;
    }
  }

  /// Whether the segment echoes a time of ours that has not come yet: then it does not
  /// answer what we sent.
  public boolean isEchoAhead(Segment in, long nowNanos) {
    return in.hasTimestamps && in.tsEcr != 0 && Seq.gt(in.tsEcr, clock(nowNanos));
  }

  /// Whether the echo is of a segment sent at this time or later. After a repeat an
  /// older echo tells nothing: the peer repeats the last one it believed, however long
  /// ago that was.
  public boolean isEchoSince(Segment in, long sentNanos) {
    return Seq.geq(in.tsEcr, clock(sentNanos));
  }

  /// The latest time at which the segment can have been sent whose timestamp `in` echoes;
  /// [Long#MAX_VALUE] if it echoes none.
  public long latestEchoedNanos(Segment in, long nowNanos) {
    if (!enabled || !in.hasTimestamps || in.tsEcr == 0) {
      return Long.MAX_VALUE;
    }
    int ticksAgo = clock(nowNanos) - in.tsEcr;
    return (nowNanos / TICK_NANOS - ticksAgo + 1) * TICK_NANOS - 1;
  }

  /// How long ago the segment was sent that `in` acknowledges, by its echo; -1 if it
  /// tells nothing.
  public long rttNanos(Segment in, long nowNanos) {
    if (!enabled || !in.hasTimestamps || in.tsEcr == 0) {
      return -1;
    }
    int ticks = clock(nowNanos) - in.tsEcr;
    return ticks < 0 ? -1 : ticks * TICK_NANOS;
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    offset = archive.keep(offset);
    enabled = archive.keep(enabled);
    recent = archive.keep(recent);
    roundEnd = archive.keep(roundEnd);
    recentAtNanos = archive.keepTime(recentAtNanos);
    floor = recent; // no gap is open
    nextFloor = recent;
    inRound = false;
  }
}
