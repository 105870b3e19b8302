package dev.sluice.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Actors;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.law.Seed;
import dev.sluice.tcp.tcb.MtuProbing;
import dev.sluice.tcp.tcb.TcpCounter;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A router that drops large packets and keeps silent about it (RFC 4821 §1).
class BlackHoleTest {
  private static final Pattern PATTERN = new Pattern(5);
  private static final int OCTETS = 3_000_000;

  @ParameterizedTest
  @CsvSource({
    "10.0.0.2, 1400",
    "10.0.0.2, 1200",
    "10.0.0.2, 1100",
    "10.0.0.2, 700",
    "fd5a::2, 1400",
    "fd5a::2, 1280"
  })
  @Tag("SCENARIO-37")
  void theDataArrivesAllTheSameInPacketsCloseToTheLargest(String address, int mtu) {
    World world = new World(new Seed(mtu));
    SimHost client = world.host("client", "10.0.0.1/24", "fd5a::1/64");
    SimHost server = world.host("server", "10.0.0.2/24", "fd5a::2/64");
    world.network().narrow(client, server, mtu, false);
    Talker sink = Actors.sink(PATTERN, OCTETS);
    server.listen(7, () -> sink);
    client.connect(address, 7, Actors.bulkSender(PATTERN, OCTETS));
    assertThat(world.runUntil(sink::readAll, Duration.ofSeconds(40))).isTrue();
    assertThat(client.host().tcpCounters().get(TcpCounter.MTU_BLACK_HOLES)).isPositive();
    assertThat(client.host().tcpCounters().get(TcpCounter.RETRANSMISSION_TIMEOUTS))
        .isLessThan(9);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.2", "fd5a::2"})
  void withoutProbingItDoesNot(String address) {
    World world = new World(new Seed(2));
    SimHost client = world.host(
        "client", config -> config.tcp.mtuProbing = MtuProbing.OFF, "10.0.0.1/24", "fd5a::1/64");
    SimHost server = world.host("server", "10.0.0.2/24", "fd5a::2/64");
    world.network().narrow(client, server, 1_280, false);
    Talker sink = Actors.sink(PATTERN, OCTETS);
    server.listen(7, () -> sink);
    client.connect(address, 7, Actors.bulkSender(PATTERN, OCTETS));
    assertThat(world.runUntil(sink::readAll, Duration.ofSeconds(40))).isFalse();
  }
}
