package dev.sluice.tcp.tcb;

/// How long there was something to send, and what it waited for meanwhile.
public final class SendingClock {
  /// What sending waits for.
  public enum Waiting {
    /// There is nothing to send and nothing unacknowledged.
    IDLE,
    /// Nothing, or the network: ACKs, the congestion window, Nagle's algorithm.
    NETWORK,
    /// The peer's window is too small.
    WINDOW,
    /// The user has more, and the send buffer has no room for it.
    BUFFER
  }

  private static final Waiting[] WAITING = Waiting.values();

  private final long[] nanos = new long[WAITING.length];
  private Waiting waiting = Waiting.IDLE;
  private long sinceNanos;

  /// From now on sending waits for this.
  public void note(Waiting now, long nowNanos) {
    if (now != waiting) {
      nanos[waiting.ordinal()] += nowNanos - sinceNanos;
      waiting = now;
      sinceNanos = nowNanos;
    }
  }

  /// How long it waited for this so far.
  public long nanos(Waiting what, long nowNanos) {
    return nanos[what.ordinal()] + (what == waiting ? nowNanos - sinceNanos : 0);
  }

  /// How long there was something to send.
  public long busyNanos(long nowNanos) {
    return nanos(Waiting.NETWORK, nowNanos)
        + nanos(Waiting.WINDOW, nowNanos)
        + nanos(Waiting.BUFFER, nowNanos);
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = archive.keep(nanos[i]);
    }
    waiting = archive.keep(waiting, WAITING);
    sinceNanos = archive.keepTime(sinceNanos);
  }
}
