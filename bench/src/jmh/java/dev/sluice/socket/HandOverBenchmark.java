package dev.sluice.socket;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What does it cost to tell the loop of one connection, apart from waking it?
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HandOverBenchmark {
  private static final class Counting extends Bell {
    private long heard;

    @Override
    void onRing(int requests, long nowNanos) {
      heard += requests;
    }
  }

  private final Doorbell doorbell = new Doorbell(() -> {}, () -> {});
  private final Counting bell = new Counting();

  /// One ring, one answer.
  @Benchmark
  public long ringAndAnswer() {
    doorbell.ring(bell, 1);
    doorbell.doWork(0);
    return bell.heard;
  }

  /// A ring of a bell that hangs already.
  @Benchmark
  public long ringAgain() {
    doorbell.ring(bell, 1);
    return bell.heard;
  }
}
