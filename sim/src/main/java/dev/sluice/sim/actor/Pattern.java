package dev.sluice.sim.actor;

import dev.sluice.sim.law.Seed;
import java.nio.ByteBuffer;

/// An endless stream of octets in which each depends on its position, so that any octet
/// that is lost, repeated or misplaced is found.
///
/// @param seed tells two streams apart
public record Pattern(long seed) {
  /// The octet at a position.
  public byte at(long position) {
    return (byte) (Seed.mix(seed + (position >>> 3)) >>> (8 * (position & 7)));
  }

  /// Puts the octets from `position` on into all that remains of a buffer.
  public void fill(ByteBuffer target, long position) {
    for (long at = position; target.hasRemaining(); at++) {
      target.put(at(at));
    }
  }

  /// Compares octets with those from `position` on.
  ///
  /// @return the position of the first that differs, or -1
  public long firstDifference(ByteBuffer octets, long position) {
    for (long at = position; octets.hasRemaining(); at++) {
      if (octets.get() != at(at)) {
        return at;
      }
    }
    return -1;
  }
}
