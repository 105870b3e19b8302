package dev.sluice.sim.packet;

/// The Internet checksum, one 16-bit word at a time, as RFC 1071 §1 puts it: slow, short
/// and written apart from the one under test.
///
/// @spec https://www.rfc-editor.org/rfc/rfc1071#section-1 RFC 1071 §1
final class InternetChecksum {
  private InternetChecksum() {}

  /// The ones' complement sum of a range, on top of `sum`; an odd last octet is padded
  /// with zero.
  static int add(int sum, byte[] octets, int from, int to) {
    int total = sum;
    for (int i = from; i < to; i += 2) {
      int low = i + 1 < to ? octets[i + 1] & 0xff : 0;
      total += ((octets[i] & 0xff) << 8) | low;
      total = (total & 0xffff) + (total >>> 16);
    }
    return total;
  }

  /// The sum of the pseudo-header and everything from `transport` to the end of the
  /// packet: 0xffff if the checksum in it is right.
  ///
  /// @param packet an IP packet, IPv4 if its first nibble says so
  /// @param transport index of the transport header
  /// @param end index after the packet's last octet
  /// @param protocol 6 for TCP, 17 for UDP, 58 for ICMPv6
  static int transportSum(byte[] packet, int transport, int end, int protocol) {
    boolean v4 = (packet[0] & 0xf0) == 0x40;
    int sum = v4 ? add(0, packet, 12, 20) : add(0, packet, 8, 40);
    sum += protocol + (end - transport);
    sum = (sum & 0xffff) + (sum >>> 16);
    return add(sum, packet, transport, end);
  }
}
