package dev.sluice.wire;

/// One IPv4 or IPv6 header, parsed or about to be encoded. One object is reused for many
/// packets.
///
/// Parsing trusts nothing: what it leaves behind lies within the packet. The address
/// halves are those of [IpAddress], so IPv4 is in its mapped form.
///
/// @spec https://www.rfc-editor.org/rfc/rfc791#section-3.1 RFC 791 §3.1
/// @spec https://www.rfc-editor.org/rfc/rfc8200#section-3 RFC 8200 §3
public final class IpHeader {
  /// Octets of an IPv4 header without options.
  public static final int V4_LENGTH = 20;
  /// Octets of an IPv6 header without extension headers.
  public static final int V6_LENGTH = 40;
  /// How many extension headers a packet may have. No sender needs more than the six that
  /// RFC 8200 §4.1 lists.
  public static final int MAX_EXTENSION_HEADERS = 8;

  private static final int DONT_FRAGMENT = 0x4000;
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int FRAGMENT_OFFSET = 0x1fff;

  private static final int V4_OPTION_END = 0;
  private static final int V4_OPTION_NOP = 1;
  private static final int V4_OPTION_LOOSE_ROUTE = 131;
  private static final int V4_OPTION_STRICT_ROUTE = 137;

  /// 4 or 6.
  public int version;
  /// Whether it is IPv4.
  public boolean v4;
  /// Octets in front of the payload: IPv4 options and IPv6 extension headers included.
  public int headerLength;
  /// What the payload is, an [IpProtocol].
  public int protocol;
  /// Index of the octet that names the protocol, for an ICMPv6 parameter problem.
  public int protocolOffset;
  /// Index of the payload's first octet.
  public int payloadOffset;
  /// Octets of payload.
  public int payloadLength;
  /// TTL or hop limit.
  public int ttl;
  /// DSCP in the upper six bits, ECN in the lower two.
  public int trafficClass;
  public long sourceHigh;
  public long sourceLow;
  public long destinationHigh;
  public long destinationLow;

  /// Of a fragment, where in the datagram its payload belongs, in octets.
  public int fragmentOffset;
  /// Of a fragment, whether others follow behind it.
  public boolean moreFragments;
  /// Of a fragment, the datagram it belongs to: 16 bits for IPv4, 32 for IPv6.
  public int identification;
  /// After an `IPV6_` reason, index of the octet that a parameter problem points at.
  public int problemOffset;

  /// Reads and checks the header. Padding that a link left behind the packet is cut off.
  ///
  /// The addresses, `ttl` and `trafficClass` are valid after every verdict but
  /// `IP_TOO_SHORT`, `IP_VERSION`, `IP_HEADER_LENGTH` and `IP_TOTAL_LENGTH`; the rest is
  /// valid after `NONE` and `IP_FRAGMENT`.
  public DropReason parse(PacketBuffer packet) {
    int length = packet.length();
    if (length < V4_LENGTH) {
      return DropReason.IP_TOO_SHORT;
    }
    version = packet.u8(0) >>> 4;
    fragmentOffset = 0;
    moreFragments = false;
    problemOffset = 0;
    if (version == 4) {
      return parseV4(packet, length);
    }
    return version == 6 ? parseV6(packet, length) : DropReason.IP_VERSION;
  }

  // ---- IPv4

  private DropReason parseV4(PacketBuffer packet, int length) {
    int first = packet.i32(0);
    int total = first & 0xffff;
    int header = (first >>> 24 & 0xf) << 2;
    if (header < V4_LENGTH) {
      return DropReason.IP_HEADER_LENGTH;
    }
    if (total < header || total > length) {
      return DropReason.IP_TOTAL_LENGTH;
    }
    if (total < length) {
      packet.truncate(total);
    }
    v4 = true;
    headerLength = header;
    payloadOffset = header;
    payloadLength = total - header;
    trafficClass = first >>> 16 & 0xff;
    ttl = packet.u8(8);
    protocol = packet.u8(9);
    protocolOffset = 9;
    sourceHigh = 0;
    sourceLow = IpAddress.lowOfV4(packet.i32(12));
    destinationHigh = 0;
    destinationLow = IpAddress.lowOfV4(packet.i32(16));
    if (!Checksum.isIntact(Checksum.sum(packet, 0, header))) {
      return DropReason.IP_CHECKSUM;
    }
    if (header > V4_LENGTH) {
      DropReason reason = walkV4Options(packet, header);
      if (reason != DropReason.NONE) {
        return reason;
      }
    }
    int fragment = packet.u16(6);
    if ((fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) != 0) {
      fragmentOffset = (fragment & FRAGMENT_OFFSET) << 3;
      moreFragments = (fragment & MORE_FRAGMENTS) != 0;
      identification = packet.u16(4);
      return DropReason.IP_FRAGMENT;
    }
    return DropReason.NONE;
  }

  /// Options are not for us (MUST-50), but they must make sense and not steer the packet.
  private static DropReason walkV4Options(PacketBuffer packet, int end) {
    int at = V4_LENGTH;
    while (at < end) {
      int type = packet.u8(at);
      if (type == V4_OPTION_END) {
        break;
      }
      if (type == V4_OPTION_NOP) {
        at++;
        continue;
      }
      int size = at + 1 < end ? packet.u8(at + 1) : 0;
      if (size < 2 || size > end - at) {
        return DropReason.IP_OPTION_LENGTH;
      }
      if (type == V4_OPTION_LOOSE_ROUTE || type == V4_OPTION_STRICT_ROUTE) {
        return DropReason.IP_SOURCE_ROUTE;
      }
      at += size;
    }
    return DropReason.NONE;
  }

  // ---- IPv6

  private DropReason parseV6(PacketBuffer packet, int length) {
    if (length < V6_LENGTH) {
      return DropReason.IP_TOO_SHORT;
    }
    int total = V6_LENGTH + packet.u16(4);
    if (total > length) {
      return DropReason.IP_TOTAL_LENGTH;
    }
    if (total < length) {
      packet.truncate(total);
    }
    v4 = false;
    trafficClass = packet.i32(0) >>> 20 & 0xff;
    ttl = packet.u8(7);
    sourceHigh = packet.i64(8);
    sourceLow = packet.i64(16);
    destinationHigh = packet.i64(24);
    destinationLow = packet.i64(32);
    headerLength = V6_LENGTH;
    protocol = packet.u8(6);
    protocolOffset = 6;
    if (IpAddress.isV4(sourceHigh, sourceLow) || IpAddress.isV4(destinationHigh, destinationLow)) {
      return DropReason.ADDRESS_MAPPED;
    }
    if (IpProtocol.isExtension(protocol)) {
      DropReason reason = walkExtensions(packet, total);
      if (reason != DropReason.NONE) {
        return reason;
      }
    }
    payloadOffset = headerLength;
    payloadLength = total - headerLength;
    return protocol == IpProtocol.NO_NEXT_HEADER ? DropReason.IPV6_NO_NEXT_HEADER : DropReason.NONE;
  }

  /// Goes from header to header until one is a payload.
  private DropReason walkExtensions(PacketBuffer packet, int end) {
    boolean fragmentSeen = false;
    for (int count = 0; IpProtocol.isExtension(protocol); count++) {
      int at = headerLength;
      if (count == MAX_EXTENSION_HEADERS) {
        return problem(DropReason.IPV6_EXTENSION_COUNT, protocolOffset);
      }
      if (end - at < 8) {
        return problem(DropReason.IPV6_EXTENSION_LENGTH, at);
      }
      boolean fragment = protocol == IpProtocol.FRAGMENT;
      int size = fragment ? 8 : (packet.u8(at + 1) + 1) << 3;
      if (size > end - at) {
        return problem(DropReason.IPV6_EXTENSION_LENGTH, at + 1);
      }
      if ((protocol == IpProtocol.HOP_BY_HOP && count > 0) || (fragment && fragmentSeen)) {
        return problem(DropReason.IPV6_EXTENSION_ORDER, protocolOffset);
      }
      fragmentSeen |= fragment;
      DropReason reason = checkExtension(packet, at, size);
      if (reason != DropReason.NONE && reason != DropReason.IP_FRAGMENT) {
        return reason;
      }
      protocolOffset = at;
      protocol = packet.u8(at);
      headerLength = at + size;
      if (reason == DropReason.IP_FRAGMENT) {
        payloadOffset = headerLength;
        payloadLength = end - headerLength;
        return reason;
      }
    }
    return DropReason.NONE;
  }

  private DropReason checkExtension(PacketBuffer packet, int at, int size) {
    if (protocol == IpProtocol.ROUTING) {
      // Without segments left a route is history, whatever its type; with them, no type
      // is for us (RFC 8200 §4.4, RFC 5095 §3).
      boolean done = packet.u8(at + 3) == 0;
      return done ? DropReason.NONE : problem(DropReason.IPV6_ROUTING_HEADER, at + 2);
    }
    if (protocol == IpProtocol.FRAGMENT) {
      return checkFragment(packet, at);
    }
    return walkV6Options(packet, at + 2, at + size);
  }

  /// A fragment that is the whole datagram is handled as if it had no such header (RFC
  /// 6946 §4).
  private DropReason checkFragment(PacketBuffer packet, int at) {
    int word = packet.u16(at + 2);
    if ((word & 0xfff9) == 0) {
      return DropReason.NONE;
    }
    fragmentOffset = word & 0xfff8;
    moreFragments = (word & 1) != 0;
    identification = packet.i32(at + 4);
    return DropReason.IP_FRAGMENT;
  }

  /// Hop-by-hop and destination options. We know none but padding; the upper two bits
  /// of a type say what to do then (RFC 8200 §4.2). The limits are those of RFC 8504
  /// §5.3: eight options, seven octets of padding in a row.
  private DropReason walkV6Options(PacketBuffer packet, int from, int end) {
    int at = from;
    int options = 0;
    int padding = 0;
    while (at < end) {
      int type = packet.u8(at);
      int size = type == 0 ? 1 : end - at < 2 ? Integer.MAX_VALUE : packet.u8(at + 1) + 2;
      if (size > end - at) {
        return problem(DropReason.IPV6_OPTION_LENGTH, at);
      }
      if (type > 1 && type >>> 6 != 0) {
        return problem(
            type >>> 6 == 1 ? DropReason.IPV6_OPTION_REFUSED : DropReason.IPV6_OPTION_UNKNOWN, at);
      }
      padding = type > 1 ? 0 : padding + size;
      options += type > 1 ? 1 : 0;
      if (options > 8 || padding > 7) {
        return problem(DropReason.IPV6_OPTION_COUNT, at);
      }
      at += size;
    }
    return DropReason.NONE;
  }

  private DropReason problem(DropReason reason, int offset) {
    problemOffset = offset;
    return reason;
  }

  // ---- what every host refuses

  /// Addresses that no unicast conversation can have, wherever the host is (RFC 1122
  /// §3.2.1.3, MUST-57, MUST-63). What only the host knows, its own addresses and its
  /// network's broadcast address, is not looked at.
  ///
  /// @param onWire whether the packet came from a link, where loopback has no place
  public DropReason addressProblem(boolean onWire) {
    if (IpAddress.isAny(sourceHigh, sourceLow)) {
      return DropReason.SOURCE_UNSPECIFIED;
    }
    if (IpAddress.isMulticast(sourceHigh, sourceLow)) {
      return DropReason.SOURCE_MULTICAST;
    }
    if (IpAddress.isLimitedBroadcast(sourceHigh, sourceLow)) {
      return DropReason.SOURCE_BROADCAST;
    }
    if (onWire && IpAddress.isLoopback(sourceHigh, sourceLow)) {
      return DropReason.SOURCE_LOOPBACK;
    }
    if (IpAddress.isAny(destinationHigh, destinationLow)) {
      return DropReason.DESTINATION_UNSPECIFIED;
    }
    if (IpAddress.isMulticast(destinationHigh, destinationLow)) {
      return DropReason.DESTINATION_MULTICAST;
    }
    if (IpAddress.isLimitedBroadcast(destinationHigh, destinationLow)) {
      return DropReason.DESTINATION_BROADCAST;
    }
    if (onWire && IpAddress.isLoopback(destinationHigh, destinationLow)) {
      return DropReason.DESTINATION_LOOPBACK;
    }
    return DropReason.NONE;
  }

  // ---- encoding

  /// Makes it the header of an answer: from where `in` went to where it came from, with
  /// its DSCP. A group address must be replaced by one of the host's own afterwards.
  ///
  /// @param answerTtl TTL or hop limit, 1 to 255
  public void replyTo(IpHeader in, int answerTtl) {
    version = in.version;
    v4 = in.v4;
    protocol = in.protocol;
    ttl = answerTtl;
    trafficClass = in.trafficClass & 0xfc;
    sourceHigh = in.destinationHigh;
    sourceLow = in.destinationLow;
    destinationHigh = in.sourceHigh;
    destinationLow = in.sourceLow;
  }

  /// Octets of the header that [#encode] writes: 20 or 40.
  public int encodedLength() {
    return IpAddress.isV4(destinationHigh, destinationLow) ? V4_LENGTH : V6_LENGTH;
  }

  /// Writes addresses, `protocol`, `ttl` and `trafficClass` as the header of the packet
  /// whose length `out` has already. The family is that of the destination.
  public void encode(PacketBuffer out) {
    writeFixed(out, encodedLength() == V4_LENGTH, protocol, trafficClass, ttl);
    writeAddresses(out, sourceHigh, sourceLow, destinationHigh, destinationLow);
  }

  /// Everything but the addresses. IPv4 datagrams are atomic: DF is set and so the
  /// identification means nothing and is 0 (RFC 6864 §4.1). The flow label is 0.
  static void writeFixed(PacketBuffer out, boolean v4, int protocol, int trafficClass, int ttl) {
    int length = out.length();
    if (v4) {
      assert length <= 65_535 : length;
      out.i32(0, 0x4500_0000 | trafficClass << 16 | length);
      out.i32(4, DONT_FRAGMENT);
      out.i32(8, ttl << 24 | protocol << 16);
    } else {
      assert length - V6_LENGTH <= 65_535 : length;
      out.i32(0, 6 << 28 | trafficClass << 20);
      out.i32(4, (length - V6_LENGTH) << 16 | protocol << 8 | ttl);
    }
  }

  /// The addresses, and for IPv4 the checksum; comes after [#writeFixed].
  static void writeAddresses(
      PacketBuffer out,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow) {
    if (IpAddress.isV4(destinationHigh, destinationLow)) {
      out.i32(12, (int) sourceLow);
      out.i32(16, (int) destinationLow);
      out.u16(10, Checksum.ofSum(Checksum.sum(out, 0, V4_LENGTH)));
    } else {
      out.i64(8, sourceHigh);
      out.i64(16, sourceLow);
      out.i64(24, destinationHigh);
      out.i64(32, destinationLow);
    }
  }

  /// The source as an address of its own.
  public IpAddress source() {
    return new IpAddress(sourceHigh, sourceLow);
  }

  /// The destination as an address of its own.
  public IpAddress destination() {
    return new IpAddress(destinationHigh, destinationLow);
  }
}
