package dev.sluice.packetdrill.run;

import org.jspecify.annotations.Nullable;

/// What a system call returned.
///
/// @param value the result, -1 for a failure
/// @param errno the error's symbol, or null
record Outcome(long value, @Nullable String errno) {
  static final Outcome OK = new Outcome(0, null);

  static Outcome of(long value) {
    return new Outcome(value, null);
  }

  static Outcome error(String errno) {
    return new Outcome(-1, errno);
  }

  @Override
  public String toString() {
    return errno == null ? Long.toString(value) : value + " " + errno;
  }

  /// A call that may have to wait.
  interface Attempt {
    /// Never: the attempt waits for the host alone.
    long NO_DEADLINE = Long.MAX_VALUE;

    /// Tries now.
    ///
    /// @return null if the call would have to wait
    @Nullable
    Outcome tryNow();

    /// When to try again even if nothing happens.
    default long deadlineNanos() {
      return NO_DEADLINE;
    }
  }
}
