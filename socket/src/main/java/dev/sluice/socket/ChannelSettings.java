package dev.sluice.socket;

import dev.sluice.stack.Reuse;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A channel's options: those of its connection, which live on the loop, and those
/// that only the channel knows.
final class ChannelSettings {
  /// What a connecting or connected channel supports.
  static final Set<SocketOption<?>> OF_CONNECTION = with(
      StandardSocketOptions.SO_REUSEADDR,
      StandardSocketOptions.SO_REUSEPORT,
      StandardSocketOptions.SO_LINGER,
      SluiceSocketOptions.TCP_URGENT_LEFT);
  /// What a listening channel supports; accepted channels begin with its values.
  static final Set<SocketOption<?>> OF_LISTENER =
      with(StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEPORT);

  private static final int MAX_LINGER_SECONDS = 65_535;

  private final Loop loop;
  private final Set<SocketOption<?>> supported;
  private volatile boolean reuseAddress;
  private volatile boolean reusePort;
  private volatile int lingerSeconds = -1;

  /// @param supported the names that the channel knows
  ChannelSettings(Loop loop, Set<SocketOption<?>> supported) {
    this.loop = loop;
    this.supported = supported;
  }

  private static Set<SocketOption<?>> with(SocketOption<?>... more) {
    Set<SocketOption<?>> names = new HashSet<>(TcpOption.all().keySet());
    names.addAll(Set.of(more));
    return Set.copyOf(names);
  }

  /// What the next bind allows others.
  Reuse reuse() {
    return new Reuse(reuseAddress, reusePort);
  }

  /// SO_LINGER, negative if off.
  int lingerSeconds() {
    return lingerSeconds;
  }

  /// Whether the channel knows the option and is open.
  ///
  /// @throws UnsupportedOperationException if it has no such option
  /// @throws ClosedChannelException if it is closed
  void check(Channel channel, SocketOption<?> name) throws ClosedChannelException {
    if (!supported.contains(Objects.requireNonNull(name))) {
      throw new UnsupportedOperationException("'" + name + "' not supported");
    }
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
  }

  <T> void set(ChannelEnd end, SocketOption<T> name, T value) throws IOException {
    Objects.requireNonNull(value, "Invalid option value");
    if (name.equals(StandardSocketOptions.SO_REUSEADDR)) {
      reuseAddress = (Boolean) value;
    } else if (name.equals(StandardSocketOptions.SO_REUSEPORT)) {
      reusePort = (Boolean) value;
    } else if (name.equals(StandardSocketOptions.SO_LINGER)) {
      lingerSeconds = Math.clamp((Integer) value, -1, MAX_LINGER_SECONDS);
    } else {
      TcpOption<T> option = TcpOption.of(name);
      loop.call((host, nowNanos) -> {
        option.set().accept(end.options(), value);
        end.onOptionsChanged(host, nowNanos);
        return true;
      });
    }
  }

  @SuppressWarnings("unchecked") // the JDK's constants have these types
  <T> @Nullable T get(ChannelEnd end, SocketOption<T> name) throws IOException {
    if (name.equals(StandardSocketOptions.SO_REUSEADDR)) {
      return (T) Boolean.valueOf(reuseAddress);
    }
    if (name.equals(StandardSocketOptions.SO_REUSEPORT)) {
      return (T) Boolean.valueOf(reusePort);
    }
    if (name.equals(StandardSocketOptions.SO_LINGER)) {
      return (T) Integer.valueOf(lingerSeconds);
    }
    TcpOption<T> option = TcpOption.of(name);
    return loop.call((host, nowNanos) -> option.get().apply(end.options()));
  }
}
