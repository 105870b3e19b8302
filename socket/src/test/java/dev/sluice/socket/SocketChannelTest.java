package dev.sluice.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.tcp.tcb.TcpSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Blocking channels between two stacks.
@Timeout(120)
class SocketChannelTest {
  private TwoStacks stacks;

  @BeforeEach
  void start() throws IOException {
    stacks = new TwoStacks();
  }

  @AfterEach
  void stop() throws IOException {
    stacks.close();
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String text(ByteBuffer buffer) {
    return StandardCharsets.US_ASCII.decode(buffer).toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"198.18.0.2", "fd5a::2"})
  void whatIsWrittenComesBackFromAnEchoServerOfEitherFamily(String address) throws Exception {
    try (ServerSocketChannel listener = stacks.server.listen(7)) {
      var echo = Threads.virtual(() -> Threads.echo(listener.accept()));
      InetSocketAddress remote = new InetSocketAddress(InetAddress.ofLiteral(address), 7);
      try (SocketChannel channel = stacks.client.connect(remote)) {
        channel.write(ascii("hello"));
        assertThat(text(Threads.readFully(channel, 5))).isEqualTo("hello");
        assertThat(channel.getRemoteAddress()).isEqualTo(remote);
      }
      assertThat(echo.value()).isEqualTo(5);
    }
  }

  @Test
  void bothEndsAgreeOnTheirAddresses() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      assertThat(pair.server().getRemoteAddress()).isEqualTo(pair.client().getLocalAddress());
      assertThat(pair.client().getRemoteAddress()).isEqualTo(pair.server().getLocalAddress());
      assertThat(((InetSocketAddress) pair.client().getLocalAddress()).getAddress())
          .isEqualTo(TwoStacks.CLIENT);
    }
  }

  @Test
  void aHundredMegabytesArriveUnchanged() throws Exception {
    long total = 100_000_000L;
    try (TwoStacks.Pair pair = stacks.connected()) {
      var sent = Threads.platform(() -> sendRandom(pair.client(), total));
      MessageDigest received = MessageDigest.getInstance("SHA-256");
      ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
      long octets = 0;
      while (pair.server().read(buffer) >= 0) {
        buffer.flip();
        octets += buffer.remaining();
        received.update(buffer);
        buffer.clear();
      }
      assertThat(octets).isEqualTo(total);
      assertThat(received.digest()).isEqualTo(sent.value());
    }
  }

  private static byte[] sendRandom(SocketChannel channel, long total) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    Random random = new Random(42);
    byte[] octets = new byte[50_000];
    for (long sent = 0; sent < total; sent += octets.length) {
      random.nextBytes(octets);
      digest.update(octets);
      ByteBuffer source = ByteBuffer.wrap(octets);
      assertThat(channel.write(source)).isEqualTo(octets.length);
    }
    channel.shutdownOutput();
    return digest.digest();
  }

  @Test
  void scatteringAndGatheringKeepTheOrder() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      ByteBuffer[] sources = {ascii("ab"), ByteBuffer.allocate(0), ascii("cde")};
      assertThat(pair.client().write(sources)).isEqualTo(5);
      pair.client().shutdownOutput();
      ByteBuffer first = ByteBuffer.allocate(3);
      ByteBuffer second = ByteBuffer.allocate(10);
      ByteBuffer[] targets = {first, second};
      long octets = 0;
      long now;
      while ((now = pair.server().read(targets)) >= 0) {
        octets += now;
      }
      assertThat(octets).isEqualTo(5);
      assertThat(text(first.flip()) + "|" + text(second.flip())).isEqualTo("abc|de");
    }
  }

  @Test
  void afterTheClientsHalfCloseTheServerCanStillSend() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      halfClose(pair.client(), pair.server());
    }
  }

  @Test
  void afterTheServersHalfCloseTheClientCanStillSend() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      halfClose(pair.server(), pair.client());
    }
  }

  private static void halfClose(SocketChannel first, SocketChannel second) throws Exception {
    first.write(ascii("last words"));
    first.shutdownOutput();
    assertThat(text(Threads.readFully(second, 10))).isEqualTo("last words");
    assertThat(second.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    second.write(ascii("answer"));
    assertThat(text(Threads.readFully(first, 6))).isEqualTo("answer");
    assertThatThrownBy(() -> first.write(ascii("x"))).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void afterShutdownInputAReadGivesEndOfStream() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      var reading = Threads.platform(() -> pair.client().read(ByteBuffer.allocate(1)));
      reading.awaitBlocked();
      pair.client().shutdownInput();
      assertThat(reading.value()).isEqualTo(-1);
      pair.client().write(ascii("still"));
      assertThat(text(Threads.readFully(pair.server(), 5))).isEqualTo("still");
    }
  }

  @Test
  void dataThatIsQueuedWhenTheChannelIsClosedArrives() throws Exception {
    byte[] octets = new byte[200_000];
    new Random(1).nextBytes(octets);
    try (TwoStacks.Pair pair = stacks.connected()) {
      pair.client().write(ByteBuffer.wrap(octets));
      pair.client().close();
      assertThat(Threads.readFully(pair.server(), octets.length).array()).isEqualTo(octets);
      assertThat(pair.server().read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void aResetByTheClientReachesTheServersReader() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      assertReset(pair.client(), pair.server());
    }
  }

  @Test
  void aResetByTheServerReachesTheClientsReader() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      assertReset(pair.server(), pair.client());
    }
  }

  private static void assertReset(SocketChannel resetting, SocketChannel reading)
      throws IOException {
    var blocked = Threads.platform(() -> reading.read(ByteBuffer.allocate(1)));
    blocked.awaitBlocked();
    resetting.setOption(StandardSocketOptions.SO_LINGER, 0);
    resetting.close();
    assertThat(blocked.failure())
        .isInstanceOf(SocketException.class)
        .hasMessage("Connection reset");
    assertThatThrownBy(() -> reading.read(ByteBuffer.allocate(1)))
        .isInstanceOf(SocketException.class)
        .hasMessage("Connection reset");
    assertThatThrownBy(() -> reading.write(ascii("x")))
        .isInstanceOf(SocketException.class)
        .hasMessage("Broken pipe");
  }

  @Test
  @Tag("SCENARIO-12")
  void closingWithUnreadDataResetsThePeer() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      pair.client().write(ascii("unread"));
      Threads.readFully(pair.server(), 1);
      pair.server().close();
      assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1)))
          .isInstanceOf(SocketException.class)
          .hasMessage("Connection reset");
    }
  }

  @Test
  void whatArrivedBeforeAResetCanBeReadFirst() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      pair.server().write(ascii("abc"));
      await().until(() -> pair.client().socket().getInputStream().available() == 3);
      pair.server().setOption(StandardSocketOptions.SO_LINGER, 0);
      pair.server().close();
      await().until(() -> stacks.client.<Integer>call((host, now) -> host.connectionCount()) == 0);
      assertThat(text(Threads.readFully(pair.client(), 3))).isEqualTo("abc");
      assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1)))
          .isInstanceOf(SocketException.class)
          .hasMessage("Connection reset");
    }
  }

  @Test
  void aPortWhereNobodyListensRefuses() throws Exception {
    SocketChannel channel = stacks.client.openSocketChannel();
    assertThatThrownBy(() -> channel.connect(new InetSocketAddress(TwoStacks.SERVER, 9)))
        .isInstanceOf(ConnectException.class)
        .hasMessage("Connection refused");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anUnansweredConnectTimesOut() throws Exception {
    TcpSettings impatient = new TcpSettings();
    impatient.synRetries = 1;
    impatient.initialRtoNanos = 50_000_000L;
    try (TwoStacks silent = new TwoStacks(impatient)) {
      assertThatThrownBy(() -> silent.client.connect(new InetSocketAddress(TwoStacks.NOBODY, 9)))
          .isInstanceOf(ConnectException.class)
          .hasMessage("Connection timed out");
    }
  }

  @Test
  void aStackCanTalkToItself() throws Exception {
    try (ServerSocketChannel listener = stacks.server.listen(0);
        SocketChannel channel = stacks.server.connect(TwoStacks.addressOf(listener));
        SocketChannel accepted = listener.accept()) {
      channel.write(ascii("me"));
      assertThat(text(Threads.readFully(accepted, 2))).isEqualTo("me");
    }
  }

  @Test
  void aChannelSaysWhenItIsUsedTooEarlyOrTwice() throws Exception {
    try (ServerSocketChannel listener = stacks.server.listen(0);
        SocketChannel channel = stacks.client.openSocketChannel();
        ServerSocketChannel unbound = stacks.server.openServerSocketChannel()) {
      assertThatThrownBy(unbound::accept).isInstanceOf(NotYetBoundException.class);
      assertThatThrownBy(() -> listener.bind(null)).isInstanceOf(AlreadyBoundException.class);
      assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
          .isInstanceOf(NotYetConnectedException.class);
      assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
          .isInstanceOf(NotYetConnectedException.class);
      assertThatThrownBy(channel::shutdownOutput).isInstanceOf(NotYetConnectedException.class);
      assertThat(channel.getLocalAddress()).isNull();
      channel.bind(null);
      assertThatThrownBy(() -> channel.bind(null)).isInstanceOf(AlreadyBoundException.class);
      channel.connect(TwoStacks.addressOf(listener));
      assertThatThrownBy(() -> channel.connect(TwoStacks.addressOf(listener)))
          .isInstanceOf(AlreadyConnectedException.class);
    }
  }

  @Test
  void aClosedChannelDoesNothingAnyMore() throws Exception {
    TwoStacks.Pair pair = stacks.connected();
    pair.close();
    SocketChannel channel = pair.client();
    assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(channel::getRemoteAddress).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> channel.getOption(StandardSocketOptions.TCP_NODELAY))
        .isInstanceOf(ClosedChannelException.class);
    pair.close(); // again: no effect
  }

  @Test
  void anAddressThatIsNoneOfTheInternetIsRefused() throws Exception {
    try (SocketChannel channel = stacks.client.openSocketChannel()) {
      SocketAddress unix = UnixDomainSocketAddress.of("/x");
      assertThatThrownBy(() -> channel.connect(unix))
          .isInstanceOf(UnsupportedAddressTypeException.class);
      SocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere", 1);
      assertThatThrownBy(() -> channel.connect(unresolved))
          .isInstanceOf(UnresolvedAddressException.class);
      assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1).asReadOnlyBuffer()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @Tag("SCENARIO-18")
  void fiveHundredVirtualThreadsEchoAtOnce() throws Exception {
    int clients = 500;
    byte[] octets = new byte[20_000];
    new Random(5).nextBytes(octets);
    try (ServerSocketChannel listener =
        stacks.server.openServerSocketChannel().bind(new InetSocketAddress(7), clients)) {
      var accepting = Threads.virtual(() -> {
        for (int i = 0; i < clients; i++) {
          SocketChannel peer = listener.accept();
          Threads.virtual(() -> Threads.echo(peer));
        }
        return true;
      });
      List<Threads.Running<byte[]>> running = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        running.add(Threads.virtual(() -> echoed(octets)));
      }
      for (Threads.Running<byte[]> one : running) {
        assertThat(one.value()).isEqualTo(octets);
      }
      assertThat(accepting.value()).isTrue();
    }
  }

  private byte[] echoed(byte[] octets) throws Exception {
    try (SocketChannel channel =
        stacks.client.connect(new InetSocketAddress(TwoStacks.SERVER, 7))) {
      var writing = Threads.virtual(() -> channel.write(ByteBuffer.wrap(octets)));
      byte[] back = Threads.readFully(channel, octets.length).array();
      assertThat(writing.value()).isEqualTo(octets.length);
      return back;
    }
  }
}
