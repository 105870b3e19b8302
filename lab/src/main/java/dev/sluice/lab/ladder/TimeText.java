package dev.sluice.lab.ladder;

import java.util.Locale;

/// Times as short texts.
public final class TimeText {
  private static final long SECOND = 1_000_000_000L;

  private TimeText() {}

  /// `20 ms`, `10.5 ms`, `1.02 s`, `7200.06 s`.
  public static String of(long nanos) {
    if (nanos < SECOND) {
      return trimmed(String.format(Locale.ROOT, "%.2f", nanos / 1e6)) + " ms";
    }
    int places = nanos < 1_000 * SECOND ? 3 : 2;
    return trimmed(String.format(Locale.ROOT, "%." + places + "f", nanos / 1e9)) + " s";
  }

  private static String trimmed(String number) {
    String text = number;
    while (text.endsWith("0")) {
      text = text.substring(0, text.length() - 1);
    }
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
