package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.Codes;
import dev.sluice.packetdrill.language.PacketLine.IcmpLine;
import dev.sluice.packetdrill.language.PacketLine.Quoted;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Makes the octets of ICMP messages that a script injects.
final class IcmpWriter {
  private final Addresses addresses;
  private final PacketWriter packets;

  IcmpWriter(Addresses addresses, PacketWriter packets) {
    this.addresses = addresses;
    this.packets = packets;
  }

  byte[] write(IcmpLine line, Flow flow) {
    boolean v4 = addresses.v4();
    Integer type = Codes.icmpType(v4, line.type());
    if (type == null) {
      throw new Failure("no ICMP type '" + line.type() + "' in " + (v4 ? "IPv4" : "IPv6"));
    }
    String name = line.code();
    Integer code = name == null ? Integer.valueOf(0) : Codes.icmpCode(v4, type, name);
    if (code == null) {
      throw new Failure(
          "no ICMP code '" + name + "' for " + line.type() + " in " + (v4 ? "IPv4" : "IPv6"));
    }
    byte[] quote = quote(line.quoted(), flow);
    ByteBuffer message = ByteBuffer.allocate(8 + quote.length);
    message.put((byte) (int) type).put((byte) (int) code).putShort((short) 0);
    boolean echo = line.type().startsWith("echo");
    if (echo) {
      message.putShort((short) line.id()).putShort((short) 0);
    } else if (v4) {
      message.putShort((short) 0).putShort((short) line.mtu());
    } else {
      message.putInt(line.mtu());
    }
    message.put(quote);
    return packets.icmp(line.ip(), message.array());
  }

  private byte[] quote(@Nullable Quoted quoted, Flow flow) {
    return switch (quoted) {
      case null -> tcpQuote(flow, flow.localSeqToLive(0, false), 0);
      case Quoted.Tcp(var sequence, var udp) -> {
        if (udp != null) {
          throw new NotRun("TCP in UDP (udp_encapsulation)");
        }
        int seq = flow.localSeqToLive(sequence.start(), false);
        yield tcpQuote(flow, seq, sequence.length());
      }
      case Quoted.Udp(int length) -> {
        ByteBuffer udp = ByteBuffer.allocate(8)
            .putShort((short) flow.localPort)
            .putShort((short) flow.remotePort)
            .putShort((short) (8 + length));
        yield packets.quote(LivePacket.PROTOCOL_UDP, 8 + length, udp.array());
      }
      case Quoted.Raw(int length) -> new byte[length];
    };
  }

  /// A whole TCP header, so that both short and long quotes are understood.
  private byte[] tcpQuote(Flow flow, int seq, int payload) {
    ByteBuffer tcp = ByteBuffer.allocate(20)
        .putShort((short) flow.localPort)
        .putShort((short) flow.remotePort)
        .putInt(seq)
        .putInt(0)
        .putShort((short) (5 << 12));
    return packets.quote(LivePacket.PROTOCOL_TCP, 20 + payload, tcp.array());
  }
}
