package dev.sluice.sim.law;

import java.util.Arrays;
import java.util.function.Function;

/// Looks for a simpler failing case: fewer choices first, then smaller ones.
///
/// Each attempt runs the property once; the number of attempts is bounded.
final class Shrinker<T> {
  private static final int MAX_ATTEMPTS = 400;

  private final Function<Choices, T> generator;
  private final Law.Property<T> property;
  private long[] best;
  private T value;
  private Throwable failure;
  private int attempts;

  Shrinker(
      Function<Choices, T> generator, Law.Property<T> property, long[] found, Throwable failure) {
    this.generator = generator;
    this.property = property;
    this.failure = failure;
    best = found;
    value = generator.apply(Choices.replay(found));
  }

  T value() {
    return value;
  }

  Throwable failure() {
    return failure;
  }

  void run() {
    boolean progress = true;
    while (progress && attempts < MAX_ATTEMPTS) {
      progress = false;
      for (int chunk = Math.max(1, best.length / 2); chunk > 0; chunk /= 2) {
        progress |= removeChunks(chunk);
      }
      progress |= lowerEach();
    }
  }

  private boolean removeChunks(int chunk) {
    boolean progress = false;
    for (int from = best.length - chunk; from >= 0; from -= chunk) {
      if (from + chunk > best.length) {
        continue;
      }
      long[] shorter = new long[best.length - chunk];
      System.arraycopy(best, 0, shorter, 0, from);
      System.arraycopy(best, from + chunk, shorter, from, shorter.length - from);
      progress |= attempt(shorter);
    }
    return progress;
  }

  private boolean lowerEach() {
    boolean progress = false;
    for (int i = 0; i < best.length; i++) {
      progress |= lower(i);
    }
    return progress;
  }

  /// Lowers one choice to the least that still fails, by halving the distance.
  private boolean lower(int index) {
    boolean progress = false;
    long low = 0;
    while (index < best.length && low < best[index] && attempts < MAX_ATTEMPTS) {
      long[] smaller = best.clone();
      smaller[index] = low;
      if (attempt(smaller)) {
        progress = true;
      } else {
        low += Math.max(1, (best[index] - low) / 2);
      }
    }
    return progress;
  }

  private boolean attempt(long[] decisions) {
    if (attempts >= MAX_ATTEMPTS) {
      return false;
    }
    attempts++;
    Choices choices = Choices.replay(decisions);
    T candidate = generator.apply(choices);
    long[] used = choices.made();
    if (!isSimpler(used)) {
      return false;
    }
    Throwable why = Law.failureOf(candidate, property);
    if (why == null) {
      return false;
    }
    best = used;
    value = candidate;
    failure = why;
    return true;
  }

  /// Shorter is simpler; of equal length, the first smaller number decides.
  private boolean isSimpler(long[] decisions) {
    return decisions.length < best.length
        || (decisions.length == best.length && Arrays.compare(decisions, best) < 0);
  }
}
