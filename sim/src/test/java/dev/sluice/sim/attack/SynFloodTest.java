package dev.sluice.sim.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.Impairments;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Actors;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.law.Seed;
import dev.sluice.sim.packet.PacketBuilder;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.SynCookieMode;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Honest clients and their text while SYNs pour in, over a network that loses and
/// reorders.
@Tag("ATTACK-16")
class SynFloodTest {
  private static final Pattern PATTERN = new Pattern(16);
  private static final int TABLE = 16;
  private static final int PORT = 80;
  private static final int OCTETS = 20_000;
  private static final int CLIENTS = 40;

  /// A hundred SYNs of strangers, on top of what is there.
  private static void flood(World world, SplittableRandom random) {
    for (int i = 0; i < 100; i++) {
      FourTuple forged = new FourTuple(
          IpAddress.ofV4(0xac10_0000 | random.nextInt(1 << 16)),
          1_024 + random.nextInt(60_000),
          IpAddress.parse("10.0.0.2"),
          PORT);
      world
          .network()
          .inject(
              PacketBuilder.tcp(forged)
                  .seq(random.nextInt())
                  .with(Flags.SYN)
                  .mss(1_460)
                  .build(),
              world.nowNanos());
    }
  }

  @ParameterizedTest(name = "{0}, timestamps {1}, {2} ppm lost, seed {3}")
  @CsvSource({
    "AUTOMATIC, true, 0, 1",
    "AUTOMATIC, false, 0, 2",
    "ALWAYS, true, 0, 3",
    "ALWAYS, false, 0, 4",
    "AUTOMATIC, true, 100000, 5",
    "AUTOMATIC, false, 100000, 6",
    "ALWAYS, true, 100000, 7",
    "ALWAYS, false, 100000, 8"
  })
  @Tag("SCENARIO-41")
  @Tag("SCENARIO-42")
  void everyHonestClientConnectsAndEveryOctetArrives(
      SynCookieMode mode, boolean timestamps, int ppm, long seed) {
    World world = new World(new Seed(seed));
    world.network().usually(Impairments.NONE.delay(Duration.ofMillis(10)).loss(ppm));
    SimHost client = world.host(
        "client", config -> config.tcp.timestamps = timestamps, "10.0.0.1/24", "fd00::1/64");
    SimHost server =
        world.host("server", config -> config.tcp.synCookies = mode, "10.0.0.2/24", "fd00::2/64");
    List<Talker> sinks = new ArrayList<>();
    server.listen(PORT, new ConnectionOptions(), new ListenerLimits(64, TABLE), () -> {
      Talker sink = Actors.sink(PATTERN, OCTETS);
      sinks.add(sink);
      return sink;
    });
    SplittableRandom random = new SplittableRandom(seed);
    List<Talker> honest = new ArrayList<>();
    for (int i = 0; i < 10 * CLIENTS; i++) {
      flood(world, random);
      if (i % 10 == 0) {
        Talker talker = Actors.bulkSender(PATTERN, OCTETS);
        client.connect((i & 1) == 0 ? "10.0.0.2" : "fd00::2", PORT, talker);
        honest.add(talker);
      }
      world.run(Duration.ofMillis(5));
      assertThat(server.snapshot().halfOpen()).hasSizeLessThanOrEqualTo(TABLE);
    }
    world.run(Duration.ofMinutes(2));
    assertThat(honest).hasSize(CLIENTS);
    for (Talker talker : honest) {
      assertThat(talker.closeReason()).isEqualTo(new CloseReason.Finished());
    }
    assertThat(sinks).hasSize(CLIENTS);
    for (Talker sink : sinks) {
      assertThat(sink.octetsRead()).isEqualTo(OCTETS);
    }
    assertThat(server.snapshot().tcp().get(TcpCounter.SYN_COOKIES_VALID)).isPositive();
    assertThat(server.snapshot().halfOpen()).isEmpty();
  }
}
