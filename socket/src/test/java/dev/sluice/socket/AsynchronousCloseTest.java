package dev.sluice.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Whoever blocks in an operation is woken when the channel is closed, the thread is
/// interrupted or the stack goes away.
@Timeout(60)
class AsynchronousCloseTest {
  private TwoStacks stacks;
  private TwoStacks.Pair pair;
  private ServerSocketChannel listener;
  private SocketChannel connecting;

  enum Operation {
    ACCEPT,
    CONNECT,
    READ,
    WRITE
  }

  @BeforeEach
  void start() throws IOException {
    stacks = new TwoStacks();
    pair = stacks.connected();
    listener = stacks.client.listen(0);
    connecting = stacks.client.openSocketChannel();
  }

  @AfterEach
  void stop() throws IOException {
    stacks.close();
  }

  private Channel channelOf(Operation operation) {
    return switch (operation) {
      case ACCEPT -> listener;
      case CONNECT -> connecting;
      case READ, WRITE -> pair.client();
    };
  }

  private Threads.Running<Object> blockedIn(Operation operation, Thread.Builder builder) {
    Threads.Running<Object> running = Threads.start(builder, () -> run(operation));
    running.awaitBlocked();
    return running;
  }

  private Object run(Operation operation) throws IOException {
    return switch (operation) {
      case ACCEPT -> listener.accept();
      case CONNECT -> connecting.connect(new InetSocketAddress(TwoStacks.NOBODY, 9));
      case READ -> pair.client().read(ByteBuffer.allocate(1));
      case WRITE -> {
        while (true) {
          pair.client().write(ByteBuffer.allocate(1 << 20));
        }
      }
    };
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void closingTheChannelWakesWhoIsBlocked(Operation operation) throws Exception {
    var blocked = blockedIn(operation, Thread.ofPlatform().daemon());
    channelOf(operation).close();
    assertThat(blocked.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "ACCEPT, false", "CONNECT, false", "READ, false", "WRITE, false",
    "ACCEPT, true", "CONNECT, true", "READ, true", "WRITE, true"
  })
  void anInterruptClosesTheChannel(Operation operation, boolean virtual) {
    Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
    var blocked = blockedIn(operation, builder);
    blocked.thread().interrupt();
    assertThat(blocked.failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
    assertThat(channelOf(operation).isOpen()).isFalse();
  }

  @Test
  void aThreadThatIsAlreadyInterruptedDoesNotBlock() {
    var reading = Threads.platform(() -> {
      Thread.currentThread().interrupt();
      return pair.client().read(ByteBuffer.allocate(1));
    });
    assertThat(reading.failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  @Tag("SCENARIO-12")
  void closingTheStackWakesWhoIsBlocked(Operation operation) throws Exception {
    var blocked = blockedIn(operation, Thread.ofVirtual());
    stacks.client.close(Duration.ofMillis(100));
    assertThat(blocked.failure()).isInstanceOf(AsynchronousCloseException.class);
  }

  @Test
  void closingTheStackWakesWhoSelects() throws Exception {
    Selector selector = stacks.client.openSelector();
    var selecting = Threads.platform(selector::select);
    selecting.awaitBlocked();
    stacks.client.close();
    assertThat(selecting.failure()).isInstanceOf(ClosedSelectorException.class);
  }

  @Test
  void aClosedStackOpensNothing() throws Exception {
    stacks.client.close();
    assertThatThrownBy(stacks.client::openSocketChannel).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> stacks.client.call((host, now) -> 1))
        .isInstanceOf(IllegalStateException.class);
    assertThat(connecting.isOpen()).isTrue(); // it was never on the wire
    assertThatThrownBy(() -> connecting.connect(new InetSocketAddress(TwoStacks.SERVER, 9)))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void closingTheStackClosesConnectionsInOrder() throws Exception {
    pair.client().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    var closing = Threads.virtual(() -> {
      stacks.client.close(Duration.ofSeconds(20));
      return true;
    });
    Threads.readFully(pair.server(), 3);
    assertThat(pair.server().read(ByteBuffer.allocate(1))).isEqualTo(-1);
    pair.server().close();
    assertThat(closing.value()).isTrue();
  }

  @Test
  @Tag("SCENARIO-12")
  void whatDoesNotCloseInTimeIsReset() throws Exception {
    var reading = Threads.platform(() -> {
      Threads.readFully(pair.server(), 1);
      return pair.server().read(ByteBuffer.allocate(1));
    });
    pair.client().write(ByteBuffer.wrap(new byte[] {1}));
    stacks.client.close(Duration.ZERO);
    // FIN, then RST: the reader saw one of them, and a writer hears of the reset
    reading.result().handle((value, thrown) -> true).get();
    org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
      try {
        pair.server().write(ByteBuffer.wrap(new byte[] {1}));
        return false;
      } catch (IOException e) {
        return true;
      }
    });
  }

  @Test
  void shuttingOutputWakesTheWriter() throws Exception {
    var writing = blockedIn(Operation.WRITE, Thread.ofPlatform().daemon());
    pair.client().shutdownOutput();
    assertThat(writing.failure()).isInstanceOf(ClosedChannelException.class);
    assertThat(pair.client().isOpen()).isTrue();
  }
}
