package dev.sluice.cli.front;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// Small steps with kernel sockets on loopback.
public final class Tcp {
  private Tcp() {}

  public static ServerSocketChannel listen() throws IOException {
    return ServerSocketChannel.open()
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  public static SocketChannel connect(ServerSocketChannel server) throws IOException {
    return SocketChannel.open(server.getLocalAddress());
  }

  /// Closes with RST.
  public static void reset(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    channel.close();
  }

  /// Closes before the block that would do it ends.
  public static void close(SocketChannel channel) throws IOException {
    channel.close();
  }

  public static void write(SocketChannel channel, String text) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /// Exactly `count` octets.
  public static String read(SocketChannel channel, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new IOException("end of stream after " + buffer.position() + " octets");
      }
    }
    return StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
  }

  /// Everything to the end of the stream.
  public static String readAll(SocketChannel channel) throws IOException {
    StringBuilder text = new StringBuilder();
    ByteBuffer buffer = ByteBuffer.allocate(4_096);
    while (channel.read(buffer.clear()) >= 0) {
      text.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
    }
    return text.toString();
  }
}
