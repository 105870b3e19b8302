package dev.sluice.tcp.tcb;

import dev.sluice.wire.Seq;

/// The send side of the sequence space.
///
/// ```
///        1         2          3          4
///   ----------|----------|----------|----------
///          SND.UNA    SND.NXT    SND.UNA
///                               +SND.WND
///
///   1 acknowledged, 2 sent and not acknowledged, 3 allowed to be sent, 4 not yet allowed
/// ```
///
/// SND.MAX is the highest number ever sent: a zero-window probe goes beyond SND.NXT.
/// Windows are kept in 64 bits, unscaled (RFC 9293 REC-1).
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.3.1 RFC 9293 §3.3.1
public final class SendSequence {
  private int iss;
  private int una;
  private int nxt;
  private int max;
  private long unaPosition = -1; // the SYN stands before the first octet
  private long wnd;
  private int wl1;
  private int wl2;
  private long maxWnd;
  private int shift;
  private boolean finQueued;
  private boolean finSent;
  private int finSeq;
  private boolean synAcked;
  private boolean early;

  public SendSequence(int iss) {
    this.iss = iss;
    una = iss;
    nxt = iss;
    max = iss;
  }

  public int iss() {
    return iss;
  }

  /// SND.UNA.
  public int una() {
    return una;
  }

  /// SND.NXT.
  public int nxt() {
    return nxt;
  }

  /// The number after the highest ever sent.
  public int max() {
    return max;
  }

  /// SND.WND in octets.
  public long wnd() {
    return wnd;
  }

  /// The largest window the peer ever offered (MAX.SND.WND).
  public long maxWnd() {
    return maxWnd;
  }

  /// How many bits the peer's windows are shifted by (RFC 7323 §2.2).
  public void windowShift(int bits) {
    shift = bits;
  }

  public int windowShift() {
    return shift;
  }

  /// Whether the peer has acknowledged our SYN.
  public boolean isSynAcked() {
    return synAcked; // not by comparing numbers: after 2^32 octets SND.UNA is ISS again
  }

  /// Text may follow our SYN-ACK before anybody acknowledges it, because a cookie proved
  /// that the peer is where it says (RFC 7413 §4.2.2).
  public void openEarly() {
    early = true;
  }

  /// Whether the connection began with fast open: the user has it already in
  /// SYN-RECEIVED.
  public boolean isOpenEarly() {
    return early;
  }

  /// Whether text may go out: the peer has acknowledged our SYN, or has shown a cookie.
  public boolean mayCarryText() {
    return synAcked || early;
  }

  /// Octets (SYN and FIN counted) sent and not acknowledged.
  public int flightSize() {
    return nxt - una;
  }

  /// Octets that the window still allows, negative after the peer shrank it.
  public long usableWindow() {
    return wnd - (nxt - una);
  }

  /// Position of `seq` in the stream of octets the user writes: the first octet is 0,
  /// the SYN -1.
  public long position(int seq) {
    return unaPosition + (seq - una);
  }

  /// The number of the octet at this position of the user's stream.
  public int seqAt(long position) {
    return una + (int) (position - unaPosition);
  }

  /// Something new went out; `end` is the number after its last.
  public void onSent(int end) {
    assert Seq.geq(end, nxt);
    nxt = end;
    max = Seq.max(max, end);
  }

  /// A probe went out at SND.NXT without becoming part of what is in flight.
  public void onProbeSent(int end) {
    max = Seq.max(max, end);
  }

  /// Whether `ack` acknowledges something new that was sent: SND.UNA < SEG.ACK =<
  /// SND.MAX.
  public boolean isNewAck(int ack) {
    return Seq.lt(una, ack) && Seq.leq(ack, max);
  }

  /// SND.UNA moves to `ack`.
  public void onAck(int ack) {
    assert isNewAck(ack);
    unaPosition += ack - una;
    una = ack;
    synAcked = true;
    if (Seq.lt(nxt, ack)) {
      nxt = ack; // the peer took the octet of a window probe
    }
  }

  /// Takes the window of a segment, if the segment is not older than the last that set it
  /// (RFC 9293 §3.10.7.4, fifth: SND.WL1, SND.WL2).
  ///
  /// Where the RFC asks only for a newer SEG.SEQ, a newer SEG.ACK will do as well: else a
  /// retransmission that acknowledges more would move the window along with SND.UNA,
  /// beyond what the peer offers.
  ///
  /// @param window as it stands on the wire
  /// @return whether SND.WND is another now
  public boolean onWindow(int seq, int ack, int window) {
    if (Seq.lt(wl1, seq) || Seq.lt(wl2, ack) || (wl1 == seq && wl2 == ack)) {
      long before = wnd;
      wnd = (long) window << shift;
      wl1 = seq;
      wl2 = ack;
      maxWnd = Math.max(maxWnd, wnd);
      return wnd != before;
    }
    return false;
  }

  /// Takes the window of the handshake: of a SYN it is never scaled (RFC 7323 §2.2).
  public void firstWindow(int seq, int ack, long octets) {
    wl1 = seq;
    wl2 = ack;
    wnd = octets;
    maxWnd = octets;
  }

  /// CLOSE: a FIN goes out behind all that is written.
  public void queueFin() {
    finQueued = true;
  }

  public boolean isFinQueued() {
    return finQueued;
  }

  /// Our FIN went out for the first time, with this number.
  public void onFinSent(int seq) {
    assert !finSent || finSeq == seq : "a FIN never changes its number";
    finSent = true;
    finSeq = seq;
  }

  public boolean isFinSent() {
    return finSent;
  }

  /// Whether the FIN has yet to take its place behind the data (a probe may have shown
  /// it already).
  public boolean isFinWaiting() {
    return finQueued && !(finSent && Seq.gt(nxt, finSeq));
  }

  /// Whether our FIN has this number.
  public boolean isFin(int seq) {
    return finSent && finSeq == seq;
  }

  /// Whether the peer has acknowledged our FIN.
  public boolean isFinAcked() {
    return finSent && Seq.gt(una, finSeq);
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    iss = archive.keep(iss);
    una = archive.keep(una, iss);
    nxt = archive.keep(nxt, una);
    max = archive.keep(max, nxt);
    unaPosition = archive.keep(unaPosition, una - iss - 1);
    wnd = archive.keep(wnd);
    wl1 = archive.keep(wl1);
    wl2 = archive.keep(wl2, una);
    maxWnd = archive.keep(maxWnd, wnd);
    shift = archive.keep(shift);
    finQueued = archive.keep(finQueued);
    finSent = archive.keep(finSent);
    finSeq = archive.keep(finSeq);
    synAcked = archive.keep(synAcked);
    early = archive.keep(early);
  }
}
