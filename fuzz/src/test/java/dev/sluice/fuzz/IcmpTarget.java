package dev.sluice.fuzz;

import dev.sluice.wire.DropReason;
import dev.sluice.wire.IcmpCodec;
import dev.sluice.wire.IcmpMessage;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.IpProtocol;
import dev.sluice.wire.PacketBuffer;

/// An ICMP message: an echo is answered with what it carried, and an error of ours about
/// any packet can be read.
final class IcmpTarget {
  private static final PacketBuffer PACKET = Packets.buffer();
  private static final PacketBuffer ANSWER = Packets.buffer();

  private IcmpTarget() {}

  public static void fuzzerTestOneInput(byte[] octets) {
    Feed feed = new Feed(octets);
    boolean v4 = feed.flag();
    byte[] transport = feed.rest();
    IpHeader ip = new IpHeader();
    Packets.wrap(v4, v4 ? IpProtocol.ICMP : IpProtocol.ICMPV6, transport, PACKET, ip);
    IcmpMessage message = new IcmpMessage();
    IcmpCodec.parse(PACKET, ip, message); // with its checksum, most likely a wrong one
    PACKET.checksum(PacketBuffer.Checksum.VERIFIED);
    DropReason reason = IcmpCodec.parse(PACKET, ip, message);
    if (reason == DropReason.NONE) {
      Law.same(message.bodyOffset + message.bodyLength, PACKET.length(), "the body's end");
      Law.holds(message.bodyLength >= 0, "the body's length is negative");
      Law.holds(message.mtu >= 0, "a negative MTU");
      switch (message.kind) {
        case ECHO_REQUEST -> answerEcho(v4, ip, message);
        case ERROR -> Law.holds(message.quotedTuple().isV4() == v4, "a quote of another family");
        case ECHO_REPLY, OTHER -> {}
      }
    }
    complain(v4, transport.length > 0 ? transport[0] & 0xff : 0);
  }

  private static void answerEcho(boolean v4, IpHeader ip, IcmpMessage request) {
    IpHeader reply = new IpHeader();
    reply.replyTo(ip, 64);
    IcmpCodec.encodeEchoReply(reply, request, PACKET, ANSWER);
    IpHeader ipAgain = new IpHeader();
    IcmpMessage again = parse(ipAgain);
    Law.holds(again.kind == IcmpMessage.Kind.ECHO_REPLY, "an echo is answered by another kind");
    Law.holds(ipAgain.v4 == v4, "the family changed");
    Law.same(again.identifier, request.identifier, "the identifier");
    Law.same(again.sequence, request.sequence, "the sequence number");
    Law.same(again.bodyLength, request.bodyLength, "octets of data");
    Packets.sameOctets(PACKET, request.bodyOffset, ANSWER, again.bodyOffset, again.bodyLength);
  }

  /// Says that the packet is unwelcome. We need not understand our own quote of it, but
  /// the error must not be longer than allowed.
  private static void complain(boolean v4, int code) {
    IpHeader error = Packets.header(v4);
    int type = v4 ? IcmpCodec.V4_UNREACHABLE : IcmpCodec.V6_UNREACHABLE;
    IcmpCodec.encodeError(error, type, code, 0, PACKET, ANSWER);
    Law.atMost(
        ANSWER.length(), v4 ? IcmpCodec.V4_MAX_ERROR : IcmpCodec.V6_MAX_ERROR, "octets of error");
    IcmpMessage again = parse(new IpHeader());
    Law.holds(again.kind == IcmpMessage.Kind.ERROR, "an error of ours is none");
    Law.same(again.code, code, "the code");
  }

  private static IcmpMessage parse(IpHeader ip) {
    DropReason ipReason = ip.parse(ANSWER);
    Law.holds(ipReason == DropReason.NONE, "our own IP header is refused: " + ipReason);
    IcmpMessage message = new IcmpMessage();
    DropReason reason = IcmpCodec.parse(ANSWER, ip, message);
    Law.holds(
        reason == DropReason.NONE || reason == DropReason.ICMP_QUOTE,
        "our own message is refused: " + reason);
    return message;
  }
}
