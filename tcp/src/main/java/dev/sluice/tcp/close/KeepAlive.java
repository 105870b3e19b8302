package dev.sluice.tcp.close;

import dev.sluice.tcp.send.SegmentHeader;
import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Deadlines;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.Timer;
import dev.sluice.tcp.tcb.UserTimeout;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Segment;

/// Asks a silent peer whether it is still there, if the user wants that.
///
/// The timer is not moved with every segment: when it runs out, it is set again for as
/// long after the last one as it should have been.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.8.4 RFC 9293 §3.8.4
public final class KeepAlive {
  private final ConnectionOptions options;
  private final UserTimeout userTimeout;
  private final Deadlines deadlines;
  private final SendSequence snd;
  private final SegmentHeader header;
  private final CounterSet<TcpCounter> counters;
  private long heardNanos;
  private int unanswered;
  private boolean due;

  /// @param header what all segments share
  public KeepAlive(
      ConnectionOptions options,
      UserTimeout userTimeout,
      Deadlines deadlines,
      SendSequence snd,
      SegmentHeader header,
      CounterSet<TcpCounter> counters) {
    this.options = options;
    this.userTimeout = userTimeout;
    this.deadlines = deadlines;
    this.snd = snd;
    this.header = header;
    this.counters = counters;
  }

  /// Silence before the first probe: longer than the user timeout that the peer advised,
  /// or the one would undo the other (RFC 5482 §5).
  private long idleNanos() {
    long adopted = userTimeout.adoptedNanos();
    return adopted == 0
        ? options.keepIdleNanos
        : Math.max(options.keepIdleNanos, adopted + options.keepIntervalNanos);
  }

  /// The connection is established, or the options changed.
  public void start(long nowNanos) {
    if (options.keepAlive) {
      heardNanos = Math.max(heardNanos, 0);
      deadlines.set(Timer.KEEP_ALIVE, Math.max(nowNanos, heardNanos + idleNanos()));
    } else {
      deadlines.clear(Timer.KEEP_ALIVE);
      due = false;
    }
    unanswered = 0;
  }

  /// Anything acceptable came from the peer.
  public void onSegment(long nowNanos) {
    heardNanos = nowNanos;
    if (unanswered > 0) {
      deadlines.set(Timer.KEEP_ALIVE, nowNanos + idleNanos());
    }
    unanswered = 0;
  }

  /// The timer ran out.
  ///
  /// @param outstanding whether data is in flight or waits: then other timers watch the
  ///     peer (MUST-26)
  /// @return false: the peer left too many probes unanswered
  public boolean onExpired(boolean outstanding, long nowNanos) {
    long since = nowNanos - heardNanos;
    if (unanswered == 0 && since < idleNanos()) {
      deadlines.set(Timer.KEEP_ALIVE, heardNanos + idleNanos());
      return true;
    }
    if (outstanding) {
      deadlines.set(Timer.KEEP_ALIVE, nowNanos + idleNanos());
      return true;
    }
    if (isGivenUp(since)) {
      return false;
    }
    due = true;
    unanswered++;
    deadlines.set(Timer.KEEP_ALIVE, nowNanos + options.keepIntervalNanos);
    return true;
  }

  /// A user timeout, where there is one, decides instead of the count (as
  /// TCP_USER_TIMEOUT in Linux).
  private boolean isGivenUp(long silentNanos) {
    if (options.userTimeoutNanos > 0) {
      return unanswered > 0 && silentNanos >= options.userTimeoutNanos;
    }
    return unanswered >= options.keepCount;
  }

  /// The probe, if one is due: an empty segment at SND.NXT-1, which every peer must
  /// answer (SHLD-12).
  public boolean poll(Segment out, long nowNanos) {
    if (!due) {
      return false;
    }
    due = false;
    header.begin(out, 0, snd.nxt() - 1, nowNanos);
    counters.increment(TcpCounter.KEEP_ALIVE_PROBES);
    return true;
  }

  /// Whether a probe is to go out.
  public boolean isDue() {
    return due;
  }

  /// Probes without an answer.
  public int unanswered() {
    return unanswered;
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    heardNanos = archive.keepTime(heardNanos);
    unanswered = archive.keep(unanswered);
    due = archive.keep(due);
  }
}
