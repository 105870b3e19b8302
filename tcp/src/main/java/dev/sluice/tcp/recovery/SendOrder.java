package dev.sluice.tcp.recovery;

import java.util.Arrays;

/// What is in flight in the order in which it was last sent: a list through the places of
/// a ring, so that whoever asks what was sent long ago looks at that and nothing else.
final class SendOrder {
  static final int NONE = -1;

  private int[] next;
  private int[] previous;
  private int first = NONE;
  private int last = NONE;

  /// @param capacity places of the ring, a power of two
  SendOrder(int capacity) {
    next = new int[capacity];
    previous = new int[capacity];
  }

  /// What is at this place was sent just now.
  void addLast(int slot) {
    next[slot] = NONE;
    previous[slot] = last;
    if (last == NONE) {
      first = slot;
    } else {
      next[last] = slot;
    }
    last = slot;
  }

  /// What is at this place was sent before all else.
  void addFirst(int slot) {
    previous[slot] = NONE;
    next[slot] = first;
    if (first == NONE) {
      last = slot;
    } else {
      previous[first] = slot;
    }
    first = slot;
  }

  void remove(int slot) {
    int before = previous[slot];
    int after = next[slot];
    if (before == NONE) {
      first = after;
    } else {
      next[before] = after;
    }
    if (after == NONE) {
      last = before;
    } else {
      previous[after] = before;
    }
  }

  /// What was sent longest ago, or [#NONE].
  int first() {
    return first;
  }

  /// What was sent next after this one, or [#NONE].
  int after(int slot) {
    return next[slot];
  }

  /// The ring doubles, and what was at `head` comes to its first place.
  void grow(int head) {
    int mask = next.length - 1;
    int[] movedNext = new int[next.length * 2];
    int[] movedPrevious = new int[next.length * 2];
    for (int slot = first; slot != NONE; slot = next[slot]) {
      int moved = slot - head & mask;
      movedNext[moved] = next[slot] == NONE ? NONE : next[slot] - head & mask;
      movedPrevious[moved] = previous[slot] == NONE ? NONE : previous[slot] - head & mask;
    }
    first = first == NONE ? NONE : first - head & mask;
    last = last == NONE ? NONE : last - head & mask;
    next = movedNext;
    previous = movedPrevious;
  }

  /// Nothing is in flight.
  void clear(int capacity) {
    if (next.length != capacity) {
      next = new int[capacity];
      previous = new int[capacity];
    }
    Arrays.fill(next, NONE);
    first = NONE;
    last = NONE;
  }
}
