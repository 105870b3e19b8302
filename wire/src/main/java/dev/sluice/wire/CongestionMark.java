package dev.sluice.wire;

/// What a router does to a packet instead of dropping it.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3168#section-5 RFC 3168 §5
public final class CongestionMark {
  /// The two lower bits of the traffic class.
  private static final int CODEPOINT = 3;

  private CongestionMark() {}

  /// Sets the mark, if the packet's sender said that it understands one; the checksum of
  /// an IPv4 header follows.
  ///
  /// @param packet an IP packet with a whole header
  /// @return whether the packet carries the mark now; false: drop it, if it is in the way
  public static boolean set(PacketBuffer packet) {
    boolean v4 = packet.u8(0) >>> 4 == 4;
    int first = packet.u16(0);
    int shift = v4 ? 0 : 4;
    if ((first >>> shift & CODEPOINT) == 0) {
      return false;
    }
    packet.u16(0, first | CODEPOINT << shift);
    if (v4) {
      packet.u16(10, 0);
      packet.u16(10, Checksum.ofSum(Checksum.sum(packet, 0, 4 * (first >>> 8 & 0xf))));
    }
    return true;
  }
}
