package dev.sluice.socket;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NonBlockingChannelTest {
  private TwoStacks stacks;

  @BeforeEach
  void start() throws IOException {
    stacks = new TwoStacks();
  }

  @AfterEach
  void stop() throws IOException {
    stacks.close();
  }

  private static SocketChannel nonBlocking(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    return channel;
  }

  @Test
  void connectAndAcceptReturnAtOnceAndAreFinishedLater() throws Exception {
    try (ServerSocketChannel listener = stacks.server.listen(0);
        SocketChannel channel = nonBlocking(stacks.client.openSocketChannel())) {
      listener.configureBlocking(false);
      assertThat(listener.accept()).isNull();
      assertThatThrownBy(channel::finishConnect).isInstanceOf(NoConnectionPendingException.class);
      stacks.cut(); // else a quick handshake might be over before connect returns
      assertThat(channel.connect(TwoStacks.addressOf(listener))).isFalse();
      assertThat(channel.isConnectionPending()).isTrue();
      assertThatThrownBy(() -> channel.connect(TwoStacks.addressOf(listener)))
          .isInstanceOf(ConnectionPendingException.class);
      assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
          .isInstanceOf(NotYetConnectedException.class);
      assertThat(channel.finishConnect()).isFalse();
      stacks.mend(); // the SYN is sent again
      await().atMost(10, SECONDS).until(channel::finishConnect);
      assertThat(channel.isConnected()).isTrue();
      assertThat(channel.finishConnect()).isTrue();
      SocketChannel accepted = await().atMost(10, SECONDS).until(listener::accept, a -> a != null);
      accepted.close();
    }
  }

  @Test
  void aRefusalIsToldByFinishConnectWhichClosesTheChannel() throws Exception {
    SocketChannel channel = nonBlocking(stacks.client.openSocketChannel());
    channel.connect(new InetSocketAddress(TwoStacks.SERVER, 9));
    assertThatThrownBy(() -> await().atMost(10, SECONDS).until(channel::finishConnect))
        .isInstanceOf(ConnectException.class)
        .hasMessage("Connection refused");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aReadWithoutDataGivesZeroAndAWriteStopsWhenTheBufferIsFull() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      SocketChannel writer = nonBlocking(pair.client());
      SocketChannel reader = nonBlocking(pair.server());
      assertThat(reader.read(ByteBuffer.allocate(1))).isZero();
      long written = 0;
      ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
      int idle = 0;
      while (idle < 3) { // nobody reads: both buffers fill up, and that is the end of it
        chunk.clear();
        int octets = writer.write(chunk);
        written += octets;
        idle = octets == 0 ? idle + 1 : 0;
      }
      assertThat(written).isBetween(1L, 64_000_000L);
      drain(reader, writer);
    }
  }

  private static void drain(SocketChannel reader, SocketChannel writer) {
    ByteBuffer target = ByteBuffer.allocate(64 * 1024);
    ByteBuffer one = ByteBuffer.allocate(1);
    await().atMost(10, SECONDS).until(() -> {
      target.clear();
      reader.read(target);
      one.clear();
      return writer.write(one) == 1;
    });
  }

  @Test
  void endOfStreamIsSeenWithoutBlocking() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      nonBlocking(pair.server());
      pair.client().close();
      await().atMost(10, SECONDS).until(() -> pair.server().read(ByteBuffer.allocate(1)) == -1);
    }
  }

  @Test
  void aPendingConnectCanBeFinishedInBlockingMode() throws Exception {
    try (ServerSocketChannel listener = stacks.server.listen(0);
        SocketChannel channel = nonBlocking(stacks.client.openSocketChannel())) {
      channel.connect(TwoStacks.addressOf(listener));
      channel.configureBlocking(true);
      assertThat(channel.finishConnect()).isTrue();
    }
  }
}
