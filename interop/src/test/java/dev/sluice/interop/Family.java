package dev.sluice.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.wire.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// The two families, each with the addresses that the tests use.
enum Family {
  V4("198.18.0.2", "198.18.0.1", "198.19.0.2", "198.19.0.1/24"),
  V6("fd5a::2", "fd5a::1", "fd5b::2", "fd5b::1/64");

  /// Sluice's address on the TUN device.
  final String sluice;
  /// The kernel's address on that device.
  final String kernel;
  /// The address of the peer made by hand, behind the kernel.
  final String raw;
  /// The kernel's address on the way to it.
  final String rawGateway;

  Family(String sluice, String kernel, String raw, String rawGateway) {
    this.sluice = sluice;
    this.kernel = kernel;
    this.raw = raw;
    this.rawGateway = rawGateway;
  }

  /// A port of Sluice's for JDK sockets.
  InetSocketAddress sluice(int port) {
    assumeTrue(this == V4 || Machine.hasV6(), "needs IPv6, which this machine's loopback has not");
    return new InetSocketAddress(inet(sluice), port);
  }

  static InetAddress inet(String literal) {
    return IpAddress.parse(literal).toInetAddress();
  }

  /// An address with a port as one writes it.
  String endpoint(String address, int port) {
    return (this == V4 ? address : "[" + address + "]") + ":" + port;
  }

  String url(String path) {
    return "http://" + (this == V4 ? sluice : "[" + sluice + "]") + path;
  }
}
