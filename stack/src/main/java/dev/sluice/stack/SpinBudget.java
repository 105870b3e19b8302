package dev.sluice.stack;

/// How long an idle loop looks again before it sleeps: long where that has paid, not at
/// all where it has not.
///
/// ```
///   spins    --- work came while spinning --->  spins, and trusts in it more
///     |
///     | in vain
///     v
///   sleeps   --- enough sleeps were so short that spinning would have met the work
///   --->  spins
/// ```
///
/// Each spin in vain doubles how many such sleeps it takes, each that paid halves it.
/// So a loop without work spins once and then never, and one whose peer cannot run
/// while it spins, because both share a core, soon stops trying. No clock here: times
/// are told.
final class SpinBudget {
  /// What a sleep costs beyond the wait itself: the sleeper is woken, perhaps on another
  /// core that had halted.
  private static final long WAKE_NANOS = 50_000;

  private static final int MAX_PATIENCE = 4_096;

  private final long mostNanos;
  private boolean spins;
  /// Short sleeps that it takes until spinning is tried again.
  private int patience = 1;

  private int shortSleeps;

  /// @param mostNanos how long to spin at most, 0 for never
  SpinBudget(long mostNanos) {
    this.mostNanos = mostNanos;
    spins = mostNanos > 0;
  }

  /// How long to look again before the next sleep.
  long nanos() {
    return spins ? mostNanos : 0;
  }

  /// Work came before the budget was used up.
  void onPaid() {
    patience = Math.max(1, patience / 2);
  }

  /// The budget is used up, or was 0, and the loop goes to sleep.
  void onVain() {
    if (spins) {
      spins = false;
      shortSleeps = 0;
      patience = Math.min(MAX_PATIENCE, patience * 2);
    }
  }

  /// The loop slept.
  void onSlept(long sleptNanos) {
    if (mostNanos == 0 || sleptNanos >= mostNanos + WAKE_NANOS) {
      return;
    }
    shortSleeps++;
    spins = shortSleeps >= patience;
  }
}
