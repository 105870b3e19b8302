package dev.sluice.sim.scenario;

import dev.sluice.sim.law.Seed;
import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.wire.FourTuple;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Finds a seed for a host with which one connection's numbers wrap soon, by trying.
///
/// A host takes its secret from the fifth and sixth numbers of its generator; a test
/// that relies on this looks at the SYN, so it fails when that changes.
final class IsnSearch {
  private static final int NUMBERS_BEFORE = 4;
  private static final int MOST_TRIES = 5_000_000;

  private IsnSearch() {}

  /// A generator for a host whose ISS for this tuple is at most `window` below 2^32, when
  /// the connection opens at that time.
  static RandomGenerator wrapsWithin(int window, FourTuple tuple, long openNanos, Seed seed) {
    for (long i = 0; i < MOST_TRIES; i++) {
      long candidate = Seed.mix(seed.value() * MOST_TRIES + i);
      RandomGenerator random = new SplittableRandom(candidate);
      for (int skipped = 0; skipped < NUMBERS_BEFORE; skipped++) {
        random.nextLong();
      }
      int iss = new InitialSequence(random.nextLong(), random.nextLong()).iss(tuple, openNanos);
      if (iss < 0 && iss >= -window) {
        return new SplittableRandom(candidate);
      }
    }
    throw new AssertionError("no secret within " + MOST_TRIES);
  }
}
