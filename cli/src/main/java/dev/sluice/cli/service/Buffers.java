package dev.sluice.cli.service;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/// Direct buffers, lent out and used again: copies between two channels take no heap.
public final class Buffers {
  /// Octets of a buffer.
  public static final int BYTES = 32 << 10;
  private static final int KEPT = 1_024;

  private final ArrayBlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(KEPT);

  /// An empty buffer. Give it back with [#give].
  public ByteBuffer take() {
    ByteBuffer buffer = free.poll();
    return buffer == null ? ByteBuffer.allocateDirect(BYTES) : buffer.clear();
  }

  /// Takes a buffer back.
  public void give(ByteBuffer buffer) {
    free.offer(buffer);
  }
}
