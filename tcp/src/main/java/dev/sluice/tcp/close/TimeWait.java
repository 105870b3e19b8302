package dev.sluice.tcp.close;

import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;

/// A connection in TIME-WAIT: a small record that repeats the last ACK until 2MSL are
/// over.
///
/// A RST does not end it (RFC 1337 §3, fix F1). A SYN does if it is provably newer: by
/// its timestamp, or, without timestamps, by a number above all the old connection
/// received (RFC 6191 §2).
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.6.1 RFC 9293 §3.6.1
public final class TimeWait implements Endpoint {
  /// What the stack does with the segment that arrived.
  public enum Reaction {
    /// Nothing more; an ACK may come out of [#pollTransmit].
    HANDLED,
    /// A newer SYN: forget the record and give the segment to the listener, if there is
    /// one.
    REOPEN
  }

  /// ACKs of old duplicates that are not the peer's FIN: one in this time, at most.
  private static final long ACK_INTERVAL_NANOS = 500_000_000L;

  private final FourTuple tuple;
  private final TcpSettings settings;
  private final int sndNxt;
  private final int rcvNxt;
  private final int rcvWnd;
  private final int window;
  private final int ttl;
  private final int trafficClass;
  private final boolean timestamps;
  private final int timestampOffset;
  private int tsRecent;
  private long expiryNanos;
  private long lastAckNanos = Long.MIN_VALUE / 2;
  private boolean ackDue;
  private boolean resetDue;
  private String cause = "2MSL over";
  private boolean expired;

  /// What is left of a connection.
  ///
  /// @param tuple both sockets
  /// @param settings MSL, and whether a newer SYN may end it
  /// @param sndNxt SND.NXT
  /// @param rcvNxt RCV.NXT
  /// @param rcvWnd RCV.WND, octets
  /// @param window the window field last sent
  /// @param ttl TTL or hop limit of what is sent
  /// @param trafficClass DSCP of what is sent, in the upper six bits
  /// @param timestamps whether the option was agreed on
  /// @param timestampOffset what our timestamp clock is ahead by
  /// @param tsRecent TS.Recent
  public record Remains(
      FourTuple tuple,
      TcpSettings settings,
      int sndNxt,
      int rcvNxt,
      int rcvWnd,
      int window,
      int ttl,
      int trafficClass,
      boolean timestamps,
      int timestampOffset,
      int tsRecent) {}

  public TimeWait(Remains remains, long nowNanos) {
    tuple = remains.tuple();
    settings = remains.settings();
    sndNxt = remains.sndNxt();
    rcvNxt = remains.rcvNxt();
    rcvWnd = remains.rcvWnd();
    window = remains.window();
    ttl = remains.ttl();
    trafficClass = remains.trafficClass();
    timestamps = remains.timestamps();
    timestampOffset = remains.timestampOffset();
    tsRecent = remains.tsRecent();
    restart(nowNanos);
  }

  private void restart(long nowNanos) {
    expiryNanos = nowNanos + 2 * settings.mslNanos;
  }

  /// SEGMENT ARRIVES in TIME-WAIT (RFC 9293 §3.10.7.4).
  public Reaction onSegment(Segment in, long nowNanos) {
    if (in.has(Flags.RST)) {
      return Reaction.HANDLED;
    }
    if (in.has(Flags.SYN) && !in.has(Flags.ACK) && isNewer(in)) {
      return Reaction.REOPEN;
    }
    if (in.has(Flags.SYN) && settings.synInWindowResets && isInWindow(in)) {
      end("rcv SYN in the window, snd RST", nowNanos);
      resetDue = true;
      return Reaction.HANDLED;
    }
    if (in.has(Flags.FIN) && in.endSeq() == rcvNxt && !isOldTimestamp(in)) {
      restart(nowNanos); // the peer has not heard our last ACK
      ackDue = true;
    } else if (!in.has(Flags.ACK | Flags.SYN) && isInWindow(in)) {
      return Reaction.HANDLED; // acceptable, and without ACK (§3.10.7.4, fifth)
    } else if (in.has(Flags.SYN) || in.length() > 0 || in.seq != rcvNxt) {
      ackDue |= nowNanos - lastAckNanos >= ACK_INTERVAL_NANOS;
    }
    return Reaction.HANDLED;
  }

  private boolean isInWindow(Segment in) {
    return Seq.inRange(in.seq, rcvNxt, rcvNxt + rcvWnd);
  }

  private void end(String why, long nowNanos) {
    cause = why;
    expiryNanos = nowNanos;
    expired = true;
  }

  private boolean isOldTimestamp(Segment in) {
    return timestamps && in.hasTimestamps && Seq.lt(in.tsVal, tsRecent);
  }

  private boolean isNewer(Segment in) {
    if (!settings.shortenTimeWait) {
      return false;
    }
    boolean stamped = settings.timestamps && in.hasTimestamps;
    if (stamped && !timestamps) {
      return true; // PAWS tells the two apart from now on
    }
    if (stamped) {
      return Seq.gt(in.tsVal, tsRecent) || (in.tsVal == tsRecent && Seq.gt(in.seq, rcvNxt));
    }
    return Seq.gt(in.seq, rcvNxt);
  }

  /// The record is over when 2MSL are: [#expired] says so from now on.
  @Override
  public void onDeadline(long nowNanos) {
    expired |= nowNanos >= expiryNanos;
  }

  @Override
  public long nextDeadlineNanos() {
    return expired ? NEVER : expiryNanos;
  }

  @Override
  public boolean pollTransmit(Segment out, long nowNanos) {
    if (resetDue) {
      resetDue = false;
      fill(out, Flags.RST | Flags.ACK);
      return true;
    }
    if (!ackDue) {
      return false;
    }
    ackDue = false;
    lastAckNanos = nowNanos;
    fill(out, Flags.ACK);
    out.window = window;
    if (timestamps) {
      out.hasTimestamps = true;
      out.tsVal = timestampOffset + (int) (nowNanos / 1_000_000L);
      out.tsEcr = tsRecent;
    }
    return true;
  }

  private void fill(Segment out, int flags) {
    out.clear();
    out.address(tuple);
    out.ttl = ttl;
    out.trafficClass = trafficClass;
    out.flags = flags;
    out.seq = sndNxt;
    out.ack = rcvNxt;
  }

  /// Whether the record is over and to be forgotten.
  public boolean expired() {
    return expired;
  }

  /// Why it is over, a few words for people.
  public String cause() {
    return cause;
  }

  /// When 2MSL are over.
  public long expiryNanos() {
    return expiryNanos;
  }

  public FourTuple tuple() {
    return tuple;
  }

  /// SND.NXT of the old connection: a new one starts above it (RFC 6191 §2, RFC 9293
  /// MAY-2).
  public int sndNxt() {
    return sndNxt;
  }
}
