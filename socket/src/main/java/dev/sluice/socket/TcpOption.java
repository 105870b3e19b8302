package dev.sluice.socket;

import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.ConnectionOptions;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// The socket options that are fields of [ConnectionOptions], one row each.
///
/// @param <T> the type of the option's value
/// @param set puts a value in, after checking it; on the loop thread
/// @param get takes the value out; on the loop thread
record TcpOption<T>(BiConsumer<ConnectionOptions, T> set, Function<ConnectionOptions, T> get) {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLISECOND = 1_000_000L;

  /// The least a buffer may be: two segments of an ordinary path.
  private static final int MIN_BUFFER_BYTES = 4 * 1024;
  /// The most: what a scaled window can offer (RFC 7323 §2.3).
  private static final int MAX_BUFFER_BYTES = 1 << 30;
  /// The least that a window may be bound to.
  private static final int MIN_WINDOW_BYTES = 1_024;
  /// The longest TCP_LINGER2, as in Linux.
  private static final int MAX_LINGER2_SECONDS = 120;
  /// The smallest TCP_MAXSEG that Linux takes too.
  private static final int MIN_SEGMENT_BYTES = 88;
  /// What a writer may be ahead at first, octets: enough for a path of microseconds.
  private static final int SEND_BUFFER = 512 * 1024;

  private static final Map<SocketOption<?>, TcpOption<?>> ROWS = new HashMap<>();

  /// What a new socket starts with: buffers that grow with use, until somebody sets their
  /// size.
  static ConnectionOptions defaults() {
    ConnectionOptions options = new ConnectionOptions();
    options.sendAutoTuning = true;
    options.sendBufferBytes = SEND_BUFFER;
    options.receiveAutoTuning = true;
    return options;
  }

  static {
    row(StandardSocketOptions.TCP_NODELAY, (o, on) -> o.noDelay = on, o -> o.noDelay);
    row(StandardSocketOptions.SO_KEEPALIVE, (o, on) -> o.keepAlive = on, o -> o.keepAlive);
    row(ExtendedSocketOptions.TCP_QUICKACK, (o, on) -> o.quickAck = on, o -> o.quickAck);
    row(
        StandardSocketOptions.SO_SNDBUF,
        (o, bytes) -> {
          o.sendBufferBytes = bufferBytes(bytes, "send");
          o.sendAutoTuning = false;
        },
        o -> o.sendBufferBytes);
    row(
        StandardSocketOptions.SO_RCVBUF,
        (o, bytes) -> {
          o.receiveBufferBytes = bufferBytes(bytes, "receive");
          o.receiveAutoTuning = false;
        },
        o -> o.receiveBufferBytes);
    row(
        StandardSocketOptions.IP_TOS,
        (o, octet) -> o.dscp = within("IP_TOS", octet, 0, 255) >> 2,
        o -> o.dscp << 2);
    row(
        ExtendedSocketOptions.TCP_KEEPIDLE,
        (o, s) -> o.keepIdleNanos = within("TCP_KEEPIDLE", s, 1, 32_767) * SECOND,
        o -> (int) (o.keepIdleNanos / SECOND));
    row(
        ExtendedSocketOptions.TCP_KEEPINTERVAL,
        (o, s) -> o.keepIntervalNanos = within("TCP_KEEPINTERVAL", s, 1, 32_767) * SECOND,
        o -> (int) (o.keepIntervalNanos / SECOND));
    row(
        ExtendedSocketOptions.TCP_KEEPCOUNT,
        (o, probes) -> o.keepCount = within("TCP_KEEPCOUNT", probes, 1, 127),
        o -> o.keepCount);
    row(
        SluiceSocketOptions.IP_TTL,
        (o, hops) -> o.ttl = within("IP_TTL", hops, 1, 255),
        o -> o.ttl);
    row(
        SluiceSocketOptions.TCP_USER_TIMEOUT,
        (o, ms) ->
            o.userTimeoutNanos = within("TCP_USER_TIMEOUT", ms, 0, Integer.MAX_VALUE) * MILLISECOND,
        o -> (int) (o.userTimeoutNanos / MILLISECOND));
    row(
        SluiceSocketOptions.TCP_USER_TIMEOUT_OPTION,
        (o, on) -> o.userTimeoutOption = on,
        o -> o.userTimeoutOption);
    row(
        SluiceSocketOptions.TCP_MAXSEG,
        (o, bytes) -> o.maxSegmentBytes =
            bytes == 0 ? 0 : within("TCP_MAXSEG", bytes, MIN_SEGMENT_BYTES, 32_767),
        o -> o.maxSegmentBytes);
    row(SluiceSocketOptions.TCP_FASTOPEN_CONNECT, (o, on) -> o.fastOpen = on, o -> o.fastOpen);
    row(SluiceSocketOptions.TCP_CORK, (o, on) -> o.cork = on, o -> o.cork);
    row(
        SluiceSocketOptions.TCP_NOTSENT_LOWAT,
        (o, bytes) -> o.notSentLowatBytes = bytes,
        o -> o.notSentLowatBytes);
    row(
        SluiceSocketOptions.TCP_SYNCNT,
        (o, times) -> o.synRetries = within("TCP_SYNCNT", times, 0, 30),
        o -> o.synRetries);
    row(
        SluiceSocketOptions.TCP_DEFER_ACCEPT,
        (o, s) -> o.deferAcceptNanos = within("TCP_DEFER_ACCEPT", s, 0, 32_767) * SECOND,
        o -> (int) (o.deferAcceptNanos / SECOND));
    row(
        SluiceSocketOptions.TCP_CONGESTION,
        (o, name) -> o.congestion = algorithm(name),
        o -> o.congestion == null ? "" : o.congestion.socketName());
    row(
        SluiceSocketOptions.TCP_WINDOW_CLAMP,
        (o, bytes) -> o.windowClampBytes =
            bytes == 0 ? 0 : within("TCP_WINDOW_CLAMP", bytes, MIN_WINDOW_BYTES, MAX_BUFFER_BYTES),
        o -> o.windowClampBytes);
    row(
        SluiceSocketOptions.TCP_LINGER2,
        (o, s) -> o.finWait2Nanos =
            s < 0 ? -1 : within("TCP_LINGER2", s, 0, MAX_LINGER2_SECONDS) * SECOND,
        o -> o.finWait2Nanos < 0 ? -1 : (int) (o.finWait2Nanos / SECOND));
    row(
        SluiceSocketOptions.TCP_FASTOPEN,
        (o, queue) -> o.fastOpenQueue = within("TCP_FASTOPEN", queue, 0, Integer.MAX_VALUE),
        o -> o.fastOpenQueue);
  }

  private static <T> void row(
      SocketOption<T> name,
      BiConsumer<ConnectionOptions, T> set,
      Function<ConnectionOptions, T> get) {
    ROWS.put(name, new TcpOption<>(set, get));
  }

  /// All of them by name.
  static Map<SocketOption<?>, TcpOption<?>> all() {
    return Map.copyOf(ROWS);
  }

  /// The row of a name.
  ///
  /// @throws UnsupportedOperationException if there is none
  @SuppressWarnings("unchecked") // `row` puts only pairs of one type in
  static <T> TcpOption<T> of(SocketOption<T> name) {
    TcpOption<?> row = ROWS.get(name);
    if (row == null) {
      throw new UnsupportedOperationException("'" + name + "' not supported");
    }
    return (TcpOption<T>) row;
  }

  private static @Nullable CongestionAlgorithm algorithm(String name) {
    CongestionAlgorithm known = CongestionAlgorithm.named(name);
    if (known == null && !name.isEmpty()) {
      throw new IllegalArgumentException("no congestion control is named '" + name + "'");
    }
    return known;
  }

  private static int bufferBytes(int asked, String which) {
    if (asked < 0) {
      throw new IllegalArgumentException("Invalid " + which + " buffer size");
    }
    return Math.clamp(asked, MIN_BUFFER_BYTES, MAX_BUFFER_BYTES);
  }

  private static int within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + least + " to " + most + ", and not " + value);
    }
    return value;
  }
}
