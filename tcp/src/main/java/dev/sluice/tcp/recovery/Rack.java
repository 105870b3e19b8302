package dev.sluice.tcp.recovery;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.wire.Seq;

/// Finds losses by time: what was sent well before something that has arrived should
/// have arrived too.
///
/// "Well before" is the reordering window. It begins at nothing where three segments
/// arrived beyond a gap, as duplicate ACKs would have it; a path that was seen to reorder
/// gets a quarter of its shortest round trip, and more for each round in which a repeat
/// turned out to be needless.
///
/// Of two segments sent at the same moment the RFC takes the one with the higher number
/// for the later one. Here all sendings are counted: a loop that sends new text and then
/// repeats does so at one moment, too.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8985#section-6.2 RFC 8985 §6.2
public final class Rack {
  private static final int DUP_THRESH = 3;

  /// Recoveries without a needless repeat after which the window is small again.
  private static final int PERSIST = 16;

  /// The most segments that a path is said to reorder by.
  private static final int MAX_REORDERING = 300;

  private final boolean takesHighest;
  private final SendSequence snd;
  private final RetransmissionQueue queue;
  private final RttEstimator rtt;
  private boolean anyDelivered;
  private int deliveredSerial;
  private long deliveredRttNanos;
  private int forwardSeq; // RACK.fack
  private int reorderings;
  private int reorderingSegments = DUP_THRESH;
  private int windowQuarters = 1;
  private int persist;
  private boolean inDuplicateRound;
  private int duplicateRoundEnd;
  private long lostAgain;
  private boolean anyLost;

  Rack(boolean takesHighest, SendSequence snd, RetransmissionQueue queue, RttEstimator rtt) {
    this.takesHighest = takesHighest;
    this.snd = snd;
    this.queue = queue;
    this.rtt = rtt;
    forwardSeq = snd.iss();
  }

  /// What an ACK told of; the queue knows already.
  ///
  /// @param mss octets of text per segment
  void onDelivered(Delivered told, int mss) {
    if (told.isAnyOriginal() && Seq.lt(told.lowestOriginalEnd(), forwardSeq)) {
      reorderings++;
      int distance = (forwardSeq - told.lowestOriginalEnd() + mss - 1) / mss;
      reorderingSegments = Math.clamp(distance + 1L, reorderingSegments, MAX_REORDERING);
    }
    int highest = queue.sackedEntries() > 0 ? queue.highestSacked() : snd.una();
    forwardSeq = Seq.max(forwardSeq, highest);
    if (told.isAnyNewest()) {
      long sent = takesHighest ? told.highestSentNanos() : told.newestSentNanos();
      deliveredRttNanos = Math.max(0, told.arrivalNanos() - sent);
      boolean newer = !anyDelivered || Seq.gt(told.newestSerial(), deliveredSerial);
      if (newer) {
        anyDelivered = true;
        deliveredSerial = told.newestSerial();
      }
    }
    if (told.isDuplicate()) {
      onDuplicate();
    } else if (inDuplicateRound && Seq.geq(snd.una(), duplicateRoundEnd)) {
      inDuplicateRound = false;
    }
  }

  /// A repeat was needless: once in a round trip that makes the window larger.
  private void onDuplicate() {
    if (inDuplicateRound && Seq.geq(snd.una(), duplicateRoundEnd)) {
      inDuplicateRound = false;
    }
    if (!inDuplicateRound) {
      inDuplicateRound = true;
      duplicateRoundEnd = snd.nxt();
      windowQuarters++;
      persist = PERSIST;
    }
  }

  /// A fast recovery was needless: what was taken for lost came late, so the path
  /// reorders.
  void onNeedlessRecovery() {
    reorderings++;
  }

  /// A recovery, by fast retransmit or by timer, is over.
  void onRecovered() {
    if (persist > 0) {
      persist--;
    }
    if (persist == 0) {
      windowQuarters = 1;
    }
  }

  /// How much later than its successors a segment may come.
  ///
  /// @param recovering whether the sender is in fast or timeout recovery
  long reorderingWindowNanos(boolean recovering) {
    if (reorderings == 0 && (recovering || queue.sackedEntries() >= DUP_THRESH)) {
      return 0;
    }
    long least = rtt.minRttNanos() == Long.MAX_VALUE ? 0 : rtt.minRttNanos();
    return Math.min(windowQuarters * (least / 4), rtt.srttNanos());
  }

  /// Marks what is lost by now.
  ///
  /// @param recovering whether the sender is in fast or timeout recovery
  /// @return when the next segment will be lost, or [Long#MAX_VALUE]; [#isAnyLost] tells
  ///     whether one is
  long detect(boolean recovering, long nowNanos) {
    anyLost = false;
    if (!anyDelivered) {
      return Long.MAX_VALUE;
    }
    long patience = deliveredRttNanos + reorderingWindowNanos(recovering);
    for (int slot = queue.oldest();
        slot != RetransmissionQueue.NONE && isOlderThanDelivered(slot);
        slot = queue.oldest()) {
      long dueNanos = queue.sentNanos(slot) + patience;
      if (dueNanos > nowNanos) {
        return dueNanos;
      }
      lostAgain += queue.isOldestRepeat() ? 1 : 0;
      queue.markOldestLost();
      anyLost = true;
    }
    return Long.MAX_VALUE;
  }

  /// Whether the last [#detect] found any.
  boolean isAnyLost() {
    return anyLost;
  }

  private boolean isOlderThanDelivered(int slot) {
    return Seq.gt(deliveredSerial, queue.serial(slot));
  }

  /// The retransmission timer expired: lost is what stands at the left edge, and what
  /// has been in flight for longer than a round trip and the reordering window (RFC 8985
  /// §6.3).
  void onTimeout(long nowNanos) {
    long patience = deliveredRttNanos + reorderingWindowNanos(true);
    queue.markFirstLost();
    for (int slot = queue.oldest();
        slot != RetransmissionQueue.NONE && queue.sentNanos(slot) + patience <= nowNanos;
        slot = queue.oldest()) {
      queue.markOldestLost();
    }
  }

  /// By how many segments the path was seen to reorder; 3 before it was.
  public int reorderingSegments() {
    return reorderingSegments;
  }

  /// How many ACKs told of reordering.
  public int reorderings() {
    return reorderings;
  }

  /// Repeats that were found to be lost themselves.
  public long lostAgain() {
    return lostAgain;
  }

  /// What stays of it while the connection sleeps. Sendings are counted anew when it
  /// wakes: all that went out before has arrived.
  void keep(Archive archive) {
    anyDelivered = archive.keep(anyDelivered);
    deliveredRttNanos = archive.keep(deliveredRttNanos);
    forwardSeq = archive.keep(forwardSeq, snd.una());
    reorderings = archive.keep(reorderings);
    reorderingSegments = archive.keep(reorderingSegments, DUP_THRESH);
    windowQuarters = archive.keep(windowQuarters, 1);
    persist = archive.keep(persist);
    inDuplicateRound = archive.keep(inDuplicateRound);
    duplicateRoundEnd = archive.keep(duplicateRoundEnd);
    lostAgain = archive.keep(lostAgain);
    anyLost = archive.keep(anyLost);
  }
}
