package dev.sluice.stack;

import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds the flow of a four-tuple: connections and TIME-WAITs.
///
/// Open addressing with linear probing, at most half full. The hash is keyed with the
/// host's secret, so that nobody outside can choose tuples that collide. A lookup
/// allocates nothing and follows a pointer only when all 32 bits of the hash agree.
///
/// @param <E> what is found: [Flow.Paired]
final class Demux<E extends Demux.Keyed> {
  /// What can be found by its four-tuple.
  interface Keyed {
    FourTuple tuple();
  }

  private static final int FIRST_CAPACITY = 64;

  private final TupleHash tupleHash;
  private @Nullable E[] slots = newSlots(FIRST_CAPACITY);
  private int[] hashes = new int[FIRST_CAPACITY];
  private int size;

  Demux(TupleHash tupleHash) {
    this.tupleHash = tupleHash;
  }

  /// The array never leaves this class, so nobody sees that it holds any [Keyed].
  @SuppressWarnings("unchecked")
  private static <T extends Keyed> @Nullable T[] newSlots(int capacity) {
    return (@Nullable T[]) new @Nullable Keyed[capacity];
  }

  /// The flow that an arrived segment belongs to.
  @Nullable
  E find(Segment in) {
    return find(
        in.destinationHigh,
        in.destinationLow,
        in.sourceHigh,
        in.sourceLow,
        ports(in.destinationPort, in.sourcePort));
  }

  @Nullable
  E find(FourTuple tuple) {
    return find(
        tuple.local().high(),
        tuple.local().low(),
        tuple.remote().high(),
        tuple.remote().low(),
        ports(tuple.localPort(), tuple.remotePort()));
  }

  private static long ports(int localPort, int remotePort) {
    return ((long) localPort << 16) | remotePort;
  }

  private @Nullable E find(
      long localHigh, long localLow, long remoteHigh, long remoteLow, long ports) {
    int hash = tupleHash.hash(localHigh, localLow, remoteHigh, remoteLow, ports);
    int mask = slots.length - 1;
    for (int i = hash & mask; ; i = (i + 1) & mask) {
      E flow = slots[i];
      if (flow == null) {
        return null;
      }
      if (hashes[i] == hash
          && is(flow.tuple(), localHigh, localLow, remoteHigh, remoteLow)
          && ports(flow.tuple().localPort(), flow.tuple().remotePort()) == ports) {
        return flow;
      }
    }
  }

  private static boolean is(
      FourTuple tuple, long localHigh, long localLow, long remoteHigh, long remoteLow) {
    return tuple.local().low() == localLow
        && tuple.remote().low() == remoteLow
        && tuple.local().high() == localHigh
        && tuple.remote().high() == remoteHigh;
  }

  private int hash(FourTuple tuple) {
    return tupleHash.hash(
        tuple.local().high(),
        tuple.local().low(),
        tuple.remote().high(),
        tuple.remote().low(),
        ports(tuple.localPort(), tuple.remotePort()));
  }

  /// Enters a flow whose tuple nobody has yet.
  void insert(E flow) {
    assert find(flow.tuple()) == null : "two flows for " + flow.tuple();
    if (2 * (size + 1) > slots.length) {
      grow();
    }
    enter(flow, hash(flow.tuple()));
    size++;
  }

  private void enter(E flow, int hash) {
    int mask = slots.length - 1;
    int i = hash & mask;
    while (slots[i] != null) {
      i = (i + 1) & mask;
    }
    slots[i] = flow;
    hashes[i] = hash;
  }

  /// Takes a flow out that is in, and closes the gap.
  @SuppressWarnings("ReferenceEquality") // this very flow, whatever equals it
  void remove(E flow) {
    int mask = slots.length - 1;
    int gap = hash(flow.tuple()) & mask;
    while (slots[gap] != flow) {
      if (slots[gap] == null) {
        throw new AssertionError("not in the table: " + flow.tuple());
      }
      gap = (gap + 1) & mask;
    }
    size--;
    // Whoever stands behind the gap and may stand nearer to its own place moves up.
    for (int i = (gap + 1) & mask; slots[i] != null; i = (i + 1) & mask) {
      int home = hashes[i] & mask;
      if (((i - home) & mask) >= ((i - gap) & mask)) {
        slots[gap] = slots[i];
        hashes[gap] = hashes[i];
        gap = i;
      }
    }
    slots[gap] = null;
  }

  private void grow() {
    @Nullable E[] oldSlots = slots;
    int[] oldHashes = hashes;
    slots = newSlots(oldSlots.length * 2);
    hashes = new int[slots.length];
    for (int i = 0; i < oldSlots.length; i++) {
      E flow = oldSlots[i];
      if (flow != null) {
        enter(flow, oldHashes[i]);
      }
    }
  }

  int size() {
    return size;
  }

  /// Shows all flows, in no order. The table must not be changed meanwhile.
  void forEach(Consumer<? super E> action) {
    for (E flow : slots) {
      if (flow != null) {
        action.accept(flow);
      }
    }
  }
}
