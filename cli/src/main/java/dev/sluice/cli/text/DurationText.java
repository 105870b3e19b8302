package dev.sluice.cli.text;

/// Durations as people write them: `20ms`, `1.5s`, `2min`, `2h`.
public final class DurationText {
  private static final String[] UNITS = {"ns", "us", "µs", "ms", "min", "s", "m", "h"};
  private static final long[] UNIT_NANOS = {
    1, 1_000, 1_000, 1_000_000, 60_000_000_000L, 1_000_000_000, 60_000_000_000L, 3_600_000_000_000L
  };

  private DurationText() {}

  /// Reads a duration of zero or more.
  ///
  /// @return nanoseconds
  /// @throws IllegalArgumentException saying what was expected
  public static long parseNanos(String text) {
    for (int i = 0; i < UNITS.length; i++) {
      if (text.endsWith(UNITS[i])) {
        return nanos(text, text.substring(0, text.length() - UNITS[i].length()), UNIT_NANOS[i]);
      }
    }
    if (text.equals("0")) {
      return 0;
    }
    throw notADuration(text);
  }

  private static long nanos(String text, String number, long unitNanos) {
    double value = Decimal.parse(number);
    double nanos = value * unitNanos;
    if (!(nanos >= 0 && nanos < Long.MAX_VALUE / 2.0)) {
      throw notADuration(text);
    }
    return Math.round(nanos);
  }

  private static IllegalArgumentException notADuration(String text) {
    return new IllegalArgumentException(
        "not a duration: '" + text + "' (expected one like 20ms, 1.5s, 2min or 2h)");
  }

  /// Three digits that matter and a unit: `20.1ms`, `7195s`.
  public static String format(long nanos) {
    if (nanos < 1_000) {
      return nanos + "ns";
    }
    if (nanos < 1_000_000) {
      return Decimal.threeDigits(nanos / 1e3) + "us";
    }
    if (nanos < 1_000_000_000) {
      return Decimal.threeDigits(nanos / 1e6) + "ms";
    }
    return Decimal.threeDigits(nanos / 1e9) + "s";
  }

  /// Seconds with two places, as the Timer column of `netstat -o` has them.
  public static String secondsTwoPlaces(long nanos) {
    return Decimal.twoPlaces(Math.max(0, nanos) / 10_000_000);
  }
}
