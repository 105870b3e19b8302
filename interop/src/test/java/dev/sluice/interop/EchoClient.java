package dev.sluice.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Talks to echo with the kernel's sockets and looks at each octet that comes back.
final class EchoClient {
  private static final int CHUNK = 64 << 10;
  private static final long SELECT_MILLIS = 20_000;
  private static final double NANOS = 1e9;

  private EchoClient() {}

  /// Sends and receives at the same time on one connection, and closes our side when all
  /// is sent. What comes back must have the same SHA-256.
  static void wholeStreamComesBack(InetSocketAddress echo, long count) throws IOException {
    long startNanos = System.nanoTime();
    try (Socket socket = Kernel.connect(echo)) {
      FutureTask<String> sending = new FutureTask<>(() -> {
        String sum = Octets.write(socket.getOutputStream(), count);
        socket.shutdownOutput();
        return count + " octets " + sum;
      });
      Thread.ofPlatform().name("sending").daemon().start(sending);
      String received = Octets.read(socket.getInputStream());
      assertThat(received).isEqualTo(sending.get());
    } catch (ExecutionException e) {
      throw new IOException("sending failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    note("echo of " + count + " octets", count, startNanos);
  }

  /// Says how fast something went: nothing is decided by it.
  static void note(String what, long octets, long startNanos) {
    double seconds = (System.nanoTime() - startNanos) / NANOS;
    System.out.printf("%s: %.2f s, %.2f Gbit/s%n", what, seconds, octets * 8 / seconds / 1e9);
  }

  /// One of many connections.
  private static final class Conversation {
    final SocketChannel channel;
    final long offset;
    final byte[] sending = new byte[CHUNK];
    final ByteBuffer out = ByteBuffer.wrap(sending).limit(0);
    final byte[] expected = new byte[CHUNK];
    long sent;
    long received;

    Conversation(SocketChannel channel, long offset) {
      this.channel = channel;
      this.offset = offset;
    }
  }

  /// Opens many connections, all at once, and echoes a stream of its own on each; all are
  /// open before the first octet goes out. Each octet is compared with what was sent.
  static void manyAtOnce(InetSocketAddress echo, int connections, int octetsEach)
      throws IOException {
    long startNanos = System.nanoTime();
    List<SocketChannel> channels = new ArrayList<>();
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        SocketChannel channel = SocketChannel.open();
        channels.add(channel);
        channel.configureBlocking(false);
        Conversation conversation = new Conversation(channel, i * 1_009L);
        channel.register(selector, SelectionKey.OP_CONNECT, conversation);
        if (channel.connect(echo)) {
          throw new AssertionError("a handshake without a wait");
        }
      }
      awaitConnected(selector, connections);
      int open = connections;
      ByteBuffer in = ByteBuffer.allocate(CHUNK);
      while (open > 0) {
        assertThat(selector.select(SELECT_MILLIS)).as("%d of them go on", open).isPositive();
        for (SelectionKey key : selector.selectedKeys()) {
          open -= step(key, in, octetsEach) ? 1 : 0;
        }
        selector.selectedKeys().clear();
      }
    } finally {
      for (SocketChannel channel : channels) {
        channel.close();
      }
    }
    note(connections + " echoes of " + octetsEach, (long) connections * octetsEach, startNanos);
  }

  private static void awaitConnected(Selector selector, int connections) throws IOException {
    int connected = 0;
    while (connected < connections) {
      assertThat(selector.select(SELECT_MILLIS)).as("%d connected", connected).isPositive();
      for (SelectionKey key : selector.selectedKeys()) {
        if (((SocketChannel) key.channel()).finishConnect()) {
          connected++;
          key.interestOps(0);
        }
      }
      selector.selectedKeys().clear();
    }
    for (SelectionKey key : selector.keys()) {
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
  }

  /// @return whether this connection is through: all came back, and then its end
  private static boolean step(SelectionKey key, ByteBuffer in, int octets) throws IOException {
    Conversation conversation = (Conversation) key.attachment();
    if (key.isWritable()) {
      write(key, conversation, octets);
    }
    if (!key.isReadable()) {
      return false;
    }
    int count = conversation.channel.read(in.clear());
    if (count < 0) {
      assertThat(conversation.received).as("octets before the end").isEqualTo(octets);
      key.cancel();
      return true;
    }
    Octets.fill(conversation.expected, count, conversation.offset + conversation.received);
    ByteBuffer wanted = ByteBuffer.wrap(conversation.expected, 0, count);
    assertThat(in.flip().mismatch(wanted))
        .as("first wrong octet behind %d", conversation.received)
        .isEqualTo(-1);
    conversation.received += count;
    return false;
  }

  private static void write(SelectionKey key, Conversation conversation, int octets)
      throws IOException {
    ByteBuffer out = conversation.out;
    if (!out.hasRemaining()) {
      int length = (int) Math.min(CHUNK, octets - conversation.sent);
      Octets.fill(conversation.sending, length, conversation.offset + conversation.sent);
      out.position(0).limit(length);
    }
    conversation.sent += conversation.channel.write(out);
    if (conversation.sent == octets) {
      conversation.channel.shutdownOutput();
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  /// One line there and back.
  static void exchange(Socket socket, String line) throws IOException {
    byte[] octets = line.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    socket.getOutputStream().write(octets);
    assertThat(socket.getInputStream().readNBytes(octets.length)).isEqualTo(octets);
  }
}
