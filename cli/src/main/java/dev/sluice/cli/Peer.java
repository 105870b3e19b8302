package dev.sluice.cli;

import dev.sluice.cli.control.LineChannel;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// The far end of `sluice connect`. One reading and one writing thread.
interface Peer {
  /// Reads into a cleared buffer and flips it.
  ///
  /// @return whether there was anything; false: the peer has sent all it will
  /// @throws IOException if the connection was reset or is lost
  boolean read(ByteBuffer buffer) throws IOException;

  /// Writes all that is left in `buffer`.
  void write(ByteBuffer buffer) throws IOException;

  /// We have sent all we will.
  void shutdownOutput() throws IOException;

  /// A connection of a stack in this process.
  static Peer of(SocketChannel channel) {
    return new Peer() {
      @Override
      public boolean read(ByteBuffer buffer) throws IOException {
        int count = channel.read(buffer.clear());
        buffer.flip();
        return count >= 0;
      }

      @Override
      public void write(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }

      @Override
      public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
      }
    };
  }

  /// A connection of a running stack, carried as frames.
  static Peer of(LineChannel channel) {
    return new Peer() {
      @Override
      public boolean read(ByteBuffer buffer) throws IOException {
        int length = channel.readFrame(buffer);
        if (length == LineChannel.RESET) {
          throw new SocketException(String.valueOf(channel.readLine()));
        }
        return length >= 0;
      }

      @Override
      public void write(ByteBuffer buffer) throws IOException {
        channel.writeFrame(buffer);
      }

      @Override
      public void shutdownOutput() throws IOException {
        channel.writeSignal(LineChannel.END);
      }
    };
  }
}
