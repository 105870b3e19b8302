package dev.sluice.tcp.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Segment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Text that fills a gap may be older than TS.Recent, and yet nothing that has the same
/// numbers from 2^32 octets before is ever taken for it (RFC 7323 §5).
class TimestampsLawTest {
  /// Octets of a segment here; the peer's clock ticks once for each.
  private static final int SHIFT = 26;

  /// Segments until numbers come again.
  private static final int WRAP = 1 << (32 - SHIFT);

  private static final int WINDOW = 8;
  private static final int SEGMENTS = 40 * WRAP;
  private static final long NOW = 1_000_000_000L;

  private final Timestamps timestamps = new Timestamps(0);
  private final int[] sentLast = new int[SEGMENTS + 2 * WINDOW]; // tick of the latest sending
  private final boolean[] here = new boolean[SEGMENTS + 2 * WINDOW];
  private int inOrder;
  private int highest;
  private int late;

  private static Segment segment(int index, int tick) {
    Segment in = new Segment();
    in.clear();
    in.seq = index << SHIFT;
    in.hasTimestamps = true;
    in.tsVal = tick;
    return in;
  }

  /// A segment arrives; what PAWS refuses is not taken.
  private void arrive(int index, int tick) {
    Segment in = segment(index, tick);
    boolean gap = index >= inOrder && index < highest && highest > inOrder;
    if (timestamps.isOld(in, NOW)) {
      if (!gap || timestamps.isOldInGap(in)) {
        return;
      }
      late++;
    }
    timestamps.onAcceptable(in, inOrder << SHIFT, NOW);
    here[index] = true;
    highest = Math.max(highest, index + 1);
    while (here[inOrder]) {
      inOrder++;
    }
    timestamps.onText(inOrder << SHIFT, highest << SHIFT);
    highest = Math.max(highest, inOrder);
  }

  /// What came a whole turn of the numbers before is old wherever a gap is.
  private void nothingOfBeforeIsTaken() {
    for (int index = Math.max(inOrder, WRAP); index < highest; index++) {
      if (!here[index]) {
        Segment old = segment(index, sentLast[index - WRAP]);
        assertThat(timestamps.isOld(old, NOW) && timestamps.isOldInGap(old))
            .as("segment %d, sent in tick %d", index - WRAP, sentLast[index - WRAP])
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void nothingFromATurnOfTheNumbersBeforeFillsAGap(long seed) {
    Random random = new Random(seed);
    int tick = (int) seed * 0x1000_0000; // wraps in some
    timestamps.enable(tick, NOW);
    int next = 0;
    int[] heldBack = new int[WINDOW];
    while (next < SEGMENTS) {
      tick++;
      if (next < inOrder + WINDOW) {
        sentLast[next] = tick;
        heldBack[next % WINDOW] = random.nextInt(4) == 0 ? tick : 0;
        if (heldBack[next % WINDOW] == 0) {
          arrive(next, tick);
        }
        next++;
      }
      if (next == inOrder + WINDOW || random.nextInt(3) == 0) { // the left edge goes again
        if (inOrder < next) {
          sentLast[inOrder] = tick;
          arrive(inOrder, tick);
        }
      }
      int loose = inOrder + random.nextInt(WINDOW); // what was held back comes at last
      if (loose < next && !here[loose] && heldBack[loose % WINDOW] != 0) {
        arrive(loose, heldBack[loose % WINDOW]);
      }
      nothingOfBeforeIsTaken();
    }
    assertThat(late).as("late text taken").isGreaterThan(10);
  }
}
