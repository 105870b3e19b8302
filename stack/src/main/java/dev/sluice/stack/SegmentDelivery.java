package dev.sluice.stack;

import dev.sluice.stack.firewall.Direction;
import dev.sluice.stack.firewall.ReplyLimits;
import dev.sluice.stack.firewall.Verdict;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.close.TimeWait;
import dev.sluice.tcp.tcb.Landing;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.Flags;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;
import org.jspecify.annotations.Nullable;

/// Brings a TCP segment to whom it is for: a connection, a TIME-WAIT, a listener, or
/// nobody, and then its sender is told so by RST.
final class SegmentDelivery {
  private static final System.Logger LOG = System.getLogger("dev.sluice.stack");
  /// Shorter text is not worth a guess where the next belongs.
  private static final int MIN_LANDING = 4_096;

  private static final ConnectionHandler NOBODY = (connection, event) -> {};

  private final FlowTable flows;
  private final Outbox outbox;
  private final Replies replies;
  private final Aftermath aftermath;
  private final Icmp icmp;
  private final Gate gate;
  private final Observers observers;
  private final Tally tally;
  private final MemoryKeeper memory;
  private final Segment in = new Segment();

  /// Who got the last long text, and how long the headers in front of it were.
  private Flow.@Nullable Connected landing;

  private int landingHead;

  SegmentDelivery(Rooms rooms, Aftermath aftermath, Icmp icmp) {
    flows = rooms.flows();
    outbox = rooms.outbox();
    replies = rooms.replies();
    observers = rooms.observers();
    tally = rooms.tally();
    gate = rooms.gate();
    memory = rooms.memory();
    this.aftermath = aftermath;
    this.icmp = icmp;
  }

  /// A packet with TCP in it came in, from a legal address to one of ours.
  ///
  /// @return why it was dropped, `NONE` if somebody took it
  DropReason onPacket(PacketBuffer packet, IpHeader ip, long nowNanos) {
    DropReason reason = TcpCodec.parse(packet, ip, in);
    if (reason != DropReason.NONE) {
      return reason;
    }
    if (in.sourcePort == 0 || in.destinationPort == 0) {
      return DropReason.TCP_PORT_ZERO;
    }
    observers.onSegment(false, in, nowNanos);
    if (in.has(Flags.RST)) {
      observers.onReset(in, nowNanos);
    }
    Flow.Paired flow = flows.demux.find(in);
    Verdict verdict = flow == null
        ? gate.onStranger(in, packet.length(), nowNanos)
        : gate.onKnown(in, Direction.IN, packet.length(), nowNanos);
    if (verdict != Verdict.PASS) {
      return stop(verdict, packet, ip, nowNanos);
    }
    return switch (flow) {
      case null -> toListener(nowNanos);
      case Flow.Connected connected -> {
        connected.connection.onSegment(in, nowNanos);
        outbox.add(connected);
        if (in.payloadLength >= MIN_LANDING) {
          landing = connected;
          landingHead = (int) in.payloadPosition;
        }
        yield DropReason.NONE;
      }
      case Flow.Waiting waiting -> toTimeWait(waiting, packet, ip, nowNanos);
    };
  }

  /// Makes a packet an empty one, with memory of the connection that is likely to get the
  /// next.
  void offerMemory(PacketBuffer packet, Landing memory) {
    Flow.Connected likely = landing;
    if (likely == null || likely.gone) {
      landing = null;
      packet.reset(0);
      return;
    }
    packet.reset(landingHead);
    likely.connection.offerMemory(packet, memory);
  }

  /// The firewall stopped the segment.
  private DropReason stop(Verdict verdict, PacketBuffer packet, IpHeader ip, long nowNanos) {
    if (verdict != Verdict.REJECT_WITH_RST) {
      return icmp.stop(verdict, packet, ip, nowNanos);
    }
    DropReason reason = gate.reason();
    sendReset(nowNanos);
    return reason;
  }

  private DropReason toTimeWait(
      Flow.Waiting flow, PacketBuffer packet, IpHeader ip, long nowNanos) {
    TimeWait timeWait = flow.timeWait;
    tally.tcp().increment(TcpCounter.SEGMENTS_IN);
    if (timeWait.onSegment(in, nowNanos) == TimeWait.Reaction.HANDLED) {
      outbox.add(flow);
      return DropReason.NONE;
    }
    Verdict verdict = gate.onStranger(in, packet.length(), nowNanos);
    if (verdict != Verdict.PASS) {
      return stop(verdict, packet, ip, nowNanos);
    }
    Flow.Listening listening = listener();
    if (listening == null) {
      // Nobody is there for the newer SYN, so there is no reason to forget the old peer.
      observers.onRefused(in, nowNanos);
      return reset(nowNanos);
    }
    observers.onSyn(listening, in, nowNanos);
    DropReason noRoom = roomForSyn();
    if (noRoom != DropReason.NONE) {
      return noRoom;
    }
    if (!mayAnswerSyn(nowNanos)) {
      return DropReason.REPLY_LIMIT;
    }
    tally.tcp().increment(TcpCounter.TIME_WAITS_REUSED);
    aftermath.forget(flow, "rcv newer SYN", nowNanos);
    Connection connection = listening.listener.onSegmentAfter(timeWait, in, nowNanos);
    outbox.add(listening);
    if (connection != null) {
      welcome(listening, connection, nowNanos);
    }
    return DropReason.NONE;
  }

  private DropReason toListener(long nowNanos) {
    Flow.Listening listening = flows.listeners.findKnowing(in, nowNanos);
    if (listening == null) {
      return refuse(nowNanos);
    }
    boolean opens = (in.flags & (Flags.SYN | Flags.ACK | Flags.RST)) == Flags.SYN;
    if (opens) {
      observers.onSyn(listening, in, nowNanos);
    }
    boolean mayOpen = opens || listening.listener.mayTakeCookie(in, nowNanos);
    DropReason noRoom = mayOpen ? roomForSyn() : roomForAck();
    if (noRoom != DropReason.NONE) {
      return noRoom;
    }
    if (opens && !mayAnswerSyn(nowNanos)) {
      return DropReason.REPLY_LIMIT;
    }
    Connection connection = listening.listener.onSegment(in, nowNanos);
    outbox.add(listening);
    if (connection != null) {
      welcome(listening, connection, nowNanos);
    }
    return DropReason.NONE;
  }

  private boolean mayAnswerSyn(long nowNanos) {
    return gate.mayAnswer(ReplyLimits.Kind.SYN_ACK, in.sourceHigh, in.sourceLow, nowNanos);
  }

  private Flow.@Nullable Listening listener() {
    return flows.listeners.find(in);
  }

  private DropReason refuse(long nowNanos) {
    tally.tcp().increment(TcpCounter.SEGMENTS_IN);
    observers.onRefused(in, nowNanos);
    return reset(nowNanos);
  }

  private DropReason reset(long nowNanos) {
    if (!gate.isSilent()) {
      sendReset(nowNanos);
    }
    return DropReason.TCP_NO_LISTENER;
  }

  private void sendReset(long nowNanos) {
    if (in.has(Flags.RST) || !mayReset(nowNanos)) {
      return;
    }
    Segment reset = replies.reset(in);
    if (reset != null) {
      tally.tcp().increment(TcpCounter.SEGMENTS_OUT);
      tally.tcp().increment(TcpCounter.RESETS_OUT);
      observers.onSegment(true, reset, nowNanos);
    }
  }

  private boolean mayReset(long nowNanos) {
    return gate.mayAnswer(ReplyLimits.Kind.RESET, in.sourceHigh, in.sourceLow, nowNanos);
  }

  /// Why an ACK that may end a handshake is not for the listener to see, `NONE` if it is:
  /// connections of this host's own may have taken the place that its SYN still found.
  private DropReason roomForAck() {
    boolean ends = in.has(Flags.ACK) && !in.has(Flags.SYN | Flags.RST);
    return ends && flows.isFullOfConnections() ? hostFull() : DropReason.NONE;
  }

  private DropReason hostFull() {
    tally.host().increment(HostCounter.SYNS_DROPPED_HOST_FULL);
    return DropReason.TCP_BACKLOG_FULL;
  }

  /// Why a SYN is not for the listener to see, `NONE` if it is.
  private DropReason roomForSyn() {
    if (flows.isFull()) {
      return hostFull();
    }
    if (memory.refusesConnections()) {
      tally.host().increment(HostCounter.SYNS_DROPPED_MEMORY_SCARCE);
      return DropReason.TCP_MEMORY_SCARCE;
    }
    return DropReason.NONE;
  }

  /// A handshake is complete: the connection is entered, its user told, and the segment
  /// that completed it handed on.
  private void welcome(Flow.Listening listening, Connection connection, long nowNanos) {
    observers.onHandshake(listening, in, nowNanos);
    aftermath.tellHalfOpen(listening, nowNanos);
    long known = listening.halfOpenIds.remove(connection.tuple());
    PortTable.Hold hold = flows.ports.connect(
        connection.tuple().local(), connection.tuple().localPort(), listening.binding.reuse());
    long id = known == 0 ? flows.nextId() : known;
    Flow.Connected flow = new Flow.Connected(id, connection, NOBODY, hold);
    flow.accepted = true;
    gate.onHandshake(flow.tuple);
    flows.add(flow);
    ConnectionHandler handler = introduce(listening, connection);
    if (handler != null) {
      flow.handler = handler;
    }
    connection.onSegment(in, nowNanos);
    if (handler == null) {
      connection.abort(nowNanos);
    }
    outbox.add(flow);
  }

  private @Nullable ConnectionHandler introduce(Flow.Listening listening, Connection connection) {
    try {
      return listening.handler.onConnection(listening.listener, connection);
    } catch (RuntimeException e) {
      tally.host().increment(HostCounter.HANDLER_FAILURES);
      LOG.log(
          System.Logger.Level.ERROR,
          "the handler of the listener at port " + listening.binding.port() + " failed; connection "
              + connection.tuple() + " is reset",
          e);
      return null;
    }
  }
}
