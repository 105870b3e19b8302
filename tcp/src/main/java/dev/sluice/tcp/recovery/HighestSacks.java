package dev.sluice.tcp.recovery;

import dev.sluice.wire.Seq;

/// The three highest segments that were SACKed: what lies below all of them is lost
/// where losses are found by counting (RFC 6675 §4, IsLost).
final class HighestSacks {
  static final int DUP_THRESH = 3;

  private final int[] starts = new int[DUP_THRESH];
  private int end;

  /// One more was SACKed.
  ///
  /// @param before how many were in the queue already
  void add(int startSeq, int endSeq, int before) {
    end = before == 0 ? endSeq : Seq.max(end, endSeq);
    int seq = startSeq;
    for (int i = 0; i < DUP_THRESH; i++) {
      if (i >= before || Seq.gt(seq, starts[i])) {
        int lower = starts[i];
        starts[i] = seq;
        seq = lower;
      }
    }
  }

  /// First number of the third highest.
  int third() {
    return starts[DUP_THRESH - 1];
  }

  /// Number behind the highest.
  int end() {
    return end;
  }
}
