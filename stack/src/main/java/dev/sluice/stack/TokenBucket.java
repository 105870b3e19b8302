package dev.sluice.stack;

/// So many a second on average, and a second's worth at once.
final class TokenBucket {
  private static final long SECOND = 1_000_000_000L;

  private final long capacity;
  private final long nanosPerToken;
  private long tokens;
  private long filledNanos;

  /// @param perSecond 0 to 1,000,000,000; 0 lets nothing through
  TokenBucket(int perSecond) {
    if (perSecond < 0 || perSecond > SECOND) {
      throw new IllegalArgumentException("a rate is 0 to 1,000,000,000 a second: " + perSecond);
    }
    capacity = perSecond;
    nanosPerToken = perSecond == 0 ? Long.MAX_VALUE : SECOND / perSecond;
    tokens = perSecond;
  }

  /// Takes one if there is one.
  boolean take(long nowNanos) {
    long gained = (nowNanos - filledNanos) / nanosPerToken;
    if (gained > 0) {
      tokens = Math.min(capacity, tokens + gained);
      filledNanos = tokens == capacity ? nowNanos : filledNanos + gained * nanosPerToken;
    }
    if (tokens == 0) {
      return false;
    }
    tokens--;
    return true;
  }
}
