package dev.sluice.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What does the checksum of a packet cost, and what a copy of it, to compare?
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChecksumBenchmark {
  /// Octets.
  @Param({"40", "1480", "64000"})
  public int octets;

  private final MemorySegment bytes = Arena.ofAuto().allocate(65_536, 64);
  private final MemorySegment copy = Arena.ofAuto().allocate(65_536, 64);

  /// The sum, behind a header of 20 octets.
  @Benchmark
  public int sum() {
    return Checksum.sum(bytes, 20, octets);
  }

  /// A copy of as many octets.
  @Benchmark
  public MemorySegment copy() {
    MemorySegment.copy(bytes, 20, copy, 0, octets);
    return copy;
  }
}
