package dev.sluice.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.junit.Seeds;
import dev.sluice.sim.law.Seed;
import java.time.Duration;

/// Two runs with the same seed are the same: every packet, every transition, every time.
class DeterminismTest {
  @Seeds(5)
  void sameSeedGivesTheSameTrace(Seed seed) {
    assertThat(digest(seed)).isEqualTo(digest(seed));
  }

  private static String digest(Seed seed) {
    Play play = new Play(Scenario.of(seed.choices()), options -> {});
    play.world.run(Duration.ofMinutes(10));
    assertThat(play.world.trace().events()).isGreaterThan(10);
    return play.world.trace().digest();
  }
}
