package dev.sluice.sim.check;

import dev.sluice.sim.packet.WirePacket;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// One side of a connection as an onlooker knows it: what the host sent and what was
/// delivered to it. Positions in a stream count from 0, the octet after the SYN.
final class Flow {
  private static final int REMEMBERED = 12;
  private static final int NO_POSITION = -1;

  final String host;
  final FourTuple tuple;

  /// What arrived last, newest first: a RST must answer one of these.
  private final Deque<WirePacket> recent = new ArrayDeque<>(2);
  private final Deque<WirePacket> peerSyns = new ArrayDeque<>(1);

  // ---- what the host sent since its SYN
  boolean open;
  int iss;
  int maxSentSeq;
  int finPosition = NO_POSITION;
  byte[] sent = {};
  int sentLength;
  int ownMss;
  int ownScale;
  boolean offeredTimestamps;
  boolean offeredSack;
  int lastTsVal;
  boolean hasTsVal;
  boolean resetSent;

  // ---- what it knows of the peer
  @Nullable
  WirePacket peerSyn;

  boolean synAcked;
  int highestAckSeq;
  int peerEdgeSeq;
  int leastPeerWindow;
  boolean deadByPeer;
  boolean hasNewestStamp;
  int newestStamp;

  // ---- what it acknowledged and offered
  boolean hasAcked;
  int ackedSeq;
  boolean hasEdge;
  int edgeSeq;
  final BitSet received = new BitSet();
  final BitSet finsReceived = new BitSet();

  // ---- what waits for an ACK
  int inOrderSeq;
  int unackedBytes;
  int fullSegment;
  long oldestUnackedNanos = -1;

  // ---- how many ACKs told nothing new
  long secondStartNanos;
  int emptyAcks;
  int creditForAcks;

  Flow(String host, FourTuple tuple) {
    this.host = host;
    this.tuple = tuple;
  }

  /// A new SYN of the host begins a new life of the same pair of sockets.
  void begin(WirePacket syn) {
    open = true;
    iss = syn.seq();
    maxSentSeq = syn.seq();
    finPosition = NO_POSITION;
    sent = new byte[0];
    sentLength = 0;
    ownMss = syn.mss() == WirePacket.ABSENT ? defaultMss() : syn.mss();
    ownScale = syn.windowScale();
    offeredTimestamps = syn.hasTimestamps();
    offeredSack = syn.sackPermitted();
    hasTsVal = false;
    resetSent = false;
    peerSyn = null;
    synAcked = false;
    leastPeerWindow = Integer.MAX_VALUE;
    highestAckSeq = syn.seq();
    deadByPeer = false;
    hasNewestStamp = false;
    hasAcked = false;
    hasEdge = false;
    received.clear();
    finsReceived.clear();
    settleAcks();
  }

  void remember(WirePacket packet) {
    recent.addFirst(packet);
    if (recent.size() > REMEMBERED) {
      recent.removeLast();
    }
    if (packet.has(Flags.SYN)) {
      peerSyns.addFirst(packet);
      if (peerSyns.size() > REMEMBERED) {
        peerSyns.removeLast();
      }
    }
  }

  Iterable<WirePacket> recent() {
    return recent;
  }

  /// The host's first ACK tells which of the SYNs that arrived it took.
  void learnPeer(int firstAck) {
    for (WirePacket syn : peerSyns) {
      boolean withText = syn.hasCookie() && syn.endSeq() == firstAck;
      if (syn.seq() == firstAck - 1 || withText) {
        if (withText) {
          received.set(0, syn.payloadLength());
        }
        peerSyn = syn;
        inOrderSeq = firstAck;
        int edge = (syn.has(Flags.ACK) ? syn.ack() : iss + 1) + syn.window();
        peerEdgeSeq = peerEdgeKnown() && peerEdgeSeq - edge > 0 ? peerEdgeSeq : edge;
        return;
      }
    }
  }

  private boolean peerEdgeKnown() {
    return synAcked;
  }

  int irs() {
    return peerSyn == null ? 0 : peerSyn.seq();
  }

  private int defaultMss() {
    return tuple.isV4() ? 536 : 1220;
  }

  /// The MSS that the peer announced, or the default.
  int peerMss() {
    int announced = peerSyn == null ? WirePacket.ABSENT : peerSyn.mss();
    return announced == WirePacket.ABSENT ? defaultMss() : announced;
  }

  private boolean scaling() {
    return ownScale != WirePacket.ABSENT
        && peerSyn != null
        && peerSyn.windowScale() != WirePacket.ABSENT;
  }

  /// Shift of the windows that the host offers.
  int ownShift() {
    return scaling() ? Math.min(14, ownScale) : 0;
  }

  /// Shift of the windows that the peer offers.
  int peerShift() {
    return scaling() && peerSyn != null ? Math.min(14, peerSyn.windowScale()) : 0;
  }

  boolean timestampsAgreed() {
    return offeredTimestamps && peerSyn != null && peerSyn.hasTimestamps();
  }

  boolean sackAgreed() {
    return offeredSack && peerSyn != null && peerSyn.sackPermitted();
  }

  /// Where in the host's own stream a sequence number lies.
  int sentPosition(int seq) {
    return seq - iss - 1;
  }

  /// Where in the peer's stream a sequence number lies.
  int receivedPosition(int seq) {
    return seq - irs() - 1;
  }

  boolean finSent() {
    return finPosition != NO_POSITION;
  }

  /// The peer's FIN arrived and was acknowledged.
  boolean peerFinAcked() {
    int position = receivedPosition(ackedSeq) - 1;
    return hasAcked && peerSyn != null && position >= 0 && finsReceived.get(position);
  }

  /// The host's FIN was acknowledged.
  boolean ownFinAcked() {
    return finSent() && sentPosition(highestAckSeq) > finPosition;
  }

  /// Keeps text that was sent for the first time.
  void keepSent(WirePacket packet, int position) {
    int end = position + packet.payloadLength();
    if (end > sent.length) {
      sent = Arrays.copyOf(sent, Math.max(end, 2 * sent.length));
    }
    for (int i = Math.max(0, sentLength - position); i < packet.payloadLength(); i++) {
      sent[position + i] = packet.payload(i);
    }
    sentLength = Math.max(sentLength, end);
  }

  /// Nothing waits for an ACK any more.
  void settleAcks() {
    unackedBytes = 0;
    oldestUnackedNanos = -1;
  }

  /// Whether the host is in the middle of a connection, as far as one can see.
  boolean established() {
    return open && synAcked && hasAcked && peerSyn != null && !resetSent && !deadByPeer;
  }

  Violation violation(Rule rule, long nowNanos, String details) {
    return new Violation(rule, host, nowNanos, details);
  }
}
