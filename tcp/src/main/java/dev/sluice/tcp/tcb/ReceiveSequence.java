package dev.sluice.tcp.tcb;

import dev.sluice.wire.Seq;

/// The receive side of the sequence space.
///
/// ```
///            1          2          3
///   ----------|----------|----------
///          RCV.NXT    RCV.NXT
///                    +RCV.WND
///
///   1 received, 2 allowed to be received, 3 not yet allowed
/// ```
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.3.1 RFC 9293 §3.3.1
public final class ReceiveSequence {
  private int irs;
  private int nxt;
  private long nxtPosition;
  private int edge;
  private int lastAckSent;
  private int shift;

  /// The peer's SYN arrived.
  public void begin(int irs) {
    this.irs = irs;
    nxt = irs + 1;
    edge = nxt;
    lastAckSent = nxt;
    nxtPosition = 0;
  }

  public int irs() {
    return irs;
  }

  /// RCV.NXT.
  public int nxt() {
    return nxt;
  }

  /// Position of RCV.NXT in the stream the user reads.
  public long nxtPosition() {
    return nxtPosition;
  }

  /// Position of `seq` in the stream the user reads.
  public long position(int seq) {
    return nxtPosition + (seq - nxt);
  }

  /// The right edge that was offered to the peer: RCV.NXT + RCV.WND.
  public int edge() {
    return edge;
  }

  /// RCV.WND: octets that the peer may still send, 0 to 2^30.
  public int wnd() {
    return Math.max(0, edge - nxt);
  }

  /// The ACK number of the last segment sent (RFC 7323 §4.3).
  public int lastAckSent() {
    return lastAckSent;
  }

  /// How many bits our windows are shifted by (RFC 7323 §2.2).
  public int windowShift() {
    return shift;
  }

  public void windowShift(int bits) {
    shift = bits;
  }

  /// `octets` more are in order.
  public void advance(int octets) {
    assert octets >= 0;
    nxt += octets;
    nxtPosition += octets;
  }

  /// The FIN was in order: it takes a number, but is no octet of the stream and needs
  /// no room, so the window moves on with it.
  public void advanceOverFin() {
    nxt += 1;
    edge += 1;
  }

  /// A segment with ACK went out and offered the window up to `newEdge`.
  public void onAckSent(int newEdge) {
    lastAckSent = nxt;
    edge = Seq.max(edge, newEdge);
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    irs = archive.keep(irs);
    nxt = archive.keep(nxt, irs);
    nxtPosition = archive.keep(nxtPosition, nxt - irs - 1);
    edge = archive.keep(edge, nxt);
    lastAckSent = archive.keep(lastAckSent, nxt);
    shift = archive.keep(shift);
  }
}
