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
  private static final byte SACKED = 4;
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
  private int sackedOctets;
  private int highestSacked;
  private long ackedSentNanos = -1;
  private boolean ackedRetransmitted;
  private long ackedRepeatNanos = -1;

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
    ackedRepeatNanos = -1;
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
    assert count > 0 || (octets == 0 && lostOctets == 0 && lostCount == 0 && sackedOctets == 0);
  }

  private void noteAcked(int at) {
    if ((marks[at] & SACKED) != 0) {
      return; // it arrived long ago
    }
    if ((marks[at] & RETRANSMITTED) != 0) {
      ackedRetransmitted = true;
      ackedRepeatNanos = Math.max(ackedRepeatNanos, sentNanos[at]);
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
    if ((marks[at] & SACKED) != 0) {
      sackedOctets -= length;
    }
  }

  /// The peer holds `[left, right)`, though it lies beyond a gap.
  ///
  /// A long entry is split where the block ends inside it, but only between whole
  /// segments, so that a peer cannot make us keep an entry for each octet
  /// (CVE-2019-11478).
  ///
  /// @return whether that was news
  public boolean onSack(int left, int right, int mss) {
    boolean news = false;
    for (int i = 0; i < count && Seq.lt(start[index(i)], right); i++) {
      int at = index(i);
      if ((marks[at] & SACKED) != 0 || Seq.leq(end[at], left)) {
        continue;
      }
      if (Seq.lt(start[at], left)) {
        int before = roundUp(left - start[at], mss);
        if (before < end[at] - start[at]) {
          split(i, before); // the part behind comes next
        }
        continue;
      }
      if (Seq.gt(end[at], right)) {
        int inside = (right - start[at]) / mss * mss;
        if (inside == 0) {
          continue;
        }
        split(i, inside);
        at = index(i);
      }
      markSacked(at);
      news = true;
    }
    return news;
  }

  private static int roundUp(int octets, int unit) {
    return (octets + unit - 1) / unit * unit;
  }

  private void markSacked(int at) {
    int length = end[at] - start[at];
    if ((marks[at] & LOST) != 0) {
      marks[at] &= ~LOST;
      lostCount--;
      lostOctets -= length;
    }
    highestSacked = sackedOctets == 0 ? end[at] : Seq.max(highestSacked, end[at]);
    marks[at] |= SACKED;
    sackedOctets += length;
  }

  /// Segments are lost that have three others, or more than two full ones, SACKed above
  /// them (RFC 6675 §4, IsLost). One that was sent again already is left to the timer.
  ///
  /// @return whether any is lost that was not before
  public boolean markLostBySacks(int mss) {
    if (sackedOctets == 0) {
      return false;
    }
    boolean news = false;
    int segments = 0;
    int above = 0;
    for (int i = count - 1; i >= 0; i--) {
      int at = index(i);
      if ((marks[at] & SACKED) != 0) {
        segments++;
        above += end[at] - start[at];
      } else if ((segments >= 3 || above > 2 * mss) && (marks[at] & (LOST | RETRANSMITTED)) == 0) {
        markLost(at);
        news = true;
      }
    }
    return news;
  }

  /// The first segment below the highest SACK that was neither SACKed nor sent again is
  /// taken for lost, because nothing else is left to send (RFC 6675 §4, NextSeg rule 3).
  public void markHoleLost(int mss) {
    for (int i = 0; i < count && sackedOctets > 0; i++) {
      int at = index(i);
      if (Seq.geq(start[at], highestSacked)) {
        return;
      }
      if ((marks[at] & (SACKED | LOST | RETRANSMITTED)) == 0) {
        if (end[at] - start[at] > mss) {
          split(i, mss);
          at = index(i);
        }
        markLost(at);
        return;
      }
    }
  }

  /// When the latest of the segments that the last ACK covered was sent, if it was sent
  /// only once; else -1 (Karn's rule, RFC 6298 §3).
  public long ackedSentNanos() {
    return ackedRetransmitted ? -1 : ackedSentNanos;
  }

  /// When the latest repeat among what the last ACK covered was sent, -1 if none was
  /// sent again.
  public long ackedRepeatNanos() {
    return ackedRepeatNanos;
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
    if (count == 0 || (marks[head] & (LOST | SACKED)) != 0) {
      return;
    }
    if (end[head] - start[head] > mss) {
      split(0, mss);
    }
    markLost(head);
  }

  /// All is lost that was not SACKed: the retransmission timer expired, or the window
  /// was closed. If the left edge was SACKed the peer has gone back on its word, and
  /// its other words count for nothing (RFC 2018 §8).
  public void markAllLost() {
    if (count > 0 && (marks[head] & SACKED) != 0) {
      forgetSacks();
    }
    for (int i = 0; i < count; i++) {
      markLost(index(i));
    }
  }

  private void forgetSacks() {
    for (int i = 0; i < count; i++) {
      marks[index(i)] &= ~SACKED;
    }
    sackedOctets = 0;
  }

  private void markLost(int at) {
    if ((marks[at] & (LOST | SACKED)) == 0) {
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

  /// The number of the first octet that waits to be sent again; there has to be one.
  public int firstLostSeq() {
    int entry = 0;
    while ((marks[index(entry)] & LOST) == 0) {
      entry++;
    }
    return start[index(entry)];
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

  /// Octets sent and neither acknowledged, SACKed nor lost: the pipe (RFC 6675 §4,
  /// SetPipe).
  public int inFlight() {
    return octets - lostOctets - sackedOctets;
  }

  /// Entries in the queue.
  public int size() {
    return count;
  }

  // ---- for people: in segments

  /// Segments sent and not acknowledged.
  public int segments(int mss) {
    return segments(mss, 0, 0);
  }

  /// Of those, the peer holds beyond a gap.
  public int sackedSegments(int mss) {
    return segments(mss, SACKED, SACKED);
  }

  /// Of those, waiting to be sent again.
  public int lostSegments(int mss) {
    return segments(mss, LOST, LOST);
  }

  /// Of those, sent again and in flight.
  public int resentSegments(int mss) {
    return segments(mss, RETRANSMITTED | LOST | SACKED, RETRANSMITTED);
  }

  private int segments(int mss, int mask, int wanted) {
    int segments = 0;
    for (int i = 0; i < count; i++) {
      int at = index(i);
      if ((marks[at] & mask) == wanted) {
        segments += (end[at] - start[at] + mss - 1) / mss;
      }
    }
    return segments;
  }
}
