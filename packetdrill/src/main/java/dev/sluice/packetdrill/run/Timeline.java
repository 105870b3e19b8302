package dev.sluice.packetdrill.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/// What happened so far, in the script's time.
final class Timeline {
  private static final int MAX_LINES = 400;

  private final Deque<String> lines = new ArrayDeque<>();
  private boolean cut;

  void add(long timeNanos, String text) {
    if (lines.size() == MAX_LINES) {
      lines.removeFirst();
      cut = true;
    }
    lines.add(seconds(timeNanos) + "  " + text);
  }

  /// `1.234567`.
  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%d.%06d", nanos / 1_000_000_000, nanos / 1_000 % 1_000_000);
  }

  @Override
  public String toString() {
    return (cut ? "  ...\n  " : "  ") + String.join("\n  ", lines);
  }
}
