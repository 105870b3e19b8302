package dev.sluice.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.Impairments;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Actors;
import dev.sluice.sim.actor.Echo;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.law.Seed;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.wire.Flags;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What went wrong in other stacks, where whole hosts and time tell the story (see
/// `docs/scenarios.md`).
class OtherStacksTest {
  private static final Pattern PATTERN = new Pattern(9);

  private final World world = new World(new Seed(31));
  private final SimHost client = world.host("client", "10.0.0.1/24");
  private final SimHost server = world.host("server", "10.0.0.2/24");

  private void run(int seconds) {
    world.run(Duration.ofSeconds(seconds));
  }

  /// Other stacks sent one probe for each filled window and waited for seconds.
  @Test
  @Tag("SCENARIO-6")
  void largeEchoOverTenMillisecondsDoesNotStall() {
    world.network().usually(Impairments.NONE.delay(Duration.ofMillis(5)));
    ConnectionOptions small = new ConnectionOptions();
    small.receiveBufferBytes = 16_384;
    small.sendBufferBytes = 16_384;
    server.listen(7, small, SimHost.USUAL_LIMITS, Echo::new);
    Talker talker = new Talker().writes(PATTERN, 1_000_000).reads(PATTERN, 1_000_000);
    client.connect(0, "10.0.0.2", 7, small.copy(), talker);
    assertThat(world.runUntil(talker::readAll, Duration.ofSeconds(4)))
        .as("61 windows, and two round trips for each are 1.2 s")
        .isTrue();
  }

  @Test
  @Tag("SCENARIO-9")
  void theWindowOfOneConnectionIsNotThatOfAnother() {
    ConnectionOptions small = new ConnectionOptions();
    small.receiveBufferBytes = 4_000;
    Talker sleeper = Actors.sink(PATTERN, 100_000).firstReadAfter(Duration.ofHours(1));
    Talker reader = Actors.sink(PATTERN, 3_000_000);
    server.listen(7, small, SimHost.USUAL_LIMITS, () -> sleeper);
    server.listen(8, () -> reader);
    Talker stopped = Actors.bulkSender(PATTERN, 100_000);
    client.connect("10.0.0.2", 7, stopped);
    client.connect("10.0.0.2", 8, Actors.bulkSender(PATTERN, 3_000_000));
    run(20);
    assertThat(reader.readAll()).isTrue();
    assertThat(stopped.connection().info(world.nowNanos()).sendWindow()).isZero();
    assertThat(sleeper.octetsRead()).isZero();
  }

  @Test
  @Tag("SCENARIO-17")
  void aPeerThatStopsHalfWayKeepsNobodyWaiting() {
    world
        .network()
        .filter((from, packet, now) ->
            from != client || packet.sourcePort() != 4_000 || packet.has(Flags.SYN));
    server.listen(7, () -> Actors.sink(PATTERN, 10));
    client.connect(4_000, "10.0.0.2", 7, new ConnectionOptions(), Actors.idler());
    run(1);
    assertThat(server.snapshot().halfOpen()).hasSize(1);
    Talker honest = Actors.bulkSender(PATTERN, 10);
    client.connect("10.0.0.2", 7, honest);
    run(1);
    assertThat(honest.closeReason()).isEqualTo(new CloseReason.Finished());
  }

  @Test
  @Tag("SCENARIO-23")
  void handshakesThatEndInResetsLeaveRoomForOthers() {
    server.listen(
        7, new ConnectionOptions(), new ListenerLimits(2, 4), () -> Actors.sink(PATTERN, 10));
    for (int i = 0; i < 200; i++) {
      Talker quitter = Actors.idler();
      client.connect(5_000 + i, "10.0.0.2", 7, new ConnectionOptions(), quitter);
      quitter.abort(); // the SYN is on its way: its answer meets a closed port
      world.run(Duration.ofMillis(20));
    }
    assertThat(server.leftovers()).isEmpty();
    Talker honest = Actors.bulkSender(PATTERN, 10);
    client.connect("10.0.0.2", 7, honest);
    run(1);
    assertThat(honest.closeReason()).isEqualTo(new CloseReason.Finished());
  }
}
