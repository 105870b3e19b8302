package dev.sluice.tcp.send;

import dev.sluice.tcp.congestion.CongestionControl;
import dev.sluice.tcp.recovery.LossRecovery;
import dev.sluice.tcp.recovery.MtuProbe;
import dev.sluice.tcp.recovery.SenderState;
import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.Deadlines;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.MtuProbing;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.tcp.tcb.Timer;
import dev.sluice.wire.CounterSet;

/// Follows what routers say about the size of packets, and asks again later whether
/// more fits. Where routers keep silent it notices that large packets vanish, goes back
/// to small ones, and searches for the largest that arrives.
///
/// @spec https://www.rfc-editor.org/rfc/rfc1191 RFC 1191
/// @spec https://www.rfc-editor.org/rfc/rfc8201 RFC 8201
/// @spec https://www.rfc-editor.org/rfc/rfc4821#section-7 RFC 4821 §7
public final class PathMtuDiscovery {
  /// Less is not believed, so that a forged error cannot make us send dwarfs; RFC 1191
  /// §3 allows 68.
  static final int FLOOR_V4 = 552;

  /// No IPv6 link has less (RFC 8200 §5).
  static final int FLOOR_V6 = 1_280;

  /// How long until a larger packet is tried again (RFC 1191 §6.3: at least 10 min
  /// after a decrease).
  private static final long RAISE_NANOS = 600_000_000_000L;

  /// What routers that do not say their MTU are likely to have (RFC 1191 §7, table 7-1).
  private static final int[] PLATEAUS = {32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 552};

  /// When to stop searching: a few octets are not worth another probe.
  private static final int CLOSE_ENOUGH = 8;

  private final TcpSettings settings;
  private final int floor;
  private final EffectiveMss mss;
  private final CongestionControl congestion;
  private final LossRecovery recovery;
  private final MtuProbe probe;
  private final Deadlines deadlines;
  private final CounterSet<TcpCounter> counters;
  private boolean blackHole;
  private boolean searching;
  private int works;
  private int fails;
  private int probeMtu;
  private boolean paused;
  private long pausedUntilNanos;

  /// What [PathMtuDiscovery] is built with.
  ///
  /// @param settings whether to probe
  /// @param mss how long segments are
  /// @param congestion learns of another size
  /// @param recovery sends again what was too big
  /// @param probe the probe in flight
  /// @param deadlines when to try more again
  /// @param counters the stack's counters
  public record Rooms(
      TcpSettings settings,
      EffectiveMss mss,
      CongestionControl congestion,
      LossRecovery recovery,
      MtuProbe probe,
      Deadlines deadlines,
      CounterSet<TcpCounter> counters) {}

  public PathMtuDiscovery(boolean v4, Rooms rooms) {
    settings = rooms.settings();
    mss = rooms.mss();
    congestion = rooms.congestion();
    recovery = rooms.recovery();
    probe = rooms.probe();
    deadlines = rooms.deadlines();
    counters = rooms.counters();
    floor = Math.min(mss.linkMtu(), v4 ? FLOOR_V4 : FLOOR_V6);
  }

  /// A packet of ours that is in flight was too big. Only ever lowers what is sent.
  public void onTooBig(IcmpError error, long nowNanos) {
    if (floor == FLOOR_V6 && error.mtu() < FLOOR_V6) {
      return; // RFC 8201 §4: must be discarded
    }
    int told = error.mtu() > 0 ? error.mtu() : plateauBelow(mss.pathMtu());
    int mtu = Math.max(floor, told);
    if (mtu >= mss.pathMtu()) {
      return;
    }
    fails = Math.min(fails, mtu + 1);
    works = Math.min(works, mtu);
    use(mtu);
    recovery.resendAll();
    deadlines.set(Timer.PATH_MTU_RAISE, nowNanos + RAISE_NANOS);
  }

  private void use(int mtu) {
    mss.pathMtu(mtu);
    congestion.onMssChanged(mss.octets());
  }

  /// Time to try the link's own MTU again; a router that minds will say so. Where routers
  /// keep silent it is tried by probes.
  public void onRaise() {
    if (blackHole) {
      search(mss.pathMtu());
    } else {
      use(mss.linkMtu());
    }
  }

  private void search(int from) {
    searching = true;
    works = from;
    fails = mss.largestMtu() + 1;
  }

  // ---- without help of routers (RFC 4821)

  /// The handshake is over: small packets first, if that is wanted.
  public void onEstablished() {
    int base = mss.mtuFor(settings.baseMss);
    if (settings.mtuProbing == MtuProbing.ALWAYS && base < mss.pathMtu()) {
      blackHole = true;
      use(base);
      search(base);
    }
  }

  /// The same segment went out again and again, and nobody acknowledged it: if it is a
  /// large one, packets of its size may vanish (§7.7).
  ///
  /// @param octets of text in it
  public void onRepeatedTimeouts(int octets) {
    if (settings.mtuProbing == MtuProbing.OFF) {
      return;
    }
    int base = mss.mtuFor(settings.baseMss);
    int next = base < mss.pathMtu() ? base : mss.pathMtu() / 2;
    int mtu = Math.max(floor, next);
    if (mtu >= mss.pathMtu() || mss.mtuFor(octets) <= mtu) {
      return;
    }
    counters.increment(TcpCounter.MTU_BLACK_HOLES);
    blackHole = true;
    use(mtu);
    search(mtu);
  }

  /// The size of the packet that is to be tried next, 0 for none. It is one segment of
  /// the text that waits anyway (§7.3), and only in quiet times (§7.4). After one that
  /// was lost for nobody's fault it waits as long as the window would have grown until
  /// the next loss: as many round trips as it has segments (§7.6.2).
  public int probeMtu() {
    boolean quiet = recovery.state() == SenderState.OPEN && !probe.isOutstanding();
    return searching && quiet && !paused ? works + (fails - works) / 2 : 0;
  }

  /// The probe went out.
  public void onProbeSent(int startSeq, int endSeq) {
    probeMtu = probeMtu();
    counters.increment(TcpCounter.MTU_PROBES);
    probe.onSent(startSeq, endSeq);
  }

  /// An ACK was looked at, or a timer: the probe may have arrived or be lost.
  ///
  /// @param srttNanos the smoothed round trip, ns
  public void onProgress(long srttNanos, long nowNanos) {
    paused &= nowNanos < pausedUntilNanos;
    switch (probe.takeResult()) {
      case NONE -> {
        return;
      }
      case ARRIVED -> {
        works = probeMtu;
        use(works); // the congestion window stays as it is in octets (§7.6.1)
        counters.increment(TcpCounter.MTU_PROBES_ARRIVED);
      }
      case LOST -> fails = Math.min(fails, probeMtu);
      case LOST_ALONE -> {
        fails = Math.min(fails, probeMtu);
        paused = true;
        pausedUntilNanos = nowNanos + congestion.cwnd() / mss.octets() * srttNanos;
      }
    }
    if (fails - works <= CLOSE_ENOUGH) {
      searching = false;
      deadlines.set(Timer.PATH_MTU_RAISE, nowNanos + RAISE_NANOS);
    }
  }

  private static int plateauBelow(int mtu) {
    for (int plateau : PLATEAUS) {
      if (plateau < mtu) {
        return plateau;
      }
    }
    return FLOOR_V4;
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    blackHole = archive.keep(blackHole);
    searching = archive.keep(searching);
    works = archive.keep(works);
    fails = archive.keep(fails);
    probeMtu = archive.keep(probeMtu);
    paused = archive.keep(paused);
    pausedUntilNanos = archive.keepTime(pausedUntilNanos, 0);
  }
}
