package dev.sluice.tcp.receive;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.ReceiveSequence;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;

/// The SACK option that we send: which ranges beyond the gap are here already, the latest
/// first, and which octets came twice.
///
/// It goes only onto segments without text, so that those with text keep their size.
///
/// @spec https://www.rfc-editor.org/rfc/rfc2018#section-4 RFC 2018 §4
/// @spec https://www.rfc-editor.org/rfc/rfc2883#section-4 RFC 2883 §4
public final class SelectiveAcks {
  /// Blocks beside timestamps: the options have 40 octets.
  private static final int BLOCKS_BESIDE_TIMESTAMPS = 3;

  private final ReceiveSequence rcv;
  private final Reassembly reassembly;
  private final int[] recent = new int[Segment.MAX_SACK_BLOCKS];
  private int recentCount;
  private boolean enabled;
  private boolean duplicatePending;
  private int duplicateLeft;
  private int duplicateRight;

  public SelectiveAcks(ReceiveSequence rcv, Reassembly reassembly) {
    this.rcv = rcv;
    this.reassembly = reassembly;
  }

  /// Both SYNs carried SACK-permitted.
  public void enable() {
    enabled = true;
  }

  public boolean isEnabled() {
    return enabled;
  }

  /// A segment beyond a gap was kept, or came once more.
  public void onOutOfOrder() {
    if (!enabled || !reassembly.hasGap()) {
      return;
    }
    int last = Math.min(recentCount, recent.length - 1);
    System.arraycopy(recent, 0, recent, 1, last);
    recent[0] = reassembly.latestRangeLeft();
    recentCount = Math.min(recent.length, recentCount + 1);
  }

  /// Text came that was here before: the next ACK says so, once (RFC 2883 §4).
  public void onDuplicate(int left, int right) {
    if (enabled && Seq.lt(left, right)) {
      duplicatePending = true;
      duplicateLeft = left;
      duplicateRight = right;
    }
  }

  /// Whether an ACK would carry blocks.
  public boolean hasBlocks() {
    return enabled && (duplicatePending || (reassembly.hasGap() && !reassembly.isHolding()));
  }

  /// Puts the option on a segment without text.
  public void write(Segment out) {
    if (!hasBlocks()) {
      return;
    }
    int room = out.hasTimestamps ? BLOCKS_BESIDE_TIMESTAMPS : Segment.MAX_SACK_BLOCKS;
    boolean duplicate = duplicatePending;
    if (duplicate) {
      duplicatePending = false;
      add(out, duplicateLeft, duplicateRight);
      addEnclosing(out, duplicateLeft);
    }
    int first = duplicate ? 1 : 0;
    for (int i = 0; i < recentCount && out.sackCount < room; i++) {
      addRange(out, reassembly.rangeWith(recent[i]), first);
    }
    for (int i = 0; i < reassembly.rangeCount() && out.sackCount < room; i++) {
      addRange(out, i, first);
    }
  }

  /// The range that holds the duplicate follows it, if it lies beyond the gap.
  private void addEnclosing(Segment out, int seq) {
    if (Seq.geq(seq, rcv.nxt())) {
      addRange(out, reassembly.rangeWith(seq), 1);
    }
  }

  private void addRange(Segment out, int range, int first) {
    if (range < 0) {
      return;
    }
    int left = reassembly.rangeLeft(range);
    for (int i = first; i < out.sackCount; i++) {
      if (out.sackLeft[i] == left) {
        return;
      }
    }
    add(out, left, reassembly.rangeRight(range));
  }

  private static void add(Segment out, int left, int right) {
    out.sackLeft[out.sackCount] = left;
    out.sackRight[out.sackCount] = right;
    out.sackCount++;
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    enabled = archive.keep(enabled);
    duplicatePending = archive.keep(duplicatePending);
    duplicateLeft = archive.keep(duplicateLeft);
    duplicateRight = archive.keep(duplicateRight);
    recentCount = archive.keep(recentCount);
    for (int i = 0; i < recentCount; i++) {
      recent[i] = archive.keep(recent[i]);
    }
  }
}
