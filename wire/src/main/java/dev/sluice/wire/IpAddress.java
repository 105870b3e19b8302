package dev.sluice.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// An IPv4 or IPv6 address as 128 bits; IPv4 is held in its mapped form `::ffff:a.b.c.d`.
///
/// The red zone passes the two longs, the rest of the house this record.
///
/// @param high the first 64 bits
/// @param low the last 64 bits
/// @spec https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2 RFC 4291 §2.5.5.2
public record IpAddress(long high, long low) implements Comparable<IpAddress> {
  private static final long MAPPED = 0x0000_ffff_0000_0000L;

  /// `0.0.0.0`, no address yet.
  public static final IpAddress ANY_V4 = ofV4(0);
  /// `::`, no address yet.
  public static final IpAddress ANY_V6 = new IpAddress(0, 0);

  /// The IPv4 address with these 32 bits.
  public static IpAddress ofV4(int bits) {
    return new IpAddress(0, lowOfV4(bits));
  }

  /// The low half of the mapped form of an IPv4 address.
  public static long lowOfV4(int bits) {
    return MAPPED | (bits & 0xffff_ffffL);
  }

  /// Whether the two halves are an IPv4 address.
  public static boolean isV4(long high, long low) {
    return high == 0 && (low & 0xffff_ffff_0000_0000L) == MAPPED;
  }

  /// Reads `198.18.0.2` or `fd5a::2`; never asks a name server.
  ///
  /// @throws IllegalArgumentException if the text is no literal address
  public static IpAddress parse(String text) {
    try {
      return of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not an IP address: '" + text + "' (expected one like 198.18.0.2 or fd5a::2)", e);
    }
  }

  /// The same address, from the JDK's type.
  public static IpAddress of(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length == 4) {
      return ofV4((int) bits(octets, 0, 4));
    }
    return new IpAddress(bits(octets, 0, 8), bits(octets, 8, 8));
  }

  private static long bits(byte[] octets, int from, int count) {
    long bits = 0;
    for (int i = from; i < from + count; i++) {
      bits = (bits << 8) | (octets[i] & 0xff);
    }
    return bits;
  }

  /// The same address, as the JDK's type, without a host name.
  public InetAddress toInetAddress() {
    byte[] octets = new byte[isV4() ? 4 : 16];
    for (int i = 0; i < octets.length; i++) {
      int shift = 8 * (octets.length - 1 - i);
      octets[i] = (byte) (shift >= 64 ? high >>> (shift - 64) : low >>> shift);
    }
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 octets are legal lengths", e);
    }
  }

  public boolean isV4() {
    return isV4(high, low);
  }

  /// The 32 bits of an IPv4 address.
  public int v4Bits() {
    return (int) low;
  }

  /// Whether it is the unspecified address of its family.
  public boolean isAny() {
    return isAny(high, low);
  }

  /// [#isAny()] of the two halves.
  public static boolean isAny(long high, long low) {
    return high == 0 && (low == 0 || low == MAPPED);
  }

  /// Whether it is a multicast address (224.0.0.0/4, ff00::/8).
  public boolean isMulticast() {
    return isMulticast(high, low);
  }

  /// [#isMulticast()] of the two halves.
  public static boolean isMulticast(long high, long low) {
    return isV4(high, low) ? ((int) low >>> 28) == 0xe : (high >>> 56) == 0xff;
  }

  /// Whether the two halves are 255.255.255.255.
  public static boolean isLimitedBroadcast(long high, long low) {
    return high == 0 && low == (MAPPED | 0xffff_ffffL);
  }

  /// Whether it is a loopback address (127.0.0.0/8, ::1).
  public boolean isLoopback() {
    return isLoopback(high, low);
  }

  /// [#isLoopback()] of the two halves.
  public static boolean isLoopback(long high, long low) {
    return isV4(high, low) ? ((int) low >>> 24) == 127 : high == 0 && low == 1;
  }

  /// Whether it is a link-local address (169.254.0.0/16, fe80::/10).
  public boolean isLinkLocal() {
    return isV4() ? (v4Bits() >>> 16) == 0xa9fe : (high >>> 54) == (0xfe80L >>> 6);
  }

  @Override
  public int compareTo(IpAddress other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /// The usual text, for IPv6 the short one of RFC 5952.
  @Override
  public String toString() {
    return isV4() ? v4Text() : v6Text();
  }

  private String v4Text() {
    int bits = v4Bits();
    return (bits >>> 24) + "." + ((bits >>> 16) & 255) + "." + ((bits >>> 8) & 255) + "."
        + (bits & 255);
  }

  private int group(int index) {
    return (int) ((index < 4 ? high : low) >>> (48 - 16 * (index & 3))) & 0xffff;
  }

  private String v6Text() {
    int zeroStart = -1;
    int zeroLength = 1; // a single zero group is not shortened (RFC 5952 §4.2.2)
    for (int i = 0; i < 8; i++) {
      int run = 0;
      while (i + run < 8 && group(i + run) == 0) {
        run++;
      }
      if (run > zeroLength) {
        zeroStart = i;
        zeroLength = run;
      }
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == zeroStart) {
        text.append("::");
        i += zeroLength - 1;
        continue;
      }
      if (i > 0 && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(group(i)));
    }
    return text.toString();
  }
}
