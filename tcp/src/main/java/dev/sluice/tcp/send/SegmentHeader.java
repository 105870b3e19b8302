package dev.sluice.tcp.send;

import dev.sluice.tcp.ecn.Ecn;
import dev.sluice.tcp.receive.AckPolicy;
import dev.sluice.tcp.receive.ReceiveWindow;
import dev.sluice.tcp.receive.SelectiveAcks;
import dev.sluice.tcp.receive.Timestamps;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.ReceiveSequence;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.UserTimeout;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;

/// What is alike on all segments a connection sends: addresses, ACK, window, timestamps.
public final class SegmentHeader {
  private static final int USER_TIMEOUT_OCTETS = 4;

  private FourTuple tuple;
  private final ConnectionOptions options;
  private final ReceiveSequence rcv;
  private final ReceiveWindow window;
  private final Timestamps timestamps;
  private final AckPolicy ackPolicy;
  private final SelectiveAcks selectiveAcks;
  private final Ecn ecn;
  private final UserTimeout userTimeout;
  private final CounterSet<TcpCounter> counters;

  /// @param rooms the rooms below that the header is made from
  public SegmentHeader(Rooms rooms) {
    tuple = rooms.tuple();
    options = rooms.options();
    rcv = rooms.rcv();
    window = rooms.window();
    timestamps = rooms.timestamps();
    ackPolicy = rooms.ackPolicy();
    selectiveAcks = rooms.selectiveAcks();
    ecn = rooms.ecn();
    userTimeout = rooms.userTimeout();
    counters = rooms.counters();
  }

  /// It serves another connection from now on.
  public void moveTo(FourTuple other) {
    tuple = other;
  }

  /// What [SegmentHeader] is built with.
  ///
  /// @param tuple both sockets
  /// @param options what the user chose
  /// @param rcv RCV.NXT
  /// @param window the window to offer
  /// @param timestamps the option, if agreed on
  /// @param ackPolicy hears of each ACK sent
  /// @param selectiveAcks what came out of order
  /// @param ecn which marks to tell of
  /// @param userTimeout the option, if it is due
  /// @param counters the stack's counters
  public record Rooms(
      FourTuple tuple,
      ConnectionOptions options,
      ReceiveSequence rcv,
      ReceiveWindow window,
      Timestamps timestamps,
      AckPolicy ackPolicy,
      SelectiveAcks selectiveAcks,
      Ecn ecn,
      UserTimeout userTimeout,
      CounterSet<TcpCounter> counters) {}

  /// Begins a segment with ACK, window and timestamps.
  public void begin(Segment out, int flags, int seq, long nowNanos) {
    plain(out, flags | Flags.ACK, seq);
    out.ack = rcv.nxt();
    timestamps.stamp(out, nowNanos);
    if ((flags & Flags.RST) != 0) {
      return;
    }
    if ((flags & Flags.SYN) != 0) {
      out.window = window.synField();
      rcv.onAckSent(rcv.nxt() + out.window);
    } else {
      ecn.stamp(out);
      out.window = window.field();
      rcv.onAckSent(window.edgeAfter(out.window));
    }
    ackPolicy.onAckSent();
  }

  /// Fills in a segment that is nothing but an ACK: it tells what came out of order, too.
  public void acknowledge(Segment out, int seq, long nowNanos) {
    boolean marksOnly = ecn.isAckOfAck();
    begin(out, 0, seq, nowNanos);
    if (!marksOnly) {
      selectiveAcks.write(out);
    }
    ecn.onBareAck(out);
    userTimeout.stamp(out);
  }

  /// Puts the user timeout on a segment with text, if it is due and finds room.
  ///
  /// @param room octets that the segment may still take
  public void offerUserTimeout(Segment out, int room) {
    if (room >= USER_TIMEOUT_OCTETS) {
      userTimeout.stamp(out);
    }
  }

  /// Begins a segment of a connection that has not heard from its peer yet: a SYN.
  public void beginSyn(Segment out, int seq) {
    plain(out, Flags.SYN, seq);
    out.window = window.synField();
  }

  private void plain(Segment out, int flags, int seq) {
    out.clear();
    out.address(tuple);
    out.ttl = options.ttl;
    out.trafficClass = options.dscp << 2;
    out.flags = flags;
    out.seq = seq;
    counters.increment(TcpCounter.SEGMENTS_OUT);
  }
}
