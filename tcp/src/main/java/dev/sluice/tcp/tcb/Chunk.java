package dev.sluice.tcp.tcb;

import java.lang.foreign.MemorySegment;

/// A piece of memory of [ChunkPool#CHUNK_BYTES] octets, seen as an array and as a
/// segment.
final class Chunk {
  final byte[] bytes = new byte[ChunkPool.CHUNK_BYTES];
  final MemorySegment segment = MemorySegment.ofArray(bytes);
}
