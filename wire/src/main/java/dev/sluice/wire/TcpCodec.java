package dev.sluice.wire;

/// TCP segments to octets and back.
///
/// ```
///    0                   1                   2                   3
///    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///   +-------------------------------+-------------------------------+  0
///   |          source port          |       destination port        |
///   +-------------------------------+-------------------------------+  4
///   |                        sequence number                        |
///   +---------------------------------------------------------------+  8
///   |                    acknowledgment number                      |
///   +-------+-----+-----------------+-------------------------------+ 12
///   | offset|  0  |      flags      |            window             |
///   +-------+-----+-----------------+-------------------------------+ 16
///   |           checksum            |        urgent pointer         |
///   +-------------------------------+-------------------------------+ 20
/// ```
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.1 RFC 9293 §3.1
public final class TcpCodec {
  /// Octets of a TCP header without options.
  public static final int HEADER_LENGTH = 20;

  /// Where in a TCP header the checksum is, which a link that finishes it must know.
  public static final int CHECKSUM_OFFSET = 16;

  private static final int FLAGS = 0x1ff;
  /// Shorter text is copied behind its header: that costs less than one more piece.
  private static final int MIN_TAIL = 4_096;

  private TcpCodec() {}

  /// Reads and checks the segment behind an IP header.
  ///
  /// The checksum is not verified when the link vouches for it or the packet never left
  /// this machine. The three reserved bits are ignored. The text stays in the packet,
  /// which must therefore outlive the use of `out.payload`.
  ///
  /// @param out takes everything; its contents mean nothing after a reason other than
  ///     `NONE`
  public static DropReason parse(PacketBuffer packet, IpHeader ip, Segment out) {
    int at = ip.payloadOffset;
    int length = ip.payloadLength;
    if (length < HEADER_LENGTH) {
      return DropReason.TCP_TOO_SHORT;
    }
    int offsetFlagsWindow = packet.i32(at + 12);
    int header = offsetFlagsWindow >>> 28 << 2;
    if (header < HEADER_LENGTH || header > length) {
      return DropReason.TCP_DATA_OFFSET;
    }
    if (packet.checksum() == PacketBuffer.Checksum.COMPLETE && !isIntact(packet, ip)) {
      return DropReason.TCP_CHECKSUM;
    }
    out.clear();
    out.sourceHigh = ip.sourceHigh;
    out.sourceLow = ip.sourceLow;
    out.destinationHigh = ip.destinationHigh;
    out.destinationLow = ip.destinationLow;
    out.trafficClass = ip.trafficClass;
    out.ttl = ip.ttl;
    int ports = packet.i32(at);
    out.sourcePort = ports >>> 16;
    out.destinationPort = ports & 0xffff;
    out.seq = packet.i32(at + 4);
    out.ack = packet.i32(at + 8);
    out.flags = offsetFlagsWindow >>> 16 & FLAGS;
    out.window = offsetFlagsWindow & 0xffff;
    out.urgentPointer = packet.u16(at + 18);
    out.payload = packet;
    out.payloadPosition = (long) at + header;
    out.payloadLength = length - header;
    out.segmentSize = packet.segmentSize();
    out.arrivalNanos = packet.arrivalNanos();
    return header == HEADER_LENGTH
        ? DropReason.NONE
        : TcpOptions.parse(packet, at + HEADER_LENGTH, at + header, out);
  }

  private static boolean isIntact(PacketBuffer packet, IpHeader ip) {
    return Checksum.isIntact(Checksum.combine(
        Checksum.pseudoHeader(
            ip.sourceHigh,
            ip.sourceLow,
            ip.destinationHigh,
            ip.destinationLow,
            IpProtocol.TCP,
            ip.payloadLength),
        Checksum.sum(packet, ip.payloadOffset, ip.payloadLength)));
  }

  /// Octets of the options of a segment, padding included: a multiple of 4, up to 40.
  public static int optionsLength(Segment segment) {
    return TcpOptions.length(segment);
  }

  /// Octets of all headers of a segment: IP, TCP, options.
  public static int headerLength(Segment segment) {
    int ip = segment.isV4() ? IpHeader.V4_LENGTH : IpHeader.V6_LENGTH;
    return ip + HEADER_LENGTH + TcpOptions.length(segment);
  }

  /// Writes the whole packet, IP header to text, at the usual place.
  ///
  /// SACK blocks that find no room are left out, the last first.
  ///
  /// @param partialChecksum leave the sum over the segment to the link: the field holds
  ///     the folded sum of the pseudo-header, not inverted, as Linux wants it
  /// @param out takes the packet with its checksum state, transport offset and segment
  ///     size
  /// @throws IndexOutOfBoundsException if the packet does not fit into `out`
  public static void encode(
      Segment segment, OptionLayout layout, boolean partialChecksum, PacketBuffer out) {
    boolean v4 = segment.isV4();
    int at = v4 ? IpHeader.V4_LENGTH : IpHeader.V6_LENGTH;
    int header = HEADER_LENGTH + TcpOptions.length(segment);
    int length = header + segment.payloadLength;
    boolean hasTail = partialChecksum && out.gathers() && segment.payloadLength >= MIN_TAIL;
    out.reset(at + header);
    hasTail =
        hasTail && segment.payload.appendTo(out, segment.payloadPosition, segment.payloadLength);
    if (!hasTail) {
      out.reset(at + length);
    }
    IpHeader.writeFixed(out, v4, IpProtocol.TCP, segment.trafficClass, segment.ttl);
    IpHeader.writeAddresses(
        out,
        segment.sourceHigh,
        segment.sourceLow,
        segment.destinationHigh,
        segment.destinationLow);

    assert segment.window >>> 16 == 0 && segment.urgentPointer >>> 16 == 0 : "unsigned 16 bits";
    out.i32(at, segment.sourcePort << 16 | segment.destinationPort);
    out.i32(at + 4, segment.seq);
    out.i32(at + 8, segment.ack);
    out.i32(at + 12, header << 26 | (segment.flags & FLAGS) << 16 | segment.window);
    out.i32(at + 16, segment.urgentPointer); // and no checksum yet
    if (header > HEADER_LENGTH) {
      TcpOptions.write(segment, layout, out, at + HEADER_LENGTH);
    }
    if (segment.payloadLength > 0 && !hasTail) {
      segment.payload.copyTo(
          segment.payloadPosition,
          out.bytes(),
          (long) out.start() + at + header,
          segment.payloadLength);
    }
    writeChecksum(segment, partialChecksum, out, at, length);
    out.transportOffset(at);
    out.segmentSize(segment.segmentSize);
  }

  private static void writeChecksum(
      Segment segment, boolean partial, PacketBuffer out, int at, int length) {
    int sum = Checksum.pseudoHeader(
        segment.sourceHigh,
        segment.sourceLow,
        segment.destinationHigh,
        segment.destinationLow,
        IpProtocol.TCP,
        length);
    if (!partial) {
      sum = Checksum.ofSum(Checksum.combine(sum, Checksum.sum(out, at, length)));
    }
    out.u16(at + CHECKSUM_OFFSET, sum);
    out.checksum(partial ? PacketBuffer.Checksum.PARTIAL : PacketBuffer.Checksum.COMPLETE);
  }
}
