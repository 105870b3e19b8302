package dev.sluice.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads numbers and choices off the front of the fuzzer's octets. Past the end all is 0,
/// so that a shortened input still means nearly the same.
final class Feed {
  private final byte[] octets;
  private int at;

  Feed(byte[] octets) {
    this.octets = octets;
  }

  /// Whether octets are left.
  boolean more() {
    return at < octets.length;
  }

  /// 0 to 255.
  int u8() {
    return at < octets.length ? octets[at++] & 0xff : 0;
  }

  /// -128 to 127.
  int i8() {
    return (byte) u8();
  }

  /// 0 to 65,535.
  int u16() {
    return u8() << 8 | u8();
  }

  int i32() {
    return u16() << 16 | u16();
  }

  long i64() {
    return (long) i32() << 32 | (i32() & 0xffff_ffffL);
  }

  /// 0 to `count` - 1.
  int below(int count) {
    return u8() % count;
  }

  boolean flag() {
    return (u8() & 1) != 0;
  }

  /// Small numbers and large ones alike from one octet: 0 to 15, and then the upper four
  /// bits are an exponent, up to about 500,000.
  int scaled() {
    int octet = u8();
    return (octet & 15) << (octet >>> 4);
  }

  /// As many octets as are left, at most `most`.
  byte[] take(int most) {
    int length = Math.min(most, octets.length - at);
    at += length;
    return Arrays.copyOfRange(octets, at - length, at);
  }

  byte[] rest() {
    return take(octets.length);
  }

  /// Text with whatever characters, one for each octet or fewer.
  String text(int most) {
    return new String(take(most), StandardCharsets.UTF_8);
  }
}
