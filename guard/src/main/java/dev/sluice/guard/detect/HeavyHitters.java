package dev.sluice.guard.detect;

import dev.sluice.guard.alarm.Share;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;

/// Who occurs most often in a stream, in memory that does not grow: the space-saving
/// algorithm (Metwally, Agrawal, El Abbadi 2005).
///
/// A newcomer takes the place of the rarest and inherits its count as his error. So who
/// has more than 1/[#SIZE] of the stream is always here, and `count - error` is how often
/// he came at least. A stream of ever new keys, as a forged flood is, leaves all of them
/// with an error as large as their count: nobody stands out.
final class HeavyHitters {
  /// Keys that are remembered.
  static final int SIZE = 32;

  private final long[] high = new long[SIZE];
  private final long[] low = new long[SIZE];
  private final long[] counts = new long[SIZE];
  private final long[] errors = new long[SIZE];
  private int used;
  private long total;

  /// A key came once more.
  void add(long keyHigh, long keyLow) {
    total++;
    int rarest = 0;
    for (int i = 0; i < used; i++) {
      if (low[i] == keyLow && high[i] == keyHigh) {
        counts[i]++;
        return;
      }
      if (counts[i] < counts[rarest]) {
        rarest = i;
      }
    }
    if (used < SIZE) {
      put(used++, keyHigh, keyLow, 0);
    } else {
      put(rarest, keyHigh, keyLow, counts[rarest]);
    }
  }

  private void put(int at, long keyHigh, long keyLow, long error) {
    high[at] = keyHigh;
    low[at] = keyLow;
    counts[at] = error + 1;
    errors[at] = error;
  }

  /// Forgets everything.
  void clear() {
    used = 0;
    total = 0;
  }

  /// What came before counts half from now on.
  void fade() {
    total >>= 1;
    for (int i = 0; i < used; i++) {
      counts[i] >>= 1;
      errors[i] >>= 1;
    }
  }

  /// How many keys came.
  long total() {
    return total;
  }

  /// Makes the name of a key.
  @FunctionalInterface
  interface Naming {
    String of(long high, long low);
  }

  /// Who surely had at least `leastPermille` of the stream, the most frequent first.
  List<Share> top(int most, int leastPermille, Naming naming) {
    IntFunction<Share> share = i -> {
      long least = counts[i] - errors[i];
      int permille = total == 0 ? 0 : (int) Math.min(1_000, least * 1_000 / total);
      return new Share(naming.of(high[i], low[i]), least, permille);
    };
    List<Share> all = new ArrayList<>();
    for (int i = 0; i < used; i++) {
      all.add(share.apply(i));
    }
    return all.stream()
        .filter(one -> one.count() > 0 && one.permille() >= leastPermille)
        .sorted(Comparator.comparingLong(Share::count).reversed().thenComparing(Share::name))
        .limit(most)
        .toList();
  }

  @Override
  public String toString() {
    return used + " keys, " + total + " in all, counts " + Arrays.toString(counts);
  }
}
