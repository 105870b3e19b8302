package dev.sluice.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DoorbellTest {
  private final AtomicInteger wakeups = new AtomicInteger();
  private final Doorbell doorbell = new Doorbell(wakeups::incrementAndGet);
  private final List<String> heard = new ArrayList<>();

  private final class Named extends Bell {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    void onRing(int requests, long nowNanos) {
      heard.add(name + requests);
    }

    @Override
    void onSilence() {
      heard.add(name + " silent");
    }
  }

  @Test
  void bellsAreAnsweredInTheOrderInWhichTheyRang() {
    for (String name : List.of("a", "b", "c")) {
      doorbell.ring(new Named(name), 1);
    }
    assertThat(doorbell.doWork(0)).isTrue();
    assertThat(heard).containsExactly("a1", "b1", "c1");
  }

  @Test
  void aBellThatRingsTwiceIsAnsweredOnceWithAllThatWasAskedFor() {
    Bell bell = new Named("a");
    doorbell.ring(bell, 1);
    doorbell.ring(bell, 4);
    doorbell.doWork(0);
    assertThat(heard).containsExactly("a5");
  }

  @Test
  void aBellCanRingAgainAfterItWasAnswered() {
    Bell bell = new Named("a");
    doorbell.ring(bell, 1);
    doorbell.doWork(0);
    doorbell.ring(bell, 2);
    doorbell.doWork(0);
    assertThat(heard).containsExactly("a1", "a2");
  }

  @Test
  void onlyWhoFindsTheDoorbellEmptyWakesTheLoop() {
    doorbell.ring(new Named("a"), 1);
    doorbell.ring(new Named("b"), 1);
    assertThat(wakeups).hasValue(1);
    doorbell.doWork(0);
    doorbell.ring(new Named("c"), 1);
    assertThat(wakeups).hasValue(2);
  }

  @Test
  void whoRingsQuietlyDoesNotWakeTheLoopAndIsAnswered() {
    AtomicInteger nudges = new AtomicInteger();
    Doorbell quiet = new Doorbell(wakeups::incrementAndGet, nudges::incrementAndGet);
    quiet.ringQuietly(new Named("a"), 1);
    assertThat(wakeups).hasValue(0);
    assertThat(nudges).hasValue(1);
    quiet.doWork(0);
    assertThat(heard).containsExactly("a1");
  }

  @Test
  void whoRingsAloudAfterQuietRingsWakesTheLoop() {
    Doorbell quiet = new Doorbell(wakeups::incrementAndGet, () -> {});
    Bell again = new Named("a");
    quiet.ringQuietly(again, 1);
    quiet.ring(again, 1);
    assertThat(wakeups).as("the same bell").hasValue(1);
    quiet.doWork(0);
    quiet.ringQuietly(new Named("b"), 1);
    quiet.ringQuietly(new Named("c"), 1);
    quiet.ring(new Named("d"), 1);
    assertThat(wakeups).as("another bell").hasValue(2);
    quiet.ring(new Named("e"), 1);
    assertThat(wakeups).as("who comes after that").hasValue(2);
    quiet.doWork(0);
    assertThat(heard).containsExactly("a1", "b1", "c1", "d1", "e1");
  }

  @Test
  void withoutARingThereIsNoWork() {
    assertThat(doorbell.doWork(0)).isFalse();
  }

  @Test
  void afterTheLoopIsOverEverybodyIsToldSo() {
    doorbell.ring(new Named("before"), 1);
    doorbell.silence();
    doorbell.ring(new Named("after"), 1);
    assertThat(heard).containsExactly("before silent", "after silent");
    assertThat(doorbell.doWork(0)).isFalse();
  }

  /// Each thread counts something and rings; the loop takes what was counted. If a ring
  /// were lost, the sum would be too small for ever.
  @Test
  @Timeout(60)
  void noRingIsLostBetweenThreads() throws InterruptedException {
    int threads = 4;
    int rings = 50_000;
    AtomicLong taken = new AtomicLong();
    CountDownLatch finished = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      Thread.ofPlatform().start(() -> count(rings, taken, finished));
    }
    long expected = (long) threads * rings;
    while (taken.get() < expected) {
      if (!doorbell.doWork(0)) {
        Thread.onSpinWait();
      }
    }
    finished.await();
    assertThat(taken).hasValue(expected);
  }

  private void count(int rings, AtomicLong taken, CountDownLatch finished) {
    AtomicInteger counted = new AtomicInteger();
    Bell bell = new Bell() {
      @Override
      void onRing(int requests, long nowNanos) {
        taken.addAndGet(counted.getAndSet(0));
      }
    };
    for (int i = 0; i < rings; i++) {
      counted.incrementAndGet();
      doorbell.ring(bell, 1);
    }
    finished.countDown();
  }
}
