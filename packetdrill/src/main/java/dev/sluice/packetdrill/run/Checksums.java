package dev.sluice.packetdrill.run;

/// The Internet checksum over plain bytes, written apart from the stack's own so that
/// one judges the other.
///
/// @spec https://www.rfc-editor.org/rfc/rfc1071 RFC 1071
final class Checksums {
  private Checksums() {}

  /// The sum of 16-bit words, not folded.
  static long sum(byte[] bytes, int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      int octet = bytes[i] & 0xff;
      sum += (i - from) % 2 == 0 ? (long) octet << 8 : octet;
    }
    return sum;
  }

  /// The folded complement, 0 to 65,535.
  static int fold(long sum) {
    long folded = sum;
    while (folded >> 16 != 0) {
      folded = (folded & 0xffff) + (folded >> 16);
    }
    return (int) ~folded & 0xffff;
  }

  /// The checksum of a transport header and its payload with the pseudo-header in front.
  static int transport(byte[] packet, boolean v4, int offset, int end, int protocol) {
    long addresses = v4 ? sum(packet, 12, 20) : sum(packet, 8, 40);
    return fold(addresses + protocol + (end - offset) + sum(packet, offset, end));
  }
}
