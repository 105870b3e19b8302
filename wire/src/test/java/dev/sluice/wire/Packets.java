package dev.sluice.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;

/// Segments and packets that the tests start from.
final class Packets {
  static final IpAddress CLIENT_V4 = IpAddress.parse("198.18.0.1");
  static final IpAddress SERVER_V4 = IpAddress.parse("198.18.0.2");
  static final IpAddress CLIENT_V6 = IpAddress.parse("fd5a::1");
  static final IpAddress SERVER_V6 = IpAddress.parse("fd5a::2");

  private Packets() {}

  static IpAddress client(boolean v4) {
    return v4 ? CLIENT_V4 : CLIENT_V6;
  }

  static IpAddress server(boolean v4) {
    return v4 ? SERVER_V4 : SERVER_V6;
  }

  /// An ACK without options or text, from the client's port 43210 to the server's port 7.
  static Segment segment(boolean v4) {
    Segment segment = new Segment();
    segment.clear();
    segment.address(new FourTuple(client(v4), 43_210, server(v4), 7));
    segment.seq = 0x89ab_cdef;
    segment.ack = 0xfedc_ba98;
    segment.flags = Flags.ACK;
    segment.window = 0xfffe;
    segment.ttl = 64;
    segment.trafficClass = 0xb9;
    return segment;
  }

  static void text(Segment segment, byte[] text) {
    segment.payload = (position, target, targetOffset, length) -> MemorySegment.copy(
        text, (int) position, target, ValueLayout.JAVA_BYTE, targetOffset, length);
    segment.payloadPosition = 0;
    segment.payloadLength = text.length;
  }

  static byte[] random(Random random, int length) {
    byte[] octets = new byte[length];
    random.nextBytes(octets);
    return octets;
  }

  /// The whole packet, complete with checksums.
  static byte[] encode(Segment segment, OptionLayout layout) {
    PacketBuffer out = PacketBuffer.ofMaximumSize();
    TcpCodec.encode(segment, layout, false, out);
    return out.toArray();
  }

  /// The verdict on a whole packet with TCP in it.
  static DropReason parse(byte[] packet, Segment out) {
    PacketBuffer buffer = new PacketBuffer(Math.max(68, packet.length));
    buffer.copyFrom(packet);
    return parse(buffer, out);
  }

  static DropReason parse(PacketBuffer buffer, Segment out) {
    IpHeader ip = new IpHeader();
    DropReason reason = ip.parse(buffer);
    return reason == DropReason.NONE ? TcpCodec.parse(buffer, ip, out) : reason;
  }

  /// The text of a parsed segment.
  static byte[] textOf(Segment segment) {
    byte[] text = new byte[segment.payloadLength];
    segment.payload.copyTo(segment.payloadPosition, MemorySegment.ofArray(text), 0, text.length);
    return text;
  }

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
  }

  /// The Internet checksum as RFC 1071 §4.1 has it, word by word.
  static int naiveSum(byte[] octets) {
    long sum = 0;
    for (int i = 0; i < octets.length; i += 2) {
      int low = i + 1 < octets.length ? octets[i + 1] & 0xff : 0;
      sum += (octets[i] & 0xff) << 8 | low;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (int) sum;
  }
}
