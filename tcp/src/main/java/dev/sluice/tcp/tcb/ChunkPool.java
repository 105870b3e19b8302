package dev.sluice.tcp.tcb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Memory for the byte rings of all connections of a stack, lent out in chunks. Any
/// thread.
///
/// A bounded queue of returned chunks; each cell carries a turn number that says
/// whether it may be filled or emptied next, so that takers and givers never wait for a
/// lock. Where the queue is empty a new chunk is made, where it is full one is left to
/// the garbage collector. Whatever is lent is on the stack's [MemoryAccount].
public final class ChunkPool {
  /// log2 of [#CHUNK_BYTES].
  static final int CHUNK_SHIFT = 14;
  /// Octets of a chunk.
  public static final int CHUNK_BYTES = 1 << CHUNK_SHIFT;

  private static final VarHandle TURN = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle GIVE;
  private static final VarHandle TAKE;

  static {
    try {
      var lookup = MethodHandles.lookup();
      GIVE = lookup.findVarHandle(ChunkPool.class, "givePosition", long.class);
      TAKE = lookup.findVarHandle(ChunkPool.class, "takePosition", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final MemoryAccount account;
  private final int mask;
  private final @Nullable Chunk[] cells;
  private final long[] turns;

  @SuppressWarnings("unused") // through GIVE
  private volatile long givePosition;

  @SuppressWarnings("unused") // through TAKE
  private volatile long takePosition;

  /// With an account that has no limits.
  ///
  /// @param keptChunks how many returned chunks are kept for the next taker, a power of
  ///     two
  public ChunkPool(int keptChunks) {
    this(keptChunks, new MemoryAccount(MemoryLimits.NONE));
  }

  /// @param keptChunks how many returned chunks are kept for the next taker, a power of
  ///     two
  /// @param account what is lent is charged to it
  public ChunkPool(int keptChunks, MemoryAccount account) {
    this.account = account;
    if (Integer.bitCount(keptChunks) != 1) {
      throw new IllegalArgumentException("a power of two, please: " + keptChunks);
    }
    mask = keptChunks - 1;
    cells = new Chunk[keptChunks];
    turns = new long[keptChunks];
    for (int i = 0; i < keptChunks; i++) {
      turns[i] = i;
    }
  }

  /// What is lent, and how much may be.
  public MemoryAccount account() {
    return account;
  }

  /// A chunk whose content is undefined.
  Chunk take() {
    account.charge(CHUNK_BYTES);
    while (true) {
      long position = takePosition;
      int cell = (int) position & mask;
      long ahead = (long) TURN.getAcquire(turns, cell) - (position + 1);
      if (ahead < 0) {
        return new Chunk();
      }
      if (ahead == 0 && TAKE.compareAndSet(this, position, position + 1)) {
        Chunk chunk = cells[cell];
        cells[cell] = null;
        TURN.setRelease(turns, cell, position + mask + 1);
        assert chunk != null;
        return chunk;
      }
    }
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
    while (true) {
      long position = givePosition;
      int cell = (int) position & mask;
      long ahead = (long) TURN.getAcquire(turns, cell) - position;
      if (ahead < 0) {
        return;
      }
      if (ahead == 0 && GIVE.compareAndSet(this, position, position + 1)) {
        cells[cell] = chunk;
        TURN.setRelease(turns, cell, position + 1);
        return;
      }
    }
  }
}
