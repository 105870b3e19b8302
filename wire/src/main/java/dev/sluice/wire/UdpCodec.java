package dev.sluice.wire;

/// UDP datagrams to octets and back.
///
/// @spec https://www.rfc-editor.org/rfc/rfc768 RFC 768
/// @spec https://www.rfc-editor.org/rfc/rfc8200#section-8.1 RFC 8200 §8.1
public final class UdpCodec {
  /// Octets of a UDP header.
  public static final int HEADER_LENGTH = 8;

  /// Where in a UDP header the checksum is.
  public static final int CHECKSUM_OFFSET = 6;

  private UdpCodec() {}

  /// Reads and checks the datagram behind an IP header. A UDP length below that of IP is
  /// obeyed and what follows is not looked at; one above it is a lie.
  ///
  /// @param out takes ports and data, which stay in the packet; its contents mean nothing
  ///     after a reason other than `NONE`
  public static DropReason parse(PacketBuffer packet, IpHeader ip, UdpDatagram out) {
    int at = ip.payloadOffset;
    if (ip.payloadLength < HEADER_LENGTH) {
      return DropReason.UDP_TOO_SHORT;
    }
    int length = packet.u16(at + 4);
    if (length < HEADER_LENGTH || length > ip.payloadLength) {
      return DropReason.UDP_LENGTH;
    }
    if (packet.u16(at + CHECKSUM_OFFSET) == 0) {
      if (!ip.v4) {
        return DropReason.UDP_CHECKSUM_ZERO;
      }
    } else if (packet.checksum() == PacketBuffer.Checksum.COMPLETE
        && !Checksum.isIntact(sum(packet, ip, at, length))) {
      return DropReason.UDP_CHECKSUM;
    }
    out.sourcePort = packet.u16(at);
    out.destinationPort = packet.u16(at + 2);
    out.payload = packet;
    out.payloadPosition = (long) at + HEADER_LENGTH;
    out.payloadLength = length - HEADER_LENGTH;
    return DropReason.NONE;
  }

  /// Writes the whole packet, IP header to data, at the usual place, with its checksum. A
  /// checksum that comes out as zero is sent as 0xffff, since zero means none.
  ///
  /// @param ip addresses, TTL and traffic class; its protocol is set to UDP
  /// @throws IndexOutOfBoundsException if the packet does not fit into `out`
  public static void encode(IpHeader ip, UdpDatagram datagram, PacketBuffer out) {
    int at = ip.encodedLength();
    int length = HEADER_LENGTH + datagram.payloadLength;
    assert length <= 65_535 : length;
    out.reset(at + length);
    ip.protocol = IpProtocol.UDP;
    ip.encode(out);
    out.u16(at, datagram.sourcePort);
    out.u16(at + 2, datagram.destinationPort);
    out.u16(at + 4, length);
    out.u16(at + CHECKSUM_OFFSET, 0);
    if (datagram.payloadLength > 0) {
      datagram.payload.copyTo(
          datagram.payloadPosition,
          out.bytes(),
          (long) out.start() + at + HEADER_LENGTH,
          datagram.payloadLength);
    }
    int checksum = Checksum.ofSum(sum(out, ip, at, length));
    out.u16(at + CHECKSUM_OFFSET, checksum == 0 ? 0xffff : checksum);
    out.transportOffset(at);
  }

  private static int sum(PacketBuffer packet, IpHeader ip, int at, int length) {
    return Checksum.combine(
        Checksum.pseudoHeader(
            ip.sourceHigh,
            ip.sourceLow,
            ip.destinationHigh,
            ip.destinationLow,
            IpProtocol.UDP,
            length),
        Checksum.sum(packet, at, length));
  }
}
