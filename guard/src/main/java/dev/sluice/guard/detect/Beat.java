package dev.sluice.guard.detect;

/// The intervals in which detectors count: their length, and how many of one sort in a
/// row begin or end an alarm. Between the two thresholds nothing changes, so what
/// wavers does not begin and end again and again.
final class Beat {
  /// Length of an interval.
  static final long NANOS = 500_000_000L;
  /// Intervals in a second.
  static final long PER_SECOND = 1_000_000_000L / NANOS;
  /// Bad intervals in a row after which an alarm begins. Handshakes lag behind their SYNs
  /// by a round trip, so where an honest load sets in, the first intervals look bad;
  /// after this many, with a round trip of up to a second, they do not.
  static final int TO_BEGIN = 3;
  /// Calm intervals in a row after which it has ended.
  static final int TO_END = 10;

  /// What became of it with the last interval.
  enum Change {
    NONE,
    BEGINS,
    ENDS
  }

  /// How an interval was.
  enum Mood {
    BAD,
    BETWEEN,
    CALM
  }

  private boolean active;
  private int bad;
  private int calm;
  private long beganNanos;
  private long calmSinceNanos;

  /// An interval is over.
  ///
  /// @param startNanos when it began
  Change onInterval(Mood mood, long startNanos) {
    bad = mood == Mood.BAD ? bad + 1 : 0;
    calm = mood == Mood.CALM ? calm + 1 : 0;
    if (!active && bad == 1) {
      beganNanos = startNanos;
    }
    if (calm == 1) {
      calmSinceNanos = startNanos;
    }
    if (!active && bad >= TO_BEGIN) {
      active = true;
      return Change.BEGINS;
    }
    if (active && calm >= TO_END) {
      active = false;
      return Change.ENDS;
    }
    return Change.NONE;
  }

  /// Whether it goes on.
  boolean isActive() {
    return active;
  }

  /// Bad intervals in a row so far.
  int badInARow() {
    return bad;
  }

  /// Whether there is nothing that the next intervals could change.
  boolean isAtRest() {
    return !active && bad == 0;
  }

  /// When the first bad interval began.
  long beganNanos() {
    return beganNanos;
  }

  /// When the calm began that ends it.
  long endedNanos() {
    return calmSinceNanos;
  }
}
