package dev.sluice.socket;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The options of java.net by number, carried to those of channels by name.
final class NumberedOptions {
  private static final Map<Integer, SocketOption<Boolean>> SWITCHES = Map.of(
      SocketOptions.TCP_NODELAY, StandardSocketOptions.TCP_NODELAY,
      SocketOptions.SO_KEEPALIVE, StandardSocketOptions.SO_KEEPALIVE,
      SocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEADDR);

  private static final Map<Integer, SocketOption<Integer>> NUMBERS = Map.of(
      SocketOptions.SO_SNDBUF, StandardSocketOptions.SO_SNDBUF,
      SocketOptions.SO_RCVBUF, StandardSocketOptions.SO_RCVBUF,
      SocketOptions.IP_TOS, StandardSocketOptions.IP_TOS);

  private NumberedOptions() {}

  /// @throws SocketException if the socket is closed or has no such option
  static void set(NetworkChannel channel, int id, Object value) throws SocketException {
    try {
      SocketOption<Boolean> onOff = SWITCHES.get(id);
      SocketOption<Integer> number = NUMBERS.get(id);
      if (onOff != null) {
        channel.setOption(onOff, (Boolean) value);
      } else if (number != null) {
        channel.setOption(number, (Integer) value);
      } else if (id == SocketOptions.SO_LINGER) {
        // off is `false` here and negative there
        channel.setOption(StandardSocketOptions.SO_LINGER, value instanceof Integer s ? s : -1);
      } else if (id != SocketOptions.SO_OOBINLINE) { // a listener has no stream
        throw new SocketException("unknown option: " + id);
      }
    } catch (IOException e) {
      throw asSocketException(e);
    }
  }

  /// @throws SocketException if the socket is closed or has no such option
  static Object get(NetworkChannel channel, int id) throws SocketException {
    try {
      SocketOption<?> name = nameOf(id);
      if (name != null) {
        Object value = channel.getOption(name);
        boolean lingerOff = id == SocketOptions.SO_LINGER && value instanceof Integer s && s < 0;
        return value == null || lingerOff ? false : value;
      }
      if (id == SocketOptions.SO_OOBINLINE) {
        return true;
      }
      throw new SocketException("unknown option: " + id);
    } catch (IOException e) {
      throw asSocketException(e);
    }
  }

  private static @Nullable SocketOption<?> nameOf(int id) {
    if (id == SocketOptions.SO_LINGER) {
      return StandardSocketOptions.SO_LINGER;
    }
    SocketOption<Boolean> onOff = SWITCHES.get(id);
    return onOff != null ? onOff : NUMBERS.get(id);
  }

  private static SocketException asSocketException(IOException e) {
    IOException translated = SocketOverChannel.translated(e);
    return translated instanceof SocketException known
        ? known
        : new SocketException(e.getMessage(), e);
  }
}
