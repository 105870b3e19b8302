package dev.sluice.sim.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.law.Law;
import dev.sluice.sim.law.Seed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeedsTest {
  private final List<Seed> seen = new ArrayList<>();

  @Seeds(5)
  void eachRunHasItsSeed(Seed seed) {
    assertThat(seen).doesNotContain(seed);
    seen.add(seed);
  }

  @AfterAll
  void asManyRunsAsAskedFor() {
    if (Long.getLong(Law.REPLAY_PROPERTY) == null) {
      assertThat(seen).hasSize(Integer.getInteger(Law.COUNT_PROPERTY, 5));
    }
  }
}
