package dev.sluice.stack.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PendingHandshakesTest {
  private static final int ENTRIES = 64;
  private static final long LIFETIME = 1_000;

  /// What it must do, told with a map: by hash, when it was born and for whom it counts.
  private record Known(long source, long born) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void doesWhatAMapWould(long seed) {
    Random random = new Random(seed);
    SourceTable sources = new SourceTable(4_096);
    PendingHandshakes pending = new PendingHandshakes(sources, ENTRIES, LIFETIME);
    Map<Long, Known> model = new LinkedHashMap<>();
    long now = 0;
    for (int step = 0; step < 20_000; step++) {
      now += random.nextInt(40);
      long hash = 1L + random.nextInt(150);
      long source = 1 + (hash % 5);
      long at = now;
      pending.expire(now);
      model.values().removeIf(known -> at - known.born >= LIFETIME);
      assertThat(pending.contains(hash)).as("step %d", step).isEqualTo(model.containsKey(hash));
      if (model.containsKey(hash)) {
        pending.remove(hash);
        model.remove(hash);
      } else if (pending.size() < ENTRIES) {
        pending.add(hash, source, now);
        model.put(hash, new Known(source, now));
      }
      for (long each = 1; each <= 5; each++) {
        long counted = each;
        int entry = sources.find(each);
        assertThat(entry < 0 ? 0 : sources.halfOpen(entry)).isEqualTo((int)
            model.values().stream().filter(k -> k.source == counted).count());
      }
    }
  }

  @org.junit.jupiter.api.Test
  void oldestGoesWhenThereAreTooMany() {
    SourceTable sources = new SourceTable(64);
    PendingHandshakes pending = new PendingHandshakes(sources, 4, LIFETIME);
    for (long hash = 1; hash <= 5; hash++) {
      pending.add(hash, 7, hash);
    }
    assertThat(pending.contains(1)).isFalse();
    assertThat(pending.contains(2)).isTrue();
    assertThat(pending.contains(5)).isTrue();
    assertThat(sources.halfOpen(sources.find(7))).isEqualTo(4);
  }
}
