package dev.sluice.bench.line;

import dev.sluice.wire.PacketBuffer;
import java.util.ArrayDeque;

/// Buffers that are used again, so that a run of millions of packets makes no garbage.
final class Packets {
  private final ArrayDeque<PacketBuffer> free = new ArrayDeque<>();
  private final int capacity;

  /// @param capacity octets of the longest packet
  Packets(int capacity) {
    this.capacity = capacity;
  }

  PacketBuffer take() {
    PacketBuffer packet = free.pollLast();
    return packet != null ? packet : new PacketBuffer(capacity);
  }

  void giveBack(PacketBuffer packet) {
    free.addLast(packet);
  }
}
