package dev.sluice.fuzz;

import dev.sluice.wire.DropReason;
import dev.sluice.wire.Flags;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.IpProtocol;
import dev.sluice.wire.OptionLayout;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;

/// A TCP header with options: read, written in either layout, read again, the same.
final class TcpTarget {
  private static final PacketBuffer PACKET = Packets.buffer();
  private static final PacketBuffer AGAIN = Packets.buffer();

  private TcpTarget() {}

  public static void fuzzerTestOneInput(byte[] octets) {
    Feed feed = new Feed(octets);
    int choice = feed.u8();
    boolean v4 = (choice & 1) == 0;
    OptionLayout layout = (choice & 2) == 0 ? OptionLayout.LINUX : OptionLayout.FREEBSD;
    IpHeader ip = new IpHeader();
    Packets.wrap(v4, IpProtocol.TCP, feed.rest(), PACKET, ip);
    Segment segment = new Segment();
    TcpCodec.parse(PACKET, ip, segment); // with its checksum, most likely a wrong one
    PACKET.checksum(PacketBuffer.Checksum.VERIFIED);
    DropReason reason = TcpCodec.parse(PACKET, ip, segment);
    if (reason != DropReason.NONE) {
      return;
    }
    liesWithin(segment);
    Law.holds(!segment.toString().isEmpty(), "a segment without a text");

    TcpCodec.encode(segment, layout, false, AGAIN);
    Law.same(AGAIN.length(), TcpCodec.headerLength(segment) + segment.payloadLength, "the length");
    IpHeader ipAgain = new IpHeader();
    DropReason ipReason = ipAgain.parse(AGAIN);
    Law.holds(ipReason == DropReason.NONE, "our own IP header is refused: " + ipReason);
    Segment again = new Segment();
    DropReason tcpReason = TcpCodec.parse(AGAIN, ipAgain, again);
    Law.holds(tcpReason == DropReason.NONE, "our own segment is refused: " + tcpReason);
    sameHeader(again, segment);
    sameOptions(again, segment);
    Packets.sameOctets(
        PACKET, segment.payloadPosition, AGAIN, again.payloadPosition, segment.payloadLength);
  }

  private static void liesWithin(Segment segment) {
    Law.same(segment.payloadPosition + segment.payloadLength, PACKET.length(), "the text's end");
    Law.holds(segment.payloadLength >= 0, "the text's length is negative");
    Law.holds(
        segment.sackCount >= 0 && segment.sackCount <= Segment.MAX_SACK_BLOCKS,
        "SACK blocks: " + segment.sackCount);
    boolean syn = segment.has(Flags.SYN);
    Law.holds(
        syn
            || (segment.mss == Segment.ABSENT
                && segment.windowScale == Segment.ABSENT
                && !segment.sackPermitted),
        "an option of SYNs on something else (MUST-65)");
    int options = TcpCodec.optionsLength(segment);
    Law.holds(options >= 0 && options <= 40 && options % 4 == 0, "octets of options: " + options);
  }

  private static void sameHeader(Segment again, Segment first) {
    Law.same(again.sourcePort, first.sourcePort, "the source port");
    Law.same(again.destinationPort, first.destinationPort, "the destination port");
    Law.same(again.seq, first.seq, "SEG.SEQ");
    Law.same(again.ack, first.ack, "SEG.ACK");
    Law.same(again.flags, first.flags, "the flags");
    Law.same(again.window, first.window, "SEG.WND");
    Law.same(again.urgentPointer, first.urgentPointer, "SEG.UP");
    Law.same(again.payloadLength, first.payloadLength, "octets of text");
    Law.same(again.ttl, first.ttl, "the TTL");
    Law.same(again.trafficClass, first.trafficClass, "the traffic class");
    Law.holds(again.localTuple().equals(first.localTuple()), "the sockets changed");
  }

  /// All options come back, but for the last SACK blocks where there was no room.
  private static void sameOptions(Segment again, Segment first) {
    Law.same(again.mss, first.mss, "the MSS");
    Law.same(again.windowScale, first.windowScale, "the window scale");
    Law.holds(again.sackPermitted == first.sackPermitted, "SACK-permitted changed");
    Law.holds(again.hasTimestamps == first.hasTimestamps, "timestamps came or went");
    Law.same(again.tsVal, first.tsVal, "TSval");
    Law.same(again.tsEcr, first.tsEcr, "TSecr");
    Law.atMost(again.sackCount, first.sackCount, "SACK blocks");
    int room = (40 - 4 - (TcpCodec.optionsLength(first) - sackLength(again))) / 8;
    Law.same(again.sackCount, Math.min(first.sackCount, room), "SACK blocks");
    for (int i = 0; i < again.sackCount; i++) {
      Law.same(again.sackLeft[i], first.sackLeft[i], "a block's left edge");
      Law.same(again.sackRight[i], first.sackRight[i], "a block's right edge");
    }
  }

  private static int sackLength(Segment segment) {
    return segment.sackCount == 0 ? 0 : 4 + 8 * segment.sackCount;
  }
}
