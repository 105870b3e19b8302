package dev.sluice.socket;

import dev.sluice.stack.Binding;
import dev.sluice.tcp.Connection;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Between the JDK's addresses and the house's.
final class SocketAddresses {
  private SocketAddresses() {}

  /// An address that a channel was given, if it is one of the internet.
  ///
  /// @throws UnsupportedAddressTypeException if it is of another kind
  /// @throws UnresolvedAddressException if it is a name without an address
  static InetSocketAddress checked(SocketAddress address) {
    Objects.requireNonNull(address);
    if (!(address instanceof InetSocketAddress internet)) {
      throw new UnsupportedAddressTypeException();
    }
    if (internet.isUnresolved()) {
      throw new UnresolvedAddressException();
    }
    return internet;
  }

  /// The address to bind to: the JDK's wildcard stands for both families, as on any
  /// machine that has both.
  static IpAddress toBind(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    return ip.isAnyLocalAddress() ? IpAddress.ANY_V6 : IpAddress.of(ip);
  }

  /// The address to connect to: the wildcard stands for this host.
  static IpAddress toConnect(InetSocketAddress address) {
    IpAddress ip = IpAddress.of(address.getAddress());
    if (!ip.isAny()) {
      return ip;
    }
    return IpAddress.of(
        ip.isV4() ? InetAddress.ofLiteral("127.0.0.1") : InetAddress.ofLiteral("::1"));
  }

  /// What the JDK shows of our end of a connection, or of a binding if there is none.
  static @Nullable InetSocketAddress shown(
      @Nullable Connection connection, @Nullable Binding binding) {
    if (connection == null) {
      return shown(binding);
    }
    FourTuple tuple = connection.tuple();
    return new InetSocketAddress(tuple.local().toInetAddress(), tuple.localPort());
  }

  /// What the JDK shows of a binding.
  static @Nullable InetSocketAddress shown(@Nullable Binding binding) {
    if (binding == null) {
      return null;
    }
    return binding.address().isAny()
        ? new InetSocketAddress(binding.port())
        : new InetSocketAddress(binding.address().toInetAddress(), binding.port());
  }
}
