package dev.sluice.stack;

import static dev.sluice.stack.TestPackets.HOST_V4;
import static dev.sluice.stack.TestPackets.PEER_V4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The loop in real time. No test depends on how long anything takes, only on that it
/// happens.
@Timeout(60)
class DriverTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final TestHost test = TestHost.usual();
  private final QueueLink link = new QueueLink();
  private final DriverConfig config = new DriverConfig();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private Driver driver = new Driver(test.host, link, config);

  private void start() {
    config.onFailure = failure::complete;
    driver = new Driver(test.host, link, config);
    driver.start();
  }

  @AfterEach
  void stop() {
    assertThat(driver.stop(PATIENCE)).isTrue();
  }

  private byte[] nextSent() throws InterruptedException {
    byte[] packet = link.sent.poll(30, TimeUnit.SECONDS);
    assertThat(packet).as("a packet on the link").isNotNull();
    return packet;
  }

  @Test
  void packetsAreAnsweredWhileTheLoopSleepsInBetween() throws InterruptedException {
    start();
    for (int i = 0; i < 50; i++) {
      link.awaits.acquire();
      link.arrive(TestPackets.echoRequest(PEER_V4, HOST_V4, i));
      assertThat(nextSent()).hasSize(28 + i);
    }
  }

  @Test
  void packetThatTheLinkRefusesIsSentLaterAndInItsPlace() throws InterruptedException {
    link.full = true;
    start();
    for (int i = 0; i < 3; i++) {
      link.arrive(TestPackets.echoRequest(PEER_V4, HOST_V4, i));
    }
    link.refusals.acquire(3);
    assertThat(link.sent).isEmpty();
    link.full = false;
    for (int i = 0; i < 3; i++) {
      assertThat(nextSent()).hasSize(28 + i);
    }
    assertThat(link.sent).isEmpty();
  }

  @Test
  void noWakeupIsEverLost() throws InterruptedException {
    AtomicLong asked = new AtomicLong();
    Semaphore done = new Semaphore(0);
    config.spinNanos = 0;
    config.task = now -> {
      long jobs = asked.getAndSet(0);
      done.release((int) jobs);
      return jobs > 0;
    };
    start();
    for (int i = 0; i < 20_000; i++) {
      asked.incrementAndGet();
      driver.wakeup();
      assertThat(done.tryAcquire(30, TimeUnit.SECONDS)).as("round %d", i).isTrue();
    }
  }

  @Test
  void wakingALoopThatIsAwakeCostsNoSystemCall() throws InterruptedException {
    Semaphore entered = new Semaphore(0);
    CountDownLatch leave = new CountDownLatch(1);
    AtomicBoolean once = new AtomicBoolean(true);
    config.task = now -> {
      boolean first = once.getAndSet(false);
      if (first) {
        entered.release();
        awaitQuietly(leave);
      }
      return first;
    };
    start();
    entered.acquire();
    for (int i = 0; i < 100; i++) {
      driver.wakeup();
    }
    assertThat(link.wakeups).hasValue(0);
    leave.countDown();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void ofManyWhoWakeASleepingLoopOneAtMostPays() throws InterruptedException {
    start();
    link.awaits.acquire();
    int before = link.wakeups.get();
    driver.wakeup();
    assertThat(link.wakeups.get() - before).isLessThanOrEqualTo(1);
  }

  @Test
  void anIdleLoopSleepsInTheLinkAndDoesNotLook() throws InterruptedException {
    start();
    link.awaits.acquire();
    int looks = link.looks.get();
    for (int i = 0; i < 100_000; i++) {
      Thread.onSpinWait();
    }
    assertThat(link.looks).as("looks while nothing happens").hasValue(looks);
    assertThat(driver.isRunning()).isTrue();
  }

  @Test
  void aNudgeReachesALoopThatWouldSleepLong() throws InterruptedException {
    AtomicLong asked = new AtomicLong();
    Semaphore done = new Semaphore(0);
    config.task = now -> {
      long jobs = asked.getAndSet(0);
      done.release((int) jobs);
      return jobs > 0;
    };
    start();
    for (int i = 0; i < 50; i++) {
      asked.incrementAndGet();
      driver.nudge();
      assertThat(done.tryAcquire(30, TimeUnit.SECONDS)).as("round %d", i).isTrue();
    }
  }

  @Test
  void linkThatIsGoneEndsTheLoopAndSaysSo() throws Exception {
    start();
    link.gone = true;
    driver.wakeup();

    assertThat(failure.get(30, TimeUnit.SECONDS))
        .isInstanceOf(IOException.class)
        .hasMessage("the link is gone");
    assertThat(driver.stop(PATIENCE)).isTrue();
    assertThat(driver.isRunning()).isFalse();
  }

  @Test
  void defectInTheTaskEndsTheLoopAndSaysSo() throws Exception {
    config.task = now -> {
      throw new IllegalStateException("planted");
    };
    start();

    assertThat(failure.get(30, TimeUnit.SECONDS)).hasMessage("planted");
  }

  @Test
  void observerThatThrowsIsDismissedAndTheLoopGoesOn() throws InterruptedException {
    AtomicLong seen = new AtomicLong();
    test.host.addObserver(new HostObserver() {
      @Override
      public void onSegment(boolean outbound, Segment segment, long nowNanos) {
        seen.incrementAndGet();
        throw new IllegalStateException("planted");
      }

      @Override
      public boolean wantsSegments() {
        return true;
      }
    });
    start();
    link.arrive(TestPackets.tcp(PEER_V4, HOST_V4, 7, Flags.RST));
    link.arrive(TestPackets.tcp(PEER_V4, HOST_V4, 7, Flags.RST));
    link.arrive(TestPackets.echoRequest(PEER_V4, HOST_V4, 1));

    assertThat(nextSent()).hasSize(29);
    assertThat(seen).hasValue(1);
    assertThat(test.host.counters().get(HostCounter.HANDLER_FAILURES)).isEqualTo(1);
  }

  @Test
  void onlyTheLoopThreadIsOnTheLoop() throws Exception {
    CompletableFuture<Boolean> inside = new CompletableFuture<>();
    CompletableFuture<Boolean> stoppedInside = new CompletableFuture<>();
    config.task = now -> {
      inside.complete(driver.isOnLoop());
      stoppedInside.complete(driver.stop(PATIENCE));
      return false;
    };
    start();

    assertThat(inside.get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(driver.isOnLoop()).isFalse();
    assertThat(stoppedInside.get(30, TimeUnit.SECONDS))
        .as("does not wait for itself")
        .isFalse();
    assertThat(driver.stop(PATIENCE)).isTrue();
  }

  @Test
  void stoppingTwiceOrBeforeTheStartIsNoMatter() {
    assertThat(driver.stop(PATIENCE)).isTrue();
    start();
    assertThat(driver.stop(PATIENCE)).isTrue();
    assertThat(driver.stop(PATIENCE)).isTrue();
    assertThat(driver.isRunning()).isFalse();
    assertThat(failure).isNotDone();
  }

  @Test
  void clockStartsNearZeroAndOnlyGoesForward() {
    long first = driver.nowNanos();
    assertThat(first).isNotNegative();
    assertThat(driver.nowNanos()).isGreaterThanOrEqualTo(first);
  }
}
