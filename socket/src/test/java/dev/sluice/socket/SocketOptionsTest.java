package dev.sluice.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.stream.Stream;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class SocketOptionsTest {
  private TwoStacks stacks;

  @BeforeEach
  void start() throws IOException {
    stacks = new TwoStacks();
  }

  @AfterEach
  void stop() throws IOException {
    stacks.close();
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of(StandardSocketOptions.SO_SNDBUF, 50_000),
        Arguments.of(StandardSocketOptions.SO_RCVBUF, 60_000),
        Arguments.of(StandardSocketOptions.SO_KEEPALIVE, true),
        Arguments.of(StandardSocketOptions.SO_REUSEADDR, true),
        Arguments.of(StandardSocketOptions.SO_LINGER, 5),
        Arguments.of(StandardSocketOptions.TCP_NODELAY, true),
        Arguments.of(StandardSocketOptions.IP_TOS, 0xb8),
        Arguments.of(ExtendedSocketOptions.TCP_KEEPIDLE, 11),
        Arguments.of(ExtendedSocketOptions.TCP_KEEPINTERVAL, 12),
        Arguments.of(ExtendedSocketOptions.TCP_KEEPCOUNT, 3),
        Arguments.of(ExtendedSocketOptions.TCP_QUICKACK, true),
        Arguments.of(SluiceSocketOptions.IP_TTL, 17),
        Arguments.of(SluiceSocketOptions.TCP_USER_TIMEOUT, 30_000),
        Arguments.of(SluiceSocketOptions.TCP_USER_TIMEOUT_OPTION, true),
        Arguments.of(SluiceSocketOptions.TCP_FASTOPEN, 16),
        Arguments.of(SluiceSocketOptions.TCP_FASTOPEN_CONNECT, true),
        Arguments.of(SluiceSocketOptions.TCP_CORK, true),
        Arguments.of(SluiceSocketOptions.TCP_NOTSENT_LOWAT, 8_192),
        Arguments.of(SluiceSocketOptions.TCP_SYNCNT, 3),
        Arguments.of(SluiceSocketOptions.TCP_CONGESTION, "reno"),
        Arguments.of(SluiceSocketOptions.TCP_WINDOW_CLAMP, 20_000),
        Arguments.of(SluiceSocketOptions.TCP_LINGER2, 7),
        Arguments.of(SluiceSocketOptions.TCP_LINGER2, -1),
        Arguments.of(StandardSocketOptions.SO_REUSEPORT, true),
        Arguments.of(SluiceSocketOptions.TCP_MAXSEG, 500));
  }

  @ParameterizedTest
  @MethodSource("values")
  void whatIsSetIsReadBackBeforeAndAfterConnecting(SocketOption<Object> name, Object value)
      throws Exception {
    try (ServerSocketChannel listener = stacks.server.listen(0);
        SocketChannel channel = stacks.client.openSocketChannel()) {
      channel.setOption(name, value);
      assertThat(channel.getOption(name)).isEqualTo(value);
      channel.connect(TwoStacks.addressOf(listener));
      assertThat(channel.getOption(name)).isEqualTo(value);
      assertThat(channel.supportedOptions()).contains(name);
    }
    try (TwoStacks.Pair pair = stacks.connected()) {
      pair.server().setOption(name, value);
      assertThat(pair.server().getOption(name)).isEqualTo(value);
    }
  }

  @ParameterizedTest
  @MethodSource("values")
  void acceptedChannelsBeginWithTheListenersValues(SocketOption<Object> name, Object value)
      throws Exception {
    if (name.equals(StandardSocketOptions.SO_LINGER)) {
      return; // a listener has none
    }
    try (ServerSocketChannel listener = stacks.server.listen(0)) {
      listener.setOption(name, value);
      assertThat(listener.getOption(name)).isEqualTo(value);
      try (SocketChannel channel = stacks.client.connect(TwoStacks.addressOf(listener));
          SocketChannel accepted = listener.accept()) {
        assertThat(channel.isConnected()).isTrue();
        boolean ofPort = name.equals(StandardSocketOptions.SO_REUSEADDR)
            || name.equals(StandardSocketOptions.SO_REUSEPORT);
        if (!ofPort) {
          assertThat(accepted.getOption(name)).isEqualTo(value);
        }
      }
    }
  }

  static Stream<Arguments> nonsense() {
    return Stream.of(
        Arguments.of(StandardSocketOptions.SO_SNDBUF, -1),
        Arguments.of(StandardSocketOptions.SO_RCVBUF, -1),
        Arguments.of(StandardSocketOptions.IP_TOS, 256),
        Arguments.of(ExtendedSocketOptions.TCP_KEEPIDLE, 0),
        Arguments.of(ExtendedSocketOptions.TCP_KEEPCOUNT, 128),
        Arguments.of(SluiceSocketOptions.IP_TTL, 0),
        Arguments.of(SluiceSocketOptions.TCP_WINDOW_CLAMP, 100),
        Arguments.of(SluiceSocketOptions.TCP_LINGER2, 121),
        Arguments.of(SluiceSocketOptions.TCP_USER_TIMEOUT, -1),
        Arguments.of(SluiceSocketOptions.TCP_MAXSEG, 20));
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void valuesOutOfRangeAreRefused(SocketOption<Integer> name, int value) throws Exception {
    try (SocketChannel channel = stacks.client.openSocketChannel()) {
      assertThatThrownBy(() -> channel.setOption(name, value))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aCongestionControlThatNobodyKnowsIsRefused() throws Exception {
    try (SocketChannel channel = stacks.client.openSocketChannel()) {
      assertThatThrownBy(() -> channel.setOption(SluiceSocketOptions.TCP_CONGESTION, "vegas"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aConnectionTellsAllOfItself() throws Exception {
    try (TwoStacks.Pair pair = stacks.connected()) {
      pair.client().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
      Threads.readFully(pair.server(), 3);
      assertThat(Stack.info(pair.server()).bytesReceived()).isEqualTo(3);
      assertThat(Stack.info(pair.server()).detail().traffic().textSegmentsIn()).isEqualTo(1);
      assertThat(Stack.info(pair.client()).detail().traffic().textSegmentsOut()).isEqualTo(1);
    }
  }

  @Test
  void serversShareAPortIfAllOfThemSaySo() throws Exception {
    try (ServerSocketChannel one = stacks.server.openServerSocketChannel();
        ServerSocketChannel two = stacks.server.openServerSocketChannel();
        ServerSocketChannel other = stacks.server.openServerSocketChannel()) {
      one.setOption(StandardSocketOptions.SO_REUSEPORT, true).bind(new InetSocketAddress(7));
      two.setOption(StandardSocketOptions.SO_REUSEPORT, true).bind(new InetSocketAddress(7));
      assertThatThrownBy(() -> other.bind(new InetSocketAddress(7)))
          .isInstanceOf(BindException.class);
    }
  }

  @Test
  void anOptionThatIsNotSupportedSaysSo() throws Exception {
    try (SocketChannel channel = stacks.client.openSocketChannel();
        NetworkChannel listener = stacks.client.openServerSocketChannel()) {
      assertThatThrownBy(() -> channel.getOption(StandardSocketOptions.IP_MULTICAST_TTL))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("'IP_MULTICAST_TTL' not supported");
      assertThatThrownBy(() -> listener.setOption(StandardSocketOptions.SO_LINGER, 1))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }
}
