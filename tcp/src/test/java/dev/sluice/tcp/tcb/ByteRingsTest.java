package dev.sluice.tcp.tcb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Payload;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The byte rings with their two threads, the pool behind them, and the deadlines.
class ByteRingsTest {
  private static final long OCTETS = 2_000_000;

  private static byte octet(long position) {
    return (byte) (position * 31 + (position >> 8));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatAThreadWritesTheLoopReadsUntilItIsAcknowledged(long seed) throws InterruptedException {
    SendBuffer buffer = new SendBuffer(new ChunkPool(8), 100_000);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread writer = Thread.ofPlatform().start(() -> {
      try {
        writeAll(buffer, seed);
      } catch (Throwable e) {
        failure.set(e);
      }
    });
    Random random = new Random(seed + 100);
    byte[] octets = new byte[70_000];
    MemorySegment target = MemorySegment.ofArray(octets);
    while (buffer.acknowledged() < OCTETS && failure.get() == null) {
      long from = buffer.acknowledged();
      int there = (int) Math.min(octets.length, buffer.written() - from);
      if (there == 0) {
        buffer.releaseIfEmpty();
        Thread.onSpinWait();
        continue;
      }
      int length = 1 + random.nextInt(there);
      buffer.copyTo(from, target, 0, length);
      for (int i = 0; i < length; i++) {
        if (octets[i] != octet(from + i)) {
          throw new AssertionError("octet " + (from + i));
        }
      }
      buffer.acknowledge(random.nextInt(4) == 0 ? buffer.written() : from + length);
    }
    writer.join();
    assertThat(failure.get()).isNull();
    buffer.releaseIfEmpty();
    assertThat(buffer.chunksInUse()).isZero();
  }

  private static void writeAll(SendBuffer buffer, long seed) {
    Random random = new Random(seed);
    long at = 0;
    while (at < OCTETS) {
      int length = (int) Math.min(OCTETS - at, 1 + random.nextInt(40_000));
      ByteBuffer source = ByteBuffer.allocate(length);
      for (int i = 0; i < length; i++) {
        source.put(octet(at + i));
      }
      source.flip();
      while (source.hasRemaining()) {
        int count = buffer.write(source);
        at += count;
        if (count == 0) {
          Thread.onSpinWait();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatTheLoopPutsInAnyOrderAThreadReadsInOrder(long seed) throws InterruptedException {
    ReceiveBuffer buffer = new ReceiveBuffer(new ChunkPool(8), 100_000);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread reader = Thread.ofPlatform().start(() -> {
      try {
        readAll(buffer, seed);
      } catch (Throwable e) {
        failure.set(e);
      }
    });
    Random random = new Random(seed + 100);
    long at = 0;
    while (at < OCTETS && failure.get() == null) {
      int room = (int) Math.min(buffer.space(), OCTETS - at);
      if (room > 0) {
        int length = 1 + random.nextInt(Math.min(room, 30_000));
        int half = length / 2;
        if (half > 0) {
          buffer.put(at + half, Patterned.PAYLOAD, at + half, length - half);
          buffer.release(true);
          buffer.put(at, Patterned.PAYLOAD, at, half);
        } else {
          buffer.put(at, Patterned.PAYLOAD, at, length);
        }
        at += length;
        buffer.makeAvailable(at);
      } else {
        Thread.onSpinWait();
      }
      buffer.release(false);
    }
    buffer.endHere();
    reader.join();
    assertThat(failure.get()).isNull();
    buffer.release(false);
    assertThat(buffer.chunksInUse()).isZero();
    assertThat(buffer.atEnd()).isTrue();
  }

  private static final class Patterned {
    static final Payload PAYLOAD = (position, target, offset, count) -> {
      for (int i = 0; i < count; i++) {
        target.set(ValueLayout.JAVA_BYTE, offset + i, octet(position + i));
      }
    };
  }

  private static void readAll(ReceiveBuffer buffer, long seed) {
    Random random = new Random(seed);
    ByteBuffer target = ByteBuffer.allocate(50_000);
    long at = 0;
    while (true) {
      target.clear().limit(1 + random.nextInt(50_000));
      int count = buffer.read(target);
      if (count < 0) {
        break;
      }
      if (count == 0) {
        Thread.onSpinWait();
      }
      for (int i = 0; i < count; i++) {
        if (target.get(i) != octet(at + i)) {
          throw new AssertionError("octet " + (at + i));
        }
      }
      at += count;
    }
    if (at != OCTETS) {
      throw new AssertionError("end of stream after " + at);
    }
  }

  @Test
  @Tag("SCENARIO-35")
  void anEmptyBufferOwnsNoMemory() {
    ChunkPool pool = new ChunkPool(4);
    SendBuffer send = new SendBuffer(pool, 1 << 20);
    for (int size : new int[] {1, 16_383, 16_384, 16_385, 100_000, 16_384}) {
      send.write(ByteBuffer.allocate(size));
      assertThat(send.chunksInUse()).isPositive();
      send.acknowledge(send.written() - 1);
      assertThat(send.chunksInUse()).isEqualTo(1);
      send.acknowledge(send.written());
      assertThat(send.chunksInUse()).isZero();
    }
  }

  @Test
  void noChunkIsLentTwice() throws InterruptedException {
    ChunkPool pool = new ChunkPool(4);
    Set<Chunk> lent = ConcurrentHashMap.newKeySet();
    AtomicReference<String> failure = new AtomicReference<>();
    Thread[] threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      int seed = t;
      threads[t] = Thread.ofPlatform().start(() -> borrow(pool, lent, failure, new Random(seed)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
    assertThat(lent).isEmpty();
  }

  private static void borrow(
      ChunkPool pool, Set<Chunk> lent, AtomicReference<String> failure, Random random) {
    Chunk[] mine = new Chunk[8];
    for (int i = 0; i < 20_000; i++) {
      int slot = i < 19_992 ? random.nextInt(mine.length) : i % 8;
      if (mine[slot] != null) {
        lent.remove(mine[slot]);
        pool.give(mine[slot]);
        mine[slot] = null;
      } else if (i < 19_992) {
        mine[slot] = pool.take();
        if (!lent.add(mine[slot])) {
          failure.set("lent twice");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void deadlinesAreAMapWithAMinimum(long seed) {
    Random random = new Random(seed);
    Deadlines deadlines = new Deadlines();
    Map<Timer, Long> model = new HashMap<>();
    for (int i = 0; i < 5_000; i++) {
      Timer timer = Timer.of(random.nextInt(Timer.COUNT));
      long at = random.nextInt(1_000);
      switch (random.nextInt(4)) {
        case 0 -> {
          deadlines.set(timer, at);
          model.put(timer, at);
        }
        case 1 -> {
          deadlines.setIfEarlier(timer, at);
          model.merge(timer, at, Math::min);
        }
        case 2 -> {
          deadlines.clear(timer);
          model.remove(timer);
        }
        default -> {
          boolean due = model.getOrDefault(timer, Long.MAX_VALUE) <= at;
          assertThat(deadlines.take(timer, at)).isEqualTo(due);
          if (due) {
            model.remove(timer);
          }
        }
      }
      long earliest = model.values().stream().min(Long::compare).orElse(Deadlines.NEVER);
      assertThat(deadlines.earliest()).isEqualTo(earliest);
      Timer first = deadlines.earliestTimer();
      assertThat(first == null ? Deadlines.NEVER : deadlines.get(first)).isEqualTo(earliest);
    }
  }
}
