package dev.sluice.socket;

/// When a wait is over, on the clock of [Waiting#nanoTime].
///
/// A deadline is a long, so that waiting with a timeout allocates nothing.
final class Deadline {
  /// The wait has no end of its own.
  static final long NEVER = Long.MAX_VALUE;

  private Deadline() {}

  /// The deadline after so many milliseconds, [#NEVER] for 0 as java.net says it.
  static long afterMillis(Waiting waiting, long millis) {
    return millis == 0 ? NEVER : after(waiting, millis * 1_000_000L);
  }

  /// The deadline after so many nanoseconds.
  static long after(Waiting waiting, long nanos) {
    long deadline = waiting.nanoTime() + nanos;
    return deadline == NEVER ? NEVER - 1 : deadline;
  }

  /// Nanoseconds that are left, 0 or less if it is over, [Waiting#FOREVER] for [#NEVER].
  static long remaining(Waiting waiting, long deadlineNanos) {
    return deadlineNanos == NEVER ? Waiting.FOREVER : deadlineNanos - waiting.nanoTime();
  }
}
