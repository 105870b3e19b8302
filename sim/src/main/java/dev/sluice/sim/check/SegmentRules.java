package dev.sluice.sim.check;

import dev.sluice.sim.packet.WirePacket;
import dev.sluice.wire.Flags;

/// What must hold of a segment that a host sends: its form, its options, its sequence
/// numbers and its text. Resets have rules of their own, see [ResetRules].
final class SegmentRules {
  /// A sender may refuse to cut its text smaller than this, whatever the peer announced
  /// (CVE-2019-11479).
  private static final int SMALLEST_MSS = 88;

  private final Invariants.Verdict verdict;

  SegmentRules(Invariants.Verdict verdict) {
    this.verdict = verdict;
  }

  void onSent(Flow flow, WirePacket packet, long now) {
    boolean syn = packet.has(Flags.SYN);
    if (syn && (!flow.open || packet.seq() != flow.iss)) {
      flow.begin(packet);
    }
    if (packet.has(Flags.ACK) && flow.open && flow.peerSyn == null) {
      flow.learnPeer(packet.ack());
    }
    if (packet.reservedBits() != 0) {
      verdict.broken(Rule.RESERVED_BITS, flow, now, packet);
    }
    if (!packet.has(Flags.ACK) && !syn) {
      verdict.broken(Rule.ACK_BIT, flow, now, packet);
    }
    handshake(flow, packet, now);
    options(flow, packet, now);
    if (flow.open) {
      sequence(flow, packet, now);
      text(flow, packet, now);
      fin(flow, packet, now);
      if (packet.endSeq() - flow.maxSentSeq > 0) {
        flow.maxSentSeq = packet.endSeq();
      }
    }
  }

  private void handshake(Flow flow, WirePacket packet, long now) {
    if (!flow.open) {
      verdict.broken(Rule.HANDSHAKE, flow, now, "no SYN went before: " + packet);
    } else if (packet.has(Flags.ACK) && flow.peerSyn == null) {
      verdict.broken(Rule.HANDSHAKE, flow, now, "acks a SYN that never came: " + packet);
    } else if (packet.payloadLength() > 0 && !flow.synAcked && !isFastOpen(flow, packet)) {
      verdict.broken(Rule.HANDSHAKE, flow, now, "text, and our SYN is not acked: " + packet);
    }
  }

  /// A cookie lets text go with the SYN, and before the ACK of a SYN,ACK (RFC 7413
  /// §4.2).
  private static boolean isFastOpen(Flow flow, WirePacket packet) {
    WirePacket peerSyn = flow.peerSyn;
    return packet.hasCookie() || (peerSyn != null && peerSyn.hasCookie());
  }

  private void options(Flow flow, WirePacket packet, long now) {
    boolean syn = packet.has(Flags.SYN);
    boolean synOnly = packet.mss() != WirePacket.ABSENT
        || packet.windowScale() != WirePacket.ABSENT
        || packet.sackPermitted();
    if (synOnly && !syn) {
      verdict.broken(Rule.SYN_OPTIONS, flow, now, packet);
    }
    WirePacket peerSyn = flow.peerSyn;
    if (syn && packet.has(Flags.ACK) && peerSyn != null && !peerSyn.has(Flags.ACK)) {
      synAckOptions(flow, packet, peerSyn, now);
    }
    if (!syn && peerSyn != null && packet.hasTimestamps() != flow.timestampsAgreed()) {
      verdict.broken(Rule.TIMESTAMPS, flow, now, packet);
    }
    if (packet.hasTimestamps()) {
      if (flow.hasTsVal && packet.tsVal() - flow.lastTsVal < 0) {
        verdict.broken(Rule.TIMESTAMPS, flow, now, "runs backwards: " + packet);
      }
      flow.hasTsVal = true;
      flow.lastTsVal = packet.tsVal();
    }
  }

  /// A SYN,ACK that answers a SYN takes up only what that offered. A simultaneous open
  /// repeats its own offer, which the other side's SYN may not have had.
  private void synAckOptions(Flow flow, WirePacket packet, WirePacket peerSyn, long now) {
    boolean scale = packet.windowScale() != WirePacket.ABSENT;
    boolean peerScale = peerSyn.windowScale() != WirePacket.ABSENT;
    if ((scale && !peerScale) || (packet.sackPermitted() && !peerSyn.sackPermitted())) {
      verdict.broken(Rule.SYN_OPTIONS, flow, now, packet);
    }
    if (packet.hasTimestamps() && !peerSyn.hasTimestamps()) {
      verdict.broken(Rule.TIMESTAMPS, flow, now, packet);
    }
  }

  private void sequence(Flow flow, WirePacket packet, long now) {
    boolean beforeStart = packet.seq() - flow.iss < 0;
    boolean gap = packet.seq() - flow.maxSentSeq > 0;
    if (beforeStart || gap) {
      verdict.broken(
          Rule.SEQUENCE,
          flow,
          now,
          (gap ? "beyond SND.NXT " + Integer.toUnsignedString(flow.maxSentSeq) : "before ISS")
              + ": " + packet);
    }
  }

  private void text(Flow flow, WirePacket packet, long now) {
    int length = packet.payloadLength();
    if (length == 0) {
      return;
    }
    if (packet.has(Flags.SYN)) {
      sameOctets(flow, packet, now); // MSS and window are not known yet
      return;
    }
    int most = Math.max(flow.peerMss(), SMALLEST_MSS) - packet.optionBytes();
    if (length > most) {
      verdict.broken(Rule.EFFECTIVE_MSS, flow, now, length + " > " + most + ": " + packet);
    }
    int beyond = packet.seq() + length - flow.peerEdgeSeq;
    boolean probe = length == 1 && beyond == 1;
    if (beyond > 0 && !probe) {
      verdict.broken(Rule.PEER_WINDOW, flow, now, beyond + " octets beyond: " + packet);
    }
    sameOctets(flow, packet, now);
  }

  private void sameOctets(Flow flow, WirePacket packet, long now) {
    int position = flow.sentPosition(packet.textSeq());
    if (position < 0 || position > flow.sentLength) {
      return; // told by SEQUENCE already; text before the first octet is a keep-alive's
    }
    int again = Math.min(packet.payloadLength(), flow.sentLength - position);
    for (int i = 0; i < again; i++) {
      if (packet.payload(i) != flow.sent[position + i]) {
        verdict.broken(
            Rule.SAME_OCTETS, flow, now, "octet " + (position + i) + " differs: " + packet);
        break;
      }
    }
    flow.keepSent(packet, position);
  }

  private void fin(Flow flow, WirePacket packet, long now) {
    int endOfText = flow.sentPosition(packet.textSeq()) + packet.payloadLength();
    if (packet.has(Flags.FIN)) {
      if (flow.finSent() && flow.finPosition != endOfText) {
        verdict.broken(Rule.ONE_FIN, flow, now, "was at " + flow.finPosition + ": " + packet);
      }
      flow.finPosition = endOfText;
    } else if (flow.finSent() && packet.payloadLength() > 0 && endOfText > flow.finPosition) {
      verdict.broken(Rule.ONE_FIN, flow, now, "text after FIN: " + packet);
    }
  }
}
