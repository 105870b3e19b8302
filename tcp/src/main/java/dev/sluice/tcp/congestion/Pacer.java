package dev.sluice.tcp.congestion;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Deadlines;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.tcp.tcb.Timer;

/// Spreads segments over the round trip, instead of sending all that an ACK lets out at
/// once.
///
/// The rate is a window for each smoothed round trip, times what congestion control
/// wants beyond that, and at most what the user allows. What takes a millisecond goes out
/// at once, two segments at least, so that timers are not too many; then text waits until
/// that has had its time. Up to half of it may be made up for, if the loop came late. The
/// first window is not paced: there is nothing yet to pace by.
public final class Pacer {
  private static final long SECOND = 1_000_000_000L;

  /// How many times a second something goes out where there is enough to send.
  private static final int BURSTS_A_SECOND = 1_000;

  private static final long UNLIMITED = Long.MAX_VALUE;

  private final TcpSettings settings;
  private final ConnectionOptions options;
  private final CongestionControl congestion;
  private final Deadlines deadlines;
  private long srttNanos;
  private long nextNanos = Long.MIN_VALUE;
  private long burstNanos = Long.MIN_VALUE;
  private int burstLeft; // octets that may still go with those of burstNanos
  private int segments; // sent, counted up to the first window

  /// @param settings whether to pace at all
  /// @param options the user's limit
  /// @param congestion the window
  /// @param deadlines where the wait is entered
  public Pacer(
      TcpSettings settings,
      ConnectionOptions options,
      CongestionControl congestion,
      Deadlines deadlines) {
    this.settings = settings;
    this.options = options;
    this.congestion = congestion;
    this.deadlines = deadlines;
  }

  private boolean isOn() {
    return settings.pacing || options.maxPacingBytesPerSecond > 0;
  }

  /// The smoothed round trip is another.
  public void onRoundTrip(long smoothedNanos) {
    srttNanos = smoothedNanos;
  }

  /// Octets a second, [Long#MAX_VALUE] while nothing limits them.
  public long bytesPerSecond() {
    if (!isOn()) {
      return UNLIMITED;
    }
    long limit = options.maxPacingBytesPerSecond > 0 ? options.maxPacingBytesPerSecond : UNLIMITED;
    if (srttNanos == 0) {
      return limit;
    }
    double rate =
        (double) congestion.cwnd() * congestion.pacingPercent() / 100 * SECOND / srttNanos;
    return Math.clamp((long) rate, 1, limit);
  }

  /// Whether text has to wait. If so a deadline is set for it.
  public boolean holds(long nowNanos) {
    boolean burst = burstLeft > 0 && nowNanos == burstNanos;
    if (nowNanos >= nextNanos || burst || !isOn()) {
      return false;
    }
    deadlines.set(Timer.PACING, nextNanos);
    return true;
  }

  /// Whether it is the window that the rate comes from, and not the user's limit.
  public boolean isPacedByWindow() {
    return options.maxPacingBytesPerSecond == 0
        || bytesPerSecond() < options.maxPacingBytesPerSecond;
  }

  /// Octets that may go out at once: what a millisecond takes, and two full segments at
  /// least.
  ///
  /// @param mss octets of a full segment
  public int burstOctets(int mss) {
    long rate = bytesPerSecond();
    long octets = Math.max(2L * mss, rate / BURSTS_A_SECOND / mss * mss);
    return (int) Math.min(octets, Integer.MAX_VALUE);
  }

  /// Text went out.
  ///
  /// @param mss octets of a full segment
  public void onSent(int octets, int mss, long nowNanos) {
    long rate = bytesPerSecond();
    if (segments < settings.initialWindowSegments) {
      segments += Math.ceilDiv(octets, mss);
    }
    if (rate == UNLIMITED || segments < settings.initialWindowSegments) {
      nextNanos = nowNanos;
      return;
    }
    long takes = (long) ((double) octets * SECOND / rate);
    if (nowNanos == burstNanos && burstLeft > 0) {
      burstLeft -= octets;
      nextNanos += takes;
      return;
    }
    burstNanos = nowNanos;
    burstLeft = burstOctets(mss) - octets;
    long late = nextNanos == Long.MIN_VALUE ? 0 : Math.max(0, nowNanos - nextNanos);
    nextNanos = nowNanos + takes - Math.min(takes / 2, late);
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    srttNanos = archive.keep(srttNanos);
    nextNanos = archive.keepTime(nextNanos, Long.MIN_VALUE);
    burstNanos = archive.keepTime(burstNanos, Long.MIN_VALUE);
    burstLeft = archive.keep(burstLeft);
    segments = archive.keep(segments);
  }
}
