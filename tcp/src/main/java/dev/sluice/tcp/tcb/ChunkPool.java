package dev.sluice.tcp.tcb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Memory for the byte rings of all connections of a stack, lent out in chunks. Any
/// thread.
///
/// What was given back last is lent out first, because it is what the processor's cache
/// still holds: a copy into cold memory takes twice as long.
///
/// ```
///   full  --> 3 --> 0      cells with a chunk in them
///   empty --> 2 --> 1      cells without
/// ```
///
/// Two stacks of cell numbers without a lock: a head carries a turn number, so that
/// whoever was overtaken notices, even if the same cell is on top again. Where no cell is
/// full a new chunk is made, where none is empty one is left to the garbage collector.
/// Whatever is lent is on the stack's [MemoryAccount].
public final class ChunkPool {
  /// log2 of [#CHUNK_BYTES].
  static final int CHUNK_SHIFT = 14;
  /// Octets of a chunk.
  public static final int CHUNK_BYTES = 1 << CHUNK_SHIFT;

  private static final VarHandle FULL;
  private static final VarHandle EMPTY;
  private static final long TURN = 1L << 32;
  private static final long CELL = TURN - 1;

  static {
    try {
      var lookup = MethodHandles.lookup();
      FULL = lookup.findVarHandle(ChunkPool.class, "full", long.class);
      EMPTY = lookup.findVarHandle(ChunkPool.class, "empty", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final MemoryAccount account;
  private final @Nullable Chunk[] cells;
  /// The cell below each, counted from 1; 0: none.
  private final int[] below;

  /// Turn number, and the cell on top, counted from 1.
  @SuppressWarnings("unused") // through FULL
  private volatile long full;

  @SuppressWarnings("unused") // through EMPTY
  private volatile long empty;

  /// With an account that has no limits.
  ///
  /// @param keptChunks how many returned chunks are kept for the next taker
  public ChunkPool(int keptChunks) {
    this(keptChunks, new MemoryAccount(MemoryLimits.NONE));
  }

  /// @param keptChunks how many returned chunks are kept for the next taker
  /// @param account what is lent is charged to it
  public ChunkPool(int keptChunks, MemoryAccount account) {
    this.account = account;
    if (keptChunks < 1) {
      throw new IllegalArgumentException("at least one chunk: " + keptChunks);
    }
    cells = new Chunk[keptChunks];
    below = new int[keptChunks + 1];
    for (int i = 1; i <= keptChunks; i++) {
      below[i] = i - 1;
    }
    empty = keptChunks;
  }

  /// What is lent, and how much may be.
  public MemoryAccount account() {
    return account;
  }

  /// A chunk whose content is undefined.
  Chunk take() {
    charge();
    return spare();
  }

  /// Puts a chunk on the account that [#spare] has given out.
  void charge() {
    account.charge(CHUNK_BYTES);
  }

  /// A chunk for whoever has it lie ready and charges for it when it is used.
  Chunk spare() {
    int cell = pop(FULL);
    if (cell == 0) {
      return new Chunk();
    }
    Chunk chunk = cells[cell - 1];
    cells[cell - 1] = null;
    push(EMPTY, cell);
    assert chunk != null;
    return chunk;
  }

  /// Gives a chunk back; nobody may hold on to it.
  void give(Chunk chunk) {
    account.credit(CHUNK_BYTES);
    recycle(chunk);
  }

  /// So many chunks are not the stack's any more: the garbage collector or a reader whose
  /// connection is over has them.
  void forget(int chunks) {
    account.credit((long) chunks * CHUNK_BYTES);
  }

  /// Takes back a chunk that was forgotten; nobody may hold on to it.
  void recycle(Chunk chunk) {
    int cell = pop(EMPTY);
    if (cell > 0) {
      cells[cell - 1] = chunk;
      push(FULL, cell);
    }
  }

  /// @return 0: there is none
  private int pop(VarHandle head) {
    while (true) {
      long top = (long) head.getVolatile(this);
      int cell = (int) (top & CELL);
      if (cell == 0) {
        return 0;
      }
      long next = (top & ~CELL) + TURN | below[cell];
      if (head.compareAndSet(this, top, next)) {
        return cell;
      }
    }
  }

  private void push(VarHandle head, int cell) {
    long top;
    long next;
    do {
      top = (long) head.getVolatile(this);
      below[cell] = (int) (top & CELL);
      next = (top & ~CELL) + TURN | cell;
    } while (!head.compareAndSet(this, top, next));
  }
}
