package dev.sluice.stack;

import dev.sluice.stack.firewall.Verdict;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.IcmpCodec;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.IpProtocol;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.TcpCodec;
import dev.sluice.wire.UdpCodec;
import dev.sluice.wire.UdpDatagram;

/// Where packets come in: the IP header is checked, then who sent it and for whom it is,
/// then it goes to its protocol. What goes no further is counted by one reason.
final class Reception {
  /// Version 4, five words of header.
  private static final int PLAIN_V4 = 0x45;

  private final AddressTable addresses;
  private final SegmentDelivery tcp;
  private final Icmp icmp;
  private final Gate gate;
  private final CounterSet<HostCounter> counters;
  private final CounterSet<DropReason> drops;
  private final IpHeader ip = new IpHeader();
  private final UdpDatagram datagram = new UdpDatagram();

  Reception(Rooms rooms, SegmentDelivery tcp, Icmp icmp) {
    addresses = rooms.addresses();
    counters = rooms.tally().host();
    drops = rooms.tally().drops();
    gate = rooms.gate();
    this.tcp = tcp;
    this.icmp = icmp;
  }

  /// A packet came from the link.
  void onPacket(PacketBuffer packet, long nowNanos) {
    counters.increment(HostCounter.PACKETS_IN);
    counters.add(HostCounter.OCTETS_IN, packet.length());
    if (packet.pieceCount() > 0 && !isTextInTail(packet)) {
      packet.flatten();
    }
    count(receive(packet, true, nowNanos));
  }

  /// Whether a packet in pieces is TCP with all headers in its head, which nobody has to
  /// look behind.
  private static boolean isTextInTail(PacketBuffer packet) {
    if (packet.checksum() == PacketBuffer.Checksum.COMPLETE) {
      return false;
    }
    boolean isV4 = packet.u8(0) == PLAIN_V4;
    int transport = isV4 ? IpHeader.V4_LENGTH : IpHeader.V6_LENGTH;
    int head = packet.headLength();
    return head >= transport + TcpCodec.HEADER_LENGTH
        && (isV4 || packet.u8(0) >>> 4 == 6)
        && packet.u8(isV4 ? 9 : 6) == IpProtocol.TCP
        && transport + (packet.u8(transport + 12) >>> 4 << 2) == head;
  }

  /// A packet came from this host itself.
  void onLoopedPacket(PacketBuffer packet, long nowNanos) {
    packet.checksum(PacketBuffer.Checksum.VERIFIED);
    packet.arrivalNanos(nowNanos);
    counters.increment(HostCounter.PACKETS_LOOPED);
    count(receive(packet, false, nowNanos));
  }

  private void count(DropReason reason) {
    if (reason != DropReason.NONE) {
      drops.increment(reason);
    }
  }

  private DropReason receive(PacketBuffer packet, boolean onWire, long nowNanos) {
    gate.inside(!onWire);
    DropReason reason = ip.parse(packet);
    if (reason != DropReason.NONE) {
      return wantsAnswer(reason) ? toldOf(reason, packet, onWire, nowNanos) : reason;
    }
    reason = addressProblem(onWire);
    if (reason != DropReason.NONE) {
      return reason;
    }
    int icmpOfFamily = ip.v4 ? IpProtocol.ICMP : IpProtocol.ICMPV6;
    if (ip.protocol == IpProtocol.TCP) {
      return tcp.onPacket(packet, ip, nowNanos);
    }
    if (ip.protocol == IpProtocol.UDP) {
      return onDatagram(packet, nowNanos);
    }
    if (ip.protocol == icmpOfFamily) {
      return icmp.onMessage(packet, ip, nowNanos);
    }
    Verdict verdict = gate.onDatagram(ip, ip.protocol, 0, 0, nowNanos);
    if (verdict != Verdict.PASS) {
      return icmp.stop(verdict, packet, ip, nowNanos);
    }
    icmp.protocolUnreachable(packet, ip, nowNanos);
    return DropReason.PROTOCOL_UNKNOWN;
  }

  /// What is wrong with who sent it or for whom it is: MUST-57, MUST-63, RFC 1122
  /// §3.2.1.3.
  private DropReason addressProblem(boolean onWire) {
    DropReason reason = ip.addressProblem(onWire);
    if (reason != DropReason.NONE) {
      return reason;
    }
    if (addresses.isBroadcast(ip.sourceHigh, ip.sourceLow)) {
      return DropReason.SOURCE_BROADCAST;
    }
    if (onWire && addresses.isOwn(ip.sourceHigh, ip.sourceLow)) {
      return DropReason.SOURCE_OURS;
    }
    if (addresses.isBroadcast(ip.destinationHigh, ip.destinationLow)) {
      return DropReason.DESTINATION_BROADCAST;
    }
    return addresses.isLocal(ip.destinationHigh, ip.destinationLow)
        ? DropReason.NONE
        : DropReason.DESTINATION_NOT_OURS;
  }

  private static boolean wantsAnswer(DropReason reason) {
    return reason == DropReason.IPV6_ROUTING_HEADER || reason == DropReason.IPV6_OPTION_UNKNOWN;
  }

  /// Tells the sender what is wrong with its headers, if the firewall lets it in; what it
  /// carries is not known then.
  private DropReason toldOf(DropReason reason, PacketBuffer packet, boolean onWire, long nowNanos) {
    if (addressProblem(onWire) != DropReason.NONE) {
      return reason;
    }
    if (gate.onDatagram(ip, IpProtocol.NO_NEXT_HEADER, 0, 0, nowNanos) != Verdict.PASS) {
      return gate.reason();
    }
    answer(reason, packet, nowNanos);
    return reason;
  }

  private void answer(DropReason reason, PacketBuffer packet, long nowNanos) {
    int code = reason == DropReason.IPV6_ROUTING_HEADER
        ? IcmpCodec.V6_ERRONEOUS_FIELD
        : IcmpCodec.V6_UNKNOWN_OPTION;
    icmp.parameterProblem(code, ip.problemOffset, packet, ip, nowNanos);
  }

  /// There are no UDP sockets here yet: every port is closed.
  private DropReason onDatagram(PacketBuffer packet, long nowNanos) {
    DropReason reason = UdpCodec.parse(packet, ip, datagram);
    if (reason != DropReason.NONE) {
      return reason;
    }
    Verdict verdict = gate.onDatagram(
        ip, IpProtocol.UDP, datagram.sourcePort, datagram.destinationPort, nowNanos);
    if (verdict != Verdict.PASS) {
      return icmp.stop(verdict, packet, ip, nowNanos);
    }
    counters.increment(HostCounter.DATAGRAMS_TO_CLOSED_PORTS);
    if (gate.isSilent()) {
      return DropReason.UDP_NO_LISTENER;
    }
    icmp.portUnreachable(packet, ip, nowNanos);
    return DropReason.UDP_NO_LISTENER;
  }
}
