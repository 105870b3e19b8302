package dev.sluice.tcp.congestion;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.TcpSettings;

/// The control in force, so that a user can choose another while the connection lives:
/// all others hold on to this one.
///
/// The new control begins where the old one stands: window, threshold, what was used of
/// the window, and whether slow start found its end. What only the old one knew (the cube
/// of RFC 9438) is left behind, and a reduction made under it cannot be undone.
public final class LiveControl implements CongestionControl {
  private final TcpSettings settings;
  private LossBased current;

  /// @param algorithm the first one
  /// @param mss octets of text per segment
  public LiveControl(CongestionAlgorithm algorithm, TcpSettings settings, int mss) {
    this.settings = settings;
    current = LossBased.of(algorithm, settings, mss);
  }

  /// Goes on by other rules. The same as before: no effect.
  public void choose(CongestionAlgorithm algorithm) {
    if (algorithm != current.algorithm()) {
      LossBased next = LossBased.of(algorithm, settings, current.mss());
      next.goOnFrom(current);
      current = next;
    }
  }

  @Override
  public void onAck(AckSample ack) {
    current.onAck(ack);
  }

  @Override
  public void onSent(int inFlight, long una, long nxt, long nowNanos) {
    current.onSent(inFlight, una, nxt, nowNanos);
  }

  @Override
  public void onCongestion(Cause cause, int flightSize, long nowNanos) {
    current.onCongestion(cause, flightSize, nowNanos);
  }

  @Override
  public void setCwnd(long octets) {
    current.setCwnd(octets);
  }

  @Override
  public void onRecovered(int flightSize, long nowNanos) {
    current.onRecovered(flightSize, nowNanos);
  }

  @Override
  public void onTimeout(int flightSize, long nowNanos) {
    current.onTimeout(flightSize, nowNanos);
  }

  @Override
  public void undo(long nowNanos) {
    current.undo(nowNanos);
  }

  @Override
  public void onIdle(long idleNanos, long nowNanos) {
    current.onIdle(idleNanos, nowNanos);
  }

  @Override
  public void onHandshakeLoss() {
    current.onHandshakeLoss();
  }

  @Override
  public void onMssChanged(int mss) {
    current.onMssChanged(mss);
  }

  /// Which rules it were comes first, for each remembers something else.
  @Override
  public void keep(Archive archive) {
    choose(archive.keep(current.algorithm(), CongestionAlgorithm.values()));
    current.keep(archive);
  }

  @Override
  public CongestionAlgorithm algorithm() {
    return current.algorithm();
  }

  @Override
  public long cwnd() {
    return current.cwnd();
  }

  @Override
  public long ssthresh() {
    return current.ssthresh();
  }

  @Override
  public int pacingPercent() {
    return current.pacingPercent();
  }
}
