package dev.sluice.tcp.congestion;

/// Slow start, congestion avoidance and the multiplicative decrease of TCP Reno.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5681#section-3 RFC 5681 §3
/// @spec https://www.rfc-editor.org/rfc/rfc6928#section-2 RFC 6928 §2
public final class NewReno implements CongestionControl {
  /// Upper bound of the initial window, octets per ten segments (RFC 6928 §2).
  private static final int INITIAL_WINDOW_OCTETS = 14_600;

  private int mss;
  private final int initialSegments;
  private long cwnd;
  private long ssthresh = Long.MAX_VALUE;
  private long ackedInAvoidance;
  private boolean handshakeLoss;

  /// @param mss octets of text per segment
  /// @param initialSegments the initial window in segments
  public NewReno(int mss, int initialSegments) {
    this.mss = mss;
    this.initialSegments = initialSegments;
    cwnd = initialWindow();
  }

  /// min(10 * MSS, max(2 * MSS, 14600)), with the 10 settable (RFC 6928 §2).
  private long initialWindow() {
    if (handshakeLoss) {
      return mss;
    }
    long octets = (long) INITIAL_WINDOW_OCTETS * initialSegments / 10;
    return Math.min((long) initialSegments * mss, Math.max(2L * mss, octets));
  }

  /// Slow start adds what was acknowledged, at most one MSS an ACK; avoidance one MSS a
  /// window.
  ///
  /// A window that the sender does not use does not grow (RFC 7661 in its simplest form).
  @Override
  public void onAck(int acked, int inFlight) {
    if (inFlight + mss < cwnd && cwnd > initialWindow()) {
      return;
    }
    if (cwnd < ssthresh) {
      cwnd += growthInSlowStart(acked);
      return;
    }
    ackedInAvoidance += acked;
    if (ackedInAvoidance >= cwnd) {
      ackedInAvoidance -= cwnd;
      cwnd += mss;
    }
  }

  /// RFC 5681 (2) bounds the growth per ACK by one SMSS, for ACKs of one or two
  /// segments. Where a link merges segments, one ACK stands for many: it counts for
  /// each two of them (RFC 3465 §2.2).
  private long growthInSlowStart(int acked) {
    int acksStoodFor = Math.max(1, acked / (2 * mss));
    return Math.min(acked, (long) mss * acksStoodFor);
  }

  /// RFC 5681 (4): ssthresh = max(FlightSize / 2, 2 * SMSS).
  private void halve(int flightSize) {
    ssthresh = Math.max(flightSize / 2, 2L * mss);
    ackedInAvoidance = 0;
  }

  @Override
  public void onLoss(int flightSize) {
    halve(flightSize);
    cwnd = ssthresh;
  }

  /// min(ssthresh, max(FlightSize, SMSS) + SMSS), the option that avoids a burst.
  @Override
  public void onRecovered(int flightSize) {
    cwnd = Math.min(ssthresh, Math.max(flightSize, mss) + (long) mss);
  }

  @Override
  public void onTimeout(int flightSize) {
    halve(flightSize);
    cwnd = mss;
  }

  /// RFC 5681 §4.1: RW = min(IW, cwnd).
  @Override
  public void onIdle() {
    cwnd = Math.min(initialWindow(), cwnd);
  }

  @Override
  public void onHandshakeLoss() {
    handshakeLoss = true;
    cwnd = mss;
  }

  @Override
  public void onMssChanged(int newMss) {
    boolean untouched = cwnd == initialWindow();
    mss = newMss;
    cwnd = untouched ? initialWindow() : Math.max(cwnd, mss);
  }

  @Override
  public long cwnd() {
    return cwnd;
  }

  @Override
  public long ssthresh() {
    return ssthresh;
  }
}
