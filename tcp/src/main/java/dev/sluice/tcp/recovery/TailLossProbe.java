package dev.sluice.tcp.recovery;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.Deadlines;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.tcp.tcb.Timer;
import dev.sluice.wire.Seq;

/// When ACKs stay out, sends one segment well before the retransmission timer would: its
/// ACK tells what of the tail is lost, so that fast recovery can repair it.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8985#section-7 RFC 8985 §7
public final class TailLossProbe {
  /// What came of a probe.
  enum Outcome {
    /// There is none, or its answer is still to come.
    NOTHING,
    /// It was answered, and nothing had been lost.
    NEEDLESS,
    /// It carried what had been lost: that is congestion, though nobody else noticed.
    REPAIRED
  }

  /// PTO before there is a sample.
  private static final long WITHOUT_SAMPLE_NANOS = 1_000_000_000L;

  private final TcpSettings settings;
  private final Deadlines deadlines;
  private final SendSequence snd;
  private final RttEstimator rtt;
  private boolean due;
  private long samplesBefore = -1; // round trips measured when the last probe went out
  private boolean matched; // the peer reports the probe as a duplicate
  private boolean outstanding;
  private boolean repeat;
  private int startSeq;
  private int endSeq;
  private long sentCount;

  TailLossProbe(TcpSettings settings, Deadlines deadlines, SendSequence snd, RttEstimator rtt) {
    this.settings = settings;
    this.deadlines = deadlines;
    this.snd = snd;
    this.rtt = rtt;
  }

  /// New text went out, or something was acknowledged: the wait begins anew.
  ///
  /// There is no second probe before a round trip was measured: repeats have none of
  /// their own, so that the sender would not learn that it has become longer (§7.3).
  ///
  /// @param segments in flight
  void schedule(int segments, long nowNanos) {
    due = false;
    if (outstanding || rtt.samples() == samplesBefore) {
      deadlines.clear(Timer.TAIL_LOSS_PROBE);
      return;
    }
    long expiry = deadlines.get(Timer.RETRANSMISSION);
    long delay = segments == 1 ? settings.maxAckDelayNanos : 0;
    long wait = rtt.srttNanos() > 0 ? 2 * rtt.srttNanos() + delay : WITHOUT_SAMPLE_NANOS;
    deadlines.setCoarsely(
        Timer.TAIL_LOSS_PROBE, nowNanos, wait, delay > 0 ? 0 : settings.lossTimerTickNanos);
    deadlines.setIfEarlier(Timer.TAIL_LOSS_PROBE, expiry);
  }

  /// Nothing is to be probed for now.
  void cancel() {
    due = false;
    deadlines.clear(Timer.TAIL_LOSS_PROBE);
  }

  /// The wait is over.
  void onExpired() {
    due = !outstanding;
  }

  /// Whether a probe is to go out now.
  boolean isDue() {
    return due;
  }

  /// It went out.
  ///
  /// @param isRepeat whether it carried what had been sent before
  /// @param firstSeq its first number
  void onSent(boolean isRepeat, int firstSeq) {
    due = false;
    outstanding = true;
    sentCount++;
    samplesBefore = rtt.samples();
    matched = false;
    repeat = isRepeat;
    startSeq = firstSeq;
    endSeq = snd.nxt();
  }

  /// How many went out.
  long sentCount() {
    return sentCount;
  }

  /// The peer reports `[left, right)` as a duplicate. Only a report of the probe tells
  /// that it was needless (§7.4.2); a FIN has no octet that could be reported.
  void onDuplicate(int left, int right) {
    int textEnd = snd.isFin(endSeq - 1) ? endSeq - 1 : endSeq;
    matched |= outstanding && Seq.leq(left, startSeq) && Seq.geq(right, textEnd);
  }

  /// An ACK arrived that is not older than SND.UNA.
  ///
  /// @param plainDuplicate whether it is a duplicate ACK without anything SACKed
  Outcome onAck(boolean plainDuplicate) {
    if (!outstanding || Seq.lt(snd.una(), endSeq)) {
      return Outcome.NOTHING;
    }
    if (!repeat || matched) {
      outstanding = false;
      return Outcome.NEEDLESS;
    }
    if (Seq.gt(snd.una(), endSeq)) {
      outstanding = false;
      return Outcome.REPAIRED;
    }
    outstanding = !plainDuplicate;
    return plainDuplicate ? Outcome.NEEDLESS : Outcome.NOTHING;
  }

  /// Recovery began: what the probe was for is known.
  void forget() {
    outstanding = false;
    cancel();
  }

  /// What stays of it while the connection sleeps.
  void keep(Archive archive) {
    due = archive.keep(due);
    samplesBefore = archive.keep(samplesBefore, -1);
    matched = archive.keep(matched);
    outstanding = archive.keep(outstanding);
    repeat = archive.keep(repeat);
    startSeq = archive.keep(startSeq);
    endSeq = archive.keep(endSeq);
    sentCount = archive.keep(sentCount);
  }
}
