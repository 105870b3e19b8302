package dev.sluice.sim.check;

import dev.sluice.sim.packet.WirePacket;
import dev.sluice.wire.Flags;
import java.util.LinkedHashSet;
import java.util.Set;

/// What must hold of acknowledgments: their number, the window they offer, when they are
/// due, and how many there may be.
final class AckRules {
  private static final long SECOND = 1_000_000_000L;
  private static final long LATEST_ACK_NANOS = SECOND / 2;

  private final Invariants.Verdict verdict;
  private final Set<Flow> waiting = new LinkedHashSet<>();
  private int emptyAcksPerSecond = 40;

  AckRules(Invariants.Verdict verdict) {
    this.verdict = verdict;
  }

  void emptyAcksPerSecond(int most) {
    emptyAcksPerSecond = most;
  }

  // ---- what arrives

  /// A sound segment that is no RST arrived for a host that has sent a SYN.
  void onDelivered(Flow flow, WirePacket packet, long now) {
    if (packet.has(Flags.ACK)) {
      peerWindow(flow, packet);
    }
    if (packet.segmentLength() > 0) {
      flow.creditForAcks++;
    }
    if (flow.peerSyn == null || packet.has(Flags.SYN)) {
      return;
    }
    int position = flow.receivedPosition(packet.seq());
    int end = position + packet.payloadLength();
    if (end < 0) {
      return;
    }
    boolean old = flow.hasNewestStamp && packet.tsVal() - flow.newestStamp < 0;
    if (packet.hasTimestamps() && !old) {
      flow.newestStamp = packet.tsVal();
      flow.hasNewestStamp = true;
    }
    boolean due =
        !old && flow.established() && isInOrder(flow, packet) && isAcceptable(flow, packet);
    flow.received.set(Math.max(0, position), end);
    if (packet.has(Flags.FIN)) {
      flow.finsReceived.set(end);
    }
    if (due) {
      ackIsDue(flow, packet, now);
    }
  }

  private static void peerWindow(Flow flow, WirePacket packet) {
    int acked = packet.ack() - flow.iss;
    if (acked <= 0 || packet.ack() - flow.maxSentSeq > 0) {
      return;
    }
    int shift = packet.has(Flags.SYN) ? 0 : flow.peerShift();
    int edge = packet.ack() + (packet.window() << shift);
    flow.leastPeerWindow = Math.min(flow.leastPeerWindow, packet.window() << shift);
    if (!flow.synAcked || edge - flow.peerEdgeSeq > 0) {
      flow.peerEdgeSeq = edge;
    }
    flow.synAcked = true;
    if (packet.ack() - flow.highestAckSeq > 0) {
      flow.highestAckSeq = packet.ack();
    }
  }

  private static boolean isInOrder(Flow flow, WirePacket packet) {
    int next = flow.inOrderSeq;
    return packet.segmentLength() > 0
        && packet.seq() - next <= 0
        && packet.endSeq() - next > 0
        && (!flow.hasEdge || packet.endSeq() - flow.edgeSeq <= 0);
  }

  /// Leaves out what a host rightly drops for its ACK field or its missing timestamp (RFC
  /// 5961 §5, RFC 7323 §3.2); one that was overtaken, and so older than the newest, it
  /// may drop too (RFC 7323 §5.3). MAX.SND.WND is at least the least window that came.
  private static boolean isAcceptable(Flow flow, WirePacket packet) {
    return packet.has(Flags.ACK)
        && packet.ack() - flow.maxSentSeq <= 0
        && packet.ack() - flow.highestAckSeq >= -flow.leastPeerWindow
        && packet.ack() - flow.iss > 0
        && packet.hasTimestamps() == flow.timestampsAgreed();
  }

  private void ackIsDue(Flow flow, WirePacket packet, long now) {
    flow.unackedBytes += packet.endSeq() - flow.inOrderSeq;
    flow.inOrderSeq = packet.endSeq();
    flow.fullSegment = flow.ownMss - packet.optionBytes();
    if (flow.oldestUnackedNanos < 0) {
      flow.oldestUnackedNanos = now;
    }
    waiting.add(flow);
  }

  // ---- what is sent

  void onSent(Flow flow, WirePacket packet, long now) {
    if (!packet.has(Flags.ACK) || flow.peerSyn == null) {
      return;
    }
    int edge = packet.ack() + (packet.window() << (packet.has(Flags.SYN) ? 0 : flow.ownShift()));
    storm(flow, packet, edge, now);
    number(flow, packet, now);
    sack(flow, packet, now);
    rightEdge(flow, packet, edge, now);
    if (packet.ack() - flow.inOrderSeq >= 0) {
      flow.inOrderSeq = packet.ack();
      flow.settleAcks();
    } else {
      flow.unackedBytes = Math.min(flow.unackedBytes, flow.inOrderSeq - packet.ack());
    }
  }

  private void number(Flow flow, WirePacket packet, long now) {
    if (flow.hasAcked && packet.ack() - flow.ackedSeq < 0) {
      verdict.broken(
          Rule.ACK_FORWARD,
          flow,
          now,
          "was " + Integer.toUnsignedString(flow.ackedSeq) + ": " + packet);
    }
    int acked = flow.receivedPosition(packet.ack());
    int there = flow.received.nextClearBit(0);
    if (flow.finsReceived.get(there)) {
      there++;
    }
    if (acked > there) {
      verdict.broken(Rule.ACK_RECEIVED, flow, now, acked - there + " octets never came: " + packet);
    }
    flow.hasAcked = true;
    flow.ackedSeq = packet.ack();
  }

  private void sack(Flow flow, WirePacket packet, long now) {
    for (WirePacket.SackBlock block : packet.sackBlocks()) {
      int left = flow.receivedPosition(block.left());
      int right = flow.receivedPosition(block.right());
      boolean sound = flow.sackAgreed() && left >= 0 && left < right;
      if (!sound || flow.received.nextClearBit(left) < right) {
        boolean fin = sound
            && flow.finsReceived.get(right - 1)
            && flow.received.nextClearBit(left) >= right - 1;
        if (!fin) {
          verdict.broken(Rule.SACK_RECEIVED, flow, now, packet);
        }
      }
    }
  }

  /// Scaling rounds a window down, so an edge may seem to go back by less than one unit
  /// (RFC 7323 §2.4); and a SYN,ACK sent again cannot tell of more than 65,535 octets.
  private void rightEdge(Flow flow, WirePacket packet, int edge, long now) {
    int back = flow.edgeSeq - edge;
    if (packet.has(Flags.SYN) && packet.window() == 65_535 && back > 0) {
      return;
    }
    if (flow.hasEdge && back >= 1 << flow.ownShift() && !flow.peerFinAcked()) {
      verdict.broken(Rule.RIGHT_EDGE, flow, now, back + " octets back: " + packet);
    }
    if (!flow.hasEdge || back < 0) {
      flow.edgeSeq = edge;
      flow.hasEdge = true;
    }
  }

  /// Counts the ACKs that carry nothing and tell nothing new. Each segment that arrives
  /// with a sequence length may provoke one; beyond these there is a bound per second.
  private void storm(Flow flow, WirePacket packet, int edge, long now) {
    if (now - flow.secondStartNanos >= SECOND) {
      flow.secondStartNanos = now;
      flow.emptyAcks = 0;
      flow.creditForAcks = 0;
    }
    boolean tellsNothing = packet.segmentLength() == 0
        && flow.hasAcked
        && packet.ack() == flow.ackedSeq
        && (flow.hasEdge && edge - flow.edgeSeq <= 0);
    if (tellsNothing && ++flow.emptyAcks > flow.creditForAcks + emptyAcksPerSecond) {
      verdict.broken(
          Rule.ACK_STORM, flow, now, flow.emptyAcks + " in less than a second: " + packet);
    }
  }

  // ---- what is late

  void afterEvent(long now) {
    waiting.removeIf(flow -> flow.oldestUnackedNanos < 0 || !flow.established());
    for (Flow flow : waiting) {
      if (flow.unackedBytes >= 2 * flow.fullSegment) {
        verdict.broken(
            Rule.EVERY_SECOND, flow, now, flow.unackedBytes + " octets in order are not acked");
      }
      if (now - flow.oldestUnackedNanos >= LATEST_ACK_NANOS) {
        verdict.broken(
            Rule.DELAYED_ACK,
            flow,
            now,
            "data in order since %.3f ms".formatted(flow.oldestUnackedNanos / 1e6));
      }
    }
  }
}
