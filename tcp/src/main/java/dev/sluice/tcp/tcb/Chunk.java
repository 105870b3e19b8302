package dev.sluice.tcp.tcb;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// A piece of memory of [ChunkPool#CHUNK_BYTES] octets outside the heap, so that a link
/// can read and write it in place; seen as a segment, as a buffer, and by a reader in
/// place.
final class Chunk {
  final MemorySegment segment = Arena.ofAuto().allocate(ChunkPool.CHUNK_BYTES, 64);
  /// For copies by absolute index only: several threads use it.
  final ByteBuffer bytes = segment.asByteBuffer();
  final ByteBuffer view = segment.asByteBuffer().asReadOnlyBuffer();
}
