package dev.sluice.tcp.send;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.wire.Seq;

/// Whether a segment that is not full may go out: Nagle's algorithm and the sender's
/// side of silly window avoidance.
///
/// A small segment waits only while an earlier small one is unacknowledged (the
/// modification that RFC 9293 Appendix A.3 describes): the tail of a large write does
/// not wait for its own beginning.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.7.4 RFC 9293 §3.7.4
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.8.6.2.1 RFC 9293 §3.8.6.2.1
public final class Nagle {
  private final SendSequence snd;
  private int smallEnd;

  public Nagle(SendSequence snd) {
    this.snd = snd;
    smallEnd = snd.iss();
  }

  /// Whether the last, small part of what is queued may go out.
  ///
  /// @param noDelay TCP_NODELAY
  public boolean permitsTail(boolean noDelay) {
    return noDelay || snd.isFinQueued() || Seq.leq(smallEnd, snd.una());
  }

  /// Whether a segment may go out that the window cut short: half the largest window is
  /// worth it.
  public boolean permitsWindowLimited(int octets) {
    return octets > 0 && octets >= snd.maxWnd() / 2;
  }

  /// SND.UNA moved: what is acknowledged must not look outstanding again 2^31 octets
  /// later.
  public void onAck() {
    smallEnd = Seq.max(smallEnd, snd.una());
    assert Seq.leq(smallEnd, snd.max());
  }

  /// A segment smaller than the MSS went out.
  public void onSmallSent(int endSeq) {
    smallEnd = endSeq;
  }

  /// What stays of it while the connection sleeps.
  void keep(Archive archive) {
    smallEnd = archive.keep(smallEnd, snd.una());
  }
}
