package dev.sluice.stack.firewall;

/// SYNs that were let in and whose handshakes are not complete, each with whom it counts
/// for. Of a fixed size, 32 octets an entry; allocates nothing.
///
/// It knows nothing of the listener's own entries, and so it counts in the same way when
/// the listener keeps none and answers with cookies. Who does not complete is forgotten
/// when the listener would have given up; if there are too many, the oldest goes.
final class PendingHandshakes {
  /// Octets of memory for each entry, with its two places in the index.
  static final int ENTRY_OCTETS = 32;

  private final SourceTable sources;
  private final long lifetimeNanos;
  /// In the order of arrival, from `oldest` on; hash 0 is one that is over.
  private final long[] hashes;
  private final long[] sourceKeys;
  private final long[] bornNanos;
  /// Places in these arrays plus one, by hash; 0 is none.
  private final int[] index;
  private int oldest;
  private int count;

  /// @param sources where the counts are
  /// @param entries a power of two
  /// @param lifetimeNanos how long one waits for the last segment of a handshake
  PendingHandshakes(SourceTable sources, int entries, long lifetimeNanos) {
    assert Integer.bitCount(entries) == 1 : entries;
    this.sources = sources;
    this.lifetimeNanos = lifetimeNanos;
    hashes = new long[entries];
    sourceKeys = new long[entries];
    bornNanos = new long[entries];
    index = new int[2 * entries];
  }

  /// Whether this handshake has begun.
  ///
  /// @param hash of the four-tuple, not 0
  boolean contains(long hash) {
    return slot(hash) >= 0;
  }

  /// A handshake begins.
  ///
  /// @param hash of the four-tuple, not 0, and not yet contained
  /// @param sourceKey for whom it counts, in the table of sources
  void add(long hash, long sourceKey, long nowNanos) {
    if (count == hashes.length) {
      forgetOldest();
    }
    int place = (oldest + count) & (hashes.length - 1);
    count++;
    hashes[place] = hash;
    sourceKeys[place] = sourceKey;
    bornNanos[place] = nowNanos;
    int slot = home(hash);
    while (index[slot] != 0) {
      slot = (slot + 1) & (index.length - 1);
    }
    index[slot] = place + 1;
    sources.addHalfOpen(sources.claim(sourceKey, nowNanos), 1);
  }

  /// A handshake is complete, if it was known.
  void remove(long hash) {
    int slot = slot(hash);
    if (slot >= 0) {
      release(slot);
      while (count > 0 && hashes[oldest] == 0) {
        drop();
      }
    }
  }

  /// Forgets those that have waited long enough.
  void expire(long nowNanos) {
    while (count > 0 && (hashes[oldest] == 0 || nowNanos - bornNanos[oldest] >= lifetimeNanos)) {
      forgetOldest();
    }
  }

  private void forgetOldest() {
    if (hashes[oldest] != 0) {
      release(slot(hashes[oldest]));
    }
    drop();
  }

  private void drop() {
    oldest = (oldest + 1) & (hashes.length - 1);
    count--;
  }

  private int home(long hash) {
    return (int) hash & (index.length - 1);
  }

  /// Where the index knows a hash.
  ///
  /// @return -1 if it does not
  private int slot(long hash) {
    for (int slot = home(hash); index[slot] != 0; slot = (slot + 1) & (index.length - 1)) {
      if (hashes[index[slot] - 1] == hash) {
        return slot;
      }
    }
    return -1;
  }

  /// Takes an entry out of the index and closes the gap there.
  private void release(int slot) {
    int place = index[slot] - 1;
    int source = sources.find(sourceKeys[place]);
    if (source >= 0) {
      sources.addHalfOpen(source, -1);
    }
    int mask = index.length - 1;
    int gap = slot;
    for (int i = (gap + 1) & mask; index[i] != 0; i = (i + 1) & mask) {
      int home = home(hashes[index[i] - 1]);
      if (((i - home) & mask) >= ((i - gap) & mask)) {
        index[gap] = index[i];
        gap = i;
      }
    }
    index[gap] = 0;
    hashes[place] = 0;
  }

  /// How many places are taken.
  int size() {
    return count;
  }
}
