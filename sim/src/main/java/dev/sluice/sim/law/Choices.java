package dev.sluice.sim.law;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Where a generator gets its decisions from, and the list of those it made.
///
/// Given the same list again, a generator makes the same case; given a shorter list or
/// smaller numbers, a simpler one. A list that is too short goes on with zeros.
public final class Choices {
  private final @Nullable RandomGenerator random;
  private final long[] given;
  private final List<Long> made = new ArrayList<>();

  private Choices(@Nullable RandomGenerator random, long[] given) {
    this.random = random;
    this.given = given;
  }

  /// Fresh decisions by a seed.
  public static Choices random(Seed seed) {
    return new Choices(seed.random("choices"), new long[0]);
  }

  /// The decisions of a list, as far as it goes.
  public static Choices replay(long... decisions) {
    return new Choices(null, decisions.clone());
  }

  /// The decisions made so far.
  public long[] made() {
    return made.stream().mapToLong(Long::longValue).toArray();
  }

  /// A number from 0 to `bound` - 1; 0 is the simplest.
  public long below(long bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("a bound is positive: " + bound);
    }
    long choice;
    if (random != null) {
      choice = random.nextLong(bound);
    } else {
      choice = made.size() < given.length ? Math.min(given[made.size()], bound - 1) : 0;
    }
    made.add(choice);
    return choice;
  }

  /// A number from `low` to `high`, both included; `low` is the simplest.
  public long between(long low, long high) {
    return low + below(high - low + 1);
  }

  /// A number from `low` to `high`, both included; `low` is the simplest.
  public int between(int low, int high) {
    return (int) between((long) low, high);
  }

  /// A number whose logarithm is even, so that small ones are as likely as large ones;
  /// `low`, at least 1, is the simplest.
  public long scale(long low, long high) {
    double exponent = below(1 << 20) / (double) ((1 << 20) - 1);
    return Math.clamp(Math.round(low * Math.pow((double) high / low, exponent)), low, high);
  }

  /// Yes in `percent` of cases; no is the simplest.
  public boolean chance(int percent) {
    return below(100) >= 100 - percent;
  }

  /// One of these; the first is the simplest.
  @SafeVarargs
  @SuppressWarnings("varargs")
  public final <T> T oneOf(T... options) {
    return options[(int) below(options.length)];
  }

  /// A list of up to `most` elements; shorter is simpler.
  public <T> List<T> listOf(int most, Function<Choices, T> element) {
    List<T> list = new ArrayList<>();
    while (list.size() < most && chance(85)) {
      list.add(element.apply(this));
    }
    return list;
  }

  /// Octets; zeros are the simplest.
  public byte[] octets(int count) {
    byte[] octets = new byte[count];
    for (int i = 0; i < count; i++) {
      octets[i] = (byte) below(256);
    }
    return octets;
  }

  @Override
  public String toString() {
    return Arrays.toString(made());
  }
}
