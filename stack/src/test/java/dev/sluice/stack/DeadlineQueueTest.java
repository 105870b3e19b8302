package dev.sluice.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineQueueTest {
  private static final class Timed extends DeadlineQueue.Entry {}

  private final DeadlineQueue queue = new DeadlineQueue();

  @Test
  void entriesComeOutInTheOrderOfTheirDeadlines() {
    Timed late = new Timed();
    Timed early = new Timed();
    queue.set(late, 20);
    queue.set(early, 10);

    assertThat(queue.earliestNanos()).isEqualTo(10);
    assertThat(queue.pollDue(9)).isNull();
    assertThat(queue.pollDue(20)).isSameAs(early);
    assertThat(queue.pollDue(20)).isSameAs(late);
    assertThat(queue.earliestNanos()).isEqualTo(DeadlineQueue.NEVER);
  }

  @Test
  @Tag("ATTACK-28")
  void aMillionDeadlinesMayBeDueAtOneTimeAndEachComesOutOnce() {
    int most = 1_000_000;
    for (int i = 0; i < most; i++) {
      queue.set(new Timed(), 10);
    }
    int due = 0;
    for (DeadlineQueue.Entry entry = queue.pollDue(10); entry != null; entry = queue.pollDue(10)) {
      due++;
    }
    assertThat(due).isEqualTo(most);
    assertThat(queue.earliestNanos()).isEqualTo(DeadlineQueue.NEVER);
  }

  @Test
  void deadlineThatMovedBackDoesNotWakeAtItsOldTime() {
    Timed entry = new Timed();
    queue.set(entry, 10);
    queue.set(entry, 30);

    assertThat(queue.pollDue(29)).isNull();
    assertThat(queue.earliestNanos()).isEqualTo(30);
    assertThat(queue.pollDue(30)).isSameAs(entry);
  }

  @Test
  void deadlineThatWasCancelledNeverWakes() {
    Timed entry = new Timed();
    queue.set(entry, 10);
    queue.set(entry, DeadlineQueue.NEVER);

    assertThat(queue.earliestNanos()).isEqualTo(DeadlineQueue.NEVER);
    assertThat(queue.pollDue(Long.MAX_VALUE - 1)).isNull();
    assertThat(queue.size()).isZero();
  }

  @Test
  void deadlineThatMovesBackWithEveryPacketIsNotSortedEachTime() {
    Timed busy = new Timed();
    for (int i = 0; i < 1_000; i++) {
      queue.set(new Timed(), 1_000_000 + i);
    }
    for (int now = 0; now < 10_000; now++) {
      queue.set(busy, now + 2_000_000);
    }

    assertThat(queue.size()).isEqualTo(1_001);
    assertThat(queue.earliestNanos()).isEqualTo(1_000_000);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithAPlainMap(long seed) {
    Random random = new Random(seed);
    List<Timed> entries = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      entries.add(new Timed());
    }
    Map<DeadlineQueue.Entry, Long> model = new HashMap<>();
    long now = 0;
    for (int step = 0; step < 20_000; step++) {
      Timed entry = entries.get(random.nextInt(entries.size()));
      switch (random.nextInt(10)) {
        case 0 -> {
          queue.remove(entry);
          model.remove(entry);
        }
        case 1 -> {
          queue.set(entry, DeadlineQueue.NEVER);
          model.remove(entry);
        }
        case 2 -> {
          now += random.nextInt(200);
          expectDue(model, now);
        }
        default -> {
          long deadline = now + 1 + random.nextInt(1_000);
          queue.set(entry, deadline);
          model.put(entry, deadline);
        }
      }
      long earliest =
          model.values().stream().mapToLong(Long::longValue).min().orElse(DeadlineQueue.NEVER);
      assertThat(queue.earliestNanos()).as("seed %d, step %d", seed, step).isEqualTo(earliest);
    }
  }

  private void expectDue(Map<DeadlineQueue.Entry, Long> model, long now) {
    List<Long> due = new ArrayList<>();
    DeadlineQueue.Entry entry;
    while ((entry = queue.pollDue(now)) != null) {
      Long deadline = model.remove(entry);
      assertThat(deadline).as("an entry that has a deadline").isNotNull();
      due.add(deadline);
    }
    assertThat(due).isSorted();
    assertThat(due).allMatch(deadline -> deadline <= now);
    assertThat(model.values()).allMatch(deadline -> deadline > now);
  }
}
