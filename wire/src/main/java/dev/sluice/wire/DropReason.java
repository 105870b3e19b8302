package dev.sluice.wire;

/// Why a packet went no further. Whoever drops one counts it by one of these; the network
/// is never answered with an exception.
public enum DropReason {
  /// Nothing is wrong: go on.
  NONE("accepted"),

  // ---- IP
  /// Fewer octets than the fixed header has.
  IP_TOO_SHORT("shorter than an IP header"),
  /// Neither 4 nor 6.
  IP_VERSION("unknown IP version"),
  /// IHL below 5.
  IP_HEADER_LENGTH("IPv4 header length below 20"),
  /// The total or payload length names more octets than came, or fewer than the header.
  IP_TOTAL_LENGTH("IP length does not match the packet"),
  /// The IPv4 header's sum is wrong (RFC 1122 §3.2.1.2).
  IP_CHECKSUM("bad IPv4 header checksum"),
  /// An IPv4 option's length is 0, 1 or points out of the header.
  IP_OPTION_LENGTH("IPv4 option with an illegal length"),
  /// A loose or strict source route (RFC 7126 §4.3, §4.4 advise to drop it).
  IP_SOURCE_ROUTE("IPv4 source route"),
  /// A piece of a datagram; the header's fields are valid.
  IP_FRAGMENT("fragment"),
  /// An extension header ends behind the packet.
  IPV6_EXTENSION_LENGTH("IPv6 extension header longer than the packet"),
  /// Hop-by-hop options that are not first, or a second fragment header (RFC 8200 §4.1).
  IPV6_EXTENSION_ORDER("IPv6 extension header out of order"),
  /// More than [IpHeader#MAX_EXTENSION_HEADERS].
  IPV6_EXTENSION_COUNT("too many IPv6 extension headers"),
  /// Segments left in a routing header, type 0 among them (RFC 5095, RFC 8200 §4.4).
  /// Answered with a parameter problem, code 0.
  IPV6_ROUTING_HEADER("IPv6 routing header with segments left"),
  /// An option points out of its extension header.
  IPV6_OPTION_LENGTH("IPv6 option with an illegal length"),
  /// More options or padding than RFC 8504 §5.3 lets a host put up with.
  IPV6_OPTION_COUNT("too many IPv6 options"),
  /// An unknown option that asks for the packet to be discarded in silence.
  IPV6_OPTION_REFUSED("unknown IPv6 option that forbids processing"),
  /// An unknown option that asks for a parameter problem, code 2 (RFC 8200 §4.2).
  IPV6_OPTION_UNKNOWN("unknown IPv6 option that wants an answer"),
  /// The chain ends with 59 (RFC 8200 §4.7).
  IPV6_NO_NEXT_HEADER("IPv6 packet without a payload"),

  // ---- addresses
  /// 0.0.0.0 or ::.
  SOURCE_UNSPECIFIED("source address unspecified"),
  /// 224.0.0.0/4 or ff00::/8.
  SOURCE_MULTICAST("source address multicast"),
  /// 255.255.255.255 or the network's own.
  SOURCE_BROADCAST("source address broadcast"),
  /// 127.0.0.0/8 or ::1 on a wire.
  SOURCE_LOOPBACK("source address loopback"),
  /// One of our own addresses, seen on a wire.
  SOURCE_OURS("source address is our own"),
  /// ::ffff:0:0/96 in an IPv6 header, which would pass for IPv4 (RFC 4942 §2.2).
  ADDRESS_MAPPED("IPv4-mapped address in an IPv6 header"),
  /// Not for this host, and hosts do not forward.
  DESTINATION_NOT_OURS("destination not ours"),
  /// 0.0.0.0 or ::.
  DESTINATION_UNSPECIFIED("destination address unspecified"),
  /// 127.0.0.0/8 or ::1 on a wire (RFC 1122 §3.2.1.3).
  DESTINATION_LOOPBACK("destination address loopback"),
  /// TCP to a group (MUST-57), or a group we are not in.
  DESTINATION_MULTICAST("destination address multicast"),
  /// TCP to everybody (MUST-57).
  DESTINATION_BROADCAST("destination address broadcast"),

  // ---- what IP carries
  /// Neither TCP nor UDP nor ICMP.
  PROTOCOL_UNKNOWN("unknown protocol"),
  /// The TTL or hop limit is not what the message must have (RFC 4861 §6.1, RFC 5082).
  HOP_LIMIT("TTL or hop limit not allowed"),
  /// Told to by a filter.
  FILTERED("filtered"),
  /// A filter knows that the source cannot be where it claims to be.
  FILTERED_BOGON("filtered: impossible source address"),
  /// Its source begins too much in too short a time.
  FILTERED_RATE("filtered: too many new connections"),
  /// Its source has too many handshakes open.
  FILTERED_HALF_OPEN("filtered: too many half-open connections"),
  /// Its source has too many connections.
  FILTERED_CONNECTIONS("filtered: too many connections"),
  /// Its source would be answered too often without a handshake.
  REPLY_LIMIT("source answered too often"),

  // ---- TCP
  /// Fewer than 20 octets.
  TCP_TOO_SHORT("shorter than a TCP header"),
  /// Below 5, or behind the end of the segment.
  TCP_DATA_OFFSET("bad TCP data offset"),
  /// MUST-3.
  TCP_CHECKSUM("bad TCP checksum"),
  /// 0, 1, out of the header, or not the length that this kind has (MUST-7).
  TCP_OPTION_LENGTH("TCP option with an illegal length"),
  /// Source and destination are one and the same.
  TCP_LAND("TCP source equals destination"),
  /// Port 0 is nobody's.
  TCP_PORT_ZERO("TCP port 0"),
  /// A combination that no state accepts, SYN and FIN for one.
  TCP_FLAGS("impossible TCP flags"),
  /// Neither a connection nor a listener; a reset may have been the answer.
  TCP_NO_LISTENER("no TCP connection or listener"),
  /// A SYN for a listener that has no room.
  TCP_BACKLOG_FULL("TCP backlog full"),
  /// A SYN while the buffers of others hold all memory there is for them.
  TCP_MEMORY_SCARCE("TCP memory scarce"),

  // ---- UDP
  /// Fewer than 8 octets.
  UDP_TOO_SHORT("shorter than a UDP header"),
  /// Below 8 or more than came.
  UDP_LENGTH("UDP length does not match the packet"),
  /// The sum is wrong.
  UDP_CHECKSUM("bad UDP checksum"),
  /// Zero, which IPv6 forbids (RFC 8200 §8.1).
  UDP_CHECKSUM_ZERO("no UDP checksum over IPv6"),
  /// Nobody at that port; port unreachable may have been the answer.
  UDP_NO_LISTENER("no UDP listener"),

  // ---- ICMP
  /// Fewer than 8 octets.
  ICMP_TOO_SHORT("shorter than an ICMP header"),
  /// The sum is wrong.
  ICMP_CHECKSUM("bad ICMP checksum"),
  /// A type we have no use for (RFC 1122 §3.2.2).
  ICMP_TYPE("ICMP type without meaning for us"),
  /// Deprecated (RFC 6633), dropped in silence (MUST-55).
  ICMP_SOURCE_QUENCH("ICMP source quench"),
  /// An error that quotes too little to find out whom it means.
  ICMP_QUOTE("ICMP error with an unreadable quote"),
  /// An error about a packet that no connection here can have sent.
  ICMP_UNRELATED("ICMP error about no connection of ours"),
  /// "Too big" for an MTU that no link may have (RFC 791, RFC 8201 §4).
  ICMP_MTU("ICMP error with an impossible MTU"),
  /// An error whose quoted sequence number is not in flight (RFC 5927 §4.1).
  ICMP_SEQUENCE("ICMP error about data not in flight"),
  /// A request beyond what we answer per second.
  ICMP_RATE("ICMP request beyond the rate limit");

  private final String text;

  DropReason(String text) {
    this.text = text;
  }

  /// The reason in words, for people.
  public String text() {
    return text;
  }
}
