package dev.sluice.socket;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SelectorTest {
  private TwoStacks stacks;
  private Selector selector;

  @BeforeEach
  void start() throws IOException {
    stacks = new TwoStacks();
    selector = stacks.client.openSelector();
  }

  @AfterEach
  void stop() throws IOException {
    selector.close();
    stacks.close();
  }

  private SelectionKey register(SocketChannel channel, int ops) throws IOException {
    channel.configureBlocking(false);
    return channel.register(selector, ops);
  }

  @Test
  void aChannelThatHasDataIsSelectedUntilItIsRead() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      SelectionKey key = register(pair.client(), SelectionKey.OP_READ);
      assertThat(selector.selectNow()).isZero();
      pair.server().write(ByteBuffer.wrap(new byte[] {1, 2}));
      assertThat(selector.select()).isEqualTo(1);
      assertThat(selector.selectedKeys()).containsExactly(key);
      assertThat(key.isReadable()).isTrue();
      assertThat(selector.select()).isZero(); // still ready, and known to be
      selector.selectedKeys().clear();
      assertThat(selector.select()).isEqualTo(1); // by level, not by edge
      selector.selectedKeys().clear();
      Threads.readFully(pair.client(), 2);
      assertThat(selector.selectNow()).isZero();
    }
  }

  @Test
  void endOfStreamMakesAChannelReadable() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      SelectionKey key = register(pair.client(), SelectionKey.OP_READ);
      pair.server().shutdownOutput();
      assertThat(selector.select()).isEqualTo(1);
      assertThat(key.isReadable()).isTrue();
      assertThat(pair.client().read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void aConnectThatIsOverIsSelectedAndThenTheChannelIsWritable() throws Exception {
    try (ServerSocketChannel listener = stacks.server.listen(0);
        SocketChannel channel = stacks.client.openSocketChannel()) {
      SelectionKey key = register(channel, SelectionKey.OP_CONNECT | SelectionKey.OP_WRITE);
      stacks.cut(); // else a quick handshake might be over before connect returns
      assertThat(channel.connect(TwoStacks.addressOf(listener))).isFalse();
      stacks.mend(); // the SYN is sent again
      assertThat(selector.select()).isEqualTo(1);
      assertThat(key.readyOps()).isEqualTo(SelectionKey.OP_CONNECT);
      assertThat(channel.finishConnect()).isTrue();
      selector.selectedKeys().clear();
      assertThat(selector.select()).isEqualTo(1);
      assertThat(key.readyOps()).isEqualTo(SelectionKey.OP_WRITE);
    }
  }

  @Test
  void aRefusedConnectIsSelectedToo() throws Exception {
    try (SocketChannel channel = stacks.client.openSocketChannel()) {
      SelectionKey key = register(channel, SelectionKey.OP_CONNECT);
      channel.connect(new InetSocketAddress(TwoStacks.SERVER, 9));
      assertThat(selector.select()).isEqualTo(1);
      assertThat(key.isConnectable()).isTrue();
      assertThatThrownBy(channel::finishConnect).hasMessage("Connection refused");
    }
  }

  @Test
  void aFullChannelBecomesWritableWhenThePeerReads() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      SelectionKey key = register(pair.client(), SelectionKey.OP_WRITE);
      assertThat(selector.select()).isEqualTo(1);
      assertThat(key.isWritable()).isTrue();
      fill(pair.client());
      var reading = Threads.platform(() -> readToTheEnd(pair.server()));
      assertThat(selector.select()).isEqualTo(1);
      pair.client().close();
      assertThat(reading.value()).isPositive();
    }
  }

  /// Writes until the buffers of both ends are full: nothing makes room any more but a
  /// read.
  private void fill(SocketChannel channel) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
    do {
      selector.selectedKeys().clear();
      do {
        chunk.clear();
      } while (channel.write(chunk) > 0);
    } while (selector.select(50) == 1);
  }

  private static long readToTheEnd(SocketChannel channel) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(64 * 1024);
    long total = 0;
    int octets = channel.read(target);
    while (octets >= 0) {
      total += octets;
      octets = channel.read(target.clear());
    }
    return total;
  }

  @Test
  void wakeupEndsThePresentOrTheNextSelection() throws Exception {
    var selecting = Threads.platform(selector::select);
    selecting.awaitBlocked();
    selector.wakeup();
    assertThat(selecting.value()).isZero();
    selector.wakeup();
    assertThat(selector.select()).isZero();
    assertThat(selector.select(1)).isZero(); // that wake-up is used up: this one times out
  }

  @Test
  void anInterruptEndsASelectionAndStaysPending() throws Exception {
    var selecting = Threads.platform(() -> {
      selector.select();
      return Thread.currentThread().isInterrupted();
    });
    selecting.awaitBlocked();
    selecting.thread().interrupt();
    assertThat(selecting.value()).isTrue();
    assertThat(selector.isOpen()).isTrue();
  }

  @Test
  void closingTheSelectorEndsASelectionAndItsKeys() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      SelectionKey key = register(pair.client(), SelectionKey.OP_READ);
      var selecting = Threads.virtual(selector::select);
      selecting.awaitBlocked();
      selector.close();
      assertThat(selecting.failure()).isInstanceOf(ClosedSelectorException.class);
      assertThat(key.isValid()).isFalse();
      assertThat(pair.client().isRegistered()).isFalse();
      assertThatThrownBy(selector::keys).isInstanceOf(ClosedSelectorException.class);
    }
  }

  @Test
  void aCancelledKeyLeavesAtTheNextSelection() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      SelectionKey key = register(pair.client(), SelectionKey.OP_WRITE);
      selector.select();
      key.cancel();
      assertThat(selector.keys()).containsExactly(key);
      assertThatThrownBy(key::interestOps).isInstanceOf(CancelledKeyException.class);
      assertThat(selector.selectNow()).isZero();
      assertThat(selector.keys()).isEmpty();
      assertThat(selector.selectedKeys()).isEmpty();
      pair.client().configureBlocking(true);
    }
  }

  @Test
  void closingAChannelCancelsItsKeys() throws Exception {
    TwoStacks.Pair pair = stacks.connected();
    SelectionKey key = register(pair.client(), SelectionKey.OP_READ);
    pair.client().close();
    assertThat(key.isValid()).isFalse();
    assertThat(selector.selectNow()).isZero();
    assertThat(selector.keys()).isEmpty();
    assertThat(pair.server().read(ByteBuffer.allocate(1))).isEqualTo(-1);
  }

  @Test
  void interestThatGrowsIsLookedAtAnew() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      SelectionKey key = register(pair.client(), 0);
      assertThat(selector.selectNow()).isZero();
      key.interestOpsOr(SelectionKey.OP_WRITE);
      assertThat(selector.selectNow()).isEqualTo(1);
      selector.selectedKeys().clear();
      key.interestOpsAnd(~SelectionKey.OP_WRITE);
      assertThat(selector.selectNow()).isZero();
    }
  }

  @Test
  void onlyTheSelectorPutsKeysIntoItsSets() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      SelectionKey key = register(pair.client(), SelectionKey.OP_WRITE);
      assertThatThrownBy(() -> selector.selectedKeys().add(key))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> selector.keys().remove(key))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> pair.client().configureBlocking(true))
          .isInstanceOf(IllegalBlockingModeException.class);
      assertThatThrownBy(() -> key.interestOps(SelectionKey.OP_ACCEPT))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aChannelOfAnotherProviderIsRefused() throws Exception {
    try (SocketChannel foreign = SocketChannel.open()) {
      foreign.configureBlocking(false);
      assertThatThrownBy(() -> foreign.register(selector, SelectionKey.OP_CONNECT))
          .isInstanceOf(IllegalSelectorException.class);
    }
  }

  @Test
  void selectWithAnActionRunsItForEachKey() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      SelectionKey key = register(pair.client(), SelectionKey.OP_WRITE);
      List<SelectionKey> seen = new ArrayList<>();
      assertThat(selector.select(seen::add)).isEqualTo(1);
      assertThat(seen).containsExactly(key);
    }
  }

  @Test
  void aServerWithASelectorServesAHundredClients() throws Exception {
    byte[] octets = new byte[30_000];
    new Random(9).nextBytes(octets);
    int clients = 100;
    try (ServerSocketChannel listener =
        stacks.client.openServerSocketChannel().bind(new InetSocketAddress(7), clients)) {
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
      var serving = Threads.platform(() -> serve(clients));
      List<Threads.Running<byte[]>> running = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        running.add(Threads.virtual(() -> echoed(octets)));
      }
      for (Threads.Running<byte[]> one : running) {
        assertThat(one.value()).isEqualTo(octets);
      }
      assertThat(serving.value()).isEqualTo(clients);
      await().atMost(Duration.ofSeconds(10)).until(() -> selector.selectNow() == 0);
    }
  }

  private byte[] echoed(byte[] octets) throws Exception {
    try (SocketChannel channel =
        stacks.server.connect(new InetSocketAddress(TwoStacks.CLIENT, 7))) {
      var writing = Threads.virtual(() -> channel.write(ByteBuffer.wrap(octets)));
      byte[] back = Threads.readFully(channel, octets.length).array();
      writing.result().get(10, SECONDS);
      return back;
    }
  }

  /// Echoes with one thread until so many connections have ended.
  private int serve(int connections) throws IOException {
    int ended = 0;
    while (ended < connections) {
      selector.select();
      for (SelectionKey key : selector.selectedKeys()) {
        if (key.isAcceptable()) {
          accept((ServerSocketChannel) key.channel());
        } else if (!echo(key)) {
          key.channel().close();
          ended++;
        }
      }
      selector.selectedKeys().clear();
    }
    return ended;
  }

  private void accept(ServerSocketChannel listener) throws IOException {
    SocketChannel peer = listener.accept();
    if (peer != null) {
      register(peer, SelectionKey.OP_READ).attach(ByteBuffer.allocate(8 * 1024));
    }
  }

  /// @return false: the stream has ended
  private static boolean echo(SelectionKey key) throws IOException {
    SocketChannel channel = (SocketChannel) key.channel();
    ByteBuffer buffer = (ByteBuffer) Objects.requireNonNull(key.attachment());
    if (key.isReadable() && channel.read(buffer) < 0) {
      return false;
    }
    buffer.flip();
    channel.write(buffer);
    int ops = buffer.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    buffer.compact();
    key.interestOps(ops);
    return true;
  }
}
