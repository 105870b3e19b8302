package dev.sluice.cli.front;

import dev.sluice.cli.service.Buffers;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// Joins two connections so that each behaves as the other does.
///
/// ```
///   what one side does      what the other side is told
///   ------------------      ---------------------------
///   data                    the same data, as fast as it takes it
///   FIN                     FIN, after the data; the other direction goes on
///   reset, or it vanishes   reset
/// ```
///
/// A thread and a buffer for each direction: while one side takes nothing, the other is
/// not read, and its window closes.
///
/// A reset by a side whose FIN came before is found at the next write to it: until then
/// no system call tells of it.
public final class Splice {
  private final SocketChannel a;
  private final SocketChannel b;
  private final Buffers buffers;

  /// @param a connected, blocking
  /// @param b connected, blocking
  public Splice(SocketChannel a, SocketChannel b, Buffers buffers) {
    this.a = a;
    this.b = b;
    this.buffers = buffers;
  }

  /// Carries both directions until both have ended, then closes both sides.
  public void run() {
    Thread back = Thread.ofVirtual().name("splice-back").start(() -> carry(b, a));
    carry(a, b);
    boolean interrupted = false;
    while (true) {
      try {
        back.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        reset(a);
        reset(b);
      }
    }
    closeQuietly(a);
    closeQuietly(b);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void carry(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = buffers.take();
    try {
      while (from.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // one of the two is gone: for the other that is a reset
      reset(from);
      reset(to);
    } finally {
      buffers.give(buffer);
    }
  }

  /// Closes with RST instead of FIN (SO_LINGER of 0).
  static void reset(SocketChannel channel) {
    try {
      if (channel.isOpen()) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException | UnsupportedOperationException e) {
      // gone already
    }
    closeQuietly(channel);
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // it is gone either way
    }
  }
}
