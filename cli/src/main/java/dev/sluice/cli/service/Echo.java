package dev.sluice.cli.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// Sends back what it receives, to the peer's last octet.
///
/// @spec https://www.rfc-editor.org/rfc/rfc862 RFC 862
public final class Echo implements Service {
  private final Buffers buffers;

  /// @param buffers where its memory comes from
  public Echo(Buffers buffers) {
    this.buffers = buffers;
  }

  @Override
  public void serve(SocketChannel peer) throws IOException {
    ByteBuffer buffer = buffers.take();
    try {
      while (peer.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          peer.write(buffer);
        }
      }
    } finally {
      buffers.give(buffer);
    }
  }
}
