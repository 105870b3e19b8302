package dev.sluice.stack;

import dev.sluice.wire.Checksum;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IcmpCodec;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.IpProtocol;
import dev.sluice.wire.OptionLayout;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;
import dev.sluice.wire.UdpCodec;
import dev.sluice.wire.UdpDatagram;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

/// Packets that peers send to the host under test.
final class TestPackets {
  static final String HOST_V4 = "198.18.0.2";
  static final String HOST_V6 = "fd5a::2";
  static final String PEER_V4 = "198.18.0.1";
  static final String PEER_V6 = "fd5a::1";

  private TestPackets() {}

  /// A segment without text, from port 43,210.
  static byte[] tcp(String from, String to, int toPort, int flags) {
    return tcp(from, to, toPort, segment -> segment.flags = flags);
  }

  static byte[] tcp(String from, String to, int toPort, Consumer<Segment> change) {
    Segment segment = new Segment();
    segment.clear();
    segment.address(new FourTuple(IpAddress.parse(from), 43_210, IpAddress.parse(to), toPort));
    segment.seq = 1_000;
    segment.window = 1_000;
    segment.ttl = 64;
    segment.flags = Flags.SYN;
    change.accept(segment);
    PacketBuffer out = new PacketBuffer(2_000);
    TcpCodec.encode(segment, OptionLayout.LINUX, false, out);
    return out.toArray();
  }

  static byte[] udp(String from, String to, int toPort, int octets) {
    UdpDatagram datagram = new UdpDatagram();
    datagram.sourcePort = 5_000;
    datagram.destinationPort = toPort;
    datagram.payloadLength = octets;
    datagram.payload = (position, target, targetOffset, length) -> MemorySegment.copy(
        new byte[length], 0, target, ValueLayout.JAVA_BYTE, targetOffset, length);
    PacketBuffer out = new PacketBuffer(2_000);
    UdpCodec.encode(header(from, to), datagram, out);
    return out.toArray();
  }

  static byte[] echoRequest(String from, String to, int octets) {
    boolean v4 = IpAddress.parse(to).isV4();
    return icmp(from, to, v4 ? IcmpCodec.V4_ECHO_REQUEST : IcmpCodec.V6_ECHO_REQUEST, 0, octets);
  }

  /// An ICMP message whose body counts up.
  static byte[] icmp(String from, String to, int type, int code, int octets) {
    IpHeader ip = header(from, to);
    PacketBuffer out = new PacketBuffer(2_000);
    int at = ip.encodedLength();
    int length = 8 + octets;
    out.reset(at + length);
    ip.protocol = at == 20 ? IpProtocol.ICMP : IpProtocol.ICMPV6;
    ip.encode(out);
    out.i32(at, type << 24 | code << 16);
    out.i32(at + 4, 0x0007_0001);
    for (int i = 0; i < octets; i++) {
      out.u8(at + 8 + i, i);
    }
    int sum = Checksum.sum(out, at, length);
    if (at == 40) {
      sum = Checksum.combine(
          sum,
          Checksum.pseudoHeader(
              ip.sourceHigh,
              ip.sourceLow,
              ip.destinationHigh,
              ip.destinationLow,
              IpProtocol.ICMPV6,
              length));
    }
    out.u16(at + 2, Checksum.ofSum(sum));
    return out.toArray();
  }

  /// An ICMP error that quotes a packet.
  static byte[] icmpError(
      String from, String to, int type, int code, int parameter, byte[] offending) {
    PacketBuffer quoted = new PacketBuffer(2_000);
    quoted.copyFrom(offending);
    PacketBuffer out = new PacketBuffer(2_000);
    IcmpCodec.encodeError(header(from, to), type, code, parameter, quoted, out);
    return out.toArray();
  }

  static IpHeader header(String from, String to) {
    IpHeader ip = new IpHeader();
    IpAddress source = IpAddress.parse(from);
    IpAddress destination = IpAddress.parse(to);
    ip.v4 = destination.isV4();
    ip.sourceHigh = source.high();
    ip.sourceLow = source.low();
    ip.destinationHigh = destination.high();
    ip.destinationLow = destination.low();
    ip.ttl = 64;
    return ip;
  }

  /// The packet with one octet changed, and with an IPv4 header whose sum is right.
  static byte[] with(byte[] packet, int index, int value) {
    byte[] changed = packet.clone();
    changed[index] = (byte) value;
    if ((packet[0] & 0xf0) == 0x40) {
      PacketBuffer buffer = new PacketBuffer(2_000);
      buffer.copyFrom(changed);
      buffer.u16(10, 0);
      int header = Math.max(20, (changed[0] & 15) * 4);
      buffer.u16(10, Checksum.ofSum(Checksum.sum(buffer, 0, header)));
      return buffer.toArray();
    }
    return changed;
  }

  /// The first octets of a packet, with an IP length to match.
  static byte[] cut(byte[] packet, int length) {
    byte[] shorter = java.util.Arrays.copyOf(packet, length);
    return (packet[0] & 0xf0) == 0x40 ? with(shorter, 3, length) : with(shorter, 5, length - 40);
  }
}
