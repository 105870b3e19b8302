package dev.sluice.tcp.recovery;

import dev.sluice.wire.Seq;

/// The one segment in flight that is larger than the path is known to carry. If it alone
/// is lost, then because it was too large, and not because of congestion.
///
/// @spec https://www.rfc-editor.org/rfc/rfc4821#section-7.5 RFC 4821 §7.5
public final class MtuProbe {
  /// What became of a probe.
  public enum Result {
    /// It is under way, or there is none.
    NONE,
    /// The peer has it.
    ARRIVED,
    /// It was lost with others, or a timeout took it.
    LOST,
    /// It alone was lost, and nobody is to blame: the window stayed as it was.
    LOST_ALONE
  }

  private boolean outstanding;
  private int start;
  private int end;
  private Result result = Result.NONE;

  /// A probe went out.
  public void onSent(int startSeq, int endSeq) {
    outstanding = true;
    start = startSeq;
    end = endSeq;
    result = Result.NONE;
  }

  /// Whether one is under way.
  public boolean isOutstanding() {
    return outstanding;
  }

  /// The left edge moved.
  void onAck(int una) {
    if (outstanding && Seq.geq(una, end)) {
      outstanding = false;
      result = Result.ARRIVED;
    }
  }

  /// Something was lost: the probe, and nothing else?
  ///
  /// @param lostEntries how many segments are
  boolean isLostAlone(int una, int lostEntries) {
    return outstanding && una == start && lostEntries == 1;
  }

  /// It is lost with others.
  void onLost() {
    end(Result.LOST);
  }

  /// It alone is lost.
  void onLostAlone() {
    end(Result.LOST_ALONE);
  }

  private void end(Result how) {
    if (outstanding) {
      outstanding = false;
      result = how;
    }
  }

  /// What became of the last probe; asking takes it.
  public Result takeResult() {
    Result taken = result;
    result = Result.NONE;
    return taken;
  }

  /// Whether no probe is under way and the last one's fate is known.
  public boolean isAtRest() {
    return !outstanding && result == Result.NONE;
  }
}
