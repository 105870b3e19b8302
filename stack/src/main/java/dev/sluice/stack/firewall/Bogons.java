package dev.sluice.stack.firewall;

import java.util.List;
import java.util.stream.Stream;

/// Addresses that no packet from the public Internet can come from: private, reserved,
/// for documentation, or not unicast at all.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6890 RFC 6890
public final class Bogons {
  /// All of them. Of IPv6 only 2000::/3 is given out (RFC 4291 §2.4).
  public static final List<Prefix> ALL = Stream.of(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private (RFC 1918)
          "100.64.0.0/10", // behind a carrier's address translation (RFC 6598)
          "127.0.0.0/8", // loopback
          "169.254.0.0/16", // link-local
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocol assignments
          "192.0.2.0/24", // documentation (RFC 5737)
          "192.168.0.0/16", // private
          "198.18.0.0/15", // benchmarks (RFC 2544)
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/3", // groups, and the reserved rest
          "::/3", // unspecified, loopback, mapped, translated
          "2001:2::/48", // benchmarks (RFC 5180)
          "2001:db8::/32", // documentation (RFC 3849)
          "3fff::/20", // documentation (RFC 9637)
          "4000::/2", // not given out
          "8000::/1") // not given out, private (RFC 4193), link-local, groups
      .map(Prefix::parse)
      .toList();

  private Bogons() {}

  /// Whether an address is one of them.
  public static boolean contains(long high, long low) {
    return isIn(ALL, high, low);
  }

  static boolean isIn(List<Prefix> prefixes, long high, long low) {
    int count = prefixes.size();
    for (int i = 0; i < count; i++) {
      if (prefixes.get(i).contains(high, low)) {
        return true;
      }
    }
    return false;
  }
}
