package dev.sluice.cli.run;

import dev.sluice.cli.text.CountText;
import dev.sluice.cli.text.DurationText;
import dev.sluice.cli.text.SizeText;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.ConnectionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/// What `sluice set ID` can change on a live connection.
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
public enum ConnectionSetting {
  /// TCP_NODELAY.
  NODELAY(onOff((o, on) -> o.noDelay = on), o -> onOff(o.noDelay)),
  /// TCP_CORK.
  CORK(onOff((o, on) -> o.cork = on), o -> onOff(o.cork)),
  /// TCP_QUICKACK.
  QUICKACK(onOff((o, on) -> o.quickAck = on), o -> onOff(o.quickAck)),
  /// SO_KEEPALIVE.
  KEEPALIVE(onOff((o, on) -> o.keepAlive = on), o -> onOff(o.keepAlive)),
  /// Silence before the first keep-alive probe.
  KEEPIDLE(
      (o, text) -> o.keepIdleNanos = duration(text, Bounds.MIN_KEEP_NANOS),
      o -> DurationText.format(o.keepIdleNanos)),
  /// Time between keep-alive probes.
  KEEPINTVL(
      (o, text) -> o.keepIntervalNanos = duration(text, Bounds.MIN_KEEP_NANOS),
      o -> DurationText.format(o.keepIntervalNanos)),
  /// Unanswered probes that end the connection; MUST-29: one lost probe proves nothing.
  KEEPCNT((o, text) -> o.keepCount = count(text, 2, 127), o -> Integer.toString(o.keepCount)),
  /// How long data may stay unacknowledged; 0: R2 decides.
  USER_TIMEOUT(
      (o, text) -> o.userTimeoutNanos = duration(text, 0),
      o -> DurationText.format(o.userTimeoutNanos)),
  /// TCP_LINGER2: how long to wait in FIN-WAIT-2; 0: as the stack holds.
  LINGER2(
      (o, text) -> o.finWait2Nanos = duration(text, 0), o -> DurationText.format(o.finWait2Nanos)),
  /// TTL or hop limit.
  TTL((o, text) -> o.ttl = count(text, 1, 255), o -> Integer.toString(o.ttl)),
  /// Differentiated services code point.
  DSCP((o, text) -> o.dscp = count(text, 0, 63), o -> Integer.toString(o.dscp)),
  /// SO_SNDBUF.
  SNDBUF(
      (o, text) -> {
        o.sendBufferBytes = (int) size(text, Bounds.MIN_BUFFER, Bounds.MAX_BUFFER);
        o.sendAutoTuning = false;
      },
      o -> SizeText.format(o.sendBufferBytes)),
  /// SO_RCVBUF.
  RCVBUF(
      (o, text) -> {
        o.receiveBufferBytes = (int) size(text, Bounds.MIN_BUFFER, Bounds.MAX_BUFFER);
        o.receiveAutoTuning = false;
      },
      o -> SizeText.format(o.receiveBufferBytes)),
  /// TCP_WINDOW_CLAMP; 0: what the receive buffer has room for.
  WINDOW_CLAMP(
      (o, text) -> o.windowClampBytes = (int) size(text, 0, Bounds.MAX_BUFFER),
      o -> SizeText.format(o.windowClampBytes)),
  /// TCP_NOTSENT_LOWAT; 0: as the stack holds.
  NOTSENT_LOWAT(
      (o, text) -> o.notSentLowatBytes = (int) size(text, 0, Bounds.MAX_BUFFER),
      o -> SizeText.format(o.notSentLowatBytes)),
  /// SO_MAX_PACING_RATE, octets a second; 0: no limit.
  PACING_RATE(
      (o, text) -> o.maxPacingBytesPerSecond = size(text, 0, Bounds.MAX_RATE),
      o -> SizeText.format(o.maxPacingBytesPerSecond)),
  /// TCP_CONGESTION: the rules from now on; window and threshold stay.
  CONGESTION((o, text) -> o.congestion = algorithm(text), ConnectionSetting::algorithm);

  /// Apart from the enum, whose constants cannot look ahead.
  private static final class Bounds {
    static final long MIN_KEEP_NANOS = 100_000_000L;
    static final long MIN_BUFFER = 4 << 10;
    static final long MAX_BUFFER = 1 << 30;
    static final long MAX_RATE = 1L << 40;
  }

  private final BiConsumer<ConnectionOptions, String> setter;
  private final Function<ConnectionOptions, String> getter;

  ConnectionSetting(
      BiConsumer<ConnectionOptions, String> setter, Function<ConnectionOptions, String> getter) {
    this.setter = setter;
    this.getter = getter;
  }

  /// A setting with its new value.
  ///
  /// @param setting which one
  /// @param value as it was typed
  public record Change(ConnectionSetting setting, String value) {
    /// Reads `ttl=64` and its like, and tries the values out.
    ///
    /// @throws IllegalArgumentException naming what is wrong, for people
    public static List<Change> parseAll(List<String> texts) {
      List<Change> changes = new ArrayList<>();
      for (String text : texts) {
        int equals = text.indexOf('=');
        if (equals <= 0) {
          throw new IllegalArgumentException(
              "'" + text + "' is no setting: write NAME=VALUE, like ttl=64");
        }
        Change change = new Change(named(text.substring(0, equals)), text.substring(equals + 1));
        change.apply(new ConnectionOptions());
        changes.add(change);
      }
      return changes;
    }

    /// Sets it, and says what it is now, as `ttl=64`.
    public String apply(ConnectionOptions options) {
      try {
        setting.setter.accept(options, value);
        return setting.text() + "=" + setting.getter.apply(options);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(setting.text() + ": " + e.getMessage(), e);
      }
    }
  }

  /// The name as people write it.
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// All names, for messages and help.
  public static String names() {
    List<String> names = new ArrayList<>();
    for (ConnectionSetting setting : values()) {
      names.add(setting.text());
    }
    return String.join(", ", names);
  }

  private static ConnectionSetting named(String name) {
    for (ConnectionSetting setting : values()) {
      if (setting.text().equals(name)) {
        return setting;
      }
    }
    throw new IllegalArgumentException(
        "a connection has no setting '" + name + "'; it has " + names());
  }

  private static BiConsumer<ConnectionOptions, String> onOff(
      BiConsumer<ConnectionOptions, Boolean> setter) {
    return (options, text) -> setter.accept(options, onOff(text));
  }

  private static boolean onOff(String value) {
    return switch (value) {
      case "on", "yes", "true", "1" -> true;
      case "off", "no", "false", "0" -> false;
      default -> throw new IllegalArgumentException("'" + value + "' is neither on nor off");
    };
  }

  private static CongestionAlgorithm algorithm(String name) {
    CongestionAlgorithm known = CongestionAlgorithm.named(name);
    if (known == null) {
      List<String> names = Stream.of(CongestionAlgorithm.values())
          .map(CongestionAlgorithm::socketName)
          .toList();
      throw new IllegalArgumentException(
          "no congestion control is named '" + name + "'; there are " + String.join(", ", names));
    }
    return known;
  }

  private static String algorithm(ConnectionOptions options) {
    CongestionAlgorithm own = options.congestion;
    return own == null ? "default" : own.socketName();
  }

  private static String onOff(boolean value) {
    return value ? "on" : "off";
  }

  private static long duration(String value, long lowest) {
    long nanos = DurationText.parseNanos(value);
    if (nanos < lowest) {
      throw new IllegalArgumentException(
          "at least " + DurationText.format(lowest) + ", and not " + value);
    }
    return nanos;
  }

  private static int count(String value, int lowest, int highest) {
    return (int) CountText.parse(value, lowest, highest);
  }

  private static long size(String value, long lowest, long highest) {
    long size = SizeText.parse(value);
    if (size < lowest || size > highest) {
      throw new IllegalArgumentException(lowest + " to " + highest + ", and not " + value);
    }
    return size;
  }
}
