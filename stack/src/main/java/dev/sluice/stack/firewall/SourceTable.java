package dev.sluice.stack.firewall;

/// What sources have used up: a rate, half-open peers, connections. Of a fixed size, 24
/// octets an entry; allocates nothing.
///
/// A key has eight places where it may stand. If all are taken, the entry that is worth
/// least goes: the one with the fewest connections, and among equals the one whose rate
/// recovers first. So a flood from countless sources, each used once, does not wash out
/// the few that are at their limit. Keys are keyed hashes, and nobody outside can choose
/// sources which fall together.
final class SourceTable {
  /// Octets of memory for each entry.
  static final int ENTRY_OCTETS = 24;
  private static final int WAYS = 8;

  private final long[] keys;
  /// When the source has its whole burst again, on the caller's clock.
  private final long[] recoveredNanos;
  private final int[] connections;
  private final int[] halfOpen;

  /// @param entries a power of two, 8 at least
  SourceTable(int entries) {
    assert Integer.bitCount(entries) == 1 && entries >= WAYS : entries;
    keys = new long[entries];
    recoveredNanos = new long[entries];
    connections = new int[entries];
    halfOpen = new int[entries];
  }

  /// The entry of a key.
  ///
  /// @return -1 if there is none
  int find(long key) {
    int first = first(key);
    for (int i = first; i < first + WAYS; i++) {
      if (keys[i] == key) {
        return i;
      }
    }
    return -1;
  }

  private int first(long key) {
    return (int) key & (keys.length - 1) & -WAYS;
  }

  /// The entry of a key, in the place of the least worthy one if it is new.
  int claim(long key, long nowNanos) {
    int known = find(key);
    if (known >= 0) {
      return known;
    }
    int first = first(key);
    int worst = first;
    for (int i = first + 1; i < first + WAYS; i++) {
      if (isLess(i, worst)) {
        worst = i;
      }
    }
    keys[worst] = key;
    recoveredNanos[worst] = nowNanos;
    connections[worst] = 0;
    halfOpen[worst] = 0;
    return worst;
  }

  /// Whether an entry is worth less than another.
  private boolean isLess(int i, int than) {
    if (keys[i] == 0 || keys[than] == 0) {
      return keys[i] == 0 && keys[than] != 0;
    }
    int held = connections[i] + halfOpen[i];
    int heldThan = connections[than] + halfOpen[than];
    return held != heldThan ? held < heldThan : recoveredNanos[i] < recoveredNanos[than];
  }

  /// Takes one from a rate, if it is there.
  ///
  /// @param intervalNanos from one to the next on average
  /// @param aheadNanos how far ahead of the average the source may be
  boolean take(int entry, long intervalNanos, long aheadNanos, long nowNanos) {
    long recovered = Math.max(recoveredNanos[entry], nowNanos);
    if (recovered - nowNanos > aheadNanos) {
      return false;
    }
    recoveredNanos[entry] = recovered + intervalNanos;
    return true;
  }

  /// Gives one back that was taken.
  void giveBack(int entry, long intervalNanos) {
    recoveredNanos[entry] -= intervalNanos;
  }

  int connections(int entry) {
    return connections[entry];
  }

  /// Counts a connection more or less; never below 0.
  void addConnections(int entry, int change) {
    connections[entry] = Math.max(0, connections[entry] + change);
  }

  int halfOpen(int entry) {
    return halfOpen[entry];
  }

  /// Counts a half-open peer more or less; never below 0.
  void addHalfOpen(int entry, int change) {
    halfOpen[entry] = Math.max(0, halfOpen[entry] + change);
  }
}
