package dev.sluice.tcp.recovery;

import dev.sluice.wire.Seq;

/// What is in flight: one entry for each segment sent and not acknowledged, in order.
///
/// An entry is a range of sequence numbers with the time it was last sent. It may be
/// longer than a segment on the wire where the link cuts; it is split when a part of it
/// is lost. An entry marked lost waits to be sent again and is not in flight meanwhile
/// (RFC 6675's "pipe").
///
/// Entries live in parallel arrays used as a ring, which grow to what the window needs.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.8.1 RFC 9293 §3.8.1
public final class RetransmissionQueue {
  private static final byte RETRANSMITTED = 1;
  private static final byte LOST = 2;
  private static final int FIRST_ENTRIES = 4;

  private int[] start = new int[FIRST_ENTRIES];
  private int[] end = new int[FIRST_ENTRIES];
  private long[] sentNanos = new long[FIRST_ENTRIES];
  private byte[] marks = new byte[FIRST_ENTRIES];
  private int head;
  private int count;
  private int lostCount;
  private int lostOctets;
  private int octets;
  private long ackedSentNanos = -1;
  private boolean ackedRetransmitted;

  private int index(int entry) {
    return (head + entry) & (start.length - 1);
  }

  /// A segment went out for the first time.
  public void append(int startSeq, int endSeq, long nowNanos) {
    assert Seq.lt(startSeq, endSeq);
    assert count == 0 || end[index(count - 1)] == startSeq : "segments follow each other";
    insertAt(count);
    set(index(count - 1), startSeq, endSeq, nowNanos, (byte) 0);
    octets += endSeq - startSeq;
  }

  private void set(int at, int startSeq, int endSeq, long nanos, byte mark) {
    start[at] = startSeq;
    end[at] = endSeq;
    sentNanos[at] = nanos;
    marks[at] = mark;
  }

  /// Makes room for an entry at this place of the queue.
  private void insertAt(int entry) {
    if (count == start.length) {
      grow();
    }
    for (int i = count; i > entry; i--) {
      int to = index(i);
      int from = index(i - 1);
      set(to, start[from], end[from], sentNanos[from], marks[from]);
    }
    count++;
  }

  private void grow() {
    int size = start.length * 2;
    int[] newStart = new int[size];
    int[] newEnd = new int[size];
    long[] newSent = new long[size];
    byte[] newMarks = new byte[size];
    for (int i = 0; i < count; i++) {
      int from = index(i);
      newStart[i] = start[from];
      newEnd[i] = end[from];
      newSent[i] = sentNanos[from];
      newMarks[i] = marks[from];
    }
    start = newStart;
    end = newEnd;
    sentNanos = newSent;
    marks = newMarks;
    head = 0;
  }

  /// Everything before `una` was acknowledged. [#ackedSentNanos] and
  /// [#ackedRetransmitted] tell of what that was.
  public void onAck(int una) {
    ackedSentNanos = -1;
    ackedRetransmitted = false;
    while (count > 0 && Seq.leq(end[head], una)) {
      noteAcked(head);
      forget(head, end[head] - start[head]);
      head = (head + 1) & (start.length - 1);
      count--;
    }
    if (count > 0 && Seq.lt(start[head], una)) {
      noteAcked(head);
      forgetPart(head, una - start[head]);
      start[head] = una;
    }
    assert count > 0 || (octets == 0 && lostOctets == 0 && lostCount == 0);
  }

  private void noteAcked(int at) {
    if ((marks[at] & RETRANSMITTED) != 0) {
      ackedRetransmitted = true;
    } else {
      ackedSentNanos = Math.max(ackedSentNanos, sentNanos[at]);
    }
  }

  private void forget(int at, int length) {
    if ((marks[at] & LOST) != 0) {
      lostCount--;
    }
    forgetPart(at, length);
  }

  private void forgetPart(int at, int length) {
    octets -= length;
    if ((marks[at] & LOST) != 0) {
      lostOctets -= length;
    }
  }

  /// When the latest of the segments that the last ACK covered was sent, if it was sent
  /// only once; else -1 (Karn's rule, RFC 6298 §3).
  public long ackedSentNanos() {
    return ackedRetransmitted ? -1 : ackedSentNanos;
  }

  /// What stands at the left edge went out once more, though no retransmission timer
  /// asked for it: its round trip cannot be measured any more (Karn's rule).
  public void markFirstRepeated() {
    if (count > 0) {
      marks[head] |= RETRANSMITTED;
    }
  }

  /// The segment at the left edge is lost, or its first `mss` octets if it is longer.
  public void markFirstLost(int mss) {
    if (count == 0 || (marks[head] & LOST) != 0) {
      return;
    }
    if (end[head] - start[head] > mss) {
      split(0, mss);
    }
    markLost(head);
  }

  /// All is lost: the retransmission timer expired, or the window was closed.
  public void markAllLost() {
    for (int i = 0; i < count; i++) {
      markLost(index(i));
    }
  }

  private void markLost(int at) {
    if ((marks[at] & LOST) == 0) {
      marks[at] |= LOST;
      lostCount++;
      lostOctets += end[at] - start[at];
    }
  }

  private void split(int entry, int length) {
    insertAt(entry + 1);
    int at = index(entry);
    int next = index(entry + 1);
    int middle = start[at] + length;
    set(next, middle, end[at], sentNanos[at], marks[at]);
    end[at] = middle;
    if ((marks[at] & LOST) != 0) {
      lostCount++;
    }
  }

  /// Which entry is to be sent again next, -1 if none. Entries that are too long for
  /// one segment are cut, short ones that follow each other are put together.
  ///
  /// @param limit octets that one segment carries at most
  public int nextLost(int limit) {
    if (lostCount == 0) {
      return -1;
    }
    int entry = 0;
    while ((marks[index(entry)] & LOST) == 0) {
      entry++;
    }
    int at = index(entry);
    if (end[at] - start[at] > limit) {
      split(entry, limit);
    } else {
      joinFollowing(entry, limit);
    }
    return entry;
  }

  private void joinFollowing(int entry, int limit) {
    int at = index(entry);
    int joined = 0;
    while (entry + joined + 1 < count) {
      int next = index(entry + joined + 1);
      if ((marks[next] & LOST) == 0 || end[next] - start[at] > limit) {
        break;
      }
      end[at] = end[next];
      joined++;
    }
    if (joined > 0) {
      for (int i = entry + 1; i + joined < count; i++) {
        int from = index(i + joined);
        set(index(i), start[from], end[from], sentNanos[from], marks[from]);
      }
      count -= joined;
      lostCount -= joined;
    }
  }

  /// The entry went out again.
  public void onRetransmitted(int entry, long nowNanos) {
    int at = index(entry);
    assert (marks[at] & LOST) != 0;
    lostCount--;
    lostOctets -= end[at] - start[at];
    marks[at] = RETRANSMITTED;
    sentNanos[at] = nowNanos;
  }

  public int startSeq(int entry) {
    return start[index(entry)];
  }

  public int endSeq(int entry) {
    return end[index(entry)];
  }

  /// Whether something waits to be sent again.
  public boolean hasLost() {
    return lostCount > 0;
  }

  /// Whether the segment at the left edge was sent more than once.
  public boolean isFirstRetransmitted() {
    return count > 0 && (marks[head] & RETRANSMITTED) != 0;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /// Octets sent and neither acknowledged nor lost.
  public int inFlight() {
    return octets - lostOctets;
  }

  /// Entries in the queue.
  public int size() {
    return count;
  }
}
