package dev.sluice.sim.law;

import java.util.function.Function;

/// A statement that holds for all cases a generator can make.
///
/// ```java
/// Law.forAll(200, c -> c.listOf(9, d -> d.between(0, 99)), list -> check(list));
/// ```
///
/// With `-Dsluice.seeds=N` it tries N cases, with `-Dsluice.seed=K` only case K.
public final class Law {
  /// The system property that names the one seed to replay.
  public static final String REPLAY_PROPERTY = "sluice.seed";
  /// The system property that says how many seeds to try.
  public static final String COUNT_PROPERTY = "sluice.seeds";

  private Law() {}

  /// What must hold of a case: it returns, or it throws what is wrong.
  ///
  /// @param <T> the case
  @FunctionalInterface
  public interface Property<T> {
    /// Checks one case.
    ///
    /// @throws Throwable what is wrong
    void check(T value) throws Throwable;
  }

  /// Tries `count` cases, or as many as the system properties say.
  ///
  /// @throws LawBroken for the first case that fails, with a simpler one that fails too
  public static <T> void forAll(int count, Function<Choices, T> generator, Property<T> property) {
    Long only = Long.getLong(REPLAY_PROPERTY);
    if (only != null) {
      tryOne(new Seed(only), generator, property);
      return;
    }
    int cases = Integer.getInteger(COUNT_PROPERTY, count);
    for (int i = 0; i < cases; i++) {
      tryOne(new Seed(i), generator, property);
    }
  }

  /// Tries one case.
  ///
  /// @throws LawBroken if it fails, with a simpler one that fails too
  public static <T> void tryOne(Seed seed, Function<Choices, T> generator, Property<T> property) {
    Choices choices = seed.choices();
    T value = generator.apply(choices);
    Throwable failure = failureOf(value, property);
    if (failure == null) {
      return;
    }
    Shrinker<T> shrinker = new Shrinker<>(generator, property, choices.made(), failure);
    shrinker.run();
    throw new LawBroken(
        seed, String.valueOf(value), String.valueOf(shrinker.value()), shrinker.failure());
  }

  /// What is wrong with a case, or null. Assertions and exceptions count, not the end of
  /// the virtual machine.
  static <T> @org.jspecify.annotations.Nullable Throwable failureOf(T value, Property<T> property) {
    try {
      property.check(value);
      return null;
    } catch (VirtualMachineError e) {
      throw e;
    } catch (Throwable e) {
      return e;
    }
  }
}
