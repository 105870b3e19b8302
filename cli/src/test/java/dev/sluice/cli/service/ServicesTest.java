package dev.sluice.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cli.front.Tcp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The services, spoken to over kernel sockets: they do not know whose channels they use.
@Timeout(30)
class ServicesTest {
  private final Buffers buffers = new Buffers();

  @SuppressWarnings("NullAway.Init") // every test calls talkTo()
  private ServiceListener listener;

  @SuppressWarnings("NullAway.Init") // every test calls talkTo()
  private ServerSocketChannel server;

  private SocketChannel talkTo(Service service) throws IOException {
    server = Tcp.listen();
    int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
    listener = new ServiceListener("test", port, server, service);
    listener.start();
    return Tcp.connect(server);
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
    listener.closePeers();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_000, 100_000})
  void echoGivesEverythingBackAndThenItsFin(int count) throws Exception {
    try (SocketChannel peer = talkTo(new Echo(buffers))) {
      String text = "x".repeat(count);
      Thread writer = Thread.ofVirtual().start(() -> {
        try {
          Tcp.write(peer, text);
          peer.shutdownOutput();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
      assertThat(Tcp.readAll(peer)).isEqualTo(text);
      writer.join();
    }
  }

  @Test
  void discardSaysNothingAndClosesAfterThePeer() throws IOException {
    try (SocketChannel peer = talkTo(new Discard(buffers))) {
      Tcp.write(peer, "into the void");
      peer.shutdownOutput();

      assertThat(Tcp.readAll(peer)).isEmpty();
    }
  }

  @Test
  void daytimeIsTheFormOfTheRfcAndThenFin() throws IOException {
    Clock clock =
        Clock.fixed(Instant.parse("1982-02-23T01:37:43Z"), ZoneId.of("America/Los_Angeles"));
    try (SocketChannel peer = talkTo(new Daytime(clock))) {
      assertThat(Tcp.readAll(peer)).isEqualTo("Monday, February 22, 1982 17:37:43-PST\r\n");
    }
  }

  @Test
  void daytimeIsNotLostOnAPeerThatTalks() throws IOException {
    try (SocketChannel peer = talkTo(new Daytime(Clock.system(ZoneId.of("UTC"))))) {
      Tcp.write(peer, "what time is it?\n");
      assertThat(Tcp.readAll(peer)).endsWith("-UTC\r\n");
      Tcp.write(peer, "thank you\n");
      peer.shutdownOutput();
    }
  }

  @Test
  void chargenShiftsItsLinesByOneCharacter() throws IOException {
    try (SocketChannel peer = talkTo(new Chargen(buffers))) {
      String text = Tcp.read(peer, 96 * 74);

      String[] lines = text.split("\r\n");
      assertThat(lines).hasSize(96);
      assertThat(lines[0])
          .isEqualTo(" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefg");
      assertThat(lines[1]).isEqualTo(lines[0].substring(1) + "h");
      assertThat(lines[94]).startsWith("~ !");
      assertThat(lines[95]).isEqualTo(lines[0]);
    }
  }

  @Test
  void chargenGoesOnAfterAHalfClose() throws IOException {
    try (SocketChannel peer = talkTo(new Chargen(buffers))) {
      Tcp.write(peer, "thrown away");
      peer.shutdownOutput();

      assertThat(Tcp.read(peer, 8 << 20)).hasSize(8 << 20);
    }
  }

  @Test
  void aClosedListenerServesOnAndTellsOnce() throws Exception {
    try (SocketChannel peer = talkTo(new Echo(buffers))) {
      Tcp.write(peer, "a");
      assertThat(Tcp.read(peer, 1)).isEqualTo("a");
      CountDownLatch ended = new CountDownLatch(1);
      listener.onEnd(ended::countDown);
      InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();

      listener.close();

      assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> connectUntilRefused(address)).isInstanceOf(ConnectException.class);
      Tcp.write(peer, "b");
      assertThat(Tcp.read(peer, 1)).isEqualTo("b");
    }
  }

  /// The kernel's listener goes when the accept under way has ended, a moment later, and
  /// resets whoever is in its queue just then.
  private static void connectUntilRefused(InetSocketAddress address) throws IOException {
    while (true) {
      try {
        SocketChannel.open(address).close();
      } catch (ConnectException e) {
        throw e;
      } catch (SocketException e) {
        assertThat(e).hasMessageContaining("reset");
      }
    }
  }
}
