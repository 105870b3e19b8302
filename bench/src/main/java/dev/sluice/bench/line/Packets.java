package dev.sluice.bench.line;

import dev.sluice.wire.PacketBuffer;
import java.util.ArrayDeque;

/// Buffers that are used again, so that a run of millions of packets makes no garbage.
public final class Packets {
  private final ArrayDeque<PacketBuffer> free = new ArrayDeque<>();
  private final int capacity;

  /// An empty pool.
  ///
  /// @param capacity octets of the longest packet
  public Packets(int capacity) {
    this.capacity = capacity;
  }

  /// A buffer that nobody uses, its contents left over from another.
  public PacketBuffer take() {
    PacketBuffer packet = free.pollLast();
    return packet != null ? packet : new PacketBuffer(capacity);
  }

  /// Takes a buffer back; the caller forgets it.
  public void giveBack(PacketBuffer packet) {
    free.addLast(packet);
  }
}
