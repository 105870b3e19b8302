package dev.sluice.wire;

/// ICMP and ICMPv6: echo, and errors with the packet they quote.
///
/// Whether an error may be sent at all (never about another error, a group address, a
/// fragment that is not the first; RFC 1122 §3.2.2, RFC 4443 §2.4) is the host's
/// decision.
///
/// @spec https://www.rfc-editor.org/rfc/rfc792 RFC 792
/// @spec https://www.rfc-editor.org/rfc/rfc4443 RFC 4443
public final class IcmpCodec {
  public static final int V4_ECHO_REPLY = 0;
  public static final int V4_UNREACHABLE = 3;
  public static final int V4_SOURCE_QUENCH = 4;
  public static final int V4_ECHO_REQUEST = 8;
  public static final int V4_TIME_EXCEEDED = 11;
  public static final int V4_PARAMETER_PROBLEM = 12;
  public static final int V6_UNREACHABLE = 1;
  public static final int V6_PACKET_TOO_BIG = 2;
  public static final int V6_TIME_EXCEEDED = 3;
  public static final int V6_PARAMETER_PROBLEM = 4;
  public static final int V6_ECHO_REQUEST = 128;
  public static final int V6_ECHO_REPLY = 129;

  /// Code of [#V4_UNREACHABLE]: no such protocol here.
  public static final int V4_PROTOCOL_UNREACHABLE = 2;
  /// Code of [#V4_UNREACHABLE]: nobody at that port.
  public static final int V4_PORT_UNREACHABLE = 3;
  /// Code of [#V4_UNREACHABLE]: too big, and DF is set (RFC 1191).
  public static final int V4_FRAGMENTATION_NEEDED = 4;
  /// Code of [#V6_UNREACHABLE]: nobody at that port.
  public static final int V6_PORT_UNREACHABLE = 4;
  /// Code of [#V6_PARAMETER_PROBLEM]: erroneous header field.
  public static final int V6_ERRONEOUS_FIELD = 0;
  /// Code of [#V6_PARAMETER_PROBLEM]: unknown next header.
  public static final int V6_UNKNOWN_NEXT_HEADER = 1;
  /// Code of [#V6_PARAMETER_PROBLEM]: unknown option.
  public static final int V6_UNKNOWN_OPTION = 2;

  /// Octets in front of what an echo or an error carries.
  public static final int HEADER_LENGTH = 8;
  /// The longest packet with an ICMP error (RFC 1812 §4.3.2.3).
  public static final int V4_MAX_ERROR = 576;
  /// The longest packet with an ICMPv6 error, the minimum MTU (RFC 4443 §2.4 (c)).
  public static final int V6_MAX_ERROR = 1280;

  /// Octets of the quoted transport header that every router returns (RFC 792).
  private static final int QUOTED_TRANSPORT = 8;

  private IcmpCodec() {}

  // ---- parsing

  /// Reads and checks the message behind an IP header, ICMP over IPv4 and ICMPv6 over
  /// IPv6.
  ///
  /// An error's quote may be cut behind the first eight octets of the transport header,
  /// and its lengths and checksums are not verified: routers change and shorten it.
  ///
  /// @return `ICMP_QUOTE` for an error that does not say whom it means,
  ///     `ICMP_SOURCE_QUENCH` for that; the type and code are valid then too
  public static DropReason parse(PacketBuffer packet, IpHeader ip, IcmpMessage out) {
    int at = ip.payloadOffset;
    int length = ip.payloadLength;
    if (length < HEADER_LENGTH) {
      return DropReason.ICMP_TOO_SHORT;
    }
    if (packet.checksum() == PacketBuffer.Checksum.COMPLETE
        && !Checksum.isIntact(sum(packet, ip, at, length))) {
      return DropReason.ICMP_CHECKSUM;
    }
    out.clear();
    out.type = packet.u8(at);
    out.code = packet.u8(at + 1);
    out.bodyOffset = at + HEADER_LENGTH;
    out.bodyLength = length - HEADER_LENGTH;
    out.kind = ip.v4 ? kindV4(out.type) : kindV6(out.type);
    switch (out.kind) {
      case ECHO_REQUEST, ECHO_REPLY -> {
        out.identifier = packet.u16(at + 4);
        out.sequence = packet.u16(at + 6);
      }
      case ERROR -> {
        return ip.v4 ? parseErrorV4(packet, at, out) : parseErrorV6(packet, at, out);
      }
      case OTHER -> {}
    }
    return DropReason.NONE;
  }

  private static IcmpMessage.Kind kindV4(int type) {
    return switch (type) {
      case V4_ECHO_REQUEST -> IcmpMessage.Kind.ECHO_REQUEST;
      case V4_ECHO_REPLY -> IcmpMessage.Kind.ECHO_REPLY;
      case V4_UNREACHABLE, V4_SOURCE_QUENCH, V4_TIME_EXCEEDED, V4_PARAMETER_PROBLEM ->
        IcmpMessage.Kind.ERROR;
      default -> IcmpMessage.Kind.OTHER;
    };
  }

  private static IcmpMessage.Kind kindV6(int type) {
    return switch (type) {
      case V6_ECHO_REQUEST -> IcmpMessage.Kind.ECHO_REQUEST;
      case V6_ECHO_REPLY -> IcmpMessage.Kind.ECHO_REPLY;
      case V6_UNREACHABLE, V6_PACKET_TOO_BIG, V6_TIME_EXCEEDED, V6_PARAMETER_PROBLEM ->
        IcmpMessage.Kind.ERROR;
      default -> IcmpMessage.Kind.OTHER;
    };
  }

  private static DropReason parseErrorV4(PacketBuffer packet, int at, IcmpMessage out) {
    if (out.type == V4_SOURCE_QUENCH) {
      return DropReason.ICMP_SOURCE_QUENCH;
    }
    if (out.type == V4_UNREACHABLE && out.code == V4_FRAGMENTATION_NEEDED) {
      out.mtu = packet.u16(at + 6);
    }
    int quote = out.bodyOffset;
    if (out.bodyLength < IpHeader.V4_LENGTH || packet.u8(quote) >>> 4 != 4) {
      return DropReason.ICMP_QUOTE;
    }
    int header = (packet.u8(quote) & 0xf) << 2;
    boolean first = (packet.u16(quote + 6) & 0x1fff) == 0;
    if (header < IpHeader.V4_LENGTH || !first) {
      return DropReason.ICMP_QUOTE;
    }
    out.quotedProtocol = packet.u8(quote + 9);
    out.quotedSourceLow = IpAddress.lowOfV4(packet.i32(quote + 12));
    out.quotedDestinationLow = IpAddress.lowOfV4(packet.i32(quote + 16));
    return parseQuotedTransport(packet, header, out);
  }

  /// We send no extension headers, so a quote with any is not of a packet of ours.
  private static DropReason parseErrorV6(PacketBuffer packet, int at, IcmpMessage out) {
    if (out.type == V6_PACKET_TOO_BIG) {
      int mtu = packet.i32(at + 4);
      out.mtu = mtu < 0 ? Integer.MAX_VALUE : mtu;
    }
    int quote = out.bodyOffset;
    if (out.bodyLength < IpHeader.V6_LENGTH || packet.u8(quote) >>> 4 != 6) {
      return DropReason.ICMP_QUOTE;
    }
    out.quotedProtocol = packet.u8(quote + 6);
    out.quotedSourceHigh = packet.i64(quote + 8);
    out.quotedSourceLow = packet.i64(quote + 16);
    out.quotedDestinationHigh = packet.i64(quote + 24);
    out.quotedDestinationLow = packet.i64(quote + 32);
    if (IpAddress.isV4(out.quotedSourceHigh, out.quotedSourceLow)
        || IpAddress.isV4(out.quotedDestinationHigh, out.quotedDestinationLow)) {
      return DropReason.ICMP_QUOTE;
    }
    return parseQuotedTransport(packet, IpHeader.V6_LENGTH, out);
  }

  private static DropReason parseQuotedTransport(PacketBuffer packet, int header, IcmpMessage out) {
    if (out.bodyLength < header + QUOTED_TRANSPORT) {
      return DropReason.ICMP_QUOTE;
    }
    int at = out.bodyOffset + header;
    if (out.quotedProtocol == IpProtocol.TCP || out.quotedProtocol == IpProtocol.UDP) {
      out.quotedSourcePort = packet.u16(at);
      out.quotedDestinationPort = packet.u16(at + 2);
    }
    if (out.quotedProtocol == IpProtocol.TCP) {
      out.quotedSeq = packet.i32(at + 4);
    }
    return DropReason.NONE;
  }

  // ---- encoding

  /// Writes the answer to an echo request: the same identifier, sequence number and data.
  ///
  /// @param ip addresses, TTL and traffic class of the answer, see [IpHeader#replyTo];
  ///     its protocol is set
  /// @param request what [#parse] made of the request
  /// @param requestPacket where the request lies
  /// @param out takes the answer; another buffer than `requestPacket`
  /// @throws IndexOutOfBoundsException if the packet does not fit into `out`
  public static void encodeEchoReply(
      IpHeader ip, IcmpMessage request, PacketBuffer requestPacket, PacketBuffer out) {
    int at = ip.encodedLength();
    boolean v4 = at == IpHeader.V4_LENGTH;
    int length = HEADER_LENGTH + request.bodyLength;
    out.reset(at + length);
    out.i32(at, (v4 ? V4_ECHO_REPLY : V6_ECHO_REPLY) << 24);
    out.i32(at + 4, request.identifier << 16 | request.sequence);
    requestPacket.copyTo(
        request.bodyOffset,
        out.bytes(),
        (long) out.start() + at + HEADER_LENGTH,
        request.bodyLength);
    finish(ip, out, at, length);
  }

  /// Writes an error about a packet, of which it quotes as much as allowed.
  ///
  /// @param ip addresses, TTL and traffic class of the error; its protocol is set
  /// @param type one of the constants here, of the family of `ip`
  /// @param code what the type says it is
  /// @param parameter the 32 bits behind the checksum: an MTU, a pointer (for IPv4 in the
  ///     upper eight bits), else 0
  /// @param offending the packet it is about; another buffer than `out`
  /// @throws IndexOutOfBoundsException if the packet does not fit into `out`
  public static void encodeError(
      IpHeader ip, int type, int code, int parameter, PacketBuffer offending, PacketBuffer out) {
    int at = ip.encodedLength();
    int room = (at == IpHeader.V4_LENGTH ? V4_MAX_ERROR : V6_MAX_ERROR) - at - HEADER_LENGTH;
    int quoted = Math.min(offending.length(), room);
    int length = HEADER_LENGTH + quoted;
    out.reset(at + length);
    out.i32(at, type << 24 | code << 16);
    out.i32(at + 4, parameter);
    offending.copyTo(0, out.bytes(), (long) out.start() + at + HEADER_LENGTH, quoted);
    finish(ip, out, at, length);
  }

  /// The IP header and the checksum of a message that is there but for these.
  private static void finish(IpHeader ip, PacketBuffer out, int at, int length) {
    ip.protocol = at == IpHeader.V4_LENGTH ? IpProtocol.ICMP : IpProtocol.ICMPV6;
    ip.encode(out);
    out.u16(at + 2, Checksum.ofSum(sum(out, ip, at, length)));
    out.transportOffset(at);
  }

  /// Only ICMPv6 has a pseudo-header (RFC 4443 §2.3).
  private static int sum(PacketBuffer packet, IpHeader ip, int at, int length) {
    int sum = Checksum.sum(packet, at, length);
    if (IpAddress.isV4(ip.destinationHigh, ip.destinationLow)) {
      return sum;
    }
    return Checksum.combine(
        sum,
        Checksum.pseudoHeader(
            ip.sourceHigh,
            ip.sourceLow,
            ip.destinationHigh,
            ip.destinationLow,
            IpProtocol.ICMPV6,
            length));
  }
}
