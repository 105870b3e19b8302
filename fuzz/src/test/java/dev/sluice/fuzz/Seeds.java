package dev.sluice.fuzz;

import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IcmpCodec;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.OptionLayout;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;
import dev.sluice.wire.UdpCodec;
import dev.sluice.wire.UdpDatagram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What each target begins with: packets of every kind, and a few short stories.
final class Seeds {
  private Seeds() {}

  static List<byte[]> ip() {
    List<byte[]> seeds = new ArrayList<>();
    for (byte[] packet : List.of(segment(true), segment(false), echo(true), echo(false))) {
      seeds.add(join(1, packet));
    }
    seeds.add(join(1, v4WithOptions()));
    for (int extension : new int[] {0, 43, 44, 60}) {
      seeds.add(join(0, v6With(extension)));
    }
    return seeds;
  }

  /// An IPv4 header with a router alert and padding.
  private static byte[] v4WithOptions() {
    byte[] packet = new byte[32];
    packet[0] = 0x47;
    packet[3] = 32;
    packet[8] = 64;
    packet[9] = 17;
    packet[20] = (byte) 148;
    packet[21] = 4;
    packet[24] = 1;
    return packet;
  }

  /// A header, an extension header, another, and four octets.
  private static byte[] v6With(int extension) {
    byte[] packet = new byte[60];
    packet[0] = 0x60;
    packet[5] = 20;
    packet[6] = (byte) extension;
    packet[7] = 64;
    packet[8] = (byte) 0xfd;
    packet[24] = (byte) 0xfd;
    packet[40] = 60;
    packet[42] = 1;
    packet[43] = extension == 44 ? 0 : (byte) 4;
    packet[48] = 17;
    packet[50] = 1;
    packet[51] = 4;
    return packet;
  }

  static List<byte[]> tcp() {
    List<byte[]> seeds = new ArrayList<>();
    for (int choice = 0; choice < 4; choice++) {
      byte[] packet = segment((choice & 1) == 0);
      seeds.add(join(choice, tail(packet, (choice & 1) == 0 ? 20 : 40)));
    }
    seeds.add(join(0, tail(sack(), 20)));
    seeds.add(join(0, tail(urgent(), 20)));
    return seeds;
  }

  static List<byte[]> udp() {
    UdpDatagram datagram = new UdpDatagram();
    datagram.sourcePort = 5_000;
    datagram.destinationPort = 7;
    datagram.payload = Pattern.OF_PLACE;
    datagram.payloadLength = 5;
    List<byte[]> seeds = new ArrayList<>();
    for (boolean v4 : new boolean[] {false, true}) {
      PacketBuffer out = Packets.buffer();
      UdpCodec.encode(Packets.header(v4), datagram, out);
      seeds.add(join(v4 ? 1 : 0, tail(out.toArray(), v4 ? 20 : 40)));
    }
    return seeds;
  }

  static List<byte[]> icmp() {
    List<byte[]> seeds = new ArrayList<>();
    for (boolean v4 : new boolean[] {false, true}) {
      int header = v4 ? 20 : 40;
      PacketBuffer quoted = Packets.buffer();
      quoted.copyFrom(segment(v4));
      for (int type : v4 ? new int[] {3, 4, 11, 12} : new int[] {1, 2, 3, 4}) {
        PacketBuffer out = Packets.buffer();
        IcmpCodec.encodeError(Packets.header(v4), type, 4, 1_280, quoted, out);
        seeds.add(join(v4 ? 1 : 0, tail(out.toArray(), header)));
      }
      seeds.add(join(v4 ? 1 : 0, tail(echo(v4), header)));
    }
    return seeds;
  }

  static List<byte[]> pcapng() {
    return List.of(
        octets(3, 'a', 'b', 'c', 0, 3, 's', 'l', '0', 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 2, 1, 2),
        octets(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 255, 255, 0, 0, 0, 0, 0, 0, 0, 1, 7, 9, 9));
  }

  /// Each is choices, then steps: see [ConnectionTarget] for what they mean.
  static List<byte[]> connection() {
    return List.of(
        octets(0, 0, 4, 100, 0, 4, 0, 1, 1, 20, 5, 40, 9, 0, 0, 4, 0, 6, 1, 0, 4, 0),
        octets(12, 192, 4, 0xaf, 0, 4, 0, 4, 0xff, 0, 4, 0, 0, 4, 40, 7, 7, 7, 0, 4, 0),
        octets(4, 2, 0, 2, 9, 9, 0, 2, 30, 9, 0, 1, 9, 5, 0xff, 0, 3, 4, 9, 0, 6, 2, 9, 1),
        octets(32, 0, 0, 8, 1, 0, 0, 0, 0, 0, 255, 255, 0, 0, 4, 0, 9, 0),
        octets(2, 8, 4, 0xcf, 0, 5, 0, 0, 7, 7, 7, 0, 5, 255, 255, 7, 7, 8, 2, 4, 5, 0, 9),
        octets(16, 0, 4, 0xff, 0, 10, 0x99, 2, 0x79, 0, 0x79, 1, 0, 0, 0, 0, 0, 4, 0),
        octets(8, 64, 0, 1, 0x9f, 0, 1, 0x9f, 5, 10, 6, 50, 5, 0xff, 9, 2, 9, 0, 0, 1, 5),
        octets(0, 0, 0, 0, 0, 0x30, 0, 0, 0, 0, 9, 9, 0, 9, 4, 0, 0, 0, 9, 4, 5, 9));
  }

  /// Each is choices, then a peer and a step: see [ListenerTarget].
  static List<byte[]> listener() {
    return List.of(
        octets(0x7f, 0, 0, 0, 1, 0, 6, 0, 7, 0, 20, 0, 2, 1, 30, 0, 7, 1, 40, 0, 7, 2, 0, 1),
        octets(0x10, 0, 0, 1, 0, 2, 0, 0, 4, 0xaf, 0, 4, 0xbf, 0, 4, 0xcf, 0, 4, 0xdf),
        octets(0x44, 0, 0, 1, 0, 1, 1, 0, 1, 2, 0, 2, 1, 3, 0, 3, 1, 0, 6, 0, 6, 0, 6),
        octets(0x30, 0, 0, 0, 2, 7, 0, 0, 0, 0, 5, 1, 0, 0, 1, 1, 0, 2, 8, 0, 0, 0));
  }

  /// Each is choices, then steps: see [HostTarget].
  static List<byte[]> host() {
    List<byte[]> seeds = new ArrayList<>();
    for (byte[] packet : List.of(segment(true), segment(false), echo(true), echo(false))) {
      // A raw packet whose length is `15 << 3`, or all there is.
      seeds.add(join(octets(0, 0, 1, 1, 0x3f), packet));
    }
    seeds.add(octets(
        2, 4, 0, 0, 0, 0, 4, 0, 1, 0, 1, 0, 1, 50, 0, 4, 0, 1, 0, 1, 0, 6, 2, 0, 4, 0, 1, 0, 8, 8,
        0));
    seeds.add(octets(0, 8, 1, 0, 4, 2, 0, 1, 0, 4, 2, 1, 0, 8, 6, 0, 99, 4, 2, 1, 0, 5, 1, 3, 4));
    seeds.add(octets(2, 8, 1, 2, 8, 6, 0, 200, 7, 7, 8, 8, 0, 7, 7, 8, 3));
    return seeds;
  }

  // ---- packets

  private static byte[] segment(boolean v4) {
    Segment segment = begin(v4);
    segment.flags = Flags.SYN;
    segment.mss = 1_460;
    segment.windowScale = 7;
    segment.sackPermitted = true;
    segment.hasTimestamps = true;
    segment.tsVal = 77;
    return encode(segment);
  }

  private static byte[] sack() {
    Segment segment = begin(true);
    segment.flags = Flags.ACK | Flags.PSH;
    segment.hasTimestamps = true;
    segment.sackCount = 3;
    for (int i = 0; i < 3; i++) {
      segment.sackLeft[i] = 2_000 * i;
      segment.sackRight[i] = 2_000 * i + 1_000;
    }
    segment.payload = Pattern.OF_PLACE;
    segment.payloadLength = 9;
    return encode(segment);
  }

  private static byte[] urgent() {
    Segment segment = begin(true);
    segment.flags = Flags.ACK | Flags.URG | Flags.FIN;
    segment.urgentPointer = 3;
    segment.payload = Pattern.OF_PLACE;
    segment.payloadLength = 4;
    return encode(segment);
  }

  private static Segment begin(boolean v4) {
    Segment segment = new Segment();
    segment.clear();
    segment.address(
        v4
            ? new FourTuple(Packets.PEER_V4, 40_000, Packets.HOST_V4, 7)
            : new FourTuple(Packets.PEER_V6, 40_001, Packets.HOST_V6, 7));
    segment.ttl = 64;
    segment.seq = 1_000;
    segment.window = 65_535;
    return segment;
  }

  private static byte[] encode(Segment segment) {
    PacketBuffer out = Packets.buffer();
    TcpCodec.encode(segment, OptionLayout.LINUX, false, out);
    return out.toArray();
  }

  private static byte[] echo(boolean v4) {
    byte[] transport = {(byte) (v4 ? 8 : 128), 0, 0, 0, 0, 7, 0, 1, 'h', 'e', 'l', 'l', 'o'};
    PacketBuffer out = Packets.buffer();
    Packets.wrap(v4, v4 ? 1 : 58, transport, out, new IpHeader());
    return out.toArray();
  }

  // ---- octets

  private static byte[] octets(int... values) {
    byte[] octets = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      octets[i] = (byte) values[i];
    }
    return octets;
  }

  private static byte[] join(int first, byte[] rest) {
    return join(octets(first), rest);
  }

  private static byte[] join(byte[] first, byte[] rest) {
    byte[] joined = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, joined, first.length, rest.length);
    return joined;
  }

  private static byte[] tail(byte[] octets, int from) {
    return Arrays.copyOfRange(octets, from, octets.length);
  }
}
