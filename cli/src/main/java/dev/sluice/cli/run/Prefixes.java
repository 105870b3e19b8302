package dev.sluice.cli.run;

import dev.sluice.stack.InterfaceAddress;
import dev.sluice.wire.IpAddress;

/// Addresses inside a prefix.
public final class Prefixes {
  private Prefixes() {}

  /// The first address a host may have in this network, or the second if the first is
  /// the one given: where the kernel's side of a TUN device stands.
  ///
  /// @throws IllegalArgumentException if the network has no room for another host
  public static InterfaceAddress neighbourOf(InterfaceAddress own) {
    boolean v4 = own.address().isV4();
    int width = v4 ? 32 : 128;
    if (own.prefixLength() > width - 2) {
      throw new IllegalArgumentException(
          "a prefix of " + own.prefixLength() + " bits has no room for the kernel's address;"
              + " use a shorter one, or say --kernel-address");
    }
    IpAddress first = host(own, 1);
    IpAddress chosen = first.equals(own.address()) ? host(own, 2) : first;
    return new InterfaceAddress(chosen, own.prefixLength());
  }

  /// Whether an address is in this network.
  static boolean contains(InterfaceAddress network, IpAddress address) {
    IpAddress own = network.address();
    return own.isV4() == address.isV4()
        && prefix(own, network.prefixLength()).equals(prefix(address, network.prefixLength()));
  }

  private static IpAddress prefix(IpAddress address, int bits) {
    return host(new InterfaceAddress(address, bits), 0);
  }

  private static IpAddress host(InterfaceAddress own, int number) {
    IpAddress address = own.address();
    int bits = own.prefixLength();
    if (address.isV4()) {
      int mask = bits == 0 ? 0 : -1 << (32 - bits);
      return IpAddress.ofV4((address.v4Bits() & mask) + number);
    }
    long highMask = mask64(Math.min(bits, 64));
    long lowMask = mask64(Math.max(0, bits - 64));
    return new IpAddress(address.high() & highMask, (address.low() & lowMask) + number);
  }

  private static long mask64(int bits) {
    return bits == 0 ? 0 : -1L << (64 - bits);
  }
}
