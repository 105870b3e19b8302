package dev.sluice.cli.run;

import dev.sluice.cli.control.LineChannel;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// Carries one connection over the control socket, as frames.
final class Carrier {
  private final LineChannel asker;
  private final SocketChannel connection;

  Carrier(LineChannel asker, SocketChannel connection) {
    this.asker = asker;
    this.connection = connection;
  }

  /// Until both directions have ended, or one side is gone.
  void run() throws IOException {
    Thread up = Thread.ofVirtual().name("connect-up").start(this::up);
    try {
      ByteBuffer buffer = ByteBuffer.allocate(LineChannel.MAX_FRAME);
      while (read(buffer)) {
        asker.writeFrame(buffer.flip());
      }
      up.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connection.close();
    }
  }

  private boolean read(ByteBuffer buffer) throws IOException {
    try {
      if (connection.read(buffer.clear()) >= 0) {
        return true;
      }
      asker.writeSignal(LineChannel.END);
    } catch (IOException e) {
      asker.writeSignal(LineChannel.RESET);
      asker.writeLine(String.valueOf(e.getMessage()));
    }
    return false;
  }

  /// From the asker to the peer. An asker that goes away without a word has died: its
  /// connection is closed, as a kernel would.
  private void up() {
    ByteBuffer buffer = ByteBuffer.allocate(LineChannel.MAX_FRAME);
    try {
      int length = asker.readFrame(buffer);
      while (length >= 0) {
        while (buffer.hasRemaining()) {
          connection.write(buffer);
        }
        length = asker.readFrame(buffer);
      }
      if (length == LineChannel.RESET) {
        connection.setOption(StandardSocketOptions.SO_LINGER, 0);
        connection.close();
      } else {
        connection.shutdownOutput();
        asker.readFrame(buffer); // nothing more comes: this notices when the asker is gone
      }
    } catch (EOFException e) {
      closeQuietly();
    } catch (IOException e) {
      // the connection is gone: the reading side says why
    }
  }

  private void closeQuietly() {
    try {
      connection.close();
    } catch (IOException e) {
      // it is gone either way
    }
  }
}
