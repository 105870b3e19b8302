package dev.sluice.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.tcp.tcb.CloseReason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoopServerTest {
  private TwoStacks stacks;
  private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();

  @BeforeEach
  void start() throws IOException {
    stacks = new TwoStacks();
  }

  @AfterEach
  void stop() throws IOException {
    stacks.close();
  }

  /// Echoes in place, on the loop.
  private final class Echo implements LoopHandler {
    private final ByteBuffer buffer = ByteBuffer.allocate(4_096);
    private boolean ended;

    @Override
    public void onReadable(LoopConnection connection) {
      pump(connection);
    }

    @Override
    public void onWritable(LoopConnection connection) {
      pump(connection);
    }

    @Override
    public void onEndOfStream(LoopConnection connection) {
      ended = true;
      pump(connection);
    }

    private void pump(LoopConnection connection) {
      boolean moved = true;
      while (moved) {
        int octets = connection.read(buffer);
        buffer.flip();
        moved = connection.write(buffer) > 0 || octets > 0;
        buffer.compact();
      }
      if (ended && buffer.position() == 0 && connection.readableBytes() == 0) {
        connection.close();
      }
    }

    @Override
    public void onClosed(LoopConnection connection, CloseReason reason) {
      closed.complete(reason);
    }
  }

  /// Echoes without a buffer of its own: what the send ring does not take stays in the
  /// receive ring.
  private static final class EchoInPlace implements LoopHandler {
    @Override
    public void onReadable(LoopConnection connection) {
      int octets = 1;
      while (octets > 0) {
        octets = connection.read(connection::write);
      }
    }

    @Override
    public void onWritable(LoopConnection connection) {
      onReadable(connection);
    }
  }

  @Test
  void aHandlerReadsInPlaceAndLeavesWhatItDoesNotWant() throws Exception {
    byte[] octets = new byte[3_000_000];
    new Random(4).nextBytes(octets);
    try (LoopServer server = stacks.server.listen(0, EchoInPlace::new);
        SocketChannel channel =
            stacks.client.connect(new InetSocketAddress(TwoStacks.SERVER, server.port()))) {
      Thread writer = Thread.startVirtualThread(() -> writeAll(channel, octets));
      ByteBuffer back = ByteBuffer.allocate(octets.length);
      while (back.hasRemaining() && channel.read(back) >= 0) {
        // until all is back
      }
      assertThat(back.array()).isEqualTo(octets);
      writer.join();
    }
  }

  private static void writeAll(SocketChannel channel, byte[] octets) {
    try {
      channel.write(ByteBuffer.wrap(octets));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aHandlerOnTheLoopEchoes() throws Exception {
    byte[] octets = new byte[3_000_000];
    new Random(3).nextBytes(octets);
    try (LoopServer server = stacks.server.listen(0, Echo::new);
        SocketChannel channel =
            stacks.client.connect(new InetSocketAddress(TwoStacks.SERVER, server.port()))) {
      var writing = Threads.virtual(() -> {
        channel.write(ByteBuffer.wrap(octets));
        channel.shutdownOutput();
        return true;
      });
      assertThat(Threads.readFully(channel, octets.length).array()).isEqualTo(octets);
      assertThat(writing.value()).isTrue();
      assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(closed.get(10, TimeUnit.SECONDS)).isInstanceOf(CloseReason.Finished.class);
    }
  }

  @Test
  void aHandlerMayReset() throws Exception {
    LoopHandler rude = LoopConnection::abort;
    try (LoopServer server = stacks.server.listen(0, () -> rude);
        SocketChannel channel =
            stacks.client.connect(new InetSocketAddress(TwoStacks.SERVER, server.port()))) {
      channel.write(ByteBuffer.wrap(new byte[] {1}));
      assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).hasMessage("Connection reset");
    }
  }

  @Test
  void aClosedServerRefuses() throws Exception {
    LoopServer server = stacks.server.listen(7, Echo::new);
    server.close();
    assertThatThrownBy(() -> stacks.client.connect(new InetSocketAddress(TwoStacks.SERVER, 7)))
        .hasMessage("Connection refused");
    server.close();
  }
}
