package dev.sluice.guard.detect;

import dev.sluice.wire.IpAddress;

/// The networks that sources are summed up by: /24 of IPv4, /64 of IPv6, which are what
/// one subscriber or one site holds.
final class Prefix {
  /// The low half of an IPv4 address without its last octet.
  private static final long V4_NETWORK = ~0xffL;

  private Prefix() {}

  static long high(long high, long low) {
    return high;
  }

  static long low(long high, long low) {
    return IpAddress.isV4(high, low) ? low & V4_NETWORK : 0;
  }

  /// `203.0.113.0/24`, `2001:db8::/64`.
  static String text(long high, long low) {
    boolean v4 = IpAddress.isV4(high, low);
    return new IpAddress(high, v4 ? low & V4_NETWORK : 0) + (v4 ? "/24" : "/64");
  }
}
