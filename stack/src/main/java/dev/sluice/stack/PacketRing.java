package dev.sluice.stack;

import dev.sluice.wire.PacketBuffer;
import org.jspecify.annotations.Nullable;

/// A bounded queue of packets, each in a buffer that is made once and used again.
final class PacketRing {
  private final @Nullable PacketBuffer[] buffers;
  private final int packetBytes;
  private int head;
  private int size;

  /// @param packets how many may wait, a power of two
  /// @param packetBytes the longest of them, octets
  PacketRing(int packets, int packetBytes) {
    if (Integer.bitCount(packets) != 1) {
      throw new IllegalArgumentException("a power of two, not " + packets);
    }
    buffers = new @Nullable PacketBuffer[packets];
    this.packetBytes = packetBytes;
  }

  /// The buffer of the next packet to queue, to be filled and then [#commit]ted; null
  /// when the queue is full.
  @Nullable
  PacketBuffer claim() {
    if (isFull()) {
      return null;
    }
    int index = (head + size) & (buffers.length - 1);
    PacketBuffer buffer = buffers[index];
    if (buffer == null) {
      buffer = new PacketBuffer(packetBytes);
      buffers[index] = buffer;
    }
    return buffer;
  }

  /// Queues the packet that was put into the buffer of [#claim].
  void commit() {
    assert !isFull() : "nothing was claimed";
    size++;
  }

  /// The packet at the head, or null. It stays there until [#drop].
  @Nullable
  PacketBuffer peek() {
    return size == 0 ? null : buffers[head];
  }

  /// Takes the packet at the head away.
  void drop() {
    assert size > 0 : "nothing to drop";
    head = (head + 1) & (buffers.length - 1);
    size--;
  }

  boolean isFull() {
    return size == buffers.length;
  }

  boolean isHalfFull() {
    return size >= buffers.length / 2;
  }

  boolean isEmpty() {
    return size == 0;
  }
}
