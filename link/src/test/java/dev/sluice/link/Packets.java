package dev.sluice.link;

import dev.sluice.wire.Checksum;
import dev.sluice.wire.PacketBuffer;

/// Packets for tests, written by hand.
final class Packets {
  static final int V4_HEADERS = 20 + 20 + 12;
  static final int V6_HEADERS = 40 + 20 + 12;

  private Packets() {}

  /// A packet that is no IP at all, with a number in it and in its length.
  static void number(PacketBuffer packet, int number, int length) {
    packet.reset(length);
    packet.i32(0, number);
    for (int i = 4; i < length; i++) {
      packet.u8(i, number + i);
    }
  }

  /// A TCP segment with twelve octets of options (timestamps) and `text` octets of text,
  /// its checksum partial, to be cut into pieces of `segmentSize`.
  static PacketBuffer tcp(boolean isV4, int text, int segmentSize, int flags) {
    PacketBuffer packet = PacketBuffer.ofMaximumSize();
    int transport = isV4 ? 20 : 40;
    packet.reset(transport + 32 + text);
    if (isV4) {
      packet.u16(0, 0x4500);
      packet.u16(2, packet.length());
      packet.u16(4, 0xfffe);
      packet.u16(6, 0x4000);
      packet.u16(8, (64 << 8) | 6);
      packet.i32(12, 0xc6120002);
      packet.i32(16, 0xc6120001);
      packet.u16(10, 0);
      packet.u16(10, Checksum.ofSum(Checksum.sum(packet, 0, 20)));
    } else {
      packet.i32(0, 0x60000000);
      packet.u16(4, packet.length() - 40);
      packet.u16(6, (6 << 8) | 64);
      packet.i64(8, 0xfd5a_0000_0000_0000L);
      packet.i64(16, 2);
      packet.i64(24, 0xfd5a_0000_0000_0000L);
      packet.i64(32, 1);
    }
    packet.u16(transport, 7);
    packet.u16(transport + 2, 40_000);
    packet.i32(transport + 4, 0xffff_fff0); // wraps within the first octets
    packet.i32(transport + 8, 77);
    packet.u8(transport + 12, 8 << 4);
    packet.u8(transport + 13, flags);
    packet.u16(transport + 14, 1000);
    packet.i32(transport + 20, 0x0101080a);
    packet.i32(transport + 24, 1);
    packet.i32(transport + 28, 2);
    for (int i = 0; i < text; i++) {
      packet.u8(transport + 32 + i, i * 7 + (i >> 8));
    }
    packet.u16(transport + 16, pseudoSum(packet));
    packet.checksum(PacketBuffer.Checksum.PARTIAL);
    packet.transportOffset(transport);
    packet.segmentSize(segmentSize);
    return packet;
  }

  /// The sum of the pseudo-header of a packet without extension headers, octet by octet.
  private static int pseudoSum(PacketBuffer packet) {
    boolean isV4 = packet.u8(0) >>> 4 == 4;
    int sum = packet.u8(isV4 ? 9 : 6) + packet.length() - (isV4 ? 20 : 40);
    for (int i = isV4 ? 12 : 8; i < (isV4 ? 20 : 40); i += 2) {
      sum += packet.u16(i);
    }
    return fold(sum);
  }

  /// Whether the transport checksum is right, by adding up words as the RFC describes it.
  static boolean hasGoodChecksum(PacketBuffer packet) {
    int transport = packet.u8(0) >>> 4 == 4 ? 20 : 40;
    int sum = pseudoSum(packet);
    for (int i = transport; i < packet.length(); i++) {
      sum += ((i - transport) & 1) == 0 ? packet.u8(i) << 8 : packet.u8(i);
      sum = fold(sum);
    }
    return sum == 0xffff;
  }

  /// Whether the IPv4 header's checksum is right.
  static boolean hasGoodHeader(PacketBuffer packet) {
    int sum = 0;
    for (int i = 0; i < 20; i += 2) {
      sum += packet.u16(i);
    }
    return fold(sum) == 0xffff;
  }

  private static int fold(int sum) {
    int folded = (sum & 0xffff) + (sum >>> 16);
    return (folded & 0xffff) + (folded >>> 16);
  }
}
