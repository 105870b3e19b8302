package dev.sluice.cli.run;

import dev.sluice.cli.control.LineChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;

/// Carries one connection over the control socket, as frames.
///
/// An asker that has sent all it will says [LineChannel#END]; the end of the control
/// socket itself means that the asker has died, and its connection ends, as a kernel
/// would have it:
///
/// ```
///   the asker dies while          found by                        its connection is
///   --------------------          --------                        -----------------
///   the handshake goes on         up, which reads from the start  given up
///   up waits for its next frame   up                              closed (FIN)
///   up waits for the peer's room  watch, which says ALIVE         reset: octets are lost
///   octets of the peer are here   run, which writes them          reset: octets are lost
/// ```
final class Carrier {
  /// How often an asker that is not listened to is tried.
  private static final long WATCH_MILLIS = 500;

  private final LineChannel asker;
  private final SocketChannel connection;
  private final CountDownLatch handshake = new CountDownLatch(1);
  private final Thread up = Thread.ofVirtual().name("connect-up").unstarted(this::up);
  private volatile boolean writing;

  /// @param asker nobody else may read it from [#connect] on
  /// @param connection not connected yet, blocking
  Carrier(LineChannel asker, SocketChannel connection) {
    this.asker = asker;
    this.connection = connection;
  }

  /// Opens the connection, unless the asker dies first.
  ///
  /// @throws IOException in the JDK's words if it is refused or times out; the
  ///     connection is closed then
  void connect(InetSocketAddress remote) throws IOException {
    up.start();
    try {
      connection.connect(remote);
    } finally {
      handshake.countDown();
    }
  }

  /// Until both directions have ended, or one side is gone.
  void run() throws IOException {
    Thread.ofVirtual().name("connect-watch").start(this::watch);
    try {
      ByteBuffer buffer = ByteBuffer.allocate(LineChannel.MAX_FRAME);
      while (read(buffer)) {
        asker.writeFrame(buffer.flip());
      }
      up.join();
    } catch (IOException e) {
      reset();
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connection.close();
    }
  }

  private boolean read(ByteBuffer buffer) throws IOException {
    String reason;
    try {
      if (connection.read(buffer.clear()) >= 0) {
        return true;
      }
      asker.writeSignal(LineChannel.END);
      return false;
    } catch (IOException e) {
      reason = String.valueOf(e.getMessage());
    }
    asker.writeReset(reason);
    return false;
  }

  /// From the asker to the peer.
  private void up() {
    ByteBuffer buffer = ByteBuffer.allocate(LineChannel.MAX_FRAME);
    try {
      int length = nextFrame(buffer);
      handshake.await();
      while (length >= 0) {
        write(buffer);
        length = nextFrame(buffer);
      }
      if (length == LineChannel.RESET) {
        reset();
      } else {
        connection.shutdownOutput();
        nextFrame(buffer); // nothing more comes: this notices when the asker is gone
      }
    } catch (IOException e) {
      // the connection is gone: the reading side says why
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int nextFrame(ByteBuffer buffer) throws IOException {
    try {
      return asker.readFrame(buffer);
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }

  private void write(ByteBuffer buffer) throws IOException {
    writing = true;
    try {
      while (buffer.hasRemaining()) {
        connection.write(buffer);
      }
    } finally {
      writing = false;
    }
  }

  /// While the peer takes nothing, frames wait unread in the control socket, and its end
  /// behind them: only writing to it tells whether the asker is still there.
  private void watch() {
    try {
      while (connection.isOpen()) {
        Thread.sleep(WATCH_MILLIS);
        if (writing) {
          asker.writeSignal(LineChannel.ALIVE);
        }
      }
    } catch (IOException e) {
      reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void reset() {
    try {
      if (connection.isOpen()) {
        connection.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
      connection.close();
    } catch (IOException e) {
      // it is gone either way
    }
  }
}
