package dev.sluice.sim.packet;

import java.util.Arrays;

/// What a router says when a packet does not fit into the next hop.
///
/// @spec https://www.rfc-editor.org/rfc/rfc1191#section-4 RFC 1191 §4
/// @spec https://www.rfc-editor.org/rfc/rfc4443#section-3.2 RFC 4443 §3.2
public final class PacketTooBig {
  private static final int ICMP = 1;
  private static final int ICMP_V6 = 58;

  private PacketTooBig() {}

  /// Fragmentation needed, or Packet Too Big, to the sender of a packet.
  ///
  /// @param packet what did not fit
  /// @param mtu what would have, in octets
  public static byte[] reply(WirePacket packet, int mtu) {
    return packet.isV4() ? v4(packet, mtu) : v6(packet, mtu);
  }

  private static byte[] v4(WirePacket packet, int mtu) {
    byte[] quote = Arrays.copyOf(packet.octets(), Math.min(packet.length(), 548));
    byte[] reply = new byte[28 + quote.length];
    reply[0] = 0x45;
    put16(reply, 2, reply.length);
    reply[8] = 64;
    reply[9] = ICMP;
    byte[] router = {(byte) 192, 0, 2, 1};
    System.arraycopy(router, 0, reply, 12, 4);
    System.arraycopy(packet.octets(), 12, reply, 16, 4);
    put16(reply, 10, ~InternetChecksum.add(0, reply, 0, 20));
    reply[20] = 3;
    reply[21] = 4;
    put16(reply, 26, mtu);
    System.arraycopy(quote, 0, reply, 28, quote.length);
    put16(reply, 22, ~InternetChecksum.add(0, reply, 20, reply.length));
    return reply;
  }

  private static byte[] v6(WirePacket packet, int mtu) {
    byte[] quote = Arrays.copyOf(packet.octets(), Math.min(packet.length(), 1_232));
    byte[] reply = new byte[48 + quote.length];
    reply[0] = 0x60;
    put16(reply, 4, reply.length - 40);
    reply[6] = ICMP_V6;
    reply[7] = 64;
    byte[] router = {0x20, 0x01, 0x0d, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    System.arraycopy(router, 0, reply, 8, 16);
    System.arraycopy(packet.octets(), 8, reply, 24, 16);
    reply[40] = 2;
    put16(reply, 46, mtu);
    System.arraycopy(quote, 0, reply, 48, quote.length);
    put16(reply, 42, ~InternetChecksum.transportSum(reply, 40, reply.length, ICMP_V6));
    return reply;
  }

  private static void put16(byte[] packet, int at, int value) {
    packet[at] = (byte) (value >>> 8);
    packet[at + 1] = (byte) value;
  }
}
