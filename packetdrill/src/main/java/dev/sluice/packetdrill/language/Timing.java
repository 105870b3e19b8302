package dev.sluice.packetdrill.language;

/// When a step is to happen.
///
/// @param kind how the numbers are meant
/// @param startNanos since the script's start, or since the runner reached the step
/// @param endNanos the end of a range, else the same as the start
public record Timing(Kind kind, long startNanos, long endNanos) {
  /// How the numbers of a [Timing] are meant.
  public enum Kind {
    /// `1.5`: since the script's start.
    ABSOLUTE,
    /// `+1.5`: since the step before was done.
    RELATIVE,
    /// `*`: at any time.
    ANY,
    /// `1~2`.
    ABSOLUTE_RANGE,
    /// `+1~+2`.
    RELATIVE_RANGE
  }

  /// Whether the numbers count from the step before.
  public boolean isRelative() {
    return kind == Kind.RELATIVE || kind == Kind.RELATIVE_RANGE || kind == Kind.ANY;
  }
}
