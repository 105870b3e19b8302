package dev.sluice.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.Impairments;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Actors;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.law.Seed;
import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.tcp.tcb.TcpCounter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A bottleneck that marks packets instead of dropping them (RFC 3168 §1): the queue
/// stays short and nothing has to be sent again.
class MarkingQueueTest {
  private static final Pattern PATTERN = new Pattern(3);
  private static final int OCTETS = 5_000_000;

  /// @param seconds until all was read
  /// @param meanQueueMs how long packets waited before the bottleneck
  /// @param retransmitted segments sent again
  /// @param reductions windows shrunk by a mark
  private record Result(double seconds, double meanQueueMs, long retransmitted, long reductions) {}

  /// 10 Mbit/s, 40 ms there and back; a queue of four times what the path holds.
  private static Result run(EcnMode mode, Impairments bottleneck) {
    World world = new World(new Seed(77));
    SimHost client =
        world.host("client", config -> config.tcp.ecnAsk = mode, "10.0.0.1/24", "fd5a::1/64");
    SimHost server = world.host("server", "10.0.0.2/24", "fd5a::2/64");
    world.network().usually(Impairments.NONE.delay(Duration.ofMillis(20)));
    world.network().oneWay(client, server, bottleneck);
    Talker sink = Actors.sink(PATTERN, OCTETS);
    server.listen(7, () -> sink);
    client.connect("fd5a::2", 7, Actors.bulkSender(PATTERN, OCTETS));
    long start = world.nowNanos();
    assertThat(world.runUntil(sink::readAll, Duration.ofSeconds(30))).isTrue();
    return new Result(
        (world.nowNanos() - start) / 1e9,
        world.network().meanQueueNanos(client, server) / 1e6,
        client.host().tcpCounters().get(TcpCounter.SEGMENTS_RETRANSMITTED),
        client.host().tcpCounters().get(TcpCounter.ECN_REDUCTIONS));
  }

  @Test
  void marksKeepTheQueueShortAndLoseNothing() {
    Impairments dropTail = Impairments.NONE.delay(Duration.ofMillis(20)).rate(10_000_000, 200_000);
    Result dropped = run(EcnMode.OFF, dropTail);
    Result marked = run(EcnMode.CLASSIC, dropTail.mark(6_000));
    assertThat(marked.retransmitted()).isZero();
    assertThat(marked.reductions()).isPositive();
    assertThat(marked.meanQueueMs())
        .as(marked + " " + dropped)
        .isLessThan(dropped.meanQueueMs() / 10);
    assertThat(marked.seconds()).as(marked + " " + dropped).isLessThan(dropped.seconds() * 1.25);
  }

  @Test
  void whoDoesNotAskGetsNoMarks() {
    Impairments marking =
        Impairments.NONE.delay(Duration.ofMillis(20)).rate(10_000_000, 200_000).mark(6_000);
    assertThat(run(EcnMode.OFF, marking).reductions()).isZero();
  }
}
