package dev.sluice.stack;

import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
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

/// What does it cost to find one connection of many, each time another one?
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DemuxBenchmark {
  private static final int ASKED = 1 << 16;
  private static final IpAddress LOCAL = IpAddress.parse("198.18.0.2");

  /// What is found.
  private record Known(FourTuple tuple) implements Demux.Keyed {}

  /// Connections in the table.
  @Param({"1", "10000", "1000000"})
  public int connections;

  private final Demux<Known> demux = new Demux<>(new TupleHash(1, 2));
  private final int[] asked = new int[ASKED];
  private final Segment segment = new Segment();
  private int next;

  /// Fills the table and draws who is asked for.
  @Setup
  public void fill() {
    for (int i = 0; i < connections; i++) {
      demux.insert(new Known(new FourTuple(LOCAL, 80, remote(i), port(i))));
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < ASKED; i++) {
      asked[i] = random.nextInt(connections);
    }
    segment.address(new FourTuple(remote(0), port(0), LOCAL, 80));
  }

  private static IpAddress remote(int i) {
    return IpAddress.ofV4(0x0a000000 + (i >>> 14));
  }

  private static int port(int i) {
    return 1_024 + (i & 0x3fff);
  }

  /// One segment's connection.
  @Benchmark
  public Object find() {
    int i = asked[next++ & (ASKED - 1)];
    segment.sourceLow = (segment.sourceLow & ~0xffffffffL) | (0x0a000000L + (i >>> 14));
    segment.sourcePort = port(i);
    Known found = demux.find(segment);
    assert found != null;
    return found;
  }
}
