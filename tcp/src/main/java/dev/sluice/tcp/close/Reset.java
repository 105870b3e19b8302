package dev.sluice.tcp.close;

import dev.sluice.tcp.send.SegmentHeader;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;

/// RST: what a connection has to send when it ends out of order, and what answers
/// segments that no connection wants.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.5.2 RFC 9293 §3.5.2
public final class Reset {
  private final SegmentHeader header;
  private final CounterSet<TcpCounter> counters;
  private boolean due;
  private boolean withAck;
  private int seq;

  public Reset(SegmentHeader header, CounterSet<TcpCounter> counters) {
    this.header = header;
    this.counters = counters;
  }

  /// ABORT: `<SEQ=SND.NXT><CTL=RST,ACK>` goes out.
  public void abort(int sndNxt) {
    due = true;
    withAck = true;
    seq = sndNxt;
  }

  /// An ACK for something never sent, before the connection is synchronized:
  /// `<SEQ=SEG.ACK><CTL=RST>` goes out (group 2).
  public void answerBadAck(Segment in) {
    due = true;
    withAck = false;
    seq = in.ack;
  }

  /// Text came for a user who is gone (SHLD-3): `<SEQ=SEG.ACK><CTL=RST>` goes out, as if
  /// the connection were gone as well. The peer expects SEG.ACK next, so it believes this
  /// number for sure (RFC 5961 §3.2).
  public void answerUnwantedText(Segment in) {
    due = true;
    withAck = false;
    seq = in.ack;
  }

  /// The RST, if one is due.
  public boolean poll(Segment out, long nowNanos) {
    if (!due) {
      return false;
    }
    due = false;
    header.begin(out, Flags.RST, seq, nowNanos);
    if (!withAck) {
      out.flags = Flags.RST;
      out.ack = 0;
    }
    counters.increment(TcpCounter.RESETS_OUT);
    return true;
  }

  /// Fills in the RST that answers a segment for a connection that does not exist
  /// (group 1): `<SEQ=SEG.ACK><CTL=RST>`, or, if it had no ACK,
  /// `<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>`.
  ///
  /// @return false: the segment is itself a RST and is not answered
  public static boolean replyTo(Segment in, Segment out) {
    if (in.has(Flags.RST)) {
      return false;
    }
    out.clear();
    out.addressReplyTo(in);
    out.ttl = 64;
    if (in.has(Flags.ACK)) {
      out.flags = Flags.RST;
      out.seq = in.ack;
    } else {
      out.flags = Flags.RST | Flags.ACK;
      out.ack = in.endSeq();
    }
    return true;
  }

  /// Whether one is to go out.
  public boolean isDue() {
    return due;
  }
}
