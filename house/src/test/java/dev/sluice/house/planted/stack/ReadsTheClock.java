package dev.sluice.house.planted.stack;

import java.time.Clock;
import java.time.Instant;

/// Takes the time instead of being told.
public final class ReadsTheClock {
  public long nanos() {
    return System.nanoTime();
  }

  public Object date() {
    return Instant.now();
  }

  public Object viaClock() {
    return Clock.systemUTC();
  }
}
