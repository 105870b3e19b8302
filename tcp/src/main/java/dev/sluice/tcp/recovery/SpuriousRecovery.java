package dev.sluice.tcp.recovery;

import dev.sluice.tcp.receive.Timestamps;
import dev.sluice.tcp.tcb.Archive;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;

/// Whether the recovery that was begun last was needless: nothing had been lost, only
/// delayed or reordered.
///
/// Two things prove it. An ACK that the repeat should have caused echoes a timestamp from
/// before the repeat (Eifel). Or the peer reports all that was sent again as duplicates.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3522#section-3.2 RFC 3522 §3.2
/// @spec https://www.rfc-editor.org/rfc/rfc2883#section-5 RFC 2883 §5
public final class SpuriousRecovery {
  private final Timestamps timestamps;
  private boolean open;
  private int firstSeq;
  private int behindSeq;
  private boolean anyRepeat;
  private long firstRepeatNanos;
  private long unprovedOctets;

  SpuriousRecovery(Timestamps timestamps) {
    this.timestamps = timestamps;
  }

  /// A recovery begins.
  ///
  /// @param una SND.UNA
  /// @param max SND.MAX
  void begin(int una, int max) {
    open = true;
    firstSeq = una;
    behindSeq = max;
    anyRepeat = false;
    unprovedOctets = 0;
  }

  /// Something was sent again.
  void onRepeated(int octets, long nowNanos) {
    if (!anyRepeat) {
      anyRepeat = true;
      firstRepeatNanos = nowNanos;
    }
    unprovedOctets += octets;
  }

  /// The peer reports `[left, right)` as a duplicate.
  void onDuplicate(int left, int right) {
    if (open && anyRepeat && Seq.geq(left, firstSeq) && Seq.leq(right, behindSeq)) {
      unprovedOctets -= right - left;
    }
  }

  /// Whether all that was sent again is reported as duplicate.
  boolean isProvedByDuplicates() {
    return open && anyRepeat && unprovedOctets <= 0;
  }

  /// Whether this ACK, which moved the left edge, was caused by what was sent before the
  /// first repeat.
  boolean isProvedByTimestamp(Segment in) {
    return open
        && anyRepeat
        && timestamps.isEnabled()
        && in.hasTimestamps
        && in.tsEcr != 0
        && !timestamps.isEchoSince(in, firstRepeatNanos);
  }

  /// It was undone, or can no longer be.
  void close() {
    open = false;
  }

  /// What stays of it while the connection sleeps.
  void keep(Archive archive) {
    open = archive.keep(open);
    firstSeq = archive.keep(firstSeq);
    behindSeq = archive.keep(behindSeq);
    anyRepeat = archive.keep(anyRepeat);
    firstRepeatNanos = archive.keepTime(firstRepeatNanos, 0);
    unprovedOctets = archive.keep(unprovedOctets);
  }
}
