package dev.sluice.tcp.congestion;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.SlowStartExit;
import dev.sluice.tcp.tcb.TcpSettings;
import org.jspecify.annotations.Nullable;

/// A window that grows until something is lost or marked: what all such controls share.
///
/// Slow start, the initial window, what a timeout and a pause do, and the memory of what
/// was before a loss stand here. How the window grows in congestion avoidance, and how
/// far it falls, is for each algorithm to say.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5681#section-3.1 RFC 5681 §3.1, §4.1
/// @spec https://www.rfc-editor.org/rfc/rfc6928#section-2 RFC 6928 §2
/// @spec https://www.rfc-editor.org/rfc/rfc3465#section-2 RFC 3465 §2
public abstract sealed class LossBased implements CongestionControl permits NewReno, Cubic {
  /// Upper bound of the initial window, octets per ten segments (RFC 6928 §2).
  private static final int INITIAL_WINDOW_OCTETS = 14_600;

  private final TcpSettings settings;
  private WindowUse use = new WindowUse();
  private HyStartPlusPlus hyStartPlusPlus = new HyStartPlusPlus();
  private @Nullable HyStart hyStart;
  private int mss;
  private long cwnd;
  private long ssthresh = Long.MAX_VALUE;
  private boolean handshakeLoss;
  private boolean afterTimeout;
  private long sentUpTo;
  private boolean canUndo;
  private long cwndBefore;
  private long ssthreshBefore;
  private boolean afterTimeoutBefore;

  LossBased(TcpSettings settings, int mss) {
    this.settings = settings;
    this.mss = mss;
    cwnd = initialWindow();
    if (settings.slowStartExit == SlowStartExit.HYSTART) {
      hyStart = new HyStart();
    }
  }

  static LossBased of(CongestionAlgorithm algorithm, TcpSettings settings, int mss) {
    return switch (algorithm) {
      case CUBIC -> new Cubic(settings, mss);
      case NEW_RENO -> new NewReno(settings, mss);
    };
  }

  /// Takes over from another control, which is not used any more.
  final void goOnFrom(LossBased other) {
    use = other.use;
    hyStartPlusPlus = other.hyStartPlusPlus;
    hyStart = other.hyStart;
    mss = other.mss;
    cwnd = other.cwnd;
    ssthresh = other.ssthresh;
    handshakeLoss = other.handshakeLoss;
    afterTimeout = other.afterTimeout;
    sentUpTo = other.sentUpTo;
  }

  // ---- what an algorithm says

  /// Grows the window in congestion avoidance, by [#grow].
  abstract void avoid(AckSample ack);

  /// Time passes that congestion avoidance does not count: the window is not used, or
  /// slow start is at work.
  abstract void passTime(long nowNanos);

  /// Segments are of another size: there are so many times more of them in the window.
  abstract void rescale(double factor);

  /// The window after congestion was told.
  ///
  /// @param tried what the path was tried with, octets
  abstract long reduced(long tried);

  /// Congestion was told; window and threshold are as before still.
  abstract void beforeReduction(long nowNanos);

  /// As [#beforeReduction], for the retransmission timer.
  abstract void beforeTimeout(long nowNanos);

  /// What stays of an algorithm's own while the connection sleeps.
  abstract void keepAvoidance(Archive archive);

  /// Whether the reduction is still felt, so that taking it back makes sense.
  abstract boolean isReduced();

  /// Takes back what the last [#beforeReduction] or [#beforeTimeout] did.
  abstract void undoReduction(long nowNanos);

  // ---- events

  @Override
  public final void onAck(AckSample ack) {
    use.onAck(ack, cwnd);
    if (inSlowStart() && !endsByHyStart(ack)) {
      passTime(ack.nowNanos);
      if (use.isHalfUsed(cwnd)) {
        slowStart(ack);
      }
      return;
    }
    afterTimeout = false;
    if (use.isUsed()) {
      avoid(ack);
    } else {
      passTime(ack.nowNanos);
    }
  }

  /// What was known to have arrived before it was acknowledged does not count: something
  /// new went out for it then (RFC 3042).
  private void slowStart(AckSample ack) {
    boolean first = ssthresh == Long.MAX_VALUE;
    boolean plusPlus = first && settings.slowStartExit == SlowStartExit.HYSTART_PLUS_PLUS;
    boolean over = plusPlus && hyStartPlusPlus.onAck(ack);
    int arrived = Math.min(ack.ackedBytes, ack.deliveredBytes);
    long octets = Math.min(arrived, (long) mss * segmentsPerAck(arrived, plusPlus));
    if (plusPlus && hyStartPlusPlus.isConservative()) {
      octets /= HyStartPlusPlus.CONSERVATIVE_DIVISOR;
    }
    cwnd = Math.min(cwnd + octets, ssthresh);
    if (over) {
      ssthresh = cwnd;
    }
  }

  private boolean endsByHyStart(AckSample ack) {
    boolean first = ssthresh == Long.MAX_VALUE;
    if (first && hyStart != null && hyStart.onAck(ack, cwnd, mss, settings.pacing)) {
      ssthresh = cwnd;
    }
    return !inSlowStart();
  }

  /// How many segments one ACK may add: one after a timeout, since what is acknowledged
  /// then may have been in flight long before (RFC 3465 §2.3).
  ///
  /// Where a link merges segments one ACK stands for many: it counts as one for each two
  /// of them, if that is more.
  private int segmentsPerAck(int acked, boolean hyStarting) {
    int limit = settings.slowStartSegmentsPerAck;
    if (afterTimeout) {
      limit = 1;
    } else if (hyStarting) {
      limit = Math.max(limit, HyStartPlusPlus.segmentsPerAck(settings.pacing));
    }
    return Math.max(limit, acked / (2 * mss));
  }

  @Override
  public final void onSent(int inFlight, long una, long nxt, long nowNanos) {
    if (una >= sentUpTo) {
      passTime(nowNanos); // nothing was outstanding
    }
    sentUpTo = nxt;
    use.onSent(inFlight, una, nxt, cwnd, mss);
  }

  @Override
  public final void onCongestion(Cause cause, int flightSize, long nowNanos) {
    remember();
    beforeReduction(nowNanos);
    long octets = reduced(tried(flightSize));
    ssthresh = Math.max(octets, 2L * mss);
    // a mark may go down to one segment, and then the timer slows it further (RFC 3168 §6.1.2)
    cwnd = cause == Cause.LOSS ? ssthresh : Math.max(octets, mss);
  }

  /// What the path was tried with. More than the window was only lent by limited
  /// transmit, and does not count (RFC 5681 §3.2).
  private long tried(int flightSize) {
    return settings.reduceFromWindow ? cwnd : Math.min(cwnd, use.tried(flightSize));
  }

  @Override
  public final void setCwnd(long octets) {
    cwnd = Math.max(octets, mss);
  }

  /// min(ssthresh, max(FlightSize, SMSS) + SMSS), the option that avoids a burst.
  @Override
  public final void onRecovered(int flightSize, long nowNanos) {
    cwnd = Math.min(ssthresh, Math.max(flightSize, mss) + (long) mss);
    use.onRecovery();
  }

  @Override
  public final void onTimeout(int flightSize, long nowNanos) {
    remember();
    beforeTimeout(nowNanos);
    ssthresh = Math.max(reduced(tried(flightSize)), 2L * mss);
    cwnd = mss;
    afterTimeout = true;
    use.onRecovery();
  }

  private void remember() {
    canUndo = true;
    cwndBefore = cwnd;
    ssthreshBefore = ssthresh;
    afterTimeoutBefore = afterTimeout;
  }

  @Override
  public final void undo(long nowNanos) {
    if (!canUndo) {
      return;
    }
    canUndo = false;
    if (isReduced()) {
      cwnd = Math.max(cwnd, cwndBefore);
      ssthresh = Math.max(ssthresh, ssthreshBefore);
      afterTimeout = afterTimeoutBefore;
      undoReduction(nowNanos);
    }
  }

  /// RFC 5681 §4.1: RW = min(IW, cwnd). Without that the window is kept for five minutes
  /// and halved for each five more (RFC 7661 §4.4.3).
  @Override
  public final void onIdle(long idleNanos, long nowNanos) {
    if (settings.slowStartAfterIdle) {
      cwnd = Math.min(initialWindow(), cwnd);
      return;
    }
    use.onIdle(nowNanos - idleNanos);
    int periods = use.periodsUnused(nowNanos);
    for (int i = 0; i < periods && cwnd > initialWindow(); i++) {
      ssthresh = Math.max(ssthresh, cwnd * 3 / 4);
      cwnd = Math.max(cwnd / 2, initialWindow());
    }
  }

  @Override
  public final void onHandshakeLoss() {
    handshakeLoss = true;
    cwnd = mss;
  }

  @Override
  public final void onMssChanged(int newMss) {
    boolean untouched = cwnd == initialWindow();
    rescale((double) mss / newMss);
    mss = newMss;
    cwnd = untouched ? initialWindow() : Math.max(cwnd, mss);
  }

  // ---- the window

  /// min(10 * MSS, max(2 * MSS, 14600)), with the 10 settable (RFC 6928 §2).
  private long initialWindow() {
    if (handshakeLoss) {
      return mss;
    }
    long segments = (long) settings.initialWindowSegments * mss;
    if (!settings.boundInitialWindow) {
      return segments;
    }
    long octets = (long) INITIAL_WINDOW_OCTETS * settings.initialWindowSegments / 10;
    return Math.min(segments, Math.max(2L * mss, octets));
  }

  /// Adds to the window.
  final void grow(long octets) {
    assert octets >= 0;
    cwnd += octets;
  }

  /// Octets of a full segment.
  final int mss() {
    return mss;
  }

  @Override
  public final long cwnd() {
    return cwnd;
  }

  @Override
  public final long ssthresh() {
    return ssthresh;
  }

  @Override
  public final int pacingPercent() {
    boolean doubling = cwnd < ssthresh / 2;
    return doubling ? settings.pacingSlowStartPercent : settings.pacingAvoidancePercent;
  }

  @Override
  public final void keep(Archive archive) {
    mss = archive.keep(mss);
    cwnd = archive.keep(cwnd);
    ssthresh = archive.keep(ssthresh, Long.MAX_VALUE);
    handshakeLoss = archive.keep(handshakeLoss);
    afterTimeout = archive.keep(afterTimeout);
    sentUpTo = archive.keep(sentUpTo);
    canUndo = archive.keep(canUndo);
    cwndBefore = archive.keep(cwndBefore);
    ssthreshBefore = archive.keep(ssthreshBefore);
    afterTimeoutBefore = archive.keep(afterTimeoutBefore);
    use.keep(archive);
    hyStartPlusPlus.keep(archive);
    if (hyStart != null) {
      hyStart.keep(archive);
    }
    keepAvoidance(archive);
  }
}
