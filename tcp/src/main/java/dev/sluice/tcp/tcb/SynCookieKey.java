package dev.sluice.tcp.tcb;

/// A secret of 128 bits that SYN cookies are made with, for machines that share it.
///
/// @param first the first eight octets, the lowest first
/// @param second the last eight
public record SynCookieKey(long first, long second) {
  /// Octets of a key.
  public static final int LENGTH = 16;

  /// The key in these octets.
  ///
  /// @throws IllegalArgumentException if they are not 16
  public static SynCookieKey of(byte[] octets) {
    if (octets.length != LENGTH) {
      throw new IllegalArgumentException("a SYN cookie key has 16 octets, not " + octets.length);
    }
    return new SynCookieKey(word(octets, 0), word(octets, 8));
  }

  private static long word(byte[] octets, int from) {
    long word = 0;
    for (int i = 7; i >= 0; i--) {
      word = word << 8 | (octets[from + i] & 0xff);
    }
    return word;
  }

  /// Nothing of the secret.
  @Override
  public String toString() {
    return "SynCookieKey[...]";
  }
}
