package dev.sluice.tcp.send;

import dev.sluice.tcp.recovery.RetransmissionTimeout;
import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.Deadlines;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.tcp.tcb.Timer;

/// Asks a peer with a closed window whether it is open again, first after one RTO, then
/// ever more seldom; and pushes out what silly window avoidance has held back for that
/// long.
///
/// A probe carries the octet at SND.UNA (or the FIN, if that is next), so that every
/// peer has to answer; or nothing, if [TcpSettings#probeWithoutText] wants it so.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.8.6.1 RFC 9293 §3.8.6.1;
///     SHLD-29, SHLD-30
public final class ZeroWindowProbe {
  private static final int MAX_BACKOFF = 16;

  private final TcpSettings settings;
  private final Deadlines deadlines;
  private final RetransmissionTimeout rto;
  private int sent;
  private boolean due;
  private long sinceNanos;
  private long unansweredSinceNanos = Deadlines.NEVER;

  public ZeroWindowProbe(TcpSettings settings, Deadlines deadlines, RetransmissionTimeout rto) {
    this.settings = settings;
    this.deadlines = deadlines;
    this.rto = rto;
  }

  /// Something waits that the window does not let out.
  public void start(long nowNanos) {
    if (!deadlines.isSet(Timer.ZERO_WINDOW_PROBE) && !due) {
      sent = 0;
      sinceNanos = nowNanos;
      arm(nowNanos);
    }
  }

  private void arm(long nowNanos) {
    long interval = rto.rtoNanos() << Math.min(sent, MAX_BACKOFF);
    deadlines.set(Timer.ZERO_WINDOW_PROBE, nowNanos + Math.min(interval, settings.maxRtoNanos));
  }

  /// Nothing waits any more, or the window is open.
  public void stop() {
    deadlines.clear(Timer.ZERO_WINDOW_PROBE);
    due = false;
    sent = 0;
    onAnswered();
  }

  /// The peer answered: it is there.
  public void onAnswered() {
    unansweredSinceNanos = Deadlines.NEVER;
  }

  /// The timer ran out.
  public void onExpired() {
    due = true;
  }

  /// Whether a probe is to go out now.
  public boolean isDue() {
    return due;
  }

  /// Whether a closed window is being watched.
  public boolean isActive() {
    return due || deadlines.isSet(Timer.ZERO_WINDOW_PROBE);
  }

  /// Whether a probe is a segment at a number that was acknowledged before, without text.
  public boolean isWithoutText() {
    return settings.probeWithoutText;
  }

  /// A probe, or what was held back, went out.
  public void onSent(long nowNanos) {
    due = false;
    sent++;
    unansweredSinceNanos = Math.min(unansweredSinceNanos, nowNanos);
    arm(nowNanos);
  }

  /// Probes sent since the window closed.
  public int sent() {
    return sent;
  }

  /// When the first of the probes went out that have no answer yet; [Deadlines#NEVER] if
  /// there is none.
  public long unansweredSinceNanos() {
    return unansweredSinceNanos;
  }

  /// When the window closed.
  public long sinceNanos() {
    return sinceNanos;
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    sent = archive.keep(sent);
    due = archive.keep(due);
    sinceNanos = archive.keepTime(sinceNanos, 0);
    unansweredSinceNanos = archive.keepTime(unansweredSinceNanos, Deadlines.NEVER);
  }
}
