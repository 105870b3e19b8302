package dev.sluice.tcp.tcb;

/// Memory for the byte rings of all connections of a stack, lent out in chunks. Any
/// thread.
public final class ChunkPool {
  /// Octets of a chunk.
  public static final int CHUNK_BYTES = 16 * 1024;

  /// @param keptChunks how many returned chunks are kept for the next taker, a power of
  ///     two
  public ChunkPool(int keptChunks) {}
}
