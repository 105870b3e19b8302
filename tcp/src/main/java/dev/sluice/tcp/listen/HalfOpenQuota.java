package dev.sluice.tcp.listen;

/// How many half-open peers all listeners of a host may keep together.
public final class HalfOpenQuota {
  private final int limit;
  private int count;

  /// @param limit peers at once
  public HalfOpenQuota(int limit) {
    this.limit = limit;
  }

  /// Whether there is no place left.
  public boolean isFull() {
    return count >= limit;
  }

  void enter() {
    count++;
  }

  void leave() {
    assert count > 0;
    count--;
  }

  /// Half-open peers of all listeners.
  public int count() {
    return count;
  }

  /// How many there may be.
  public int limit() {
    return limit;
  }
}
