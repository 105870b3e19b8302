package dev.sluice.bench.line;

import dev.sluice.stack.Host;
import dev.sluice.tcp.Connection;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One connection that always has something to send, and a peer that reads at once.
public final class Flow {
  /// The application keeps this many octets ready beyond what is in flight.
  private static final int AHEAD_BYTES = 512 * 1024;

  private static final ByteBuffer SOURCE = ByteBuffer.allocateDirect(AHEAD_BYTES);

  private final Host sender;
  private final Host receiver;
  private final ByteBuffer sink = ByteBuffer.allocateDirect(256 * 1024);
  private final ByteBuffer source = SOURCE.duplicate();
  private @Nullable Connection from;
  private @Nullable Connection to;
  private long readBytes;

  /// A flow between two hosts, or the half of one: then both are the same.
  public Flow(Host sender, Host receiver) {
    this.sender = sender;
    this.receiver = receiver;
  }

  /// This is the end that sends.
  public void sends(Connection connection) {
    from = connection;
  }

  /// This is the end that receives.
  public void receives(Connection connection) {
    to = connection;
  }

  /// Writes what fits and is not too far ahead.
  public void write() {
    Connection connection = from;
    if (connection == null || connection.writableBytes() < AHEAD_BYTES / 4) {
      return;
    }
    source.clear().limit(Math.min(AHEAD_BYTES, connection.writableBytes()));
    connection.write(source);
    sender.attend(connection);
  }

  /// Reads all there is, and gives back the memory it took.
  public void read(long nowNanos) {
    Connection connection = to;
    if (connection == null || connection.readableBytes() == 0) {
      return;
    }
    int count;
    do {
      sink.clear();
      count = connection.read(sink);
      readBytes += Math.max(0, count);
    } while (count == sink.capacity());
    connection.onApplicationProgress(nowNanos);
    receiver.attend(connection);
  }

  /// Octets that the reader has got so far.
  public long readBytes() {
    return readBytes;
  }

  /// Octets that arrived in order.
  public long receivedBytes(long nowNanos) {
    return to == null ? 0 : to.info(nowNanos).bytesReceived();
  }

  /// The sending end.
  ///
  /// @throws IllegalStateException before the flow has begun
  public Connection sender() {
    Connection connection = from;
    if (connection == null) {
      throw new IllegalStateException("the flow has not begun");
    }
    return connection;
  }
}
