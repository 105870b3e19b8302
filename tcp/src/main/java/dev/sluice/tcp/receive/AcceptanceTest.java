package dev.sluice.tcp.receive;

import dev.sluice.tcp.tcb.ReceiveSequence;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;

/// Whether a segment is acceptable: the first check of every synchronized state, and
/// those that RFC 5961 adds against blind attacks.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.10.7.4 RFC 9293 §3.10.7.4,
///     first
/// @spec https://www.rfc-editor.org/rfc/rfc5961 RFC 5961
public final class AcceptanceTest {
  private AcceptanceTest() {}

  /// The table of four cases: some octet of the segment lies in the window, or, for an
  /// empty one, its number does. With a closed window only an empty segment at RCV.NXT
  /// passes.
  ///
  /// @param length SEG.LEN
  public static boolean isAcceptable(ReceiveSequence rcv, int seq, int length) {
    int wnd = rcv.wnd();
    if (length == 0) {
      return wnd == 0 ? seq == rcv.nxt() : inWindow(rcv, seq);
    }
    if (wnd == 0) {
      return false;
    }
    return inWindow(rcv, seq) || inWindow(rcv, seq + length - 1) || covers(rcv, seq, length);
  }

  private static boolean inWindow(ReceiveSequence rcv, int seq) {
    return Seq.inRange(seq, rcv.nxt(), rcv.edge());
  }

  /// A segment longer than the window, begun before it and ended after it. Reckoned from
  /// how far it begins before the window, for the distance of its end from the window's
  /// may be more than sequence numbers can compare.
  private static boolean covers(ReceiveSequence rcv, int seq, int length) {
    int behind = rcv.nxt() - seq;
    return behind >= 0 && length - behind >= rcv.wnd();
  }

  /// What a RST does (RFC 9293 §3.10.7.4, second; RFC 5961 §3.2).
  public enum Rst {
    /// Exactly at RCV.NXT: it resets.
    RESET,
    /// In the window: a challenge ACK asks the peer to prove it.
    CHALLENGE,
    /// Outside: dropped in silence.
    IGNORE
  }

  /// Judges a RST by its sequence number. The window counts as at least one octet: a
  /// closed window does not keep a RST at its edge out (MUST-66).
  ///
  /// @param inWindowResets [TcpSettings#rstInWindowResets]
  public static Rst judgeRst(ReceiveSequence rcv, int seq, boolean inWindowResets) {
    if (seq == rcv.nxt()) {
      return Rst.RESET;
    }
    if (!inWindow(rcv, seq)) {
      return Rst.IGNORE;
    }
    return inWindowResets ? Rst.RESET : Rst.CHALLENGE;
  }

  /// Whether SEG.ACK is one that a true peer could send: SND.UNA - MAX.SND.WND =<
  /// SEG.ACK =< SND.MAX (RFC 5961 §5.2, MAY-12).
  public static boolean isPlausibleAck(SendSequence snd, int ack) {
    long oldest = Math.min(snd.maxWnd(), Integer.MAX_VALUE / 2);
    return Seq.geq(ack, snd.una() - (int) oldest) && Seq.leq(ack, snd.max());
  }

  /// Whether a segment carries anything that wants an answer even though it is not
  /// acceptable: all do but RST.
  public static boolean wantsAnswer(Segment in) {
    return !in.has(dev.sluice.wire.Flags.RST);
  }
}
