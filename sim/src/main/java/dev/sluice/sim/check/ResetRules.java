package dev.sluice.sim.check;

import dev.sluice.sim.packet.WirePacket;
import dev.sluice.wire.Flags;
import org.jspecify.annotations.Nullable;

/// What must hold of a RST that a host sends.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.5.2 RFC 9293 §3.5.2
final class ResetRules {
  private final Invariants.Verdict verdict;

  ResetRules(Invariants.Verdict verdict) {
    this.verdict = verdict;
  }

  /// @param cause the packet whose arrival the host is working on, or null
  void onSent(Flow flow, WirePacket reset, @Nullable WirePacket cause, long now) {
    if (cause != null
        && cause.isSoundTcp()
        && cause.has(Flags.RST)
        && cause.receiverTuple().equals(flow.tuple)) {
      verdict.broken(Rule.RESET_FOR_RESET, flow, now, reset);
    }
    if (reset.segmentLength() != 0) {
      verdict.broken(Rule.RESET_FORM, flow, now, "carries text, SYN or FIN: " + reset);
    }
    if (!isOurs(flow, reset) && !answersSomething(flow, reset)) {
      verdict.broken(Rule.RESET_FORM, flow, now, "numbers from nowhere: " + reset);
    }
    flow.resetSent = true;
  }

  /// An abort: SEQ is SND.NXT, or at least something that was sent.
  private static boolean isOurs(Flow flow, WirePacket reset) {
    return flow.open && reset.seq() - flow.iss >= 0 && reset.seq() - flow.maxSentSeq <= 0;
  }

  private static boolean answersSomething(Flow flow, WirePacket reset) {
    for (WirePacket in : flow.recent()) {
      boolean fits = in.has(Flags.ACK)
          ? !reset.has(Flags.ACK) && reset.seq() == in.ack()
          : reset.has(Flags.ACK) && reset.seq() == 0 && reset.ack() == in.endSeq();
      if (fits && !in.has(Flags.RST)) {
        return true;
      }
    }
    return false;
  }

  /// A RST arrived: from here on the host may have forgotten the connection.
  static void onDelivered(Flow flow, WirePacket reset) {
    boolean exact = flow.hasAcked
        && reset.seq() - flow.ackedSeq >= 0
        && (!flow.hasEdge || reset.seq() - flow.edgeSeq <= 0);
    if (!flow.hasAcked || exact) {
      flow.deadByPeer = true;
    }
  }
}
