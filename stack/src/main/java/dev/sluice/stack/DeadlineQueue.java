package dev.sluice.stack;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Who is to be woken next: one entry per endpoint, whatever number of timers it has.
///
/// A heap of four children a node, in which an entry may stand too early but never too
/// late. A deadline that moves back, as a retransmission timer does with every ACK,
/// costs one store: the entry is put right only when it comes to the top. So the cost of
/// a packet does not depend on how many connections there are.
final class DeadlineQueue {
  /// No deadline.
  static final long NEVER = Long.MAX_VALUE;

  /// What can be queued. Lives in its owner: queueing allocates nothing.
  abstract static class Entry {
    private long deadlineNanos = NEVER;
    /// The place in the heap, of `keyNanos`; -1 when not in it.
    private int index = -1;
    /// Where the heap believes the deadline to be, `deadlineNanos` or earlier.
    private long keyNanos;

    /// When this entry is due.
    final long deadlineNanos() {
      return deadlineNanos;
    }
  }

  private static final int FIRST_CAPACITY = 64;

  private @Nullable Entry[] heap = new @Nullable Entry[FIRST_CAPACITY];
  private int size;

  /// Sets when the entry is due; [#NEVER] for not at all.
  void set(Entry entry, long deadlineNanos) {
    entry.deadlineNanos = deadlineNanos;
    if (entry.index >= 0) {
      if (deadlineNanos < entry.keyNanos) {
        entry.keyNanos = deadlineNanos;
        siftUp(entry.index);
      }
    } else if (deadlineNanos != NEVER) {
      insert(entry);
    }
  }

  /// Forgets the entry.
  void remove(Entry entry) {
    entry.deadlineNanos = NEVER;
    if (entry.index >= 0) {
      removeAt(entry.index);
    }
  }

  /// Takes out an entry that is due, the earliest first, or null.
  @Nullable
  Entry pollDue(long nowNanos) {
    while (size > 0) {
      Entry top = at(0);
      if (top.keyNanos > nowNanos) {
        return null;
      }
      if (top.deadlineNanos <= top.keyNanos) {
        removeAt(0);
        top.deadlineNanos = NEVER;
        return top;
      }
      putRight(top);
    }
    return null;
  }

  /// When the first entry is due, or [#NEVER].
  long earliestNanos() {
    while (size > 0) {
      Entry top = at(0);
      if (top.deadlineNanos <= top.keyNanos) {
        return top.keyNanos;
      }
      putRight(top);
    }
    return NEVER;
  }

  /// Entries in the heap, also those without a deadline that have not been met yet.
  int size() {
    return size;
  }

  private void putRight(Entry top) {
    assert top.index == 0 : "only the first entry is put right";
    if (top.deadlineNanos == NEVER) {
      removeAt(0);
    } else {
      top.keyNanos = top.deadlineNanos;
      siftDown(0);
    }
  }

  private Entry at(int index) {
    Entry entry = heap[index];
    if (entry == null) {
      throw new AssertionError("no entry at " + index + " of " + size);
    }
    return entry;
  }

  private void insert(Entry entry) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    entry.keyNanos = entry.deadlineNanos;
    place(entry, size++);
    siftUp(entry.index);
  }

  private void removeAt(int index) {
    Entry gone = at(index);
    Entry last = at(--size);
    heap[size] = null;
    gone.index = -1;
    if (index < size) {
      place(last, index);
      siftUp(index);
      siftDown(last.index);
    }
  }

  private void place(Entry entry, int index) {
    heap[index] = entry;
    entry.index = index;
  }

  private void siftUp(int from) {
    Entry entry = at(from);
    int index = from;
    while (index > 0) {
      int parentIndex = (index - 1) >>> 2;
      Entry parent = at(parentIndex);
      if (parent.keyNanos <= entry.keyNanos) {
        break;
      }
      place(parent, index);
      index = parentIndex;
    }
    place(entry, index);
  }

  private void siftDown(int from) {
    Entry entry = at(from);
    int index = from;
    while (true) {
      int child = smallestChild(index);
      if (child < 0 || at(child).keyNanos >= entry.keyNanos) {
        break;
      }
      place(at(child), index);
      index = child;
    }
    place(entry, index);
  }

  private int smallestChild(int index) {
    int first = (index << 2) + 1;
    if (first >= size) {
      return -1;
    }
    int smallest = first;
    int end = Math.min(first + 4, size);
    for (int i = first + 1; i < end; i++) {
      if (at(i).keyNanos < at(smallest).keyNanos) {
        smallest = i;
      }
    }
    return smallest;
  }
}
