package dev.sluice.tcp;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.CloseReason.Waiting;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.tcp.tcb.Timer;

/// What happens when a deadline has passed.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.10.8 RFC 9293 §3.10.8, §3.8.3
final class Timeouts {
  private final Rooms rooms;
  private final TcpSettings settings;

  Timeouts(Rooms rooms) {
    this.rooms = rooms;
    settings = rooms.environment.settings();
  }

  void onDeadline(long nowNanos) {
    if (due(Timer.DELAYED_ACK, nowNanos)) {
      rooms.ackPolicy.onDelayOver();
    }
    if (due(Timer.REORDERING, nowNanos)) {
      rooms.recovery.onReorderingTimer(nowNanos);
    }
    if (due(Timer.TAIL_LOSS_PROBE, nowNanos)) {
      onTailLossProbe(nowNanos);
    }
    rooms.deadlines.take(Timer.PACING, nowNanos); // text goes out because the stack asks now
    if (due(Timer.RETRANSMISSION, nowNanos)) {
      onRetransmission(nowNanos);
    }
    if (due(Timer.ZERO_WINDOW_PROBE, nowNanos)) {
      onZeroWindowProbe(nowNanos);
    }
    if (due(Timer.USER_TIMEOUT, nowNanos)) {
      onUserTimeout(nowNanos);
    }
    if (due(Timer.OPEN, nowNanos)) {
      giveUp(Waiting.OPEN, "peer does not answer in time");
    }
    if (due(Timer.KEEP_ALIVE, nowNanos)
        && !rooms.keepAlive.onExpired(rooms.isOutstanding(), nowNanos)) {
      giveUp(Waiting.KEEP_ALIVE, "keep-alive probes unanswered, snd RST");
    }
    if (due(Timer.FIN_WAIT_2, nowNanos)) {
      rooms.close.end(new CloseReason.TimedOut(Waiting.FIN), "no FIN from the peer");
    }
    if (due(Timer.PATH_MTU_RAISE, nowNanos)) {
      rooms.pathMtu.onRaise();
    }
  }

  private boolean due(Timer timer, long nowNanos) {
    return rooms.deadlines.take(timer, nowNanos);
  }

  private void giveUp(Waiting waiting, String cause) {
    rooms.close.abort(new CloseReason.TimedOut(waiting), cause);
  }

  private void onRetransmission(long nowNanos) {
    if (rooms.queue.isEmpty()) {
      return;
    }
    boolean handshake = !rooms.snd.isSynAcked();
    if (handshake ? isHandshakeOver() : nowNanos - rooms.rto.progressNanos() >= patience()) {
      giveUp(handshake ? Waiting.OPEN : Waiting.RETRANSMISSION, "peer does not answer");
      return;
    }
    if (!handshake && rooms.snd.wnd() == 0) {
      rooms.probe.start(nowNanos); // the peer took its window back (MUST-35)
      rooms.probe.onExpired();
      return;
    }
    if (handshake && rooms.fastOpen != null) {
      rooms.fastOpen.onSynLost(nowNanos);
    }
    boolean first = rooms.rto.retransmissions() == 0;
    rooms.rto.onExpired(nowNanos);
    rooms.ecn.onWindowReduced(rooms.snd.nxt());
    rooms.recovery.onTimeout(first && !handshake, nowNanos);
    rooms.environment.counters().increment(TcpCounter.RETRANSMISSION_TIMEOUTS);
    int repeats = rooms.rto.retransmissions();
    if (!handshake && repeats % Math.max(1, settings.r1Retransmissions) == 0) {
      rooms.pathMtu.onRepeatedTimeouts(rooms.queue.firstOctets());
    }
    rooms.pathMtu.onProgress(rooms.rtt.srttNanos(), nowNanos);
    if (rooms.rto.retransmissions() == settings.r1Retransmissions) {
      rooms.lifecycle.tell(new Event.PathSuspect(settings.r1Retransmissions));
    }
  }

  /// The probe goes in place of a timeout: that waits for its answer (RFC 8985 §7.3).
  private void onTailLossProbe(long nowNanos) {
    rooms.recovery.onProbeTimer();
    if (rooms.recovery.isProbeDue()) {
      rooms.rto.restart(nowNanos);
    }
  }

  private boolean isHandshakeOver() {
    int asked = rooms.options.synRetries;
    int active = asked > 0 ? asked : settings.synRetries;
    int limit = rooms.state() == State.SYN_SENT ? active : settings.synAckRetries;
    return rooms.rto.retransmissions() >= limit;
  }

  /// A peer that answers probes keeps the connection (MUST-37), but not for ever once
  /// its user has gone: then nobody would ever close it (RFC 6429).
  private void onZeroWindowProbe(long nowNanos) {
    boolean orphanTooLong =
        rooms.lifecycle.isClosedByUser() && nowNanos - rooms.probe.sinceNanos() >= settings.r2Nanos;
    long silentSince = rooms.probe.unansweredSinceNanos(); // NEVER gives a negative time
    boolean silent = nowNanos - silentSince >= patience();
    if (orphanTooLong || silent) {
      giveUp(Waiting.ZERO_WINDOW_PROBE, "window stays closed");
      return;
    }
    rooms.probe.onExpired();
  }

  /// R2, or a user timeout that is longer.
  private long patience() {
    return Math.max(settings.r2Nanos, rooms.userTimeout.nanos());
  }

  private void onUserTimeout(long nowNanos) {
    long timeout = rooms.userTimeout.nanos();
    if (timeout == 0 || !rooms.isOutstanding()) {
      return;
    }
    long since = waitingSince();
    if (nowNanos - since >= timeout) {
      giveUp(whatIsAwaited(), "user timeout");
    } else {
      rooms.deadlines.set(Timer.USER_TIMEOUT, since + timeout);
    }
  }

  private Waiting whatIsAwaited() {
    if (!rooms.snd.isSynAcked()) {
      return Waiting.OPEN;
    }
    return rooms.probe.isActive() ? Waiting.ZERO_WINDOW_PROBE : Waiting.RETRANSMISSION;
  }

  /// A closed window counts as no progress for the user's timeout, though the peer
  /// answers.
  private long waitingSince() {
    return rooms.probe.isActive() ? rooms.probe.sinceNanos() : rooms.rto.progressNanos();
  }

  /// Segments went out, or the user set another timeout: it watches them.
  void onTransmitted() {
    long open = rooms.options.openTimeoutNanos;
    boolean opening = open > 0 && !rooms.snd.isSynAcked() && !rooms.queue.isEmpty();
    if (opening && !rooms.deadlines.isSet(Timer.OPEN)) {
      rooms.deadlines.set(Timer.OPEN, rooms.rto.progressNanos() + open);
    }
    long timeout = rooms.userTimeout.nanos();
    if (timeout > 0
        && !rooms.deadlines.isSet(Timer.USER_TIMEOUT)
        && (!rooms.queue.isEmpty() || rooms.probe.isActive())) {
      rooms.deadlines.set(Timer.USER_TIMEOUT, waitingSince() + timeout);
    }
  }
}
