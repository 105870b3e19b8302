package dev.sluice.house.planted.stack;

/// The innocent one: it may.
public final class Driver {
  public long innocentNanos() {
    return System.nanoTime();
  }
}
