package dev.sluice.tcp.tcb;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// A piece of memory of [ChunkPool#CHUNK_BYTES] octets, seen as an array, as a segment,
/// and by a reader in place.
final class Chunk {
  final byte[] bytes = new byte[ChunkPool.CHUNK_BYTES];
  final MemorySegment segment = MemorySegment.ofArray(bytes);
  final ByteBuffer view = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
}
