package dev.sluice.stack;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What does a timer cost beside many others: moved back, as an ACK does, and expired and
/// set anew?
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DeadlineBenchmark {
  private static final class Timer extends DeadlineQueue.Entry {}

  /// Timers that are set.
  @Param({"1000", "1000000"})
  public int timers;

  private final DeadlineQueue queue = new DeadlineQueue();
  private Timer[] all = {};
  private long nowNanos;
  private int next;

  /// Sets them all, at times spread over 200 ms.
  @Setup
  public void set() {
    SplittableRandom random = new SplittableRandom(1);
    all = new Timer[timers];
    for (int i = 0; i < timers; i++) {
      all[i] = new Timer();
      queue.set(all[i], random.nextLong(200_000_000));
    }
  }

  /// An ACK moves a retransmission timer back.
  @Benchmark
  public long moveBack() {
    Timer timer = all[next];
    next = next + 7_919 < timers ? next + 7_919 : next + 7_919 - timers;
    next = Math.floorMod(next, timers);
    queue.set(timer, nowNanos + 400_000_000);
    return ++nowNanos;
  }

  /// The earliest one expires and is set again.
  @Benchmark
  public long expire() {
    nowNanos = Math.max(nowNanos, queue.earliestNanos());
    DeadlineQueue.Entry due = queue.pollDue(nowNanos);
    assert due != null;
    queue.set(due, nowNanos + 200_000_000);
    return nowNanos;
  }
}
