package dev.sluice.cli.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// Sends lines of 72 printing characters, each line one character further, until the
/// peer ends the connection. What it receives is thrown away.
///
/// A peer that only half-closes still gets its characters: it ends them with a reset, as
/// every close of a receiver does.
///
/// @spec https://www.rfc-editor.org/rfc/rfc864 RFC 864
public final class Chargen implements Service {
  private static final int FIRST = ' ';
  private static final int CHARACTERS = 95;
  private static final int LINE = 72;
  /// All lines once: after them the pattern repeats.
  private static final ByteBuffer PATTERN = pattern();

  private final Buffers buffers;

  /// @param buffers where its memory comes from
  public Chargen(Buffers buffers) {
    this.buffers = buffers;
  }

  private static ByteBuffer pattern() {
    ByteBuffer all = ByteBuffer.allocateDirect(CHARACTERS * (LINE + 2));
    for (int line = 0; line < CHARACTERS; line++) {
      for (int i = 0; i < LINE; i++) {
        all.put((byte) (FIRST + (line + i) % CHARACTERS));
      }
      all.put((byte) '\r').put((byte) '\n');
    }
    return all.flip().asReadOnlyBuffer();
  }

  @Override
  public void serve(SocketChannel peer) throws IOException {
    Thread reader = Thread.ofVirtual().name("chargen-reader").start(() -> discard(peer));
    try {
      ByteBuffer pattern = PATTERN.duplicate();
      while (true) {
        pattern.rewind();
        while (pattern.hasRemaining()) {
          peer.write(pattern);
        }
      }
    } finally {
      reader.interrupt();
    }
  }

  private void discard(SocketChannel peer) {
    try {
      new Discard(buffers).serve(peer);
    } catch (IOException e) {
      // the writer hears of it too
    }
  }
}
