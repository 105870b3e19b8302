package dev.sluice.tcp.tcb;

/// What an ICMP error says of a connection, told apart as RFC 1122 §4.2.3.9 and RFC
/// 5927 ask.
///
/// @param kind how serious it is
/// @param type the ICMP or ICMPv6 type, for messages
/// @param code the code
/// @param mtu for [Kind#PACKET_TOO_BIG], the next hop's MTU in octets, or 0 if it did
///     not say
/// @param quotedSeq the sequence number in the quoted TCP header
public record IcmpError(Kind kind, int type, int code, int mtu, int quotedSeq) {
  /// How serious an error is.
  public enum Kind {
    /// A hint: unreachable codes 0, 1, 5 and their like, time exceeded, parameter
    /// problem.
    SOFT,
    /// Protocol or port unreachable: ends an open that is under way, else a hint (RFC
    /// 5927 §5.2).
    HARD,
    /// Fragmentation needed, packet too big.
    PACKET_TOO_BIG
  }
}
