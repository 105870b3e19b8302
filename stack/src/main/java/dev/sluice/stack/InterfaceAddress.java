package dev.sluice.stack;

import dev.sluice.wire.IpAddress;

/// An address of this host and the network it is in.
///
/// @param address the address
/// @param prefixLength bits of the network's prefix, 0 to 32 or 128
public record InterfaceAddress(IpAddress address, int prefixLength) {
  /// Reads `198.18.0.2/24` or `fd5a::2/64`.
  ///
  /// @throws IllegalArgumentException saying what was expected
  public static InterfaceAddress parse(String text) {
    int slash = text.indexOf('/');
    try {
      if (slash > 0) {
        IpAddress address = IpAddress.parse(text.substring(0, slash));
        int bits = Integer.parseInt(text.substring(slash + 1));
        if (bits >= 0 && bits <= (address.isV4() ? 32 : 128)) {
          return new InterfaceAddress(address, bits);
        }
      }
    } catch (NumberFormatException e) {
      // falls through to the one message
    }
    throw new IllegalArgumentException(
        "not an address with prefix length: '" + text + "' (expected one like 198.18.0.2/24)");
  }
}
