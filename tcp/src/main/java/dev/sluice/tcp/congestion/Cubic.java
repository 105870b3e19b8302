package dev.sluice.tcp.congestion;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.TcpSettings;

/// The window as a cubic function of the time since congestion avoidance began: fast back
/// to where it was lost, slowly around there, then faster again.
///
/// ```
///   W_max |.................._______________..../....
///         |           . - '                   /
///         |        .'   concave       convex
///         |      /
///  0.7 of |    /
///         +------------------+---------------------> t
///              0             K
/// ```
///
/// Where Reno would be faster (short round trips, small windows) it is as fast as Reno.
/// Windows are counted in segments here, times in seconds, both as `double`, as the RFC
/// has it. Time in which the window was not used does not count (§4.2).
///
/// The RFC adds (target - cwnd) / cwnd for each ACK. Here that is for each segment
/// acknowledged, else the window would not reach the target where one ACK stands for two.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9438#section-4 RFC 9438 §4
public final class Cubic extends LossBased {
  /// Multiplicative decrease (§4.6).
  static final double BETA = 0.7;

  /// How fast the cube grows, segments / s^3 (§5).
  static final double C = 0.4;

  /// Additive increase that makes up for the smaller decrease (§4.3).
  static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);

  /// The target is this many windows at most (§4.2).
  private static final double CLAMP = 1.5;

  /// Linux adds one segment for this many windows at least.
  private static final int LINUX_SLOWEST = 100;

  /// And one for this many segments before the first loss.
  private static final int LINUX_FIRST = 20;

  /// It reckons anew so often at most, and whenever the window has grown.
  private static final long LINUX_PAUSE_NANOS = 1_000_000_000L / 32;

  private static final double NANOS = 1e-9;

  private final TcpSettings settings;
  private final State now = new State();
  private final State before = new State();
  private long lastNanos;
  private long linuxNanos;
  private long linuxCwnd;
  private long linuxSegmentsForOne;

  /// What a mistake has to bring back (§4.9.2).
  private static final class State {
    boolean begun; // a stage of congestion avoidance, at t = 0
    double t;
    double k;
    double wMax; // 0: unknown
    double wEst;
    double cwndPrior;
    boolean lost; // since the last timeout, so that W_max tells something
    double part; // of an octet that the window still has to grow by; in Linux's way, segments

    void set(State other) {
      begun = other.begun;
      t = other.t;
      k = other.k;
      wMax = other.wMax;
      wEst = other.wEst;
      cwndPrior = other.cwndPrior;
      lost = other.lost;
      part = other.part;
    }

    void keep(Archive archive) {
      begun = archive.keep(begun);
      t = archive.keep(t);
      k = archive.keep(k);
      wMax = archive.keep(wMax);
      wEst = archive.keep(wEst);
      cwndPrior = archive.keep(cwndPrior);
      lost = archive.keep(lost);
      part = archive.keep(part);
    }
  }

  /// @param settings of the stack
  /// @param mss octets of text per segment
  public Cubic(TcpSettings settings, int mss) {
    super(settings, mss);
    this.settings = settings;
  }

  @Override
  public CongestionAlgorithm algorithm() {
    return CongestionAlgorithm.CUBIC;
  }

  private double segments() {
    return (double) cwnd() / mss();
  }

  // ---- growing

  @Override
  void avoid(AckSample ack) {
    if (now.begun) {
      now.t += (ack.nowNanos - lastNanos) * NANOS;
    } else {
      begin();
    }
    lastNanos = ack.nowNanos;
    double cwnd = segments();
    double acked = (double) ack.ackedBytes / mss();
    double alpha = now.wEst >= now.cwndPrior ? 1 : ALPHA;
    now.wEst += alpha * acked / cwnd;
    if (settings.cubicAsInLinux) {
      growAsLinux(ack, acked);
    } else if (window(now.t) < now.wEst) {
      growTo(Math.max(cwnd, now.wEst));
    } else {
      double target = window(now.t + ack.srttNanos * NANOS);
      growTo(cwnd + (Math.clamp(target, cwnd, CLAMP * cwnd) - cwnd) / cwnd * acked);
    }
  }

  /// For how many segments acknowledged Linux adds one: two at least, twenty at most as
  /// long as nothing was lost, and no more than Reno would take.
  private long segmentsForOne(AckSample ack) {
    double rtt = ack.minRttNanos == Long.MAX_VALUE ? 0 : ack.minRttNanos * NANOS;
    long cwnd = (long) segments();
    long target = (long) window(now.t + rtt);
    long most = now.lost ? LINUX_SLOWEST * cwnd : LINUX_FIRST;
    long wanted = target > cwnd ? Math.min(most, cwnd / (target - cwnd)) : most;
    long ahead = (long) now.wEst - cwnd;
    return Math.max(2, ahead > 0 ? Math.min(wanted, cwnd / ahead) : wanted);
  }

  private void growAsLinux(AckSample ack, double acked) {
    if (cwnd() != linuxCwnd || ack.nowNanos - linuxNanos > LINUX_PAUSE_NANOS) {
      linuxCwnd = cwnd();
      linuxNanos = ack.nowNanos;
      linuxSegmentsForOne = segmentsForOne(ack);
    }
    long segmentsForOne = linuxSegmentsForOne;
    if (now.part >= segmentsForOne) {
      now.part = 0;
      grow(mss());
    }
    now.part += acked;
    long more = (long) (now.part / segmentsForOne);
    now.part -= more * segmentsForOne;
    grow(more * mss());
  }

  /// A stage begins (§4.2). Above W_max, after a timeout and after a slow start that
  /// nothing was lost in, this very window is the plateau (§4.8, §4.10).
  private void begin() {
    double cwnd = segments();
    now.begun = true;
    now.t = 0;
    now.wEst = cwnd;
    now.part = 0;
    if (now.cwndPrior == 0) {
      now.cwndPrior = cwnd;
    }
    now.wMax = Math.max(now.wMax, cwnd);
    now.k = Math.cbrt((now.wMax - cwnd) / C);
  }

  /// W_cubic(t) (1).
  private double window(double t) {
    double d = t - now.k;
    return C * d * d * d + now.wMax;
  }

  private void growTo(double segments) {
    double octets = segments * mss() - cwnd() + now.part;
    long whole = (long) octets;
    now.part = octets - whole;
    grow(Math.max(0, whole));
  }

  /// What is counted in segments is so many times what it was; a new stage begins.
  @Override
  void rescale(double factor) {
    now.wMax *= factor;
    now.cwndPrior *= factor;
    now.begun = false;
    before.wMax *= factor;
    before.cwndPrior *= factor;
    before.begun = false;
  }

  @Override
  void passTime(long nowNanos) {
    lastNanos = nowNanos;
  }

  // ---- shrinking

  @Override
  long reduced(long tried) {
    return (long) (tried * BETA);
  }

  /// Fast convergence (§4.7): a flow that did not come as far as the last time leaves
  /// room for others.
  @Override
  void beforeReduction(long nowNanos) {
    before.set(now);
    double cwnd = segments();
    now.wMax = cwnd < now.wMax ? cwnd * (1 + BETA) / 2 : cwnd;
    now.cwndPrior = cwnd;
    now.begun = false;
    now.lost = true;
  }

  /// The stage after a timeout begins where slow start ends (§4.8).
  @Override
  void beforeTimeout(long nowNanos) {
    before.set(now);
    now.cwndPrior = segments();
    now.wMax = 0;
    now.begun = false;
    now.lost = false;
  }

  @Override
  boolean isReduced() {
    return segments() < now.cwndPrior;
  }

  @Override
  void undoReduction(long nowNanos) {
    now.set(before);
    lastNanos = nowNanos;
  }

  @Override
  void keepAvoidance(Archive archive) {
    now.keep(archive);
    before.keep(archive);
    lastNanos = archive.keepTime(lastNanos, 0);
    linuxNanos = archive.keepTime(linuxNanos, 0);
    linuxCwnd = archive.keep(linuxCwnd);
    linuxSegmentsForOne = archive.keep(linuxSegmentsForOne);
  }
}
