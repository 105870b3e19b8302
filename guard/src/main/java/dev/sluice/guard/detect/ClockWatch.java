package dev.sluice.guard.detect;

import dev.sluice.guard.alarm.Figure;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Holds the time of day against the time that passed.
///
/// | wall clock | clock that counts on while the machine sleeps | so |
/// |---|---|---|
/// | ahead | ahead as well | the machine was suspended |
/// | ahead or behind | as the driver's | somebody set the clock |
/// | as the driver's | as the driver's, but long not looked at | the process stood still |
final class ClockWatch {
  /// A jump is at least so long. Corrections of the clock by slewing are a ten-thousandth
  /// of that in a second.
  static final long JUMP_NANOS = 500_000_000L;
  /// So long is nobody kept from the processor by mere load.
  static final long STILL_NANOS = 10_000_000_000L;

  private boolean begun;
  private long lastNanos;
  private long lastWallNanos;
  private long lastUpNanos;

  /// What the clocks say.
  ///
  /// @param nowNanos the driver's clock, which stands still while the machine sleeps
  /// @param wallNanos nanoseconds since 1970-01-01 UTC
  /// @param upNanos time since the machine was started, with the time that it slept, or a
  ///     negative number if nobody knows
  /// @return what is wrong, or null
  AlarmDesk.@Nullable Report onReading(long nowNanos, long wallNanos, long upNanos) {
    long passed = nowNanos - lastNanos;
    long jump = wallNanos - lastWallNanos - passed;
    long slept = upNanos < 0 || lastUpNanos < 0 ? 0 : upNanos - lastUpNanos - passed;
    boolean first = !begun;
    long sinceNanos = lastNanos;
    begun = true;
    lastNanos = nowNanos;
    lastWallNanos = wallNanos;
    lastUpNanos = upNanos;
    if (first) {
      return null;
    }
    if (slept >= JUMP_NANOS) {
      return report(sinceNanos, jump, slept, "the machine was suspended");
    }
    if (Math.abs(jump) >= JUMP_NANOS) {
      return report(sinceNanos, jump, 0, jump > 0 ? "set forward" : "set back");
    }
    if (passed >= STILL_NANOS) {
      return report(sinceNanos, 0, passed, "the process stood still");
    }
    return null;
  }

  private static AlarmDesk.Report report(
      long sinceNanos, long jumpNanos, long stillNanos, String note) {
    Map<Figure, Long> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.JUMP_MILLIS, jumpNanos / 1_000_000);
    figures.put(Figure.STILL_MILLIS, stillNanos / 1_000_000);
    return new AlarmDesk.Report("time of day", sinceNanos, figures, List.of(), note);
  }
}
