package dev.sluice.fuzz;

import dev.sluice.wire.Checksum;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.PacketBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Packets made of the fuzzer's octets.
final class Packets {
  static final IpAddress HOST_V4 = IpAddress.parse("198.18.0.2");
  static final IpAddress HOST_V6 = IpAddress.parse("fd5a::2");
  static final IpAddress PEER_V4 = IpAddress.parse("198.18.0.1");
  static final IpAddress PEER_V6 = IpAddress.parse("fd5a::1");

  /// As long as Jazzer's inputs and some more.
  static final int CAPACITY = 4_096;

  private Packets() {}

  static PacketBuffer buffer() {
    return new PacketBuffer(CAPACITY);
  }

  /// The packet lies at the very end of the memory, so that whoever reads beyond it is
  /// thrown out.
  static void placeAtEnd(byte[] packet, PacketBuffer buffer) {
    buffer.reset((int) buffer.bytes().byteSize() - packet.length, packet.length);
    MemorySegment.copy(
        packet, 0, buffer.bytes(), ValueLayout.JAVA_BYTE, buffer.start(), packet.length);
  }

  /// Addresses and TTL of a packet from the peer to the host.
  static IpHeader header(boolean v4) {
    IpHeader ip = new IpHeader();
    IpAddress source = v4 ? PEER_V4 : PEER_V6;
    IpAddress destination = v4 ? HOST_V4 : HOST_V6;
    ip.v4 = v4;
    ip.version = v4 ? 4 : 6;
    ip.sourceHigh = source.high();
    ip.sourceLow = source.low();
    ip.destinationHigh = destination.high();
    ip.destinationLow = destination.low();
    ip.ttl = 64;
    return ip;
  }

  /// A packet at the end of `buffer` with these octets behind an IP header, parsed into
  /// `ip`.
  static void wrap(boolean v4, int protocol, byte[] transport, PacketBuffer buffer, IpHeader ip) {
    IpHeader header = header(v4);
    byte[] packet = new byte[header.encodedLength() + transport.length];
    System.arraycopy(transport, 0, packet, header.encodedLength(), transport.length);
    placeAtEnd(packet, buffer);
    header.protocol = protocol;
    header.encode(buffer);
    DropReason reason = ip.parse(buffer);
    Law.holds(reason == DropReason.NONE, "our own IP header is refused: " + reason);
  }

  /// Gives an IPv4 header the checksum it should have, whatever else is wrong with it.
  static void mendHeader(byte[] packet, PacketBuffer scratch) {
    if (packet.length < IpHeader.V4_LENGTH || packet[0] >>> 4 != 4) {
      return;
    }
    int length = Math.min(packet.length, Math.max(IpHeader.V4_LENGTH, (packet[0] & 15) << 2));
    packet[10] = 0;
    packet[11] = 0;
    placeAtEnd(packet, scratch);
    int checksum = Checksum.ofSum(Checksum.sum(scratch, 0, length));
    packet[10] = (byte) (checksum >>> 8);
    packet[11] = (byte) checksum;
  }

  static void sameOctets(PacketBuffer a, long atA, PacketBuffer b, long atB, int length) {
    long mismatch = MemorySegment.mismatch(
        a.bytes(),
        a.start() + atA,
        a.start() + atA + length,
        b.bytes(),
        b.start() + atB,
        b.start() + atB + length);
    Law.same(mismatch, -1, "the first octet that differs");
  }
}
