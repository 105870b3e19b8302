package dev.sluice.tcp.send;

import dev.sluice.tcp.congestion.CongestionControl;
import dev.sluice.tcp.recovery.LossRecovery;
import dev.sluice.tcp.tcb.Deadlines;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.Timer;

/// Follows what routers say about the size of packets, and asks again later whether
/// more fits.
///
/// @spec https://www.rfc-editor.org/rfc/rfc1191 RFC 1191
/// @spec https://www.rfc-editor.org/rfc/rfc8201 RFC 8201
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

  private final int floor;
  private final EffectiveMss mss;
  private final CongestionControl congestion;
  private final LossRecovery recovery;
  private final Deadlines deadlines;

  public PathMtuDiscovery(
      boolean v4,
      EffectiveMss mss,
      CongestionControl congestion,
      LossRecovery recovery,
      Deadlines deadlines) {
    floor = Math.min(mss.linkMtu(), v4 ? FLOOR_V4 : FLOOR_V6);
    this.mss = mss;
    this.congestion = congestion;
    this.recovery = recovery;
    this.deadlines = deadlines;
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
    mss.pathMtu(mtu);
    congestion.onMssChanged(mss.octets());
    recovery.resendAll();
    deadlines.set(Timer.PATH_MTU_RAISE, nowNanos + RAISE_NANOS);
  }

  /// Time to try the link's own MTU again; a router that minds will say so.
  public void onRaise() {
    mss.pathMtu(mss.linkMtu());
    congestion.onMssChanged(mss.octets());
  }

  private static int plateauBelow(int mtu) {
    for (int plateau : PLATEAUS) {
      if (plateau < mtu) {
        return plateau;
      }
    }
    return FLOOR_V4;
  }
}
