package dev.sluice.tcp.tcb;

/// Where records end that the user has written (MSG_EOR): positions in the stream, in
/// order.
///
/// The writing thread adds, the loop thread looks and drops. At most [#CAPACITY] marks
/// are kept: a mark more is forgotten, which costs a boundary between segments and no
/// octet.
public final class RecordMarks {
  /// Marks kept at a time, a power of two.
  static final int CAPACITY = 1_024;

  private volatile long[] positions = new long[0];
  private volatile int added;
  private volatile int dropped;

  /// A record ends before `position`; on the writing thread.
  ///
  /// @return whether it is kept
  public boolean add(long position) {
    long[] ring = positions;
    if (ring.length == 0) {
      ring = new long[CAPACITY];
      positions = ring;
    }
    int at = added;
    if (at - dropped == CAPACITY) {
      return false;
    }
    ring[at & (CAPACITY - 1)] = position;
    added = at + 1;
    return true;
  }

  /// The first mark behind `position`, [Long#MAX_VALUE] if there is none.
  public long next(long position) {
    int low = dropped;
    int high = added;
    int end = high;
    if (low == high) {
      return Long.MAX_VALUE;
    }
    long[] ring = positions;
    while (low - high < 0) {
      int middle = low + (high - low) / 2;
      if (ring[middle & (CAPACITY - 1)] <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == end ? Long.MAX_VALUE : ring[low & (CAPACITY - 1)];
  }

  /// Everything before `position` was acknowledged.
  public void dropUntil(long position) {
    int at = dropped;
    int end = added;
    long[] ring = positions;
    while (at != end && ring[at & (CAPACITY - 1)] <= position) {
      at++;
    }
    dropped = at;
  }

  /// Whether there is none.
  public boolean isEmpty() {
    return dropped == added;
  }
}
