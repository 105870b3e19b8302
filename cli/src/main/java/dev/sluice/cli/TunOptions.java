package dev.sluice.cli;

import dev.sluice.cli.run.ServeConfig;
import dev.sluice.stack.InterfaceAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of a stack on a TUN device.
final class TunOptions {
  @Option(
      names = "--tun",
      paramLabel = "NAME",
      description = "Open this TUN device instead (root or CAP_NET_ADMIN).")
  @Nullable
  String tun;

  @Option(
      names = "--address",
      paramLabel = "ADDR/BITS",
      description = "With --tun: Sluice's IPv4 address and network, such as 198.18.0.2/24.")
  private @Nullable String address;

  @Option(
      names = "--address6",
      paramLabel = "ADDR/BITS",
      description = "With --tun: the same for IPv6, such as fd5a::2/64.")
  private @Nullable String address6;

  @Option(
      names = "--kernel-address",
      paramLabel = "ADDR/BITS",
      description = "With --tun: the kernel's address. Default: the first of the network.")
  private @Nullable String kernelAddress;

  @Option(
      names = "--kernel-address6",
      paramLabel = "ADDR/BITS",
      description = "With --tun: the same for IPv6.")
  private @Nullable String kernelAddress6;

  @Option(
      names = "--mtu",
      paramLabel = "OCTETS",
      description = "The longest packet on the wire. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1500")
  private int mtu = 1_500;

  @Option(
      names = "--capture",
      paramLabel = "FILE",
      description = "Record all packets in this pcapng file, for Wireshark.")
  private @Nullable Path capture;

  /// Puts the options into a configuration.
  ///
  /// @throws Failure in a line for the person
  void applyTo(ServeConfig config) {
    config.tun = tun;
    config.address = parse("--address", address, true);
    config.address6 = parse("--address6", address6, false);
    config.kernelAddress = parse("--kernel-address", kernelAddress, true);
    config.kernelAddress6 = parse("--kernel-address6", kernelAddress6, false);
    if (mtu < 576 || mtu > 65_535) {
      throw new Failure("--mtu is 576 to 65535, and not " + mtu, Failure.USAGE);
    }
    config.mtu = mtu;
    config.capture = capture;
    if (tun == null && (address != null || address6 != null || kernelAddress != null)) {
      throw new Failure(
          "--address is for --tun NAME: without a device the hosts on the wire"
              + " have their own addresses",
          Failure.USAGE);
    }
    if (tun != null && address == null && address6 == null) {
      throw new Failure(
          "--tun needs an address for Sluice: say --address 198.18.0.2/24,"
              + " --address6 fd5a::2/64, or both",
          Failure.USAGE);
    }
  }

  private static @Nullable InterfaceAddress parse(
      String option, @Nullable String text, boolean v4) {
    if (text == null) {
      return null;
    }
    try {
      InterfaceAddress parsed = InterfaceAddress.parse(text);
      if (parsed.address().isV4() == v4) {
        return parsed;
      }
    } catch (IllegalArgumentException e) {
      throw new Failure(option + ": " + e.getMessage(), Failure.USAGE);
    }
    throw new Failure(
        option + " takes an " + (v4 ? "IPv4" : "IPv6") + " address: " + text, Failure.USAGE);
  }
}
