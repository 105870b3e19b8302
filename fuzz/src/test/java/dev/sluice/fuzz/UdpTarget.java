package dev.sluice.fuzz;

import dev.sluice.wire.DropReason;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.IpProtocol;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.UdpCodec;
import dev.sluice.wire.UdpDatagram;

/// A UDP header: read, written, read again, the same.
final class UdpTarget {
  private static final PacketBuffer PACKET = Packets.buffer();
  private static final PacketBuffer AGAIN = Packets.buffer();

  private UdpTarget() {}

  public static void fuzzerTestOneInput(byte[] octets) {
    Feed feed = new Feed(octets);
    boolean v4 = feed.flag();
    IpHeader ip = new IpHeader();
    Packets.wrap(v4, IpProtocol.UDP, feed.rest(), PACKET, ip);
    UdpDatagram datagram = new UdpDatagram();
    UdpCodec.parse(PACKET, ip, datagram); // with its checksum, most likely a wrong one
    PACKET.checksum(PacketBuffer.Checksum.VERIFIED);
    if (UdpCodec.parse(PACKET, ip, datagram) != DropReason.NONE) {
      return;
    }
    Law.holds(datagram.payloadLength >= 0, "the length of the data is negative");
    Law.atMost(
        datagram.payloadPosition + datagram.payloadLength, PACKET.length(), "the data's end");

    UdpCodec.encode(Packets.header(v4), datagram, AGAIN);
    IpHeader ipAgain = new IpHeader();
    DropReason ipReason = ipAgain.parse(AGAIN);
    Law.holds(ipReason == DropReason.NONE, "our own IP header is refused: " + ipReason);
    UdpDatagram again = new UdpDatagram();
    DropReason reason = UdpCodec.parse(AGAIN, ipAgain, again);
    Law.holds(reason == DropReason.NONE, "our own datagram is refused: " + reason);
    Law.same(again.sourcePort, datagram.sourcePort, "the source port");
    Law.same(again.destinationPort, datagram.destinationPort, "the destination port");
    Law.same(again.payloadLength, datagram.payloadLength, "octets of data");
    Packets.sameOctets(
        PACKET, datagram.payloadPosition, AGAIN, again.payloadPosition, again.payloadLength);
  }
}
