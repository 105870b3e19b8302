package dev.sluice.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.junit.Seeds;
import dev.sluice.sim.law.Law;
import dev.sluice.sim.law.Seed;
import dev.sluice.tcp.tcb.CloseReason;
import java.time.Duration;

/// Whatever the network does, all data arrives once and in order, both sides close, and
/// nothing stays behind.
class RandomScenarioTest {
  private static final Duration LIMIT = Duration.ofHours(4);

  @Seeds(200)
  void everyOctetArrivesAndNothingStaysBehind(Seed seed) {
    Law.tryOne(seed, Scenario::of, RandomScenarioTest::play);
  }

  static void play(Scenario scenario) {
    Play play = new Play(scenario, options -> {});
    boolean closed = play.runToTheEnd(LIMIT);
    assertThat(closed).as("both closed: %s", play).isTrue();
    assertThat(play.client.closeReason()).as("%s", play).isEqualTo(new CloseReason.Finished());
    assertThat(play.server.closeReason()).as("%s", play).isEqualTo(new CloseReason.Finished());
    assertThat(play.client.readAll() && play.client.wroteAll())
        .as("client: %s", play)
        .isTrue();
    assertThat(play.server.readAll() && play.server.wroteAll())
        .as("server: %s", play)
        .isTrue();
    assertNothingLeft(play);
    play.world.invariants().atEnd(play.world.nowNanos());
  }

  static void assertNothingLeft(Play play) {
    assertThat(play.clientHost.leftovers()).isEmpty();
    assertThat(play.serverHost.leftovers()).isEmpty();
    assertThat(play.world.invariants().stillOpen()).isEmpty();
  }
}
