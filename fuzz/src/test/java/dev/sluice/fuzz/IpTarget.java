package dev.sluice.fuzz;

import dev.sluice.wire.DropReason;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.PacketBuffer;

/// An IP header: what the parser leaves behind lies within the packet, and what was
/// accepted comes out the same when it is written and read again.
final class IpTarget {
  private static final PacketBuffer PACKET = Packets.buffer();
  private static final PacketBuffer AGAIN = Packets.buffer();

  private IpTarget() {}

  public static void fuzzerTestOneInput(byte[] octets) {
    Feed feed = new Feed(octets);
    boolean mended = feed.flag();
    byte[] packet = feed.rest();
    if (mended) {
      Packets.mendHeader(packet, PACKET);
    }
    Packets.placeAtEnd(packet, PACKET);
    IpHeader ip = new IpHeader();
    DropReason reason = ip.parse(PACKET);
    if (reason == DropReason.NONE || reason == DropReason.IP_FRAGMENT) {
      liesWithin(ip);
    }
    if (reason == DropReason.NONE) {
      ip.addressProblem(true);
      ip.addressProblem(false);
      writeAndReadAgain(ip);
    } else {
      Law.holds(
          ip.problemOffset >= 0 && ip.problemOffset <= PACKET.length(),
          "a parameter problem points out of the packet: " + ip.problemOffset);
    }
  }

  private static void liesWithin(IpHeader ip) {
    Law.same(ip.payloadOffset, ip.headerLength, "the payload's index");
    Law.same(ip.payloadOffset + ip.payloadLength, PACKET.length(), "the payload's end");
    Law.holds(ip.payloadLength >= 0, "the payload's length is negative");
    Law.holds(
        ip.headerLength >= (ip.v4 ? IpHeader.V4_LENGTH : IpHeader.V6_LENGTH), "a short header");
    Law.same(PACKET.u8(ip.protocolOffset), ip.protocol, "the octet that names the protocol");
    Law.holds(ip.protocolOffset < ip.headerLength, "the protocol is named in the payload");
    Law.same(ip.version, ip.v4 ? 4 : 6, "the version");
    Law.holds(
        ip.fragmentOffset >= 0 && ip.fragmentOffset <= 65_528 && (ip.fragmentOffset & 7) == 0,
        "a fragment at " + ip.fragmentOffset);
  }

  private static void writeAndReadAgain(IpHeader ip) {
    int header = ip.encodedLength();
    AGAIN.reset(header + ip.payloadLength);
    ip.encode(AGAIN);
    IpHeader again = new IpHeader();
    DropReason reason = again.parse(AGAIN);
    Law.holds(reason == DropReason.NONE, "our own header is refused: " + reason);
    Law.holds(again.v4 == ip.v4, "the family changed");
    Law.same(again.protocol, ip.protocol, "the protocol");
    Law.same(again.ttl, ip.ttl, "the TTL");
    Law.same(again.trafficClass, ip.trafficClass, "the traffic class");
    Law.same(again.payloadLength, ip.payloadLength, "the payload's length");
    Law.holds(again.source().equals(ip.source()), "the source changed");
    Law.holds(again.destination().equals(ip.destination()), "the destination changed");
  }
}
