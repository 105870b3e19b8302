package dev.sluice.tcp.congestion;

import dev.sluice.tcp.tcb.Archive;

/// How fast the network delivers: one sample for each ACK.
///
/// A sample is what was delivered since the newest segment that this ACK tells of was
/// sent, divided by the longer of two times: how long it took to send that much, and how
/// long it took to be told of it. The longer, because an ACK that comes early, or many
/// that come at once, would make the network look faster than it is.
///
/// Between two ACKs all that is sent would remember the same, so that is kept once, in
/// the order of sending, and not in each entry of the queue.
///
/// ```
///   sent      |--- first ------- newest ---|            send time
///   told             |--- then ------------ now ---|    ACK time
/// ```
public final class DeliveryRate {
  private static final int FIRST_MARKS = 16;

  /// Marks at most: then the newest serves for what follows as well.
  private static final int MOST_MARKS = 1 << 14;

  private static final long SECOND = 1_000_000_000L;

  private final Marks marks = new Marks();
  private long delivered;
  private long deliveredSegments;
  private long deliveredNanos;
  private long firstSentNanos;
  private long limitedUntil; // as `delivered` counts; 0: the application keeps up
  private boolean changed = true;
  private long bytesPerSecond;
  private boolean bytesPerSecondLimited;

  /// What all segments sent between two ACKs remember, as a ring in the order of sending.
  private static final class Marks {
    long[] sentNanos = new long[FIRST_MARKS];
    long[] delivered = new long[FIRST_MARKS];
    long[] deliveredNanos = new long[FIRST_MARKS];
    long[] firstSentNanos = new long[FIRST_MARKS];
    boolean[] limited = new boolean[FIRST_MARKS];
    int head;
    int count;

    int at(int i) {
      return (head + i) & (sentNanos.length - 1);
    }

    void ensureRoom() {
      if (count < sentNanos.length) {
        return;
      }
      int size = 2 * count;
      boolean[] wider = new boolean[size];
      for (int i = 0; i < count; i++) {
        wider[i] = limited[at(i)];
      }
      sentNanos = unrolled(sentNanos, size);
      delivered = unrolled(delivered, size);
      deliveredNanos = unrolled(deliveredNanos, size);
      firstSentNanos = unrolled(firstSentNanos, size);
      limited = wider;
      head = 0;
    }

    private long[] unrolled(long[] from, int size) {
      long[] to = new long[size];
      for (int i = 0; i < count; i++) {
        to[i] = from[(head + i) & (from.length - 1)];
      }
      return to;
    }

    /// Forgets all before the last that was made at this time or earlier.
    ///
    /// @return whether there is one
    boolean dropBefore(long sent) {
      while (count > 1 && sentNanos[at(1)] <= sent) {
        head = at(1);
        count--;
      }
      return count > 0 && sentNanos[head] <= sent;
    }
  }

  /// Text goes out, for the first time or again.
  ///
  /// @param inFlightBefore octets in flight without it
  public void onSent(int inFlightBefore, long nowNanos) {
    if (inFlightBefore == 0) {
      firstSentNanos = nowNanos;
      deliveredNanos = nowNanos;
      changed = true;
    }
    if (!changed || marks.count == MOST_MARKS) {
      return;
    }
    changed = false;
    marks.ensureRoom();
    int at = marks.at(marks.count);
    marks.count++;
    marks.sentNanos[at] = nowNanos;
    marks.delivered[at] = delivered;
    marks.deliveredNanos[at] = deliveredNanos;
    marks.firstSentNanos[at] = firstSentNanos;
    marks.limited[at] = limitedUntil != 0;
  }

  /// The application has nothing to send, though the window has room: until what is in
  /// flight now has arrived, samples tell of the application and not of the network.
  ///
  /// @param inFlight octets
  public void onApplicationLimited(int inFlight) {
    long until = Math.max(1, delivered + inFlight);
    changed |= limitedUntil == 0;
    limitedUntil = until;
  }

  /// An ACK told of octets that arrived; fills in what the sample is.
  ///
  /// @param newestSentNanos when the newest of them was sent, -1 if that is not known
  public void onDelivered(AckSample ack, long newestSentNanos) {
    deliveredSegments += ack.deliveredSegments;
    if (ack.deliveredBytes > 0) {
      delivered += ack.deliveredBytes;
      deliveredNanos = ack.nowNanos;
      changed = true;
    }
    if (limitedUntil != 0 && delivered > limitedUntil) {
      limitedUntil = 0;
      changed = true;
    }
    ack.deliveredTotal = delivered;
    ack.rateBytes = 0;
    ack.rateNanos = 0;
    ack.applicationLimited = limitedUntil != 0;
    if (ack.deliveredBytes > 0 && newestSentNanos >= 0 && marks.dropBefore(newestSentNanos)) {
      sample(ack, newestSentNanos);
    }
  }

  private void sample(AckSample ack, long newestSentNanos) {
    int mark = marks.head;
    long sending = newestSentNanos - marks.firstSentNanos[mark];
    long telling = ack.nowNanos - marks.deliveredNanos[mark];
    firstSentNanos = newestSentNanos;
    ack.applicationLimited = marks.limited[mark];
    long nanos = Math.max(sending, telling);
    if (nanos <= 0 || (nanos < ack.minRttNanos && ack.minRttNanos != Long.MAX_VALUE)) {
      return; // quicker than any round trip: that cannot be
    }
    ack.rateBytes = delivered - marks.delivered[mark];
    ack.rateNanos = nanos;
    keep(ack);
  }

  /// What an application limits tells of the network only if it is more than what was.
  private void keep(AckSample ack) {
    long rate = (long) ((double) ack.rateBytes * SECOND / ack.rateNanos);
    if (!ack.applicationLimited || rate >= bytesPerSecond) {
      bytesPerSecond = rate;
      bytesPerSecondLimited = ack.applicationLimited;
    }
  }

  /// Octets delivered so far.
  public long delivered() {
    return delivered;
  }

  /// SYN and text that were acknowledged were one segment, though they are two entries of
  /// the queue.
  public void onSynWithText() {
    deliveredSegments--;
  }

  /// Segments delivered so far, SYN and FIN counted.
  public long deliveredSegments() {
    return deliveredSegments;
  }

  /// The last rate that tells something, octets a second; 0 before one.
  public long bytesPerSecond() {
    return bytesPerSecond;
  }

  /// Whether the application was the limit in [#bytesPerSecond].
  public boolean isApplicationLimited() {
    return bytesPerSecondLimited;
  }

  /// It serves another connection from now on, which [#keep] is to restore.
  public void moveOn() {
    marks.count = 0;
    changed = true;
  }

  /// Whether it has no more room than a connection takes that sends little.
  public boolean isSmall() {
    return marks.sentNanos.length == FIRST_MARKS;
  }

  /// What stays of it while the connection sleeps: nothing is in flight then, so that
  /// what sent segments remember is of no use, and the next one begins anew.
  public void keep(Archive archive) {
    delivered = archive.keep(delivered);
    deliveredSegments = archive.keep(deliveredSegments);
    limitedUntil = archive.keep(limitedUntil);
    bytesPerSecond = archive.keep(bytesPerSecond);
    bytesPerSecondLimited = archive.keep(bytesPerSecondLimited);
  }
}
