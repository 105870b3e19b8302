package dev.sluice.bench.kernel;

import dev.sluice.wire.PacketBuffer;
import java.io.IOException;

/// One end of the wire: a TCP that sends as much as it can, or one that reads it.
interface Side extends AutoCloseable {
  /// Begins to listen or to connect.
  void begin(long nowNanos) throws IOException;

  /// The next packet that it sends, if there is one.
  boolean poll(PacketBuffer out, long nowNanos) throws IOException;

  /// A packet for it has arrived.
  void give(PacketBuffer packet, long nowNanos) throws IOException;

  /// Octets that its application has read.
  long readBytes();

  @Override
  void close() throws IOException;
}
