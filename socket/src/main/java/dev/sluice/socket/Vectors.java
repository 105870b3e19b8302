package dev.sluice.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/// Reads into several buffers and writes from several, one after the other
/// ([java.nio.channels.ScatteringByteChannel], [java.nio.channels.GatheringByteChannel]).
final class Vectors {
  private Vectors() {}

  /// One read.
  @FunctionalInterface
  interface Read {
    /// Reads into one buffer.
    ///
    /// @param mayWait whether nothing was read before
    /// @return octets read, 0 for none now, -1 for end-of-stream
    int into(ByteBuffer target, boolean mayWait) throws IOException;
  }

  /// One write.
  @FunctionalInterface
  interface Write {
    /// Writes from one buffer.
    ///
    /// @return octets written
    int from(ByteBuffer source) throws IOException;
  }

  /// Fills the buffers in order, until one stays with room.
  ///
  /// @return octets read, -1 for end-of-stream before the first
  /// @throws IndexOutOfBoundsException if there are not so many buffers
  static long read(ByteBuffer[] targets, int offset, int length, Read one) throws IOException {
    Objects.checkFromIndexSize(offset, length, targets.length);
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      if (!targets[i].hasRemaining()) {
        continue;
      }
      int octets = one.into(targets[i], total == 0);
      if (octets < 0 && total == 0) {
        return octets;
      }
      total += Math.max(octets, 0);
      if (targets[i].hasRemaining()) {
        break;
      }
    }
    return total;
  }

  /// Empties the buffers in order, until one is not taken whole.
  ///
  /// @return octets written
  /// @throws IndexOutOfBoundsException if there are not so many buffers
  static long write(ByteBuffer[] sources, int offset, int length, Write one) throws IOException {
    Objects.checkFromIndexSize(offset, length, sources.length);
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      total += one.from(sources[i]);
      if (sources[i].hasRemaining()) {
        break;
      }
    }
    return total;
  }
}
