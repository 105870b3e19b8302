package dev.sluice.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.Impairments;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Actors;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.junit.Seeds;
import dev.sluice.sim.law.Seed;
import dev.sluice.sim.packet.WirePacket;
import dev.sluice.tcp.tcb.TcpCounter;
import java.time.Duration;
import java.util.function.LongPredicate;

/// Whole hosts on a path that loses and reorders, 40 ms there and back: what was lost is
/// repaired without the timer, and what was not lost is not sent again.
class LossRecoveryTest {
  private static final Pattern PATTERN = new Pattern(3);
  private static final Impairments PATH = Impairments.NONE.delay(Duration.ofMillis(20));

  private final long[] number = new long[1];
  private World world = new World(new Seed(1));
  private SimHost client = world.host("client", "10.0.0.1/24", "fd5a::1/64");
  private SimHost server = world.host("server", "10.0.0.2/24", "fd5a::2/64");

  private void begin(Seed seed, Impairments there, Impairments back) {
    world = new World(seed);
    client = world.host("client", "10.0.0.1/24", "fd5a::1/64");
    server = world.host("server", "10.0.0.2/24", "fd5a::2/64");
    world.network().oneWay(client, server, there);
    world.network().oneWay(server, client, back);
  }

  /// Loses those packets with text, counted from 1, of which the predicate says so.
  private void lose(LongPredicate which) {
    world
        .network()
        .filter((from, packet, now) -> !hasText(from, packet) || !which.test(++number[0]));
  }

  private boolean hasText(Object from, WirePacket packet) {
    return from == client && packet.payloadLength() > 400;
  }

  private void send(int octets) {
    Talker sink = Actors.sink(PATTERN, octets);
    server.listen(7, () -> sink);
    client.connect("fd5a::2", 7, Actors.bulkSender(PATTERN, octets));
    assertThat(world.runUntil(sink::readAll, Duration.ofMinutes(2))).isTrue();
  }

  private long count(TcpCounter counter) {
    return client.host().tcpCounters().get(counter);
  }

  @Seeds(4)
  void aBurstIsRepairedWithoutATimeout(Seed seed) {
    begin(seed, PATH, PATH);
    lose(n -> n >= 40 && n < 52);
    send(300_000);
    assertThat(count(TcpCounter.RETRANSMISSION_TIMEOUTS)).isZero();
    assertThat(count(TcpCounter.SEGMENTS_RETRANSMITTED)).isBetween(12L, 14L);
    assertThat(count(TcpCounter.FAST_RETRANSMITS)).isEqualTo(1);
  }

  @Seeds(4)
  void lostRepeatsAreRepairedWithoutATimeout(Seed seed) {
    begin(seed, PATH, PATH.jitter(Duration.ZERO));
    boolean[] repeatSeen = new boolean[1];
    world.network().filter((from, packet, now) -> {
      if (!hasText(from, packet)) {
        return true;
      }
      number[0]++;
      boolean repeat = count(TcpCounter.SEGMENTS_RETRANSMITTED) > 0 && !repeatSeen[0];
      repeatSeen[0] |= repeat;
      return number[0] != 40 && !repeat;
    });
    send(500_000);
    assertThat(count(TcpCounter.RETRANSMISSIONS_LOST)).isPositive();
    assertThat(count(TcpCounter.RETRANSMISSION_TIMEOUTS)).isZero();
  }

  @Seeds(4)
  void lostAcksCostNothing(Seed seed) {
    begin(seed, PATH, PATH);
    world
        .network()
        .filter((from, packet, now) -> from == client || ++number[0] < 5 || number[0] % 3 > 0);
    send(500_000);
    assertThat(count(TcpCounter.SEGMENTS_RETRANSMITTED)).isLessThanOrEqualTo(2); // probes
    assertThat(count(TcpCounter.RETRANSMISSION_TIMEOUTS)).isZero();
  }

  @Seeds(4)
  void reorderingByLessThanAQuarterOfTheRoundTripIsNoLoss(Seed seed) {
    begin(seed, PATH.reorder(50_000, Duration.ofMillis(8)), PATH);
    send(2_000_000);
    // until reordering was seen once, three segments beyond a gap count as a loss
    assertThat(count(TcpCounter.FAST_RETRANSMITS)).isLessThanOrEqualTo(2);
    assertThat(count(TcpCounter.RETRANSMISSION_TIMEOUTS)).isZero();
  }

  @Seeds(4)
  void oneInAHundredLostNeedsNoTimeout(Seed seed) {
    begin(seed, PATH.loss(10_000), PATH);
    send(3_000_000);
    assertThat(count(TcpCounter.RETRANSMISSION_TIMEOUTS)).isZero();
  }
}
