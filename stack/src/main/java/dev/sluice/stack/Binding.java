package dev.sluice.stack;

import dev.sluice.wire.IpAddress;

/// A local address and port that somebody holds (RFC 9293 §3.9.1.1; the sockets call
/// `bind`).
///
/// @param address the address, or an unspecified one: `0.0.0.0` for all IPv4 addresses
///     of the host, `::` for all of both families
/// @param port 1 to 65,535
/// @param reuse what it allows others
/// @param serial tells two bindings of the same port apart
public record Binding(IpAddress address, int port, Reuse reuse, long serial) {
  /// Without SO_REUSEPORT.
  public Binding(IpAddress address, int port, boolean reuseAddress, long serial) {
    this(address, port, new Reuse(reuseAddress, false), serial);
  }
}
