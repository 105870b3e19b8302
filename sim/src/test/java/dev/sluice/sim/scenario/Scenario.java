package dev.sluice.sim.scenario;

import dev.sluice.sim.Impairments;
import dev.sluice.sim.actor.Finish;
import dev.sluice.sim.law.Choices;
import java.time.Duration;

/// Two hosts, one connection and what befalls it, all by choices; the simplest is a clean
/// line and nothing to say.
record Scenario(
    long worldSeed,
    boolean v4,
    boolean simultaneousOpen,
    int mtu,
    Impairments forward,
    Impairments backward,
    Side client,
    Side server,
    int isnBeforeWrap,
    boolean offload) {

  /// What one side does and has.
  record Side(
      int octets,
      int sendBuffer,
      int receiveBuffer,
      int mostPerWrite,
      Duration writePause,
      int mostPerRead,
      Duration readPause,
      Duration firstRead,
      boolean noDelay,
      boolean timestamps,
      boolean windowScaling,
      Finish finish) {}

  /// Up to one packet in ten is lost each way.
  static Scenario of(Choices c) {
    return of(c, c.oneOf(0, 20_000, 50_000, 100_000));
  }

  /// Up to `worst` millionths are lost each way, and a quarter of that corrupted.
  static Scenario of(Choices c, int worst) {
    boolean v4 = !c.chance(40);
    Finish clientFinish = c.oneOf(Finish.HALF_CLOSE, Finish.CLOSE_AFTER_PEER);
    Finish serverFinish = clientFinish == Finish.CLOSE_AFTER_PEER
        ? Finish.HALF_CLOSE
        : c.oneOf(Finish.CLOSE_AFTER_PEER, Finish.HALF_CLOSE);
    return new Scenario(
        c.below(1 << 30),
        v4,
        c.chance(12),
        v4 ? c.oneOf(1_500, 576, 1_500, 296, 140) : c.oneOf(1_500, 1_280),
        line(c, worst),
        line(c, worst),
        side(c, clientFinish),
        side(c, serverFinish),
        c.chance(40) ? c.between(1, 60_000) : 0,
        c.chance(30));
  }

  private static Impairments line(Choices c, int worstPpm) {
    Impairments line = Impairments.NONE
        .delay(Duration.ofNanos(c.scale(10_000, 200_000_000)))
        .loss((int) c.below(worstPpm + 1))
        .duplicate((int) c.below(worstPpm / 4 + 1))
        .corrupt((int) c.below(worstPpm / 4 + 1));
    if (c.chance(50)) {
      line = line.reorder((int) c.below(worstPpm + 1), Duration.ofMillis(c.scale(1, 300)));
    }
    if (c.chance(30)) {
      line = line.jitter(Duration.ofMillis(c.scale(1, 50)));
    }
    return c.chance(30) ? line.rate(c.scale(200_000, 100_000_000), c.between(5_000, 60_000)) : line;
  }

  private static int octetsPerRead(Choices c) {
    return (int) c.scale(100, 20_000);
  }

  private static Side side(Choices c, Finish finish) {
    boolean slowWriter = c.chance(20);
    boolean slowReader = c.chance(25);
    int octets = c.chance(85) ? (int) c.scale(1, 300_000) : 0;
    return new Side(
        octets,
        (int) c.scale(300, 300_000),
        (int) c.scale(300, 300_000),
        slowWriter ? Math.max(octets / 40, 1) + c.between(0, 2_000) : Integer.MAX_VALUE,
        slowWriter ? Duration.ofMillis(c.scale(1, 700)) : Duration.ZERO,
        slowReader ? octetsPerRead(c) : Integer.MAX_VALUE,
        slowReader ? Duration.ofMillis(c.scale(1, 300)) : Duration.ZERO,
        slowReader ? Duration.ofMillis(c.scale(1, 20_000)) : Duration.ZERO,
        c.chance(50),
        !c.chance(25),
        !c.chance(25),
        finish);
  }
}
