package dev.sluice.sim.packet;

import dev.sluice.wire.Flags;
import dev.sluice.wire.PacketBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Does what a clever link does for a host: cuts a long TCP segment into packets (TSO)
/// and finishes checksums.
public final class Offload {
  private static final int LAST_ONLY = Flags.FIN | Flags.PSH;

  private Offload() {}

  /// The packets that go over the wire for what a host gave to its link.
  ///
  /// @param given one packet, perhaps longer than the MTU or with a partial checksum
  /// @return the packets in order, each complete
  public static List<byte[]> finish(PacketBuffer given) {
    byte[] octets = given.toArray();
    boolean partial = given.checksum() == PacketBuffer.Checksum.PARTIAL;
    if (given.segmentSize() == 0 && !partial) {
      return List.of(octets);
    }
    int transport = (octets[0] & 0xf0) == 0x40 ? 4 * (octets[0] & 15) : 40;
    int text = transport + 4 * ((octets[transport + 12] & 0xff) >>> 4);
    if (given.segmentSize() == 0 || octets.length - text <= given.segmentSize()) {
      finishChecksums(octets, transport);
      return List.of(octets);
    }
    List<byte[]> packets = new ArrayList<>();
    for (int from = text; from < octets.length; from += given.segmentSize()) {
      int to = Math.min(octets.length, from + given.segmentSize());
      byte[] packet = Arrays.copyOf(octets, text + to - from);
      System.arraycopy(octets, from, packet, text, to - from);
      adapt(packet, transport, from - text, packets.size());
      if (to < octets.length) {
        packet[transport + 13] &= (byte) ~LAST_ONLY;
      }
      finishChecksums(packet, transport);
      packets.add(packet);
    }
    return packets;
  }

  private static void adapt(byte[] packet, int transport, int offset, int number) {
    if (transport < 40 || (packet[0] & 0xf0) == 0x40) {
      put16(packet, 2, packet.length);
      put16(packet, 4, get16(packet, 4) + number);
    } else {
      put16(packet, 4, packet.length - 40);
    }
    int seq = (get16(packet, transport + 4) << 16 | get16(packet, transport + 6)) + offset;
    put16(packet, transport + 4, seq >>> 16);
    put16(packet, transport + 6, seq);
    if (number > 0) {
      packet[transport + 13] &= (byte) ~Flags.CWR;
    }
  }

  private static void finishChecksums(byte[] packet, int transport) {
    if ((packet[0] & 0xf0) == 0x40) {
      put16(packet, 10, 0);
      put16(packet, 10, ~InternetChecksum.add(0, packet, 0, transport));
    }
    put16(packet, transport + 16, 0);
    int sum = InternetChecksum.transportSum(packet, transport, packet.length, WirePacket.TCP);
    put16(packet, transport + 16, ~sum);
  }

  private static int get16(byte[] packet, int at) {
    return (packet[at] & 0xff) << 8 | (packet[at + 1] & 0xff);
  }

  private static void put16(byte[] packet, int at, int value) {
    packet[at] = (byte) (value >>> 8);
    packet[at + 1] = (byte) value;
  }
}
