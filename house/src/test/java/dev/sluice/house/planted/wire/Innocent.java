package dev.sluice.house.planted.wire;

/// Breaks nothing.
public final class Innocent {
  private final long nowNanos;

  public Innocent(long nowNanos) {
    this.nowNanos = nowNanos;
  }

  public long nowNanos() {
    return nowNanos;
  }
}
