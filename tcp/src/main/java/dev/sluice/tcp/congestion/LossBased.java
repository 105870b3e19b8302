package dev.sluice.tcp.congestion;

import dev.sluice.tcp.tcb.TcpSettings;

/// A window that grows until something is lost or marked: what all such controls share.
///
/// Slow start, the initial window, what a timeout and a pause do, and the memory of what
/// was before a loss stand here. How the window grows in congestion avoidance, and how
/// far it falls, is for each algorithm to say.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5681#section-3.1 RFC 5681 §3.1, §4.1
/// @spec https://www.rfc-editor.org/rfc/rfc6928#section-2 RFC 6928 §2
public abstract sealed class LossBased implements CongestionControl permits NewReno {
  /// Upper bound of the initial window, octets per ten segments (RFC 6928 §2).
  private static final int INITIAL_WINDOW_OCTETS = 14_600;

  /// What Linux paces with in slow start and after it, percent of cwnd / SRTT.
  private static final int PACING_SLOW_START = 200;

  private static final int PACING_AVOIDANCE = 120;

  private final TcpSettings settings;
  private final WindowUse use = new WindowUse();
  private int mss;
  private long cwnd;
  private long ssthresh = Long.MAX_VALUE;
  private boolean handshakeLoss;
  private boolean afterTimeout;
  private boolean canUndo;
  private long cwndBefore;
  private long ssthreshBefore;
  private boolean afterTimeoutBefore;

  LossBased(TcpSettings settings, int mss) {
    this.settings = settings;
    this.mss = mss;
    cwnd = initialWindow();
  }

  // ---- what an algorithm says

  /// Grows the window in congestion avoidance, by [#grow].
  abstract void avoid(AckSample ack);

  /// The window after congestion was told, from what was outstanding; not yet bounded
  /// below.
  abstract long reduced(int flightSize);

  /// Congestion was told, window and threshold are as before still.
  abstract void beforeReduction(Cause cause, long nowNanos);

  /// As [#beforeReduction], for the retransmission timer.
  abstract void beforeTimeout(long nowNanos);

  /// Takes back what the last of those two did.
  abstract void undoReduction(long nowNanos);

  // ---- events

  @Override
  public final void onAck(AckSample ack) {
    if (inSlowStart()) {
      if (use.isHalfUsed(cwnd)) {
        slowStart(ack);
      }
    } else if (use.isUsed()) {
      avoid(ack);
    }
  }

  /// Each ACK adds what it acknowledged, up to L segments (RFC 3465 §2.2): one after a
  /// timeout, since what is acknowledged then may have been in flight long before
  /// (§2.3).
  ///
  /// Where a link merges segments one ACK stands for many: it counts as one for each two
  /// of them, if that is more.
  private void slowStart(AckSample ack) {
    int limit = afterTimeout ? 1 : settings.slowStartSegmentsPerAck;
    int segments = Math.max(limit, ack.ackedBytes / (2 * mss));
    cwnd += Math.min(ack.ackedBytes, (long) mss * segments);
  }

  @Override
  public final void onSent(int inFlight, long una, long nxt) {
    use.onSent(inFlight, una, nxt, cwnd, mss);
  }

  @Override
  public final void onCongestion(Cause cause, int flightSize, long nowNanos) {
    remember();
    beforeReduction(cause, nowNanos);
    ssthresh = Math.max(reduced(flightSize), 2L * mss);
    cwnd = ssthresh;
  }

  @Override
  public final void setCwnd(long octets) {
    cwnd = Math.max(octets, mss);
  }

  /// min(ssthresh, max(FlightSize, SMSS) + SMSS), the option that avoids a burst.
  @Override
  public final void onRecovered(int flightSize, long nowNanos) {
    cwnd = Math.min(ssthresh, Math.max(flightSize, mss) + (long) mss);
  }

  @Override
  public final void onTimeout(int flightSize, long nowNanos) {
    remember();
    beforeTimeout(nowNanos);
    ssthresh = Math.max(reduced(flightSize), 2L * mss);
    cwnd = mss;
    afterTimeout = true;
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
    cwnd = Math.max(cwnd, cwndBefore);
    ssthresh = Math.max(ssthresh, ssthreshBefore);
    afterTimeout = afterTimeoutBefore;
    undoReduction(nowNanos);
  }

  /// RFC 5681 §4.1: RW = min(IW, cwnd).
  @Override
  public final void onIdle(long idleNanos, long rtoNanos) {
    cwnd = Math.min(initialWindow(), cwnd);
  }

  @Override
  public final void onHandshakeLoss() {
    handshakeLoss = true;
    cwnd = mss;
  }

  @Override
  public final void onMssChanged(int newMss) {
    boolean untouched = cwnd == initialWindow();
    mss = newMss;
    cwnd = untouched ? initialWindow() : Math.max(cwnd, mss);
  }

  // ---- the window

  /// min(10 * MSS, max(2 * MSS, 14600)), with the 10 settable (RFC 6928 §2).
  private long initialWindow() {
    if (handshakeLoss) {
      return mss;
    }
    long octets = (long) INITIAL_WINDOW_OCTETS * settings.initialWindowSegments / 10;
    return Math.min((long) settings.initialWindowSegments * mss, Math.max(2L * mss, octets));
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
    return cwnd < ssthresh / 2 ? PACING_SLOW_START : PACING_AVOIDANCE;
  }
}
