package dev.sluice.stack;

import dev.sluice.stack.firewall.ReplyLimits;
import dev.sluice.stack.firewall.Verdict;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IcmpCodec;
import dev.sluice.wire.IcmpMessage;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.IpProtocol;
import dev.sluice.wire.PacketBuffer;

/// ICMP and ICMPv6: echo is answered, errors go to the connection they quote, and our
/// own errors are sent, not too many of them.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.9.2.2 RFC 9293 §3.9.2.2
/// @spec https://www.rfc-editor.org/rfc/rfc5927 RFC 5927
final class Icmp {
  /// The smallest MTU of IPv6; who claims less lies or is old (RFC 8201 §4).
  private static final int MIN_MTU_V6 = 1_280;
  /// The smallest MTU of IPv4 (RFC 791).
  private static final int MIN_MTU_V4 = 68;
  /// Code of ICMPv6 destination unreachable: administratively prohibited.
  private static final int V6_PROHIBITED = 1;

  // RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1
  private static final int V4_NETWORK_PROHIBITED = 9;
  private static final int V4_HOST_PROHIBITED = 10;
  private static final int V4_PROHIBITED = 13;

  private final FlowTable flows;
  private final Outbox outbox;
  private final Replies replies;
  private final CounterSet<HostCounter> counters;
  private final Gate gate;
  private final IcmpMessage message = new IcmpMessage();
  private final IpHeader reply = new IpHeader();

  Icmp(Rooms rooms) {
    flows = rooms.flows();
    outbox = rooms.outbox();
    replies = rooms.replies();
    counters = rooms.tally().host();
    gate = rooms.gate();
  }

  /// A message came in.
  ///
  /// @return why it was dropped, `NONE` if it was of use
  DropReason onMessage(PacketBuffer packet, IpHeader ip, long nowNanos) {
    DropReason reason = IcmpCodec.parse(packet, ip, message);
    if (reason != DropReason.NONE) {
      return reason;
    }
    if (message.kind != IcmpMessage.Kind.ERROR) {
      Verdict verdict = gate.onDatagram(ip, ip.protocol, 0, 0, nowNanos);
      if (verdict != Verdict.PASS) {
        return stop(verdict, packet, ip, nowNanos);
      }
    }
    return switch (message.kind) {
      case ECHO_REQUEST -> answerEcho(packet, ip, nowNanos);
      case ERROR -> deliverError(ip, nowNanos);
      case ECHO_REPLY, OTHER -> DropReason.ICMP_TYPE;
    };
  }

  /// The firewall stopped a packet that is no TCP.
  ///
  /// @return as what it is counted
  DropReason stop(Verdict verdict, PacketBuffer packet, IpHeader ip, long nowNanos) {
    DropReason reason = gate.reason();
    if (verdict == Verdict.REJECT_WITH_ICMP) {
      prohibited(packet, ip, nowNanos);
    }
    return reason;
  }

  private boolean mayAnswer(ReplyLimits.Kind kind, IpHeader ip, long nowNanos) {
    return gate.mayAnswer(kind, ip.sourceHigh, ip.sourceLow, nowNanos);
  }

  private DropReason answerEcho(PacketBuffer packet, IpHeader ip, long nowNanos) {
    if (!mayAnswer(ReplyLimits.Kind.ECHO_REPLY, ip, nowNanos)) {
      return DropReason.ICMP_RATE;
    }
    PacketBuffer out = replies.claim(ip.sourceHigh, ip.sourceLow, packet.length());
    if (out != null) {
      reply.replyTo(ip, Replies.TTL);
      IcmpCodec.encodeEchoReply(reply, message, packet, out);
      replies.commit();
      counters.increment(HostCounter.ECHO_REPLIES_OUT);
    }
    return DropReason.NONE;
  }

  // ---- errors from the net

  private DropReason deliverError(IpHeader ip, long nowNanos) {
    counters.increment(HostCounter.ICMP_ERRORS_IN);
    if (message.quotedProtocol != IpProtocol.TCP) {
      return DropReason.ICMP_UNRELATED;
    }
    IcmpError.Kind kind = ip.v4 ? kindV4(message) : kindV6(message);
    int minMtu = ip.v4 ? MIN_MTU_V4 : MIN_MTU_V6;
    boolean saysMtu = kind == IcmpError.Kind.PACKET_TOO_BIG && (message.mtu != 0 || !ip.v4);
    if (saysMtu && message.mtu < minMtu) {
      return DropReason.ICMP_MTU;
    }
    int mtu = Math.min(message.mtu, PacketBuffer.MAX_PACKET);
    IcmpError error = new IcmpError(kind, message.type, message.code, mtu, message.quotedSeq);
    return deliverError(error, nowNanos);
  }

  private DropReason deliverError(IcmpError error, long nowNanos) {
    FourTuple quoted = message.quotedTuple();
    Flow flow = flows.demux.find(quoted);
    if (flow == null) {
      flow = flows.listeners.find(quoted);
    }
    return switch (flow) {
      case null -> DropReason.ICMP_UNRELATED;
      case Flow.Waiting waiting -> DropReason.ICMP_UNRELATED;
      case Flow.Connected connected -> {
        connected.connection.onIcmpError(error, nowNanos);
        outbox.add(connected);
        yield DropReason.NONE;
      }
      case Flow.Listening listening -> {
        listening.listener.onIcmpError(error, quoted, nowNanos);
        outbox.add(listening);
        yield DropReason.NONE;
      }
    };
  }

  /// Unreachable codes 2 and 3 are hard, 4 is about the size, all else is a hint
  /// (MUST-56), but for "prohibited" (9, 10, 13): RFC 9293 says nothing of them, and what
  /// ICMPv6 calls so is hard (RFC 5461 §2).
  private static IcmpError.Kind kindV4(IcmpMessage message) {
    if (message.type != IcmpCodec.V4_UNREACHABLE) {
      return IcmpError.Kind.SOFT;
    }
    return switch (message.code) {
      case IcmpCodec.V4_PROTOCOL_UNREACHABLE,
          IcmpCodec.V4_PORT_UNREACHABLE,
          V4_NETWORK_PROHIBITED,
          V4_HOST_PROHIBITED,
          V4_PROHIBITED -> IcmpError.Kind.HARD;
      case IcmpCodec.V4_FRAGMENTATION_NEEDED -> IcmpError.Kind.PACKET_TOO_BIG;
      default -> IcmpError.Kind.SOFT;
    };
  }

  /// The same for ICMPv6, where "prohibited" (1) and "port unreachable" (4) are hard (RFC
  /// 5461 §2).
  private static IcmpError.Kind kindV6(IcmpMessage message) {
    if (message.type == IcmpCodec.V6_PACKET_TOO_BIG) {
      return IcmpError.Kind.PACKET_TOO_BIG;
    }
    boolean hard = message.type == IcmpCodec.V6_UNREACHABLE
        && (message.code == V6_PROHIBITED || message.code == IcmpCodec.V6_PORT_UNREACHABLE);
    return hard ? IcmpError.Kind.HARD : IcmpError.Kind.SOFT;
  }

  // ---- errors of ours

  /// Nobody is at the UDP port that the packet is for.
  void portUnreachable(PacketBuffer packet, IpHeader ip, long nowNanos) {
    if (ip.v4) {
      send(IcmpCodec.V4_UNREACHABLE, IcmpCodec.V4_PORT_UNREACHABLE, 0, packet, ip, nowNanos);
    } else {
      send(IcmpCodec.V6_UNREACHABLE, IcmpCodec.V6_PORT_UNREACHABLE, 0, packet, ip, nowNanos);
    }
  }

  /// The firewall forbids the packet and says so (RFC 1812 §5.2.7.1, RFC 4443 §3.1).
  void prohibited(PacketBuffer packet, IpHeader ip, long nowNanos) {
    if (ip.v4) {
      send(IcmpCodec.V4_UNREACHABLE, V4_PROHIBITED, 0, packet, ip, nowNanos);
    } else {
      send(IcmpCodec.V6_UNREACHABLE, V6_PROHIBITED, 0, packet, ip, nowNanos);
    }
  }

  /// The packet carries something that we do not speak.
  void protocolUnreachable(PacketBuffer packet, IpHeader ip, long nowNanos) {
    if (ip.v4) {
      send(IcmpCodec.V4_UNREACHABLE, IcmpCodec.V4_PROTOCOL_UNREACHABLE, 0, packet, ip, nowNanos);
    } else {
      parameterProblem(IcmpCodec.V6_UNKNOWN_NEXT_HEADER, ip.protocolOffset, packet, ip, nowNanos);
    }
  }

  /// The IPv6 header has something at `pointer` that its sender wants to hear about.
  void parameterProblem(int code, int pointer, PacketBuffer packet, IpHeader ip, long nowNanos) {
    send(IcmpCodec.V6_PARAMETER_PROBLEM, code, pointer, packet, ip, nowNanos);
  }

  /// Sends an error about a packet whose addresses were found to be in order: from one
  /// host, to this one. Never called about an ICMP error or a fragment.
  private void send(
      int type, int code, int parameter, PacketBuffer packet, IpHeader ip, long nowNanos) {
    if (!mayAnswer(ReplyLimits.Kind.ICMP_ERROR, ip, nowNanos)) {
      return;
    }
    int most = ip.v4 ? IcmpCodec.V4_MAX_ERROR : IcmpCodec.V6_MAX_ERROR;
    PacketBuffer out = replies.claim(ip.sourceHigh, ip.sourceLow, most);
    if (out != null) {
      reply.replyTo(ip, Replies.TTL);
      IcmpCodec.encodeError(reply, type, code, parameter, packet, out);
      replies.commit();
      counters.increment(HostCounter.ICMP_ERRORS_OUT);
    }
  }
}
