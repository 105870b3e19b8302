package dev.sluice.fuzz;

/// What must hold, whatever came in.
final class Law {
  private Law() {}

  /// @throws AssertionError with that text if it does not hold
  static void holds(boolean holds, String law) {
    if (!holds) {
      throw new AssertionError(law);
    }
  }

  /// @throws AssertionError with the text and both values if they differ
  static void same(long actual, long expected, String what) {
    if (actual != expected) {
      throw new AssertionError(what + " is " + actual + ", not " + expected);
    }
  }

  /// @throws AssertionError with the text and both values if it is more
  static void atMost(long actual, long most, String what) {
    if (actual > most) {
      throw new AssertionError(what + " is " + actual + ", more than " + most);
    }
  }
}
