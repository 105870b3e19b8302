package dev.sluice.sim.packet;

import org.jspecify.annotations.Nullable;

/// The mark that a router with a long queue sets instead of dropping a packet, written
/// without help from the codecs under test.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3168#section-5 RFC 3168 §5
public final class Congestion {
  private Congestion() {}

  /// A marked copy of a packet.
  ///
  /// @return null if its sender does not allow it to be marked
  public static byte @Nullable [] marked(byte[] packet) {
    boolean v4 = packet[0] >>> 4 == 4;
    int at = 1;
    int shift = v4 ? 0 : 4;
    if ((packet[at] >>> shift & 3) == 0) {
      return null;
    }
    byte[] copy = packet.clone();
    copy[at] |= (byte) (3 << shift);
    if (v4) {
      int header = 4 * (copy[0] & 15);
      copy[10] = 0;
      copy[11] = 0;
      int sum = ~InternetChecksum.add(0, copy, 0, header);
      copy[10] = (byte) (sum >>> 8);
      copy[11] = (byte) sum;
    }
    return copy;
  }
}
