package dev.sluice.link;

import dev.sluice.wire.PacketBuffer;
import java.util.Arrays;

/// Packets under way, the one that is due first in front, equals in the order they came.
///
/// A binary heap of reused entries: a steady flow of packets allocates nothing.
final class DelayQueue {
  private static final class Entry {
    PacketBuffer packet;
    long dueNanos;
    long order;

    Entry(int capacity) {
      packet = new PacketBuffer(capacity);
    }

    boolean isBefore(Entry other) {
      return dueNanos != other.dueNanos ? dueNanos < other.dueNanos : order < other.order;
    }
  }

  private final int maxPackets;
  private final int usualCapacity;
  /// `[0, size)` is the heap; behind it, up to `made`, lie entries that are free.
  private Entry[] entries = new Entry[16];
  private int size;
  private int made;
  private long nextOrder;

  /// @param maxPackets how many packets are under way at most
  /// @param usualCapacity octets that a buffer is made with; longer packets make it grow
  DelayQueue(int maxPackets, int usualCapacity) {
    this.maxPackets = maxPackets;
    this.usualCapacity = usualCapacity;
  }

  boolean isFull() {
    return size == maxPackets;
  }

  int size() {
    return size;
  }

  /// When the first packet is due, or [Link#NEVER].
  long firstDueNanos() {
    return size == 0 ? Link.NEVER : entries[0].dueNanos;
  }

  /// Keeps a copy of `packet` until `dueNanos`. The queue must not be full.
  void add(PacketBuffer packet, long dueNanos) {
    assert !isFull() : "the caller drops what does not fit";
    Entry entry = free();
    if (entry.packet.capacity() < packet.length()) {
      entry.packet = PacketBuffer.ofMaximumSize();
    }
    entry.packet.copyFrom(packet);
    entry.dueNanos = dueNanos;
    entry.order = nextOrder++;
    int at = size++;
    while (at > 0 && entry.isBefore(entries[(at - 1) / 2])) {
      entries[at] = entries[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    entries[at] = entry;
  }

  private Entry free() {
    if (size < made) {
      return entries[size];
    }
    if (made == entries.length) {
      entries = Arrays.copyOf(entries, Math.min(2 * made, Math.max(made + 1, maxPackets)));
    }
    made++;
    return new Entry(usualCapacity);
  }

  /// Takes the first packet, which must be there.
  void remove(PacketBuffer target) {
    assert size > 0 : "the caller looks at firstDueNanos";
    Entry first = entries[0];
    target.copyFrom(first.packet);
    Entry last = entries[--size];
    int at = 0;
    int child = 1;
    while (child < size) {
      if (child + 1 < size && entries[child + 1].isBefore(entries[child])) {
        child++;
      }
      if (last.isBefore(entries[child])) {
        break;
      }
      entries[at] = entries[child];
      at = child;
      child = 2 * at + 1;
    }
    entries[at] = last;
    entries[size] = first;
  }
}
