package dev.sluice.cli.watch;

import java.time.ZoneId;

/// The time of day for people who read along, in microseconds.
final class WallClock {
  private static final long SECOND = 1_000_000;
  private static final long DAY = 86_400 * SECOND;

  private final long originMicros;
  private final long originNanos;

  WallClock() {
    originNanos = System.nanoTime();
    long utcMillis = System.currentTimeMillis();
    long offsetSeconds = ZoneId.systemDefault()
        .getRules()
        .getOffset(java.time.Instant.ofEpochMilli(utcMillis))
        .getTotalSeconds();
    originMicros = utcMillis * 1_000 + offsetSeconds * SECOND;
  }

  /// Microseconds since 1970-01-01, local time.
  long nowMicros() {
    return originMicros + (System.nanoTime() - originNanos) / 1_000;
  }

  /// Appends `hh:mm:ss.micros`.
  static void appendTo(StringBuilder out, long micros) {
    long day = Math.floorMod(micros, DAY);
    two(out, day / (3_600 * SECOND));
    out.append(':');
    two(out, day / (60 * SECOND) % 60);
    out.append(':');
    two(out, day / SECOND % 60);
    out.append('.');
    String fraction = Long.toString(SECOND + day % SECOND);
    out.append(fraction, 1, fraction.length());
  }

  private static void two(StringBuilder out, long value) {
    out.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
  }
}
