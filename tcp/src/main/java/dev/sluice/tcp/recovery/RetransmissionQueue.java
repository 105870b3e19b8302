package dev.sluice.tcp.recovery;

import dev.sluice.wire.Seq;

/// What is in flight: one entry for each segment sent and not acknowledged, in order of
/// its numbers, with what is known of it. It is RFC 6675's scoreboard as well.
///
/// ```
///   sent --> in flight --> SACKed --> acknowledged
///             |    ^
///        lost |    | sent again
///             v    |
///             waiting
/// ```
///
/// Entries live in parallel arrays used as a ring; an entry keeps its place in it. A
/// long segment that the link cuts has an entry for each piece, so that none is ever
/// split by what a peer says. Sets of places find what waits and what was not SACKed
/// yet, and a list keeps the order of sending, so that an ACK costs what it tells of and
/// not what is in flight (CVE-2019-11477, -11478, -11479).
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.8.1 RFC 9293 §3.8.1
/// @spec https://www.rfc-editor.org/rfc/rfc6675#section-3 RFC 6675 §3
public final class RetransmissionQueue {
  static final int NONE = -1;

  /// Entries at most: with small segments the window is not all that bounds us.
  public static final int MAX_ENTRIES = 1 << 17;

  private static final byte SACKED = 1;
  private static final byte LOST = 2;
  private static final byte RESENT = 4; // a copy is in flight, beside the one that may be lost
  private static final byte REPEATED = 8; // was ever sent more than once
  private static final int FIRST_ENTRIES = 4;

  private int[] start = new int[FIRST_ENTRIES];
  private int[] end = new int[FIRST_ENTRIES];
  private long[] sentNanos = new long[FIRST_ENTRIES];
  private int[] serial = new int[FIRST_ENTRIES]; // of its last sending, of all sendings
  private byte[] marks = new byte[FIRST_ENTRIES];
  private final SendOrder order = new SendOrder(FIRST_ENTRIES);
  private final SlotSet waiting = new SlotSet(FIRST_ENTRIES);
  private final SlotSet notSacked = new SlotSet(FIRST_ENTRIES);
  private int sendings;
  private int head;
  private int count;

  private int octets;
  private int sackedOctets;
  private int lostOctets;
  private int resentOctets;
  private int sackedEntries;
  private int lostEntries;
  private int resentEntries;
  private final HighestSacks highestSacks = new HighestSacks();
  private int judgedBelow; // what lies below was judged by the SACKs above it already
  private int foundSlot = NONE;
  private int foundEnd;
  private long steps;

  private int slot(int entry) {
    return (head + entry) & (start.length - 1);
  }

  private int following(int slot) {
    return (slot + 1) & (start.length - 1);
  }

  private boolean is(int slot, int mark) {
    return (marks[slot] & mark) != 0;
  }

  private int length(int slot) {
    return end[slot] - start[slot];
  }

  // ---- sending

  /// A segment went out for the first time.
  ///
  /// @param pieceOctets where the link cuts it, it becomes pieces of that many octets
  public void append(int startSeq, int endSeq, int pieceOctets, long nowNanos) {
    assert Seq.lt(startSeq, endSeq) && pieceOctets > 0;
    assert count == 0 || end[slot(count - 1)] == startSeq : "segments follow each other";
    for (int from = startSeq; Seq.lt(from, endSeq); from += pieceOctets) {
      int to = Seq.lt(from + pieceOctets, endSeq) ? from + pieceOctets : endSeq;
      appendPiece(from, to, nowNanos);
    }
    octets += endSeq - startSeq;
  }

  private void appendPiece(int startSeq, int endSeq, long nowNanos) {
    if (count == start.length) {
      resize(start.length * 2);
    }
    if (count == 0) {
      judgedBelow = startSeq;
    }
    int slot = slot(count);
    count++;
    start[slot] = startSeq;
    end[slot] = endSeq;
    sentNanos[slot] = nowNanos;
    serial[slot] = ++sendings;
    marks[slot] = 0;
    order.addLast(slot);
    notSacked.add(slot);
  }

  private void resize(int capacity) {
    start = unrolled(start, new int[capacity]);
    end = unrolled(end, new int[capacity]);
    sentNanos = unrolled(sentNanos, new long[capacity]);
    serial = unrolled(serial, new int[capacity]);
    marks = unrolled(marks, new byte[capacity]);
    order.grow(head);
    head = 0;
    list();
  }

  /// The entries of a ring in their order, in an array of the same kind.
  private <T> T unrolled(T ring, T array) {
    int first = Math.min(count, marks.length - head); // the old marks: they come last
    System.arraycopy(ring, head, array, 0, first);
    System.arraycopy(ring, 0, array, first, count - first);
    return array;
  }

  /// Fills the sets of places anew.
  private void list() {
    waiting.clear(start.length);
    notSacked.clear(start.length);
    for (int slot = 0; slot < count; slot++) {
      if (!is(slot, SACKED)) {
        notSacked.add(slot);
      }
      if (isWaiting(slot)) {
        waiting.add(slot);
      }
    }
  }

  private boolean isWaiting(int slot) {
    return (marks[slot] & (LOST | RESENT)) == LOST;
  }

  private boolean isInFlight(int slot) {
    return !is(slot, SACKED) && !isWaiting(slot);
  }

  // ---- what arrived

  /// Everything before `una` was acknowledged.
  public void onAck(int una, Delivered delivered) {
    while (count > 0 && Seq.leq(end[head], una)) {
      steps++;
      noteAcked(head, length(head), delivered);
      forget(head);
      head = following(head);
      count--;
    }
    if (count > 0 && Seq.lt(start[head], una)) {
      noteAcked(head, una - start[head], delivered);
      forgetOctets(head, una - start[head]);
      start[head] = una;
    }
    judgedBelow = Seq.max(judgedBelow, una);
    assert count > 0 || (octets == 0 && lostEntries == 0 && sackedEntries == 0 && isNobodyThere());
  }

  private boolean isNobodyThere() {
    return waiting.isEmpty() && notSacked.isEmpty() && order.first() == NONE && resentOctets == 0;
  }

  private void noteAcked(int slot, int length, Delivered delivered) {
    if (!is(slot, SACKED)) { // else it arrived long ago
      delivered.onAcked(end[slot], length, sentNanos[slot], serial[slot], is(slot, REPEATED));
    }
  }

  private void forget(int slot) {
    forgetOctets(slot, length(slot));
    if (isInFlight(slot)) {
      order.remove(slot);
    }
    if (is(slot, SACKED)) {
      sackedEntries--;
      return;
    }
    notSacked.remove(slot);
    if (isWaiting(slot)) {
      waiting.remove(slot);
    }
    lostEntries -= is(slot, LOST) ? 1 : 0;
    resentEntries -= is(slot, RESENT) ? 1 : 0;
  }

  private void forgetOctets(int slot, int length) {
    octets -= length;
    sackedOctets -= is(slot, SACKED) ? length : 0;
    lostOctets -= is(slot, LOST) ? length : 0;
    resentOctets -= is(slot, RESENT) ? length : 0;
  }

  /// The peer holds `[left, right)`, though it lies beyond a gap. A segment counts only
  /// as a whole.
  public void onSack(int left, int right, Delivered delivered) {
    int entry = firstEntryFrom(left);
    int slot = entry == count ? NONE : notSacked.next(slot(entry), head);
    while (slot != NONE && Seq.leq(end[slot], right)) {
      steps++;
      markSacked(slot);
      boolean repeated = is(slot, REPEATED);
      delivered.onSacked(end[slot], length(slot), sentNanos[slot], serial[slot], repeated);
      slot = notSacked.next(slot, head);
    }
  }

  /// The first entry that begins at `seq` or behind it, the number of entries if there
  /// is none.
  private int firstEntryFrom(int seq) {
    int low = 0;
    int high = count;
    while (low < high) {
      steps++;
      int middle = (low + high) >>> 1;
      if (Seq.lt(start[slot(middle)], seq)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void markSacked(int slot) {
    int length = length(slot);
    if (isInFlight(slot)) {
      order.remove(slot);
    } else {
      waiting.remove(slot);
    }
    notSacked.remove(slot);
    lostEntries -= is(slot, LOST) ? 1 : 0;
    lostOctets -= is(slot, LOST) ? length : 0;
    resentEntries -= is(slot, RESENT) ? 1 : 0;
    resentOctets -= is(slot, RESENT) ? length : 0;
    marks[slot] = (byte) ((marks[slot] & REPEATED) | SACKED);
    highestSacks.add(start[slot], end[slot], sackedEntries);
    sackedEntries++;
    sackedOctets += length;
  }

  // ---- what is lost

  /// What was in flight here is lost: it waits to be sent again. True if that is news.
  private boolean markLost(int slot) {
    if (is(slot, SACKED) || isWaiting(slot)) {
      return false;
    }
    if (!is(slot, LOST)) {
      marks[slot] |= LOST;
      lostEntries++;
      lostOctets += length(slot);
    }
    resentEntries -= is(slot, RESENT) ? 1 : 0;
    resentOctets -= is(slot, RESENT) ? length(slot) : 0;
    marks[slot] &= ~RESENT;
    order.remove(slot);
    waiting.add(slot);
    return true;
  }

  /// Segments are lost that have three others SACKed above them (RFC 6675 §4, IsLost).
  /// One that was sent again already is left to the timer. True if that is news.
  public boolean markLostBySacks() {
    return sackedEntries >= HighestSacks.DUP_THRESH && judgeBelow(highestSacks.third(), count);
  }

  /// The first segment below the highest SACK that was neither SACKed nor sent again is
  /// taken for lost, because nothing else is left to send (RFC 6675 §4, NextSeg rule 3).
  public void markHoleLost() {
    if (sackedEntries > 0) {
      judgeBelow(highestSacks.end(), 1);
    }
  }

  private boolean judgeBelow(int limit, int most) {
    int found = 0;
    while (found < most && Seq.lt(judgedBelow, limit)) {
      steps++;
      int entry = firstEntryFrom(judgedBelow);
      int slot = entry == count ? NONE : notSacked.next(slot(entry), head);
      if (slot == NONE || Seq.gt(end[slot], limit)) {
        judgedBelow = limit;
      } else {
        judgedBelow = end[slot];
        found += !is(slot, LOST | RESENT | REPEATED) && markLost(slot) ? 1 : 0;
      }
    }
    return found > 0;
  }

  /// The segment at the left edge is lost.
  public void markFirstLost() {
    if (count > 0) {
      markLost(head);
    }
  }

  /// All is lost that was not SACKed: the retransmission timer expired, or the window
  /// was closed. If the left edge was SACKed the peer has gone back on its word, and
  /// its other words count for nothing (RFC 2018 §8).
  public void markAllLost() {
    if (count > 0 && is(head, SACKED)) {
      forgetSacks();
    }
    for (int slot = order.first(); slot != NONE; slot = order.first()) {
      steps++;
      markLost(slot);
    }
  }

  private void forgetSacks() {
    for (int i = 0; i < count; i++) {
      int slot = slot(i);
      if (is(slot, SACKED)) {
        marks[slot] &= ~SACKED;
        notSacked.add(slot);
        order.addFirst(slot);
      }
    }
    sackedEntries = 0;
    sackedOctets = 0;
  }

  /// What was called lost was not: all that waits is in flight after all.
  public void unmarkLost() {
    for (int i = count - 1; i >= 0; i--) {
      int slot = slot(i);
      if (isWaiting(slot)) {
        waiting.remove(slot);
        order.addFirst(slot);
      }
      marks[slot] &= ~LOST;
    }
    lostEntries = 0;
    lostOctets = 0;
    judgedBelow = count > 0 ? start[head] : judgedBelow;
  }

  // ---- in the order of sending

  /// What was sent longest ago of all that is in flight, or [#NONE].
  int oldest() {
    return order.first();
  }

  /// When this one was last sent.
  long sentNanos(int slot) {
    return sentNanos[slot];
  }

  /// The how many-eth of all sendings its last one was.
  int serial(int slot) {
    return serial[slot];
  }

  /// The oldest is lost.
  void markOldestLost() {
    steps++;
    markLost(order.first());
  }

  /// Whether the oldest is a repeat of what was lost before.
  boolean isOldestRepeat() {
    return is(order.first(), RESENT);
  }

  // ---- sending again

  /// The number of the first octet that waits to be sent again; there has to be one.
  public int firstLostSeq() {
    return start[waiting.next(head, head)];
  }

  /// Looks for what is to be sent again next: [#foundStart] and [#foundEnd] say what.
  /// Short segments that follow each other go together.
  ///
  /// @param limit octets that one segment carries at most
  /// @param together octets that short segments may make up together
  /// @return whether there is any
  public boolean findLost(int limit, int together) {
    foundSlot = waiting.next(head, head);
    if (foundSlot == NONE) {
      return false;
    }
    if (length(foundSlot) > limit) {
      cutWaiting(limit);
      foundSlot = waiting.next(head, head);
    }
    foundEnd = end[foundSlot];
    int slot = following(foundSlot);
    while (foundEnd != end[slot(count - 1)] && isTogether(slot, together)) {
      foundEnd = end[slot];
      slot = following(slot);
    }
    return true;
  }

  private boolean isTogether(int slot, int together) {
    return waiting.contains(slot) && end[slot] - start[foundSlot] <= together;
  }

  /// Segments have become smaller since these were sent: those that wait are cut, all at
  /// once.
  private void cutWaiting(int limit) {
    int pieces = 0;
    for (int i = 0; i < count; i++) {
      int slot = slot(i);
      pieces += isWaiting(slot) ? (length(slot) + limit - 1) / limit : 1;
    }
    int capacity = start.length;
    while (capacity < pieces) {
      capacity *= 2;
    }
    resize(capacity);
    lostEntries += pieces - count;
    order.clear(capacity);
    int to = pieces;
    for (int from = count - 1; from >= 0; from--) {
      int first = start[from];
      int right = end[from];
      int piece = isWaiting(from) ? limit : right - first;
      for (int at = right; at != first; ) {
        int left = first + (at - first - 1) / piece * piece;
        to--;
        start[to] = left;
        end[to] = at;
        marks[to] = marks[from];
        sentNanos[to] = sentNanos[from];
        serial[to] = serial[from];
        at = left;
      }
    }
    count = pieces;
    list();
    for (int slot = count - 1; slot >= 0; slot--) {
      if (isInFlight(slot)) {
        order.addFirst(slot);
      }
    }
  }

  /// Takes the last segment sent for [#foundStart] and [#foundEnd], to be sent once more
  /// as a probe though it is not taken for lost (RFC 8985 §7.3). A lone FIN takes the
  /// text before it along: many peers tell nothing of a FIN by SACK.
  ///
  /// @param endsInFin whether the last number is that of the FIN
  /// @return whether it is in flight, and no other copy of it
  public boolean findLast(boolean endsInFin) {
    foundSlot = count == 0 ? NONE : slot(count - 1);
    if (foundSlot == NONE || !isOnlyCopy(foundSlot)) {
      return false;
    }
    foundEnd = end[foundSlot];
    if (endsInFin && length(foundSlot) == 1 && count > 1 && isOnlyCopy(slot(count - 2))) {
      foundSlot = slot(count - 2);
    }
    return true;
  }

  private boolean isOnlyCopy(int slot) {
    return isInFlight(slot) && !is(slot, RESENT);
  }

  /// The first number of what [#findLost] found.
  public int foundStart() {
    return start[foundSlot];
  }

  /// The number behind the last of what [#findLost] found.
  public int foundEnd() {
    return foundEnd;
  }

  /// What [#findLost] found went out again.
  public void onFoundSent(long nowNanos) {
    int slot = foundSlot;
    for (int at = start[slot]; at != foundEnd; slot = following(slot)) {
      at = end[slot];
      if (isWaiting(slot)) {
        waiting.remove(slot);
      } else {
        order.remove(slot);
      }
      onCopySent(slot, nowNanos);
    }
  }

  private void onCopySent(int slot, long nowNanos) {
    marks[slot] |= RESENT | REPEATED;
    resentEntries++;
    resentOctets += length(slot);
    sentNanos[slot] = nowNanos;
    serial[slot] = ++sendings;
    order.addLast(slot);
  }

  /// What stands at the left edge went out once more, though no retransmission timer
  /// asked for it: its round trip cannot be measured any more (Karn's rule).
  public void markFirstRepeated() {
    if (count > 0) {
      marks[head] |= REPEATED;
    }
  }

  // ---- questions

  /// Whether something waits to be sent again.
  public boolean hasLost() {
    return !waiting.isEmpty();
  }

  /// Whether the segment at the left edge was sent more than once.
  public boolean isFirstRetransmitted() {
    return count > 0 && is(head, REPEATED);
  }

  /// Whether the segment at the left edge was SACKed: a peer that keeps its word would
  /// have acknowledged it.
  public boolean isFirstSacked() {
    return count > 0 && is(head, SACKED);
  }

  /// Octets of the segment at the left edge, 0 if there is none.
  public int firstOctets() {
    return count == 0 ? 0 : length(head);
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /// Whether there is no room for more entries until some are acknowledged.
  public boolean isFull() {
    return count >= MAX_ENTRIES;
  }

  /// Octets in the network: sent and neither acknowledged, SACKed nor lost, and the
  /// copies sent again (RFC 6675 §4, SetPipe).
  public int inFlight() {
    return octets - sackedOctets - lostOctets + resentOctets;
  }

  /// Segments sent and not acknowledged by number.
  public int size() {
    return count;
  }

  /// Of these, SACKed.
  public int sackedEntries() {
    return sackedEntries;
  }

  /// Octets SACKed.
  public int sackedOctets() {
    return sackedOctets;
  }

  /// Segments taken for lost, sent again since or not.
  public int lostEntries() {
    return lostEntries;
  }

  /// Segments of which a copy is in flight.
  public int resentEntries() {
    return resentEntries;
  }

  /// The number behind the highest segment SACKed, meaningful if any was.
  public int highestSacked() {
    return highestSacks.end();
  }

  /// First number of the segment in this place, 0 being the left edge.
  int startSeq(int entry) {
    return start[slot(entry)];
  }

  /// Number behind the segment in this place.
  int endSeq(int entry) {
    return end[slot(entry)];
  }

  /// Entries looked at so far, so that tests can bound what a segment costs.
  long steps() {
    return steps;
  }
}
