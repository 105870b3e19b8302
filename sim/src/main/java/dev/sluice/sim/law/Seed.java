package dev.sluice.sim.law;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// The number that everything random in one case comes from.
///
/// @param value any number; small ones are as good as large ones
public record Seed(long value) {
  /// A generator of its own for one purpose, so that a new random choice in one place
  /// does not change all others.
  ///
  /// @param purpose a few words, such as `network`
  public RandomGenerator random(String purpose) {
    return new SplittableRandom(mix(value ^ mix(purpose.hashCode())));
  }

  /// Choices for a generator of cases.
  public Choices choices() {
    return Choices.random(this);
  }

  /// Another seed that follows from this one.
  public Seed derived(String purpose) {
    return new Seed(mix(value + mix(purpose.hashCode())));
  }

  /// Spreads the bits of a number over all 64 (the finisher of SplitMix64).
  public static long mix(long bits) {
    long z = bits + 0x9e37_79b9_7f4a_7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return z ^ (z >>> 31);
  }

  @Override
  public String toString() {
    return "seed " + value;
  }
}
