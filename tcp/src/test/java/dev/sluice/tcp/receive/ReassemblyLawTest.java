package dev.sluice.tcp.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.ChunkPool;
import dev.sluice.tcp.tcb.ReceiveBuffer;
import dev.sluice.tcp.tcb.ReceiveSequence;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.Segment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Reassembly against a bit for each octet, and the window against the edges it offered.
@Tag("SHLD-31")
class ReassemblyLawTest {
  private static final int WINDOW = 60_000;

  private final ReceiveSequence rcv = new ReceiveSequence();
  private final ReceiveBuffer buffer = new ReceiveBuffer(new ChunkPool(8), WINDOW);
  private final Reassembly reassembly = new Reassembly(rcv, buffer);

  /// Where segments overlap, each copy carries its own mark: the first must stay.
  private static Segment segment(int seq, int length, byte mark) {
    Segment in = new Segment();
    in.clear();
    in.seq = seq;
    in.payloadLength = length;
    in.payload = (position, target, offset, count) -> {
      for (int i = 0; i < count; i++) {
        target.set(ValueLayout.JAVA_BYTE, offset + i, mark);
      }
    };
    return in;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @Tag("SCENARIO-31")
  @Tag("ATTACK-39")
  void octetsAreThoseThatCameFirst(long seed) {
    Random random = new Random(seed);
    int irs = seed % 2 == 0 ? -random.nextInt(WINDOW) : random.nextInt();
    rcv.begin(irs);
    int total = 300_000;
    byte[] model = new byte[total + 1];
    BitSet there = new BitSet();
    ByteBuffer target = ByteBuffer.allocate(WINDOW);
    int read = 0;
    for (int round = 0; read < total && round < 200_000; round++) {
      rcv.onAckSent(rcv.nxt() + buffer.space());
      int next = there.nextClearBit(0);
      int from = next + random.nextInt(4_000) - 1_000;
      int length = 1 + random.nextInt(3_000);
      byte mark = (byte) (1 + round % 100);
      int edge = Math.min(total, (int) rcv.position(rcv.edge()));
      length = Math.min(length, total - from);
      if (length <= 0) {
        continue;
      }
      reassembly.onText(segment(irs + 1 + from, length, mark));
      for (int at = Math.max(next, from); at < Math.min(from + length, edge); at++) {
        if (!there.get(at)) {
          there.set(at);
          model[at] = mark;
        }
      }
      judge(there, irs);
      if (random.nextInt(8) == 0) {
        read = readAndCompare(target, model, read);
        buffer.release(reassembly.hasGap());
      }
    }
    read = readAndCompare(target, model, read);
    assertThat(read).isEqualTo(there.nextClearBit(0));
    assertThat(read).isGreaterThan(250_000);
  }

  private void judge(BitSet there, int irs) {
    int next = there.nextClearBit(0);
    assertThat(rcv.nxtPosition()).isEqualTo(next);
    assertThat(rcv.nxt()).isEqualTo(irs + 1 + next);
    int ranges = 0;
    for (int at = there.nextSetBit(next); at >= 0; at = there.nextSetBit(there.nextClearBit(at))) {
      if (reassembly.rangeLeft(ranges) != irs + 1 + at
          || reassembly.rangeRight(ranges) != irs + 1 + there.nextClearBit(at)) {
        throw new AssertionError("range " + ranges + " at " + at);
      }
      ranges++;
    }
    assertThat(reassembly.rangeCount()).isEqualTo(ranges);
    assertThat(reassembly.hasGap()).isEqualTo(ranges > 0);
  }

  private int readAndCompare(ByteBuffer target, byte[] model, int from) {
    target.clear();
    int count = Math.max(0, buffer.read(target));
    for (int i = 0; i < count; i++) {
      if (target.get(i) != model[from + i]) {
        throw new AssertionError("octet " + (from + i));
      }
    }
    return from + count;
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, false", "5, false", "9, false", "14, false", "0, true", "9, true"})
  @Tag("SHLD-14")
  @Tag("SCENARIO-8")
  void theWindowNeverMovesLeftByAUnitNorBeyondTheBuffer(int shift, boolean followsBuffer) {
    Random random = new Random(shift);
    int capacity = Math.min(1 << 20, 65_535 << shift);
    ReceiveBuffer ring = new ReceiveBuffer(new ChunkPool(64), capacity);
    rcv.begin(-50_000);
    rcv.windowShift(shift);
    rcv.onAckSent(rcv.nxt() + Math.min(65_535, capacity));
    TcpSettings settings = new TcpSettings();
    settings.windowFollowsBuffer = followsBuffer;
    ReceiveWindow window = new ReceiveWindow(settings, rcv, ring, 1_460);
    Reassembly taker = new Reassembly(rcv, ring);
    ByteBuffer target = ByteBuffer.allocate(1 << 20);
    int edge = rcv.edge();
    for (int i = 0; i < 20_000; i++) {
      int length = Math.min(rcv.wnd(), random.nextInt(4) == 0 ? 1_460 : 1 + random.nextInt(3));
      if (length > 0) {
        taker.onText(segment(rcv.nxt(), length, (byte) 1));
      }
      if (random.nextInt(50) == 0) {
        ring.read(target.clear().limit(1 + random.nextInt(1 << 16)));
        ring.release(false);
      }
      int field = window.field();
      int offered = window.edgeAfter(field);
      assertThat(offered - edge).isGreaterThan(-(1 << shift));
      rcv.onAckSent(offered);
      assertThat(rcv.edge() - edge).isNotNegative();
      edge = rcv.edge();
      assertThat(ring.readable()).isLessThanOrEqualTo(capacity);
    }
  }
}
