package dev.sluice.stack;

import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds the flow of a four-tuple: connections and TIME-WAITs.
///
/// Open addressing with linear probing, at most half full, in many small tables: the
/// first bits of the hash say which. Each grows by itself, so that no single connection
/// waits until a million others have moved: those of its own table do, one in 256.
///
/// The hash is keyed with the host's secret, so that nobody outside can choose tuples
/// that collide. A lookup allocates nothing and follows a pointer to a flow only when all
/// 32 bits of the hash agree.
///
/// @param <E> what is found: [Flow.Paired]
final class Demux<E extends Demux.Keyed> {
  /// What can be found by its four-tuple.
  interface Keyed {
    FourTuple tuple();
  }

  /// Tables, a power of two.
  static final int TABLES = 256;

  private static final int TABLE_SHIFT = Integer.SIZE - Integer.numberOfTrailingZeros(TABLES);

  private final TupleHash tupleHash;
  private final @Nullable Table<E>[] tables;
  private int size;
  private int mostMoved;

  /// The array never leaves this class, so nobody sees what else it might hold.
  @SuppressWarnings({"unchecked", "rawtypes"})
  Demux(TupleHash tupleHash) {
    this.tupleHash = tupleHash;
    tables = new @Nullable Table[TABLES];
  }

  /// Those whose hash begins with the same bits.
  private static final class Table<T extends Keyed> {
    private static final int FIRST_CAPACITY = 8;

    @Nullable
    T[] slots = newSlots(FIRST_CAPACITY);

    int[] hashes = new int[FIRST_CAPACITY];
    int used;

    /// The array never leaves this class, so nobody sees that it holds any [Keyed].
    @SuppressWarnings("unchecked")
    private static <U extends Keyed> @Nullable U[] newSlots(int capacity) {
      return (@Nullable U[]) new @Nullable Keyed[capacity];
    }

    boolean isFull() {
      return 2 * (used + 1) > slots.length;
    }

    void grow() {
      @Nullable T[] oldSlots = slots;
      int[] oldHashes = hashes;
      slots = newSlots(oldSlots.length * 2);
      hashes = new int[slots.length];
      for (int i = 0; i < oldSlots.length; i++) {
        T flow = oldSlots[i];
        if (flow != null) {
          enter(flow, oldHashes[i]);
        }
      }
    }

    void forEach(Consumer<? super T> action) {
      for (T flow : slots) {
        if (flow != null) {
          action.accept(flow);
        }
      }
    }

    void enter(T flow, int hash) {
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
    void remove(T flow, int hash) {
      int mask = slots.length - 1;
      int gap = hash & mask;
      while (slots[gap] != flow) {
        if (slots[gap] == null) {
          throw new AssertionError("not in the table: " + flow.tuple());
        }
        gap = (gap + 1) & mask;
      }
      used--;
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
    Table<E> table = tables[hash >>> TABLE_SHIFT];
    if (table == null) {
      return null;
    }
    int mask = table.slots.length - 1;
    for (int i = hash & mask; ; i = (i + 1) & mask) {
      E flow = table.slots[i];
      if (flow == null) {
        return null;
      }
      if (table.hashes[i] == hash
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
    int hash = hash(flow.tuple());
    Table<E> table = tables[hash >>> TABLE_SHIFT];
    if (table == null) {
      table = new Table<>();
      tables[hash >>> TABLE_SHIFT] = table;
    }
    if (table.isFull()) {
      mostMoved = Math.max(mostMoved, table.used);
      table.grow();
    }
    table.enter(flow, hash);
    table.used++;
    size++;
  }

  /// Takes a flow out that is in.
  void remove(E flow) {
    int hash = hash(flow.tuple());
    Table<E> table = tables[hash >>> TABLE_SHIFT];
    if (table == null) {
      throw new AssertionError("not in any table: " + flow.tuple());
    }
    table.remove(flow, hash);
    size--;
  }

  /// The most flows that one insertion has moved so far, so that tests can bound it.
  int mostMoved() {
    return mostMoved;
  }

  int size() {
    return size;
  }

  /// Shows all flows, in no order. The table must not be changed meanwhile.
  void forEach(Consumer<? super E> action) {
    for (Table<E> table : tables) {
      if (table != null) {
        table.forEach(action);
      }
    }
  }
}
