package dev.sluice.tcp.recovery;

import dev.sluice.wire.Seq;

/// What one ACK says has arrived, by its number and by its SACK blocks together. One
/// object for each connection, filled anew for each ACK by the queue.
public final class Delivered {
  /// There is none.
  public static final long NONE = -1;

  private long arrivalNanos;
  private long latestRepeatNanos;
  private long leastRttNanos;

  private int octets;
  private int segments;
  private int sackedOctets;
  private boolean any;
  private long latestSentNanos;
  private boolean repeatAcked;
  private long onceAckedNanos;
  private long repeatAckedNanos;
  private long onceSackedNanos;
  private boolean anyOriginal;
  private int lowestOriginalEnd;
  private boolean anyNewest;
  private long newestSentNanos;
  private int newestSerial;
  private long highestSentNanos;
  private boolean duplicate;
  private boolean moved;
  private boolean mark;

  /// An ACK arrived.
  ///
  /// @param arrival when, in the link's nanoseconds
  /// @param latestRepeat the latest time at which a repeat can have been sent that this
  ///     ACK answers, as its timestamp tells; [Long#MAX_VALUE] if that is not known
  /// @param leastRtt the shortest round trip seen; an answer that is quicker is not one
  ///     to a repeat (RFC 8985 §6.2, step 2)
  public void begin(long arrival, long latestRepeat, long leastRtt) {
    arrivalNanos = arrival;
    latestRepeatNanos = latestRepeat;
    leastRttNanos = leastRtt;
    octets = 0;
    segments = 0;
    sackedOctets = 0;
    any = false;
    latestSentNanos = NONE;
    repeatAcked = false;
    onceAckedNanos = NONE;
    repeatAckedNanos = NONE;
    onceSackedNanos = NONE;
    anyOriginal = false;
    anyNewest = false;
    duplicate = false;
    moved = false;
    mark = false;
  }

  /// A segment that was not SACKed before was acknowledged, or a part of it.
  void onAcked(int endSeq, int length, long sentNanos, int serial, boolean repeated) {
    if (repeated) {
      repeatAcked = true;
      repeatAckedNanos = Math.max(repeatAckedNanos, sentNanos);
    } else {
      onceAckedNanos = Math.max(onceAckedNanos, sentNanos);
    }
    onArrived(endSeq, length, sentNanos, serial, repeated);
  }

  /// A segment was SACKed.
  void onSacked(int endSeq, int length, long sentNanos, int serial, boolean repeated) {
    sackedOctets += length;
    if (!repeated) {
      onceSackedNanos = Math.max(onceSackedNanos, sentNanos);
    }
    onArrived(endSeq, length, sentNanos, serial, repeated);
  }

  private void onArrived(int endSeq, int length, long sentNanos, int serial, boolean repeated) {
    any = true;
    latestSentNanos = Math.max(latestSentNanos, sentNanos);
    octets += length;
    segments++;
    if (!repeated && (!anyOriginal || Seq.lt(endSeq, lowestOriginalEnd))) {
      anyOriginal = true;
      lowestOriginalEnd = endSeq;
    }
    if (repeated && !isAnswerToRepeat(sentNanos)) {
      return;
    }
    highestSentNanos = sentNanos;
    if (!anyNewest || Seq.gt(serial, newestSerial)) {
      anyNewest = true;
      newestSentNanos = sentNanos;
      newestSerial = serial;
    }
  }

  private boolean isAnswerToRepeat(long sentNanos) {
    return sentNanos <= latestRepeatNanos && arrivalNanos - sentNanos >= leastRttNanos;
  }

  /// The ACK reports octets that arrived twice (RFC 2883).
  public void onDuplicate() {
    duplicate = true;
  }

  /// Whether it reports octets that arrived twice.
  public boolean isDuplicate() {
    return duplicate;
  }

  /// The peer tells of marks that say for the first time that the window is too large
  /// (RFC 3168 §6.1.2).
  public void onMark() {
    mark = true;
  }

  /// Whether it does.
  public boolean isMark() {
    return mark;
  }

  /// SND.UNA moved.
  public void onMoved() {
    moved = true;
  }

  /// Whether SND.UNA moved.
  public boolean isMoved() {
    return moved;
  }

  /// Whether anything is known to have arrived that was not known before.
  public boolean isAny() {
    return any;
  }

  /// When the latest of what arrived was sent, or [#NONE].
  public long latestSentNanos() {
    return latestSentNanos;
  }

  /// Octets newly known to have arrived.
  public int octets() {
    return octets;
  }

  /// Segments newly known to have arrived.
  public int segments() {
    return segments;
  }

  /// Octets newly SACKed.
  public int sackedOctets() {
    return sackedOctets;
  }

  /// Whether something that was sent more than once was acknowledged by number.
  public boolean isRepeatAcked() {
    return repeatAcked;
  }

  /// Whether something arrived of which only one copy was ever sent.
  public boolean isAnyOriginal() {
    return anyOriginal;
  }

  /// The lowest number behind a segment that was sent once and arrived.
  public int lowestOriginalEnd() {
    return lowestOriginalEnd;
  }

  /// When the latest of the acknowledged segments was sent, if all were sent only once;
  /// else [#NONE] (Karn's rule, RFC 6298 §3).
  public long onceAckedNanos() {
    return repeatAcked ? NONE : onceAckedNanos;
  }

  /// When the latest repeat among the acknowledged segments was sent, or [#NONE].
  public long repeatAckedNanos() {
    return repeatAckedNanos;
  }

  /// When the latest of the SACKed segments was sent that were sent only once, or
  /// [#NONE].
  public long onceSackedNanos() {
    return onceSackedNanos;
  }

  /// Whether there is a segment that arrived, and by the copy sent last.
  boolean isAnyNewest() {
    return anyNewest;
  }

  /// When the highest of these was sent, by number.
  long highestSentNanos() {
    return highestSentNanos;
  }

  /// When the newest of these was sent.
  long newestSentNanos() {
    return newestSentNanos;
  }

  /// The how many-eth of all sendings that was.
  int newestSerial() {
    return newestSerial;
  }

  /// When the ACK arrived.
  public long arrivalNanos() {
    return arrivalNanos;
  }
}
