package dev.sluice.tcp.tcb;

import dev.sluice.wire.SipHash;

/// A secret of 128 bits that fast open cookies are made with.
///
/// @param first the first eight octets, the lowest first
/// @param second the last eight
public record FastOpenKey(long first, long second) {
  /// Octets of a key.
  public static final int LENGTH = 16;

  /// The key in these octets.
  ///
  /// @throws IllegalArgumentException if they are not 16
  public static FastOpenKey of(byte[] octets) {
    if (octets.length != LENGTH) {
      throw new IllegalArgumentException("a fast open key has 16 octets, not " + octets.length);
    }
    return new FastOpenKey(SipHash.word(octets, 0), SipHash.word(octets, 8));
  }

  /// Nothing of the secret.
  @Override
  public String toString() {
    return "FastOpenKey[...]";
  }
}
