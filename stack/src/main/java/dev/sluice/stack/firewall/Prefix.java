package dev.sluice.stack.firewall;

import dev.sluice.wire.IpAddress;

/// The addresses that begin with the same bits, such as `198.18.0.0/15` or `fd00::/8`.
///
/// @param address the first of them; the bits behind the prefix are 0
/// @param bits how many bits they share, 0 to 32 or 0 to 128
public record Prefix(IpAddress address, int bits) {
  private static final int MAPPED_BITS = 96;

  public Prefix {
    if (bits < 0 || bits > (address.isV4() ? 32 : 128)) {
      throw new IllegalArgumentException("no prefix length for " + address + ": " + bits);
    }
    int wide = address.isV4() ? bits + MAPPED_BITS : bits;
    IpAddress first = new IpAddress(address.high() & highMask(wide), address.low() & lowMask(wide));
    if (!first.equals(address)) {
      throw new IllegalArgumentException(address + "/" + bits
          + " has bits behind its prefix; the network is " + first + "/" + bits);
    }
  }

  /// The prefix of that length which an address is in.
  public static Prefix of(IpAddress address, int bits) {
    int wide = address.isV4() ? bits + MAPPED_BITS : bits;
    return new Prefix(
        new IpAddress(address.high() & highMask(wide), address.low() & lowMask(wide)), bits);
  }

  /// Reads `198.18.0.0/15`, `fd00::/8`, or an address for itself alone.
  ///
  /// @throws IllegalArgumentException in words for people
  public static Prefix parse(String text) {
    int slash = text.indexOf('/');
    IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    int most = address.isV4() ? 32 : 128;
    if (slash < 0) {
      return new Prefix(address, most);
    }
    int bits = Numbers.parse(text.substring(slash + 1), most);
    if (bits < 0) {
      throw new IllegalArgumentException(
          "a prefix length of 0 to " + most + ", and not '" + text.substring(slash + 1) + "'");
    }
    return new Prefix(address, bits);
  }

  /// The bits of an address's first half that a prefix of so many of 128 bits keeps.
  static long highMask(int bits) {
    return bits >= 64 ? -1L : bits == 0 ? 0 : -1L << (64 - bits);
  }

  /// The same of the second half.
  static long lowMask(int bits) {
    return bits >= 128 ? -1L : bits <= 64 ? 0 : -1L << (128 - bits);
  }

  /// Whether an address is in it.
  public boolean contains(long high, long low) {
    boolean v4 = address.isV4();
    if (v4 != IpAddress.isV4(high, low)) {
      return false;
    }
    int wide = v4 ? bits + MAPPED_BITS : bits;
    return (high & highMask(wide)) == address.high() && (low & lowMask(wide)) == address.low();
  }

  @Override
  public String toString() {
    return bits == (address.isV4() ? 32 : 128) ? address.toString() : address + "/" + bits;
  }
}
