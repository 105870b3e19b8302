package dev.sluice.socket;

import dev.sluice.tcp.Connection;
import dev.sluice.wire.FourTuple;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// A connection in the hands of a [LoopHandler]. Loop thread only.
public final class LoopConnection {
  private final Connection connection;
  private boolean touched;
  private boolean shutOutput;
  private boolean closed;
  private boolean aborted;

  LoopConnection(Connection connection) {
    this.connection = connection;
  }

  /// Copies received octets out, straight from the receive ring.
  ///
  /// @return octets copied; 0: none there now; -1: end-of-stream
  public int read(ByteBuffer target) {
    touched = true;
    return connection.read(target);
  }

  /// Shows received octets where they lie, in the receive ring: no copy at all.
  ///
  /// @param reader gets a piece of up to 16 KiB at a time, read-only and valid during the
  ///     call; what it reads is taken, and once it leaves octets over, it is not called
  ///     again
  /// @return octets taken; 0: none there now, or none wanted; -1: end-of-stream
  public int read(Consumer<ByteBuffer> reader) {
    touched = true;
    return connection.readInPlace(reader);
  }

  /// Copies octets into the send ring; they leave before the loop sleeps.
  ///
  /// @return octets copied, 0 when the ring is full
  public int write(ByteBuffer source) {
    touched = true;
    return connection.write(source);
  }

  /// Octets a read would give now.
  public int readableBytes() {
    return connection.readableBytes();
  }

  /// Octets a write would take now.
  public int writableBytes() {
    return connection.writableBytes();
  }

  /// FIN after what was written; reading goes on.
  public void shutdownOutput() {
    shutOutput = true;
  }

  /// Closes both ways, after what was written.
  public void close() {
    closed = true;
  }

  /// Resets the connection.
  public void abort() {
    aborted = true;
  }

  /// Both sockets.
  public FourTuple tuple() {
    return connection.tuple();
  }

  /// Carries out what the handler asked for.
  ///
  /// @return whether it asked for anything
  boolean carryOut(long nowNanos) {
    boolean asked = touched || shutOutput || closed || aborted;
    if (touched) {
      connection.onApplicationProgress(nowNanos);
    }
    if (aborted) {
      connection.abort(nowNanos);
    } else if (closed) {
      connection.close(nowNanos);
    } else if (shutOutput) {
      connection.shutdownOutput(nowNanos);
    }
    touched = false;
    shutOutput = false;
    closed = false;
    aborted = false;
    return asked;
  }
}
