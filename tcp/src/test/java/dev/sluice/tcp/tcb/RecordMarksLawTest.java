package dev.sluice.tcp.tcb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [RecordMarks] against a sorted set.
class RecordMarksLawTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void itKnowsTheNextMarkAsASortedSetDoes(long seed) {
    Random random = new Random(seed);
    RecordMarks marks = new RecordMarks();
    TreeSet<Long> model = new TreeSet<>();
    long written = 0;
    long acknowledged = 0;
    for (int i = 0; i < 20_000; i++) {
      if (random.nextInt(5) < 3) {
        written += 1 + random.nextInt(50);
        boolean kept = marks.add(written);
        assertThat(kept).isEqualTo(model.size() < RecordMarks.CAPACITY);
        if (kept) {
          model.add(written);
        }
      } else if (random.nextInt(4) == 0) {
        acknowledged += random.nextLong(written - acknowledged + 1);
        marks.dropUntil(acknowledged);
        model.headSet(acknowledged, true).clear();
      }
      long position = acknowledged + random.nextLong(written - acknowledged + 1);
      Long next = model.higher(position);
      assertThat(marks.next(position)).isEqualTo(next == null ? Long.MAX_VALUE : next);
      assertThat(marks.isEmpty()).isEqualTo(model.isEmpty());
    }
  }
}
