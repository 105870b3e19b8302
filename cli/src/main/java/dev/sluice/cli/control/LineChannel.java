package dev.sluice.cli.control;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Lines of text, and after them frames of octets, on one blocking channel.
///
/// A frame is a length (32 bits, big-endian) and that many octets; negative lengths are
/// signals. One reading thread; any thread may write.
public final class LineChannel implements AutoCloseable {
  /// The longest line, in octets: 16 MiB hold a table of 20,000 connections.
  public static final int MAX_LINE = 16 << 20;
  /// The longest frame, in octets.
  public static final int MAX_FRAME = 64 << 10;
  /// In place of a frame: no more will come from this side (FIN).
  public static final int END = -1;
  /// In place of a frame: the connection was reset; a line with the reason follows.
  public static final int RESET = -2;
  /// In place of a frame: nothing. Writing it tells whether the other process is there.
  public static final int ALIVE = -3;

  private final SocketChannel channel;
  private ByteBuffer in = ByteBuffer.allocate(8 << 10).flip();
  private final ReentrantLock writeLock = new ReentrantLock();

  /// @param channel connected, blocking
  public LineChannel(SocketChannel channel) {
    this.channel = channel;
  }

  /// The next line without its end, or null at end-of-stream.
  ///
  /// @throws IOException if a line is too long, or ends in its middle
  public @Nullable String readLine() throws IOException {
    int searched = 0;
    while (true) {
      for (int i = in.position() + searched; i < in.limit(); i++) {
        if (in.get(i) == '\n') {
          byte[] line = new byte[i - in.position()];
          in.get(line);
          in.get();
          return new String(line, StandardCharsets.UTF_8);
        }
      }
      searched = in.remaining();
      if (searched > MAX_LINE) {
        throw new IOException("a line of more than " + MAX_LINE + " octets");
      }
      if (!fill()) {
        if (searched > 0) {
          throw new EOFException("end of stream within a line");
        }
        return null;
      }
    }
  }

  private boolean fill() throws IOException {
    if (in.remaining() == in.capacity()) {
      ByteBuffer larger = ByteBuffer.allocate(in.capacity() * 2);
      larger.put(in);
      in = larger.flip();
    }
    in.compact();
    int count = channel.read(in);
    in.flip();
    return count > 0;
  }

  /// Writes a line and its end.
  public void writeLine(String line) throws IOException {
    writeAll(ofLine(line));
  }

  private static ByteBuffer ofLine(String line) {
    return ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /// Reads a frame, past any [#ALIVE].
  ///
  /// @param target cleared, filled and flipped; holds [#MAX_FRAME] octets
  /// @return its length, [#END] or [#RESET]
  /// @throws EOFException if the other process is gone
  public int readFrame(ByteBuffer target) throws IOException {
    int length = nextInt();
    while (length == ALIVE) {
      length = nextInt();
    }
    if (length < RESET || length > MAX_FRAME) {
      throw new IOException("a frame of " + length + " octets");
    }
    target.clear();
    while (target.position() < length) {
      need(1);
      int count = Math.min(in.remaining(), length - target.position());
      target.put(in.slice(in.position(), count));
      in.position(in.position() + count);
    }
    target.flip();
    return length;
  }

  private int nextInt() throws IOException {
    need(4);
    return in.getInt();
  }

  private void need(int octets) throws IOException {
    while (in.remaining() < octets) {
      if (!fill()) {
        throw new EOFException("the other process is gone");
      }
    }
  }

  /// Writes what is left in `source` as one frame, at most [#MAX_FRAME] octets.
  public void writeFrame(ByteBuffer source) throws IOException {
    writeAll(ofInt(source.remaining()), source);
  }

  /// Writes [#END] or [#ALIVE].
  public void writeSignal(int signal) throws IOException {
    writeAll(ofInt(signal));
  }

  /// Writes [#RESET] and the reason.
  public void writeReset(String reason) throws IOException {
    writeAll(ofInt(RESET), ofLine(reason));
  }

  private static ByteBuffer ofInt(int value) {
    return ByteBuffer.allocate(4).putInt(value).flip();
  }

  /// Writes all of them, and nothing of another thread in between.
  private void writeAll(ByteBuffer... sources) throws IOException {
    writeLock.lock();
    try {
      for (ByteBuffer source : sources) {
        while (source.hasRemaining()) {
          channel.write(source);
        }
      }
    } finally {
      writeLock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
