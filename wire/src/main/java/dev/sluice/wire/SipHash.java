package dev.sluice.wire;

/// SipHash-2-4, a keyed hash of short inputs that nobody without the key can predict: for
/// hash tables, initial sequence numbers, ports and cookies.
///
/// `begin`, then `add` per word, then `finish`. An object belongs to one thread and
/// allocates nothing.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6528#section-3 RFC 6528 §3, which leaves the
///     function open
public final class SipHash {
  private final long key0;
  private final long key1;
  private long v0;
  private long v1;
  private long v2;
  private long v3;
  private int octets;

  /// @param key0 the first 64 bits of the secret, little-endian
  /// @param key1 the last 64 bits
  public SipHash(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /// Forgets what was added.
  public SipHash begin() {
    v0 = key0 ^ 0x736f_6d65_7073_6575L;
    v1 = key1 ^ 0x646f_7261_6e64_6f6dL;
    v2 = key0 ^ 0x6c79_6765_6e65_7261L;
    v3 = key1 ^ 0x7465_6462_7974_6573L;
    octets = 0;
    return this;
  }

  /// Adds eight octets, the lowest first.
  public SipHash add(long word) {
    octets += 8;
    compress(word);
    return this;
  }

  /// The hash of what was added.
  public long finish() {
    return finish(0, 0);
  }

  /// The hash of what was added and up to seven octets more.
  ///
  /// @param tail the octets, the lowest first; those above `count` are 0
  /// @param count how many, 0 to 7
  public long finish(long tail, int count) {
    assert count >= 0 && count < 8 && tail >>> (8 * count) == 0 : count + " octets";
    compress((long) (octets + count) << 56 | tail);
    v2 ^= 0xff;
    round();
    round();
    round();
    round();
    return v0 ^ v1 ^ v2 ^ v3;
  }

  /// The word that eight octets of a key or a text stand for, the lowest first.
  ///
  /// @param from index of the first of them
  public static long word(byte[] octets, int from) {
    long word = 0;
    for (int i = Long.BYTES - 1; i >= 0; i--) {
      word = (word << Byte.SIZE) | (octets[from + i] & 0xff);
    }
    return word;
  }

  /// The hash of two words.
  public long hash(long a, long b) {
    return begin().add(a).add(b).finish();
  }

  private void compress(long word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }

  private void round() {
    v0 += v1;
    v2 += v3;
    v1 = Long.rotateLeft(v1, 13) ^ v0;
    v3 = Long.rotateLeft(v3, 16) ^ v2;
    v0 = Long.rotateLeft(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = Long.rotateLeft(v1, 17) ^ v2;
    v3 = Long.rotateLeft(v3, 21) ^ v0;
    v2 = Long.rotateLeft(v2, 32);
  }
}
