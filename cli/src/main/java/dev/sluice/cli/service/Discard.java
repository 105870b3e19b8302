package dev.sluice.cli.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// Throws away what it receives.
///
/// @spec https://www.rfc-editor.org/rfc/rfc863 RFC 863
public final class Discard implements Service {
  private final Buffers buffers;

  /// @param buffers where its memory comes from
  public Discard(Buffers buffers) {
    this.buffers = buffers;
  }

  @Override
  public void serve(SocketChannel peer) throws IOException {
    ByteBuffer buffer = buffers.take();
    try {
      while (peer.read(buffer.clear()) >= 0) {
        // that was it
      }
    } finally {
      buffers.give(buffer);
    }
  }
}
