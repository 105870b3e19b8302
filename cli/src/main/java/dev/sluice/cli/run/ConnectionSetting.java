package dev.sluice.cli.run;

import dev.sluice.cli.text.CountText;
import dev.sluice.cli.text.DurationText;
import dev.sluice.cli.text.SizeText;
import dev.sluice.tcp.tcb.ConnectionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What `sluice set ID` can change on a live connection.
public enum ConnectionSetting {
  /// TCP_NODELAY.
  NODELAY {
    @Override
    String apply(ConnectionOptions options, String value) {
      options.noDelay = onOff(value);
      return onOff(options.noDelay);
    }
  },
  /// SO_KEEPALIVE.
  KEEPALIVE {
    @Override
    String apply(ConnectionOptions options, String value) {
      options.keepAlive = onOff(value);
      return onOff(options.keepAlive);
    }
  },
  /// Silence before the first keep-alive probe.
  KEEPIDLE {
    @Override
    String apply(ConnectionOptions options, String value) {
      options.keepIdleNanos = duration(value, MIN_KEEP_NANOS);
      return DurationText.format(options.keepIdleNanos);
    }
  },
  /// Time between keep-alive probes.
  KEEPINTVL {
    @Override
    String apply(ConnectionOptions options, String value) {
      options.keepIntervalNanos = duration(value, MIN_KEEP_NANOS);
      return DurationText.format(options.keepIntervalNanos);
    }
  },
  /// Unanswered probes that end the connection.
  KEEPCNT {
    @Override
    String apply(ConnectionOptions options, String value) {
      options.keepCount = count(value, 2, 127); // MUST-29: one lost probe proves nothing
      return Integer.toString(options.keepCount);
    }
  },
  /// How long data may stay unacknowledged; 0: R2 decides.
  USER_TIMEOUT {
    @Override
    String apply(ConnectionOptions options, String value) {
      options.userTimeoutNanos = duration(value, 0);
      return DurationText.format(options.userTimeoutNanos);
    }
  },
  /// TTL or hop limit.
  TTL {
    @Override
    String apply(ConnectionOptions options, String value) {
      options.ttl = count(value, 1, 255);
      return Integer.toString(options.ttl);
    }
  },
  /// Differentiated services code point.
  DSCP {
    @Override
    String apply(ConnectionOptions options, String value) {
      options.dscp = count(value, 0, 63);
      return Integer.toString(options.dscp);
    }
  },
  /// SO_SNDBUF.
  SNDBUF {
    @Override
    String apply(ConnectionOptions options, String value) {
      options.sendAutoTuning = false;
      options.sendBufferBytes = (int) size(value, MIN_BUFFER, MAX_BUFFER);
      return SizeText.format(options.sendBufferBytes);
    }
  },
  /// SO_RCVBUF.
  RCVBUF {
    @Override
    String apply(ConnectionOptions options, String value) {
      options.receiveAutoTuning = false;
      options.receiveBufferBytes = (int) size(value, MIN_BUFFER, MAX_BUFFER);
      return SizeText.format(options.receiveBufferBytes);
    }
  },
  /// TCP_QUICKACK.
  QUICKACK {
    @Override
    String apply(ConnectionOptions options, String value) {
      options.quickAck = onOff(value);
      return onOff(options.quickAck);
    }
  };

  private static final long MIN_KEEP_NANOS = 100_000_000L;
  private static final long MIN_BUFFER = 4 << 10;
  private static final long MAX_BUFFER = 1 << 30;

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
        return setting.text() + "=" + setting.apply(options, value);
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

  abstract String apply(ConnectionOptions options, String value);

  private static boolean onOff(String value) {
    return switch (value) {
      case "on", "yes", "true", "1" -> true;
      case "off", "no", "false", "0" -> false;
      default -> throw new IllegalArgumentException("'" + value + "' is neither on nor off");
    };
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
