package dev.sluice.tcp.recovery;

import dev.sluice.tcp.congestion.AckSample;
import dev.sluice.tcp.congestion.CongestionControl;
import dev.sluice.tcp.congestion.CongestionControl.Cause;
import dev.sluice.tcp.receive.Timestamps;
import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.Deadlines;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.tcp.tcb.Timer;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;

/// Decides what the sender thinks of the path, and so what is sent again and how much:
/// begins and ends fast recovery, recovery after a timeout and the reduction that a mark
/// asks for, and takes back what proves needless.
///
/// With selective acknowledgments losses are found by [Rack] and the window is reduced
/// bit by bit ([ProportionalRateReduction]). Without them each duplicate ACK says that
/// one segment has left the network, so what is in flight shrinks by one MSS: that lets
/// new segments out on the first two (RFC 3042) and during recovery, where RFC 6582
/// inflates the window instead.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6582#section-3.2 RFC 6582 §3.2
/// @spec https://www.rfc-editor.org/rfc/rfc5681#section-3.2 RFC 5681 §3.2
/// @spec https://www.rfc-editor.org/rfc/rfc6675#section-5 RFC 6675 §5
public final class LossRecovery {
  /// Duplicate ACKs that tell a loss.
  private static final int DUP_THRESH = 3;

  private final TcpSettings settings;
  private final SendSequence snd;
  private final RetransmissionQueue queue;
  private final CongestionControl congestion;
  private final MtuProbe mtuProbe;
  private final Deadlines deadlines;
  private final CounterSet<TcpCounter> counters;
  private final Rack rack;
  private final TailLossProbe probe;
  private final ProportionalRateReduction reduction = new ProportionalRateReduction();
  private final SpuriousRecovery spurious;
  private final ForwardRto forwardRto;
  private SenderState state = SenderState.OPEN;
  private int recover;
  private boolean sack;
  private boolean afterTimeout; // the last recovery was that of a timeout
  private boolean forceFirst;
  private boolean newFirst;
  private boolean firstPartialSeen;
  private boolean rescued; // the tail went again in this recovery (RFC 6675 §4, RescueRxt)
  private int duplicateAcks;
  private int reductions;
  private long duplicatesReported;
  private long leftOctets; // what left the network by duplicate ACKs, RFC 6582's inflation

  /// What [LossRecovery] is built with.
  ///
  /// @param settings of the stack
  /// @param snd SND.*
  /// @param queue what is in flight
  /// @param congestion the window
  /// @param rtt round-trip times
  /// @param mtuProbe a segment that may be too large for the path
  /// @param timestamps the option, if agreed on
  /// @param deadlines timers
  /// @param counters the stack's counters
  public record Rooms(
      TcpSettings settings,
      SendSequence snd,
      RetransmissionQueue queue,
      CongestionControl congestion,
      RttEstimator rtt,
      MtuProbe mtuProbe,
      Timestamps timestamps,
      Deadlines deadlines,
      CounterSet<TcpCounter> counters) {}

  public LossRecovery(Rooms rooms) {
    settings = rooms.settings();
    snd = rooms.snd();
    queue = rooms.queue();
    congestion = rooms.congestion();
    mtuProbe = rooms.mtuProbe();
    deadlines = rooms.deadlines();
    counters = rooms.counters();
    rack = new Rack(settings.rackTakesHighest, snd, queue, rooms.rtt());
    probe = new TailLossProbe(settings, deadlines, snd, rooms.rtt());
    spurious = new SpuriousRecovery(rooms.timestamps());
    forwardRto = new ForwardRto(snd);
    recover = snd.iss();
  }

  /// Both ends agreed on selective acknowledgments.
  public void enableSack() {
    sack = true;
  }

  private boolean byTime() {
    return sack && settings.rack;
  }

  // ---- an ACK

  /// The peer reports octets that arrived twice.
  ///
  /// @param mss octets of text per segment
  public void onDuplicateReported(int left, int right, int mss) {
    duplicatesReported += Math.max(1, (right - left + mss - 1) / mss);
    counters.increment(TcpCounter.DUPLICATES_REPORTED);
    spurious.onDuplicate(left, right);
    probe.onDuplicate(left, right);
  }

  /// An ACK arrived, and the queue knows already.
  ///
  /// @param in the segment
  /// @param told what arrived by it
  /// @param ack the same for congestion control
  /// @param duplicate whether it is a duplicate ACK (RFC 5681 §2)
  /// @param mss octets of text per segment
  /// @return whether the retransmission timer is to be restarted, if the left edge moved
  public boolean onAck(Segment in, Delivered told, AckSample ack, boolean duplicate, int mss) {
    boolean moved = told.isMoved();
    if (byTime()) {
      rack.onDelivered(told, mss);
      afterProbe(in, told, ack.nowNanos);
    }
    if (!sack) {
      countWithoutSack(ack, duplicate, moved, mss);
    }
    boolean held = state == SenderState.CWR || state == SenderState.RECOVERY;
    judge(in, told, moved, duplicate, ack.nowNanos);
    boolean restart = !moved || onMoved(ack, mss);
    boolean lost = findLost(duplicate, ack.nowNanos);
    mtuProbe.onAck(snd.una());
    if (lost && isFree() && !onlyProbeIsLost()) {
      beginRecovery(flightBefore(ack, told), ack.nowNanos);
    } else if (told.isMark() && isCalm()) {
      beginReduction(flightBefore(ack, told), ack.nowNanos);
    }
    if (isReducing()) {
      boolean safe = moved && !lost && !told.isMark();
      reduce(told.octets(), safe, mss);
    } else if (moved && !held && state != SenderState.RECOVERY) {
      congestion.onAck(ack);
    }
    settle();
    return restart;
  }

  /// Each duplicate ACK says that one segment arrived; those are not counted again when
  /// they are acknowledged by number.
  private void countWithoutSack(AckSample ack, boolean duplicate, boolean moved, int mss) {
    if (duplicate) {
      duplicateAcks++;
      leftOctets += mss;
    } else if (moved && leftOctets > 0) {
      long rest = ack.ackedBytes - leftOctets;
      ack.deliveredBytes = (int) Math.max(Math.min(mss, ack.ackedBytes), rest);
    }
  }

  /// The left edge moved.
  ///
  /// @return whether the retransmission timer is to be restarted
  private boolean onMoved(AckSample ack, int mss) {
    if (state == SenderState.OPEN || state == SenderState.DISORDER) {
      duplicateAcks = 0;
      leftOctets = 0;
      recover = Seq.max(recover, snd.una() - 1); // else it lies ahead again after 2^31 octets
      return true;
    }
    if (Seq.geq(snd.una(), recover)) {
      leave(ack.nowNanos);
      return true;
    }
    return sack || state != SenderState.RECOVERY || onPartialAck(ack.ackedBytes, mss);
  }

  /// RFC 6582 §3.2, step 3, partial acknowledgment: the next hole is lost as well. The
  /// window is deflated by what was acknowledged, less the one segment that the repeat
  /// brought.
  private boolean onPartialAck(int acked, int mss) {
    leftOctets -= acked;
    if (acked >= mss) {
      leftOctets += mss;
    }
    leftOctets = Math.max(0, leftOctets);
    queue.markFirstLost();
    forceFirst = true;
    boolean first = !firstPartialSeen;
    firstPartialSeen = true;
    return first;
  }

  private void leave(long nowNanos) {
    boolean reduced = isReducing();
    if (state != SenderState.LOSS) {
      congestion.onRecovered(snd.flightSize(), nowNanos);
    }
    if (reduced) {
      congestion.setCwnd(congestion.ssthresh());
    }
    if (isRecovering()) {
      rack.onRecovered();
    }
    open();
  }

  private void open() {
    state = SenderState.OPEN;
    duplicateAcks = 0;
    leftOctets = 0;
    newFirst = false;
    forwardRto.giveUp();
  }

  /// Looks whether what is being done about a loss was needless.
  private void judge(Segment in, Delivered told, boolean moved, boolean duplicate, long nowNanos) {
    boolean earlier = isRecovering() && moved && spurious.isProvedByTimestamp(in);
    newFirst = false;
    if (earlier || spurious.isProvedByDuplicates()) {
      undo(nowNanos);
    } else if (state == SenderState.LOSS) {
      boolean news = duplicate || (!moved && told.isAny());
      switch (forwardRto.onAck(told, moved, news, sack)) {
        case SPURIOUS -> undo(nowNanos);
        case SEND_NEW -> newFirst = true;
        case CONVENTIONAL -> {}
      }
    }
  }

  /// The last reduction was a mistake (RFC 4015).
  private void undo(long nowNanos) {
    spurious.close();
    congestion.undo(nowNanos);
    if (afterTimeout) {
      counters.increment(TcpCounter.TIMEOUTS_UNDONE);
    } else {
      counters.increment(TcpCounter.RECOVERIES_UNDONE);
      rack.onNeedlessRecovery();
    }
    if (isRecovering()) {
      queue.unmarkLost();
      forceFirst = false;
      rack.onRecovered();
      open();
    }
  }

  /// @return whether something is lost that was not before
  private boolean findLost(boolean duplicate, long nowNanos) {
    if (byTime()) {
      return detect(nowNanos);
    }
    if (sack) {
      return queue.markLostBySacks();
    }
    boolean third = duplicate && duplicateAcks == DUP_THRESH;
    if (third && isFree() && Seq.gt(snd.una(), recover)) {
      queue.markFirstLost();
      return true;
    }
    return false;
  }

  private boolean detect(long nowNanos) {
    long before = rack.lostAgain();
    long next = rack.detect(isRecovering(), nowNanos);
    counters.add(TcpCounter.RETRANSMISSIONS_LOST, rack.lostAgain() - before);
    if (next == Long.MAX_VALUE) {
      deadlines.clear(Timer.REORDERING);
    } else {
      long wait = Math.max(0, next - nowNanos);
      deadlines.setCoarsely(Timer.REORDERING, nowNanos, wait, settings.lossTimerTickNanos);
    }
    return rack.isAnyLost();
  }

  /// Whether a loss found now begins a recovery.
  private boolean isFree() {
    return switch (state) {
      case OPEN, DISORDER -> sack || Seq.gt(snd.una(), recover);
      case CWR -> true;
      case RECOVERY, LOSS -> false;
    };
  }

  /// A probe that alone is lost was too large: it goes again in pieces, and nobody is to
  /// blame (RFC 4821 §7.5).
  private boolean onlyProbeIsLost() {
    boolean alone = mtuProbe.isLostAlone(snd.una(), queue.lostEntries());
    if (alone) {
      mtuProbe.onLostAlone();
      forceFirst = true;
      probe.forget();
    }
    return alone;
  }

  private boolean isCalm() {
    return state == SenderState.OPEN || state == SenderState.DISORDER;
  }

  /// RecoverFS of RFC 9937 §6: what was outstanding before this ACK, less what had been
  /// SACKed before it.
  private int flightBefore(AckSample ack, Delivered told) {
    return snd.flightSize() + ack.ackedBytes - queue.sackedOctets() + told.sackedOctets();
  }

  private void beginRecovery(int flightSize, long nowNanos) {
    afterTimeout = false;
    if (state != SenderState.CWR) {
      spurious.begin(snd.una(), snd.max());
      congestion.onCongestion(Cause.LOSS, snd.flightSize(), nowNanos);
      reduction.begin(flightSize);
    }
    state = SenderState.RECOVERY;
    mtuProbe.onLost();
    reductions++;
    recover = snd.max();
    firstPartialSeen = false;
    rescued = false;
    forceFirst = true;
    probe.forget();
    counters.increment(TcpCounter.FAST_RETRANSMITS);
  }

  /// A router marked a packet of ours (RFC 3168 §6.1.2). During recovery the window is
  /// smaller already.
  private void beginReduction(int flightSize, long nowNanos) {
    state = snd.flightSize() > 0 ? SenderState.CWR : SenderState.OPEN;
    reductions++;
    recover = snd.max();
    spurious.close();
    congestion.onCongestion(Cause.ECN, snd.flightSize(), nowNanos);
    reduction.begin(flightSize);
  }

  /// Whether the window is being reduced bit by bit.
  private boolean isReducing() {
    return state == SenderState.CWR || (state == SenderState.RECOVERY && sack);
  }

  private void reduce(int delivered, boolean safe, int mss) {
    if (delivered > 0) {
      int inFlight = inFlight();
      congestion.setCwnd(reduction.window(delivered, inFlight, congestion.ssthresh(), safe, mss));
    }
  }

  private void settle() {
    if (isCalm()) {
      boolean disorder = queue.sackedEntries() > 0 || duplicateAcks > 0;
      state = disorder ? SenderState.DISORDER : SenderState.OPEN;
    }
  }

  // ---- sending

  /// Something new went out.
  public void onSent(int octets, long nowNanos) {
    reduction.onSent(octets);
    scheduleProbe(nowNanos);
  }

  /// Something went out again.
  public void onRepeated(int octets, long nowNanos) {
    forceFirst = false;
    reduction.onSent(octets);
    spurious.onRepeated(octets, nowNanos);
  }

  /// Whether new text goes before what is lost (RFC 5682 §2.1, step 2b).
  public boolean isNewFirst() {
    return newFirst;
  }

  /// There is nothing new to send, or no room for it.
  public void onNothingNew() {
    if (newFirst) {
      newFirst = false;
      forwardRto.giveUp();
    }
    if (sack && !settings.rack && state == SenderState.RECOVERY && !queue.hasLost()) {
      queue.markHoleLost(); // RFC 6675 §4, NextSeg rule 3
    }
  }

  /// Whether the last segment in flight goes again though nothing says that it is lost:
  /// once in a recovery, where there is room and nothing else to send, because the
  /// segment may be the tail that no later one tells of (RFC 6675 §4, NextSeg rule 4).
  /// [RetransmissionQueue#findLast] has found it then.
  public boolean findRescue(int mss) {
    boolean counting = sack && !settings.rack && state == SenderState.RECOVERY && !rescued;
    if (!counting || queue.hasLost() || inFlight() + mss > congestion.cwnd()) {
      return false;
    }
    rescued = queue.findLast(false);
    return rescued;
  }

  // ---- timers

  /// The retransmission timer expired (RFC 6582 §3.2 step 4, RFC 5681 §3.1).
  ///
  /// @param firstTime whether it is the first expiry for these octets
  public void onTimeout(boolean firstTime, long nowNanos) {
    boolean wasRecovering = isRecovering();
    mtuProbe.onLost();
    afterTimeout = true;
    if (firstTime) {
      congestion.onTimeout(snd.flightSize(), nowNanos);
    }
    if (firstTime && !wasRecovering) {
      spurious.begin(snd.una(), snd.max());
    } else if (firstTime) {
      spurious.close(); // what to go back to is not known any more
    }
    forwardRto.onTimeout(settings.forwardRto && snd.isSynAcked() && (!wasRecovering || !firstTime));
    state = snd.isSynAcked() ? SenderState.LOSS : SenderState.OPEN;
    newFirst = false;
    duplicateAcks = 0;
    leftOctets = 0;
    recover = snd.max();
    if (byTime() && !queue.isFirstSacked()) {
      rack.onTimeout(nowNanos);
    } else {
      queue.markAllLost();
    }
    forceFirst = true;
    probe.forget();
    deadlines.clear(Timer.REORDERING);
  }

  /// What may only have been reordered is late by now.
  public void onReorderingTimer(long nowNanos) {
    if (byTime() && detect(nowNanos) && isFree() && !onlyProbeIsLost()) {
      beginRecovery(snd.flightSize() - queue.sackedOctets(), nowNanos);
      congestion.setCwnd(Math.min(congestion.ssthresh(), inFlight()));
    }
  }

  // ---- tail loss probe

  /// Something went out or was acknowledged, and the retransmission timer knows already.
  public void scheduleProbe(long nowNanos) {
    boolean calm = state == SenderState.OPEN || state == SenderState.CWR;
    boolean quiet = calm && queue.sackedEntries() == 0; // else the reordering timer finds it
    if (byTime() && settings.tailLossProbe && quiet && !queue.isEmpty() && snd.isSynAcked()) {
      probe.schedule(queue.size(), nowNanos);
    } else {
      probe.cancel();
    }
  }

  private void afterProbe(Segment in, Delivered told, long nowNanos) {
    boolean plain = in.sackCount == 0 && in.payloadLength == 0 && !told.isMoved();
    if (probe.onAck(plain) == TailLossProbe.Outcome.REPAIRED && isFree()) {
      congestion.onCongestion(Cause.LOSS, snd.flightSize(), nowNanos);
      congestion.onRecovered(snd.flightSize(), nowNanos);
      congestion.setCwnd(congestion.ssthresh());
    }
  }

  /// The wait for the ACK of a tail is over.
  public void onProbeTimer() {
    probe.onExpired();
  }

  /// Whether a probe is to go out now (RFC 8985 §7.3).
  public boolean isProbeDue() {
    return probe.isDue();
  }

  /// Looks for what is to be sent once more as a probe, as
  /// [RetransmissionQueue#findLast].
  public boolean findProbe() {
    return queue.findLast(!settings.finProbedAlone && snd.isFin(snd.nxt() - 1));
  }

  /// It went out, or could not.
  ///
  /// @param sent whether it did
  /// @param repeat whether it carried what had been sent before
  public void onProbe(boolean sent, boolean repeat) {
    if (sent) {
      probe.onSent(repeat, repeat ? queue.foundStart() : snd.nxt());
      deadlines.clear(Timer.TAIL_LOSS_PROBE);
      counters.increment(TcpCounter.TAIL_LOSS_PROBES);
    } else {
      probe.cancel();
    }
  }

  // ---- other

  /// Everything outstanding goes out again, without blaming congestion: the path's MTU
  /// shrank (RFC 1191 §6.5), a closed window opened, or our SYN needs an ACK.
  public void resendAll() {
    queue.markAllLost();
    forceFirst = true;
    probe.cancel();
  }

  /// What is estimated to be in the network.
  public int inFlight() {
    return (int) Math.max(0, queue.inFlight() - leftOctets);
  }

  /// Whether the next lost segment goes out whatever the congestion window says.
  public boolean isForced() {
    return forceFirst;
  }

  /// Whether the sender repairs losses, found by itself or by the timer.
  public boolean isRecovering() {
    return state == SenderState.RECOVERY || state == SenderState.LOSS;
  }

  /// What the sender thinks of the path.
  public SenderState state() {
    return state;
  }

  /// By how many segments the path was seen to reorder; 3 before it was.
  public int reorderingSegments() {
    return rack.reorderingSegments();
  }

  /// How often a loss found without the timer, or a mark, has begun to reduce the window.
  public int reductions() {
    return reductions;
  }

  /// How many ACKs told of reordering.
  public int reorderings() {
    return rack.reorderings();
  }

  /// How many segments the peer has reported as duplicates (RFC 2883).
  public long duplicatesReported() {
    return duplicatesReported;
  }

  /// How many tail loss probes went out.
  public long probesSent() {
    return probe.sentCount();
  }

  public int duplicateAcks() {
    return duplicateAcks;
  }

  /// What stays of it while the connection sleeps: no recovery is under way then.
  public void keep(Archive archive) {
    rack.keep(archive);
    probe.keep(archive);
    spurious.keep(archive);
    forwardRto.keep(archive);
    recover = archive.keep(recover, snd.una() - 1);
    sack = archive.keep(sack);
    rescued = archive.keep(rescued);
    afterTimeout = archive.keep(afterTimeout);
    forceFirst = archive.keep(forceFirst);
    newFirst = archive.keep(newFirst);
    firstPartialSeen = archive.keep(firstPartialSeen);
    duplicateAcks = archive.keep(duplicateAcks);
    reductions = archive.keep(reductions);
    duplicatesReported = archive.keep(duplicatesReported);
    leftOctets = archive.keep(leftOctets);
  }
}
