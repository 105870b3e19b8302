package dev.sluice.tcp.ecn;

import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;

/// Explicit congestion notification of one connection, both ways.
///
/// Only new text is sent as capable of being marked: no SYN, no bare ACK, nothing that is
/// sent again, no window probe (RFC 3168 §6.1.1, §6.1.4 to §6.1.6).
///
/// @spec https://www.rfc-editor.org/rfc/rfc3168#section-6.1 RFC 3168 §6.1
public final class Ecn {
  /// The codepoint of what a router may mark (RFC 3168 §5).
  public static final int ECT_0 = 2;

  /// The codepoint of what a router has marked.
  public static final int CE = 3;

  private static final int CODEPOINT = 3;

  private final CounterSet<TcpCounter> counters;
  private final ClassicEcn classic = new ClassicEcn();
  private EcnMode mode = EcnMode.OFF;
  private boolean reduced;
  private int reducedAt;
  private long deliveredMarked;
  private long receivedMarked;

  public Ecn(CounterSet<TcpCounter> counters) {
    this.counters = counters;
  }

  /// Both SYNs agreed on this.
  public void agree(EcnMode agreed) {
    mode = agreed;
    if (agreed != EcnMode.OFF) {
      counters.increment(TcpCounter.ECN_AGREED);
    }
  }

  public EcnMode mode() {
    return mode;
  }

  // ---- what arrives

  /// A segment with text, or a FIN, came in the window.
  ///
  /// @return whether the peer should hear of it at once
  public boolean onText(Segment in) {
    if (mode == EcnMode.OFF) {
      return false;
    }
    boolean marked = (in.trafficClass & CODEPOINT) == CE;
    if (marked) {
      int packets = packets(in);
      receivedMarked += packets;
      counters.add(TcpCounter.ECN_MARKS_RECEIVED, packets);
    }
    return classic.onText(in, marked);
  }

  private static int packets(Segment in) {
    int size = in.segmentSize;
    return size > 0 ? (in.payloadLength + size - 1) / size : 1;
  }

  /// Whether an ACK says that something of ours was marked.
  public boolean isEcho(Segment in) {
    return mode == EcnMode.CLASSIC && in.has(Flags.ECE) && !in.has(Flags.SYN);
  }

  /// An ACK with an echo took octets out of the network.
  ///
  /// @param octets how many
  /// @param mss octets in a segment
  public void onMarkedDelivered(int octets, int mss) {
    int packets = (octets + mss - 1) / mss;
    deliveredMarked += packets;
    counters.add(TcpCounter.ECN_MARKS_ECHOED, packets);
  }

  /// Whether an echo asks for a smaller window: once for each window of text (§6.1.2).
  ///
  /// @param una SND.UNA after the ACK
  public boolean mayReduce(int una) {
    return !reduced || Seq.gt(una, reducedAt);
  }

  /// The congestion window shrank because of an echo, a loss or a timeout.
  ///
  /// @param nxt SND.NXT: echoes of what went out before it tell nothing new
  public void onWindowReduced(int nxt) {
    if (mode != EcnMode.OFF) {
      reduced = true;
      reducedAt = nxt;
      classic.onWindowReduced();
    }
  }

  /// An ACK came: the numbers in which the last reduction is remembered move on.
  public void onNewAck(int una) {
    reduced &= Seq.leq(una, reducedAt);
  }

  // ---- what goes out

  /// The flags of a segment that is neither SYN nor RST.
  public int flags() {
    return mode == EcnMode.CLASSIC ? classic.flags() : 0;
  }

  /// Makes new text one that may be marked, and tells the peer of a smaller window.
  public void onNewText(Segment out) {
    if (mode != EcnMode.OFF) {
      out.trafficClass |= ECT_0;
      classic.onNewText(out);
    }
  }

  // ---- what is counted

  /// Packets of ours that arrived with a mark, as far as the peer tells.
  public long deliveredMarked() {
    return deliveredMarked;
  }

  /// Packets of the peer's that arrived with a mark.
  public long receivedMarked() {
    return receivedMarked;
  }
}
