package dev.sluice.tcp.recovery;

import dev.sluice.tcp.congestion.AckSample;
import dev.sluice.tcp.congestion.CongestionControl;
import dev.sluice.tcp.congestion.CongestionControl.Cause;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Seq;

/// Fast retransmit and fast recovery by duplicate ACKs alone.
///
/// Each duplicate ACK says that one segment has left the network, so what is in flight
/// shrinks by one MSS: that lets new segments out on the first two (RFC 3042) and
/// during recovery, where RFC 6582 inflates the window instead.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6582#section-3.2 RFC 6582 §3.2
/// @spec https://www.rfc-editor.org/rfc/rfc5681#section-3.2 RFC 5681 §3.2
public final class LossRecovery {
  /// Duplicate ACKs that tell a loss.
  private static final int DUP_THRESH = 3;

  private final SendSequence snd;
  private final RetransmissionQueue queue;
  private final CongestionControl congestion;
  private final CounterSet<TcpCounter> counters;
  private int duplicateAcks;
  private boolean recovering;
  private boolean firstPartialSeen;
  private int recover;
  private boolean forceFirst;
  private boolean sack;

  public LossRecovery(
      SendSequence snd,
      RetransmissionQueue queue,
      CongestionControl congestion,
      CounterSet<TcpCounter> counters) {
    this.snd = snd;
    this.queue = queue;
    this.congestion = congestion;
    this.counters = counters;
    recover = snd.iss();
  }

  /// Both ends agreed on selective acknowledgments.
  public void enableSack() {
    sack = true;
  }

  /// SACK blocks told something new; the queue knows already (RFC 6675 §5).
  public void onSack(int mss, long nowNanos) {
    boolean lost = queue.markLostBySacks(mss);
    if (lost && !recovering && Seq.gt(snd.una(), recover)) {
      enter(mss, nowNanos);
    }
  }

  /// Nothing else is left to send: the next hole is worth a segment (RFC 6675 §4, rule
  /// 3).
  public void onNothingNew(int mss) {
    if (sack && recovering && !queue.hasLost()) {
      queue.markHoleLost(mss);
    }
  }

  /// A duplicate ACK came (RFC 5681 §2). Where there are selective ones, they tell more.
  ///
  /// @param mss octets of text per segment
  public void onDuplicateAck(int mss, long nowNanos) {
    if (sack) {
      return;
    }
    duplicateAcks++;
    if (duplicateAcks == DUP_THRESH && !recovering && Seq.gt(snd.una(), recover)) {
      enter(mss, nowNanos);
    }
  }

  private void enter(int mss, long nowNanos) {
    recovering = true;
    firstPartialSeen = false;
    recover = snd.max();
    congestion.onCongestion(Cause.LOSS, snd.flightSize(), nowNanos);
    queue.markFirstLost(mss);
    forceFirst = true;
    counters.increment(TcpCounter.FAST_RETRANSMITS);
  }

  /// New octets were acknowledged; the queue knows already.
  ///
  /// @param ack what it told
  /// @return whether the retransmission timer is to be restarted
  public boolean onNewAck(AckSample ack, int mss) {
    if (!recovering) {
      duplicateAcks = 0;
      recover = Seq.max(recover, snd.una() - 1); // else it lies ahead again after 2^31 octets
      congestion.onAck(ack);
      return true;
    }
    if (Seq.geq(snd.una(), recover)) {
      recovering = false;
      duplicateAcks = 0;
      congestion.onRecovered(snd.flightSize(), ack.nowNanos);
      return true;
    }
    if (sack) {
      return true;
    }
    // a partial ACK: the next hole is lost as well, and less has left the network than was thought
    duplicateAcks = Math.max(0, duplicateAcks - ack.ackedBytes / mss);
    queue.markFirstLost(mss);
    forceFirst = true;
    boolean first = !firstPartialSeen;
    firstPartialSeen = true;
    return first;
  }

  /// The retransmission timer expired (RFC 6582 §3.2 step 4, RFC 5681 §3.1).
  ///
  /// @param firstTime whether it is the first expiry for these octets
  public void onTimeout(boolean firstTime, long nowNanos) {
    if (firstTime) {
      congestion.onTimeout(snd.flightSize(), nowNanos);
    }
    recovering = false;
    duplicateAcks = 0;
    recover = snd.max();
    queue.markAllLost();
    forceFirst = true;
  }

  /// The peer tells of marks on what was sent (RFC 3168 §6.1.2). During recovery the
  /// window is smaller already.
  ///
  /// @return whether the window shrank
  public boolean onMark(long nowNanos) {
    if (recovering) {
      return false;
    }
    congestion.onCongestion(Cause.ECN, snd.flightSize(), nowNanos);
    return true;
  }

  /// Everything outstanding goes out again, without blaming congestion: the path's MTU
  /// shrank (RFC 1191 §6.5), a closed window opened, or our SYN needs an ACK.
  public void resendAll() {
    queue.markAllLost();
    forceFirst = true;
  }

  /// What is estimated to be in the network.
  public int inFlight(int mss) {
    long left = (long) duplicateAcks * mss;
    return (int) Math.max(0, queue.inFlight() - left);
  }

  /// Whether the next lost segment goes out whatever the congestion window says; asking
  /// takes it.
  public boolean takeForced() {
    boolean forced = forceFirst;
    forceFirst = false;
    return forced;
  }

  public boolean isRecovering() {
    return recovering;
  }

  public int duplicateAcks() {
    return duplicateAcks;
  }
}
