package dev.sluice.tcp.recovery;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.Deadlines;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.tcp.tcb.Timer;

/// The retransmission timer: started, restarted, backed off, and how long nothing has
/// moved.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6298#section-5 RFC 6298 §5
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.8.3 RFC 9293 §3.8.3
public final class RetransmissionTimeout {
  /// The RTO for data after a SYN was lost (RFC 6298 §5.7).
  private static final long AFTER_SYN_LOSS_NANOS = 3_000_000_000L;

  private static final int MAX_BACKOFF = 30;

  private final TcpSettings settings;
  private final Deadlines deadlines;
  private final RttEstimator rtt;
  private int backoff;
  private int retransmissions;
  private long progressNanos;
  private long timeouts;
  private long runs;
  private long runSinceNanos; // of the present run; 0 while there is none
  private long runNanos; // of those before

  public RetransmissionTimeout(TcpSettings settings, Deadlines deadlines, RttEstimator rtt) {
    this.settings = settings;
    this.deadlines = deadlines;
    this.rtt = rtt;
  }

  /// RTO with back-off, at most the upper bound.
  public long rtoNanos() {
    long rto = rtt.rtoNanos();
    long max = settings.maxRtoNanos;
    long backedOff = rto << backoff >> backoff == rto ? Math.min(max, rto << backoff) : max;
    boolean isFirst = backoff == 0 && rtt.srttNanos() == 0;
    return isFirst ? backedOff : Math.min(max, backedOff + settings.rtoSlopNanos);
  }

  /// Something that wants an acknowledgment went out (5.1).
  ///
  /// @param wasIdle nothing was outstanding before
  public void onSent(boolean wasIdle, long nowNanos) {
    if (wasIdle) {
      progressNanos = nowNanos;
    }
    if (!deadlines.isSet(Timer.RETRANSMISSION)) {
      deadlines.set(Timer.RETRANSMISSION, nowNanos + rtoNanos());
    }
  }

  /// New octets were acknowledged (5.2, 5.3).
  ///
  /// @param allAcked nothing is outstanding any more
  public void onAck(boolean allAcked, long nowNanos) {
    endRun(nowNanos);
    if (allAcked) {
      deadlines.clear(Timer.RETRANSMISSION);
    } else {
      restart(nowNanos);
    }
  }

  /// As [#onAck], for an ACK that must not restart the timer (RFC 6582 §3.2, later
  /// partial ACKs).
  public void onAckWithoutRestart(long nowNanos) {
    endRun(nowNanos);
  }

  private void endRun(long nowNanos) {
    progressNanos = nowNanos;
    runNanos = timeoutNanos(nowNanos);
    retransmissions = 0;
    runSinceNanos = 0;
  }

  /// A valid round-trip sample ends the back-off (5.7 and §3).
  public void onSample(long rttNanos, long nowNanos) {
    backoff = 0;
    rtt.onSample(rttNanos, nowNanos);
  }

  /// The timer expired (5.5, 5.6).
  public void onExpired(long nowNanos) {
    if (retransmissions == 0) {
      runs++;
      runSinceNanos = nowNanos;
    }
    timeouts++;
    retransmissions++;
    backoff = Math.min(MAX_BACKOFF, backoff + 1);
    restart(nowNanos);
  }

  /// Counts a repeat that no timer caused.
  public void restart(long nowNanos) {
    deadlines.set(Timer.RETRANSMISSION, nowNanos + rtoNanos());
  }

  /// The handshake is over: its back-off ends, and what it lost is remembered (5.7).
  public void onEstablished(boolean synWasLost) {
    backoff = 0;
    if (synWasLost) {
      rtt.onHandshakeLoss(AFTER_SYN_LOSS_NANOS);
    }
  }

  /// Repeats of the octets at the left edge so far.
  public int retransmissions() {
    return retransmissions;
  }

  /// How often the timeout was doubled since the last good sample.
  public int backoff() {
    return backoff;
  }

  /// How often the timer expired while something was in flight, that of the SYN counted.
  public long timeouts() {
    return timeouts;
  }

  /// Those one after another without anything acknowledged in between count once here.
  public long runs() {
    return runs;
  }

  /// How long such runs took together: from the first timeout until something new was
  /// acknowledged, or until now.
  public long timeoutNanos(long nowNanos) {
    return retransmissions > 0 ? runNanos + nowNanos - runSinceNanos : runNanos;
  }

  /// When the peer last acknowledged something new, or something went out with nothing
  /// outstanding.
  public long progressNanos() {
    return progressNanos;
  }

  /// The peer answered, though it acknowledged nothing: it is there, and its window is
  /// closed.
  public void onSignOfLife(long nowNanos) {
    progressNanos = nowNanos;
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    backoff = archive.keep(backoff);
    retransmissions = archive.keep(retransmissions);
    progressNanos = archive.keepTime(progressNanos);
    timeouts = archive.keep(timeouts);
    runs = archive.keep(runs);
    runSinceNanos = archive.keepTime(runSinceNanos, 0);
    runNanos = archive.keep(runNanos);
  }
}
