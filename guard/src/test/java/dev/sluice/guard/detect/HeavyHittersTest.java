package dev.sluice.guard.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.guard.alarm.Share;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The sketch against a table that keeps everything.
class HeavyHittersTest {
  private static final HeavyHitters.Naming NAMES = (high, low) -> Long.toString(low);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void whoHasMoreThanItsPartIsFoundAndNobodysCountIsTooHigh(int seed) {
    Random random = new Random(seed);
    HeavyHitters sketch = new HeavyHitters();
    Map<String, Long> exact = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      // a few frequent ones over a crowd
      long key = random.nextInt(3) == 0 ? random.nextInt(4) : 1_000 + random.nextInt(5_000);
      sketch.add(0, key);
      exact.merge(Long.toString(key), 1L, Long::sum);
    }
    List<Share> top = sketch.top(10, 0, NAMES);

    assertThat(top)
        .allSatisfy(share ->
            assertThat(share.count()).isLessThanOrEqualTo(exact.getOrDefault(share.name(), 0L)));
    assertThat(top.subList(0, 4).stream().map(Share::name))
        .containsExactlyInAnyOrder("0", "1", "2", "3");
  }

  @Test
  void inACrowdNobodyStandsOut() {
    HeavyHitters sketch = new HeavyHitters();
    for (int i = 0; i < 100_000; i++) {
      sketch.add(0, i);
    }
    assertThat(sketch.top(10, 10, NAMES)).isEmpty();
    assertThat(sketch.total()).isEqualTo(100_000);
  }

  @Test
  void whatFadesCountsHalf() {
    HeavyHitters sketch = new HeavyHitters();
    for (int i = 0; i < 100; i++) {
      sketch.add(1, 2);
    }
    sketch.fade();

    assertThat(sketch.top(1, 0, NAMES)).containsExactly(new Share("2", 50, 1_000));
    sketch.clear();
    assertThat(sketch.top(1, 0, NAMES)).isEmpty();
  }
}
