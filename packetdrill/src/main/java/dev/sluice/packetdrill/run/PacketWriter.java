package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.IpFields;
import dev.sluice.packetdrill.language.PacketLine;
import dev.sluice.packetdrill.language.PacketLine.TcpLine;
import dev.sluice.packetdrill.language.TcpOption;
import dev.sluice.wire.Flags;
import java.nio.ByteBuffer;
import java.util.List;

/// Makes the octets of the packets that a script injects.
final class PacketWriter {
  private static final int DEFAULT_TTL = 255;

  private final Addresses addresses;
  private final boolean extrapolateEchoes;

  /// @param extrapolateEchoes whether a timestamp echo that was never seen is reckoned
  ///     from the first one instead of being an error
  PacketWriter(Addresses addresses, boolean extrapolateEchoes) {
    this.addresses = addresses;
    this.extrapolateEchoes = extrapolateEchoes;
  }

  /// A TCP segment from the remote end.
  byte[] tcp(TcpLine line, Flow flow) {
    Integer window = line.window();
    List<TcpOption> options = line.options();
    if (window == null) {
      throw new Failure("an inbound segment needs 'win n'");
    }
    if (options == null) {
      throw new Failure("<...> is for outbound segments only");
    }
    boolean syn = (line.flags() & Flags.SYN) != 0;
    PacketLine.Sequence sequence = line.sequence();
    int seq = sequence.absolute() ? sequence.start() : flow.remoteSeqToLive(sequence.start(), syn);
    Integer ack = line.ack();
    boolean hasAck = (line.flags() & Flags.ACK) != 0;
    int liveAck = hasAck ? flow.localSeqToLive(ack == null ? 0 : ack, syn) : 0;
    byte[] encoded = OptionOctets.encode(options, mapping(flow, syn, line));
    int header = 20 + encoded.length;
    ByteBuffer tcp = ByteBuffer.allocate(header + sequence.length());
    tcp.putShort((short) (line.ports() == null ? flow.remotePort : line.ports().source()));
    tcp.putShort((short) (line.ports() == null ? flow.localPort : line.ports().destination()));
    tcp.putInt(seq).putInt(liveAck);
    tcp.putShort((short) (((header / 4) << 12) | line.flags()));
    tcp.putShort((short) (int) window).putShort((short) 0).putShort((short) line.urgent());
    tcp.put(encoded);
    flow.lastInboundEnd =
        seq + sequence.length() + (syn ? 1 : 0) + ((line.flags() & Flags.FIN) != 0 ? 1 : 0);
    return packet(line.ip(), LivePacket.PROTOCOL_TCP, tcp.array(), 16);
  }

  private OptionOctets.Mapping mapping(Flow flow, boolean syn, TcpLine line) {
    return new OptionOctets.Mapping() {
      @Override
      public int sackEdge(int script) {
        return flow.localSeqToLive(script, syn);
      }

      @Override
      public int echo(TcpOption.Timestamps script) {
        int ecr = (int) script.ecr();
        if (script.absoluteEcr() || (line.flags() & Flags.ACK) == 0) {
          return ecr;
        }
        Integer live = flow.echoToLive(ecr);
        if (live != null) {
          return live;
        }
        if (extrapolateEchoes && flow.hasTimestamps()) {
          return flow.extrapolatedEcho(ecr);
        }
        throw new Failure(
            "no outbound segment had the timestamp " + script.ecr() + " that this one echoes");
      }
    };
  }

  /// A UDP datagram of zeros from the remote end.
  byte[] udp(PacketLine.UdpLine line, Flow flow) {
    ByteBuffer udp = ByteBuffer.allocate(8 + line.length());
    udp.putShort((short) (line.ports() == null ? flow.remotePort : line.ports().source()));
    udp.putShort((short) (line.ports() == null ? flow.localPort : line.ports().destination()));
    udp.putShort((short) (8 + line.length()));
    return packet(line.ip(), LivePacket.PROTOCOL_UDP, udp.array(), 6);
  }

  /// An ICMP message, with the quoted packet behind its eight octets.
  byte[] icmp(IpFields ip, byte[] message) {
    int protocol = addresses.v4() ? LivePacket.PROTOCOL_ICMP : LivePacket.PROTOCOL_ICMP6;
    return packet(ip, protocol, message, 2);
  }

  /// The start of a packet of ours as an ICMP message quotes it.
  byte[] quote(int protocol, int payload, byte[] transport) {
    ByteBuffer quote = ByteBuffer.allocate((addresses.v4() ? 20 : 40) + transport.length);
    quote.put(header(IpFields.NONE, protocol, payload, true));
    quote.put(transport);
    return quote.array();
  }

  /// Puts the IP header in front and fills in the checksum.
  private byte[] packet(IpFields ip, int protocol, byte[] transport, int checksumAt) {
    byte[] header = header(ip, protocol, transport.length, false);
    byte[] packet = new byte[header.length + transport.length];
    System.arraycopy(header, 0, packet, 0, header.length);
    System.arraycopy(transport, 0, packet, header.length, transport.length);
    int sum = protocol == LivePacket.PROTOCOL_ICMP
        ? Checksums.fold(Checksums.sum(packet, header.length, packet.length))
        : Checksums.transport(packet, addresses.v4(), header.length, packet.length, protocol);
    if (sum == 0 && protocol == LivePacket.PROTOCOL_UDP) {
      sum = 0xffff;
    }
    packet[header.length + checksumAt] = (byte) (sum >> 8);
    packet[header.length + checksumAt + 1] = (byte) sum;
    return packet;
  }

  private byte[] header(IpFields ip, int protocol, int payload, boolean outbound) {
    int ttl = ip.ttl() == null ? DEFAULT_TTL : ip.ttl();
    byte[] source = Addresses.octets(outbound ? addresses.local() : addresses.remote());
    byte[] target = Addresses.octets(outbound ? addresses.remote() : addresses.local());
    if (!addresses.v4()) {
      int label = ip.flowLabel() == null ? 0 : ip.flowLabel();
      return ByteBuffer.allocate(40)
          .putInt((6 << 28) | (trafficClass(ip) << 20) | label)
          .putShort((short) payload)
          .put((byte) protocol)
          .put((byte) ttl)
          .put(source)
          .put(target)
          .array();
    }
    byte[] header = ByteBuffer.allocate(20)
        .put((byte) 0x45)
        .put((byte) trafficClass(ip))
        .putShort((short) (20 + payload))
        .putInt(0)
        .put((byte) ttl)
        .put((byte) protocol)
        .putShort((short) 0)
        .put(source)
        .put(target)
        .array();
    int sum = Checksums.fold(Checksums.sum(header, 0, 20));
    header[10] = (byte) (sum >> 8);
    header[11] = (byte) sum;
    return header;
  }

  private static int trafficClass(IpFields ip) {
    if (ip.trafficClass() != null) {
      return ip.trafficClass();
    }
    int dscp = ip.dscp() == null ? 0 : ip.dscp();
    IpFields.Ecn ecn = ip.ecn();
    int bits = ecn == null
        ? 0
        : switch (ecn) {
          case NOECN -> 0;
          case ECT1 -> 1;
          case ECT0, ECT01 -> 2;
          case CE -> 3;
        };
    return (dscp << 2) | bits;
  }
}
