package dev.sluice.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// One counter for each constant of an enum: one writer, any readers.
///
/// The writer pays a plain add; a reader sees a value that was true a moment ago.
///
/// @param <E> what is counted
public final class CounterSet<E extends Enum<E>> {
  private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);

  private final Class<E> what;
  private final long[] values;

  public CounterSet(Class<E> what) {
    this.what = what;
    values = new long[what.getEnumConstants().length];
  }

  /// Counts one. Only the owning thread may call it.
  public void increment(E counter) {
    add(counter, 1);
  }

  /// Counts `amount`. Only the owning thread may call it.
  public void add(E counter, long amount) {
    int i = counter.ordinal();
    VALUES.setOpaque(values, i, values[i] + amount);
  }

  /// The value, from any thread.
  public long get(E counter) {
    return (long) VALUES.getOpaque(values, counter.ordinal());
  }

  /// What is counted here.
  public Class<E> what() {
    return what;
  }
}
