package dev.sluice.packetdrill.language;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A packet as a script writes it.
public sealed interface PacketLine {
  /// What is said of the IP header.
  IpFields ip();

  /// Headers around the packet (`gre`, `mpls`, `psp`, `ipv4 a > b`), outermost first.
  List<String> encapsulations();

  /// Source and destination port, as written.
  record Ports(int source, int destination) {}

  /// `1:1001(1000)`.
  ///
  /// @param start first sequence number, modulo 2^32
  /// @param length octets of payload
  /// @param absolute `!`: not relative to the initial sequence number
  /// @param ignored `...(n)`: not compared
  record Sequence(int start, int length, boolean absolute, boolean ignored) {}

  /// A TCP segment.
  ///
  /// @param ports written in front of the flags, or null
  /// @param flags bits of [dev.sluice.wire.Flags]
  /// @param ace 0 to 7 if the accurate ECN field is written as a number, else -1
  /// @param ack null without `ack n`
  /// @param window raw field, null if not written
  /// @param urgent urgent pointer, 0 if not written
  /// @param options null for `<...>`
  /// @param udp the ports of a UDP header around the segment, or null
  record TcpLine(
      IpFields ip,
      List<String> encapsulations,
      @Nullable Ports ports,
      int flags,
      int ace,
      Sequence sequence,
      @Nullable Integer ack,
      @Nullable Integer window,
      int urgent,
      @Nullable List<TcpOption> options,
      @Nullable Ports udp)
      implements PacketLine {}

  /// A UDP datagram.
  record UdpLine(
      IpFields ip, List<String> encapsulations, @Nullable Ports ports, int length)
      implements PacketLine {}

  /// An ICMP message.
  ///
  /// @param type a name or number
  /// @param code a name or number, or null
  /// @param mtu next hop's MTU, or 0
  /// @param id echo identifier, or 0
  /// @param quoted what the message quotes, or null for a plain header of the connection
  record IcmpLine(
      IpFields ip,
      List<String> encapsulations,
      String type,
      @Nullable String code,
      int mtu,
      int id,
      @Nullable Quoted quoted,
      Position at)
      implements PacketLine {}

  /// What stands in the quote of an ICMP message.
  sealed interface Quoted {
    /// `[seq:end(len)]`, with `/udp(a > b)` if the segment travels in UDP.
    record Tcp(Sequence sequence, @Nullable Ports udp) implements Quoted {}

    /// `[udp(len)]`.
    record Udp(int length) implements Quoted {}

    /// `[raw(len)]`.
    record Raw(int length) implements Quoted {}
  }
}
