package dev.sluice.guard.alarm;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The numbers that an alarm may come with.
public enum Figure {
  /// SYNs that came: in a second when a flood begins, in all when it ends.
  SYNS,
  /// SYNs that nobody followed up, in the same time.
  UNANSWERED,
  /// Handshakes that were completed, in the same time.
  HANDSHAKES,
  /// The most unanswered SYNs in a second.
  PEAK,
  /// Half-open peers now, and how many there may be.
  HALF_OPEN,
  HALF_OPEN_LIMIT,
  /// Connections that wait to be accepted, and how many may.
  ACCEPT_QUEUE,
  BACKLOG,
  /// SYN cookies sent, and those that came back good or bad.
  COOKIES_SENT,
  COOKIES_VALID,
  COOKIES_INVALID,
  /// Half-open peers that made room, and SYNs that found none.
  EVICTED,
  DROPPED,
  /// Packets of a scan or burst: in a second when a burst begins, in all when it ends.
  PACKETS,
  /// Ports and addresses of ours that were tried.
  PORTS,
  ADDRESSES,
  LOWEST_PORT,
  HIGHEST_PORT,
  /// RSTs, in the time in which they were counted.
  RESETS,
  /// By how much the time of day jumped, milliseconds; negative: back.
  JUMP_MILLIS,
  /// How long the process or the machine stood still, milliseconds.
  STILL_MILLIS;

  private final String text = camelCase(name());

  /// Its name in the log: `halfOpenLimit`.
  public String text() {
    return text;
  }

  private static String camelCase(String name) {
    StringBuilder out = new StringBuilder();
    for (String word : name.split("_", -1)) {
      String lower = word.toLowerCase(Locale.ROOT);
      out.append(
          out.isEmpty() ? lower : Character.toUpperCase(lower.charAt(0)) + lower.substring(1));
    }
    return out.toString();
  }

  /// The figure of that name in the log, or null.
  public static @Nullable Figure of(String text) {
    for (Figure figure : values()) {
      if (figure.text.equals(text)) {
        return figure;
      }
    }
    return null;
  }
}
