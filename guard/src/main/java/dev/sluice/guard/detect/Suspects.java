package dev.sluice.guard.detect;

import dev.sluice.wire.SipHash;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A table of those who have done something, of fixed size: when a newcomer finds no
/// place, whoever has the least on record in the few places that are his goes, the
/// longest ago first. So a crowd of forged sources does not wash out the one who has done
/// much. The places are by a keyed hash: nobody can choose whom he meets.
///
/// @param <R> what is kept of each
final class Suspects<R extends Suspects.Suspect> {
  /// Places in all, a power of two.
  static final int PLACES = 2_048;
  /// Places that one key may have.
  private static final int WAYS = 8;

  /// One of them.
  abstract static class Suspect {
    private long high;
    private long low;
    private boolean taken;
    /// When he did something last.
    long lastNanos;

    /// How much he has on record.
    abstract int weight();

    /// Whether he must stay, because an alarm is about him.
    abstract boolean mustStay();

    /// Becomes somebody else, who has done nothing.
    abstract void clear();
  }

  /// Makes an empty record.
  @FunctionalInterface
  interface Maker<R> {
    R make();
  }

  private final @Nullable Suspect[] places = new @Nullable Suspect[PLACES];
  private final SipHash hash;
  private final Maker<R> maker;

  Suspects(RandomGenerator random, Maker<R> maker) {
    hash = new SipHash(random.nextLong(), random.nextLong());
    this.maker = maker;
  }

  /// A number for whatever two words say, that nobody can foresee.
  long fold(long a, long b) {
    return hash.hash(a, b);
  }

  /// The record of a key, a new one if there is none; null if all its places belong to
  /// those who must stay.
  @SuppressWarnings("unchecked") // only the maker's records are put there
  @Nullable
  R of(long high, long low, long nowNanos) {
    int first = (int) hash.hash(high, low) & (PLACES - WAYS);
    int free = -1;
    long least = Long.MAX_VALUE;
    for (int i = first; i < first + WAYS; i++) {
      Suspect one = places[i];
      if (one != null && one.taken && one.low == low && one.high == high) {
        one.lastNanos = nowNanos;
        return (R) one;
      }
      long rank = rank(one);
      if (rank < least) {
        least = rank;
        free = i;
      }
    }
    if (free < 0) {
      return null;
    }
    Suspect one = places[free];
    if (one == null) {
      one = maker.make();
      places[free] = one;
    }
    one.clear();
    one.taken = true;
    one.high = high;
    one.low = low;
    one.lastNanos = nowNanos;
    return (R) one;
  }

  /// Who goes first: an empty place, then who has least on record, then who was silent
  /// longest.
  private static long rank(@Nullable Suspect one) {
    if (one == null || !one.taken) {
      return Long.MIN_VALUE;
    }
    if (one.mustStay()) {
      return Long.MAX_VALUE;
    }
    return ((long) one.weight() << 40) + (one.lastNanos >>> 24);
  }
}
