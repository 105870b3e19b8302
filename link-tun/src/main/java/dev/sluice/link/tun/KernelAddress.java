package dev.sluice.link.tun;

import dev.sluice.wire.IpAddress;

/// An address that the kernel has on its side of the device, and the network that it
/// reaches through it.
///
/// @param address the kernel's own address
/// @param prefixLength bits of the network, 1 to 32 or 1 to 128
public record KernelAddress(IpAddress address, int prefixLength) {
  public KernelAddress {
    int bits = address.isV4() ? 32 : 128;
    if (prefixLength < 1 || prefixLength > bits) {
      throw new IllegalArgumentException(
          "the prefix length of " + address + " is 1 to " + bits + ": " + prefixLength);
    }
    if (address.isAny() || address.isMulticast() || address.isLoopback()) {
      throw new IllegalArgumentException(
          address + " cannot be the address of a device: choose one like 198.18.0.1/24");
    }
  }

  /// Reads `198.18.0.1/24` or `fd5a::1/64`.
  ///
  /// @throws IllegalArgumentException with a message for the user
  public static KernelAddress parse(String text) {
    int slash = text.indexOf('/');
    String length = text.substring(slash + 1);
    if (slash < 0 || !length.matches("\\d{1,3}")) {
      throw new IllegalArgumentException("not an address with a prefix length: '" + text
          + "' (expected one like 198.18.0.1/24 or fd5a::1/64)");
    }
    return new KernelAddress(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(length));
  }

  /// Whether both name the same network.
  boolean isSameNetworkAs(KernelAddress other) {
    return address.isV4() == other.address.isV4()
        && prefixLength == other.prefixLength
        && networkHigh() == other.networkHigh()
        && networkLow() == other.networkLow();
  }

  private int bits() {
    return address.isV4() ? 96 + prefixLength : prefixLength;
  }

  private long networkHigh() {
    return bits() >= 64 ? address.high() : address.high() & (-1L << (64 - bits()));
  }

  private long networkLow() {
    return bits() <= 64 ? 0 : address.low() & (-1L << (128 - bits()));
  }

  @Override
  public String toString() {
    return address + "/" + prefixLength;
  }
}
