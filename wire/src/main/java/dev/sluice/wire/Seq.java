package dev.sluice.wire;

/// Arithmetic of 32-bit sequence numbers, modulo 2^32.
///
/// A sequence number is an `int` whose name ends in `Seq` or is the RFC's own
/// (`sndUna`, `rcvNxt`). `a < b` means that `b` lies at most 2^31 - 1 ahead of `a`:
/// plain `<` on such ints is always a bug.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.4 RFC 9293 §3.4
public final class Seq {
  private Seq() {}

  /// Whether `a` comes before `b`.
  public static boolean lt(int a, int b) {
    return a - b < 0;
  }

  /// Whether `a` comes before `b` or is `b`.
  public static boolean leq(int a, int b) {
    return a - b <= 0;
  }

  /// Whether `a` comes after `b`.
  public static boolean gt(int a, int b) {
    return a - b > 0;
  }

  /// Whether `a` comes after `b` or is `b`.
  public static boolean geq(int a, int b) {
    return a - b >= 0;
  }

  /// Whether `seq` lies in `[low, high)`, a range of less than 2^32 octets.
  public static boolean inRange(int seq, int low, int high) {
    return Integer.compareUnsigned(seq - low, high - low) < 0;
  }

  /// How many octets lie from `from` to `to`, in -2^31 to 2^31 - 1.
  public static int diff(int to, int from) {
    return to - from;
  }

  /// The later of the two.
  public static int max(int a, int b) {
    return lt(a, b) ? b : a;
  }

  /// The earlier of the two.
  public static int min(int a, int b) {
    return lt(a, b) ? a : b;
  }
}
