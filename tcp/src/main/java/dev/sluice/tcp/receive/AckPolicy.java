package dev.sluice.tcp.receive;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.Deadlines;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.tcp.tcb.Timer;

/// When to acknowledge: at once what is out of order or fills a gap, every second full
/// segment, all else after a short delay.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5681#section-4.2 RFC 5681 §4.2
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.8.6.3 RFC 9293 §3.8.6.3
public final class AckPolicy {
  /// Duplicate ACKs that may be due at once.
  private static final int MAX_DUPLICATES = 16;

  /// What is taken for a full-sized segment before one was seen (RFC 9293 MUST-15, IPv4).
  private static final int USUAL_FULL_SIZE = 536;

  /// Timestamps make a full-sized segment this much smaller than the MSS we announce.
  private static final int TIMESTAMPS = 12;

  private final TcpSettings settings;
  private final Deadlines deadlines;
  private final QuickAcks quickAcks;
  private boolean now;
  private int unacknowledged;
  private int unacknowledgedSegments;
  private int duplicatesDue;
  private int fullSize;
  private final int announcedMss;

  /// @param announcedMss the MSS option that we send; the peer's segments are no longer
  public AckPolicy(TcpSettings settings, Deadlines deadlines, int announcedMss) {
    this.settings = settings;
    this.deadlines = deadlines;
    quickAcks = new QuickAcks(settings);
    this.announcedMss = announcedMss;
    fullSize = Math.min(USUAL_FULL_SIZE, announcedMss - TIMESTAMPS);
  }

  /// Text came in order.
  ///
  /// @param octets of text
  /// @param segmentSize octets of text in each packet, if the link merged several; else 0
  /// @param quick TCP_QUICKACK is on
  public void onInOrder(int octets, int segmentSize, boolean quick, long nowNanos) {
    fullSize = Math.max(fullSize, Math.min(announcedMss, segmentSize > 0 ? segmentSize : octets));
    unacknowledged += octets;
    unacknowledgedSegments += segmentSize > 0 ? (octets + segmentSize - 1) / segmentSize : 1;
    quickAcks.onData(nowNanos);
    if (quick || quickAcks.areDue() || settings.delayedAckNanos == 0 || isSecond()) {
      now = true;
    } else {
      deadlines.setIfEarlier(Timer.DELAYED_ACK, nowNanos + settings.delayedAckNanos);
    }
  }

  private boolean isSecond() {
    return unacknowledged >= 2 * fullSize
        || (settings.ackEverySecondSegment && unacknowledgedSegments >= 2);
  }

  /// Text came beyond a gap: the peer counts the ACKs of such segments, so each gets
  /// its own, even if several arrive together (RFC 5681 §3.2, §4.2).
  ///
  /// @param segments how many, more than one if the link merged them
  public void onOutOfOrder(int segments) {
    duplicatesDue = Math.min(MAX_DUPLICATES, duplicatesDue + segments);
    now = true;
  }

  /// A gap was filled, at least in part: one ACK tells all.
  public void onGapFilled() {
    duplicatesDue = 0;
    now = true;
  }

  /// Something asks for an ACK at once: a FIN, a duplicate, an unacceptable segment.
  public void acknowledgeNow() {
    now = true;
  }

  /// The delay is over.
  public void onDelayOver() {
    quickAcks.onDelayOver();
    now = true;
  }

  /// Whether an ACK is to go out, on its own if need be.
  public boolean isDue() {
    return now;
  }

  /// A segment with ACK went out, whatever it was sent for.
  public void onAckSent() {
    duplicatesDue = Math.max(0, duplicatesDue - 1);
    now = duplicatesDue > 0;
    unacknowledged = 0;
    unacknowledgedSegments = 0;
    quickAcks.onAckSent();
    deadlines.clear(Timer.DELAYED_ACK);
  }

  /// The peer answered our SYN: text that goes out at once now is part of a conversation.
  public void onSynAcked(long nowNanos) {
    quickAcks.onSynAcked(nowNanos);
  }

  /// Text of ours goes out: the user may be answering what came.
  public void onDataSent(long nowNanos) {
    quickAcks.onDataSent(nowNanos);
  }

  /// The longest text that one segment brought so far, or what is taken for it before.
  public int fullSizeOctets() {
    return fullSize;
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    quickAcks.keep(archive);
    now = archive.keep(now);
    unacknowledged = archive.keep(unacknowledged);
    unacknowledgedSegments = archive.keep(unacknowledgedSegments);
    duplicatesDue = archive.keep(duplicatesDue);
    fullSize = archive.keep(fullSize, Math.min(USUAL_FULL_SIZE, announcedMss - TIMESTAMPS));
  }
}
