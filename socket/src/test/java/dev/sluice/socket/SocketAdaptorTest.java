package dev.sluice.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// java.net's sockets, those of their own and those that channels hand out.
@Timeout(60)
class SocketAdaptorTest {
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

  private TwoStacks stacks;

  @BeforeEach
  void start() throws IOException {
    stacks = new TwoStacks();
  }

  @AfterEach
  void stop() throws IOException {
    stacks.close();
  }

  private Socket client(boolean adaptor) throws IOException {
    return adaptor ? stacks.client.openSocketChannel().socket() : stacks.client.newSocket();
  }

  private ServerSocket server(boolean adaptor) throws IOException {
    ServerSocket server = adaptor
        ? stacks.server.openServerSocketChannel().socket()
        : stacks.server.newServerSocket();
    server.bind(new InetSocketAddress(7));
    return server;
  }

  private static InetSocketAddress seven() {
    return new InetSocketAddress(TwoStacks.SERVER, 7);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void streamsCarryOctetsBothWays(boolean adaptor) throws Exception {
    try (ServerSocket server = server(adaptor);
        Socket socket = client(adaptor)) {
      socket.connect(seven());
      try (Socket accepted = server.accept()) {
        socket.getOutputStream().write(HELLO);
        socket.shutdownOutput();
        assertThat(accepted.getInputStream().readAllBytes()).isEqualTo(HELLO);
        accepted.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
        assertThat(socket.getInputStream().available()).isZero();
        assertThat(accepted.getRemoteSocketAddress()).isEqualTo(socket.getLocalSocketAddress());
      }
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSocketKnowsItsState(boolean adaptor) throws Exception {
    ServerSocket server = server(adaptor);
    Socket socket = client(adaptor);
    assertThat(socket.isBound() || socket.isConnected() || socket.isClosed()).isFalse();
    assertThat(server.isBound()).isTrue();
    assertThat(server.getLocalPort()).isEqualTo(7);
    socket.connect(seven());
    assertThat(socket.isConnected() && socket.isBound()).isTrue();
    assertThat(socket.getInetAddress()).isEqualTo(TwoStacks.SERVER);
    assertThat(socket.getPort()).isEqualTo(7);
    assertThat(socket.getLocalAddress()).isEqualTo(TwoStacks.CLIENT);
    socket.shutdownInput();
    assertThat(socket.isInputShutdown()).isTrue();
    assertThat(socket.isOutputShutdown()).isFalse();
    socket.close();
    server.close();
    assertThat(socket.isClosed() && server.isClosed()).isTrue();
    assertThatThrownBy(socket::getInputStream).isInstanceOf(SocketException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitingEndsWhenTheTimeoutIsOver(boolean adaptor) throws Exception {
    try (ServerSocket server = server(adaptor);
        Socket socket = client(adaptor)) {
      server.setSoTimeout(20);
      assertThatThrownBy(server::accept)
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("Accept timed out");
      server.setSoTimeout(0);
      socket.connect(seven());
      socket.setSoTimeout(20);
      assertThat(socket.getSoTimeout()).isEqualTo(20);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("Read timed out");
      try (Socket accepted = server.accept()) { // and the socket goes on after that
        accepted.getOutputStream().write(HELLO);
        assertThat(socket.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void connectingEndsWhenItsTimeoutIsOver(boolean adaptor) throws Exception {
    Socket socket = client(adaptor);
    assertThatThrownBy(() -> socket.connect(new InetSocketAddress(TwoStacks.NOBODY, 7), 50))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessage("Connect timed out");
    assertThat(socket.isClosed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRefusalIsAConnectException(boolean adaptor) throws Exception {
    try (Socket socket = client(adaptor)) {
      assertThatThrownBy(() -> socket.connect(seven()))
          .isInstanceOf(ConnectException.class)
          .hasMessage("Connection refused");
    }
  }

  @Test
  void closingASocketWakesItsReaderAndItsAcceptor() throws Exception {
    ServerSocket server = server(false);
    Socket socket = client(false);
    socket.connect(seven());
    server.accept();
    var reading = Threads.platform(() -> socket.getInputStream().read());
    var accepting = Threads.platform(server::accept);
    reading.awaitBlocked();
    accepting.awaitBlocked();
    socket.close();
    server.close();
    assertThat(reading.failure()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
    assertThat(accepting.failure()).isInstanceOf(SocketException.class).hasMessage("Socket closed");
  }

  @Test
  void anInterruptClosesASocketOfAVirtualThreadOnly() throws Exception {
    try (ServerSocket server = server(false)) {
      Socket ofVirtual = client(false);
      ofVirtual.connect(seven());
      var virtual = Threads.virtual(() -> ofVirtual.getInputStream().read());
      virtual.awaitBlocked();
      virtual.thread().interrupt();
      assertThat(virtual.failure())
          .isInstanceOf(SocketException.class)
          .hasMessage("Closed by interrupt");
      server.accept().close();
      Socket ofPlatform = client(false);
      ofPlatform.connect(seven());
      var platform = Threads.platform(() -> ofPlatform.getInputStream().read());
      platform.awaitBlocked();
      platform.thread().interrupt();
      try (Socket accepted = server.accept()) {
        accepted.getOutputStream().write('y');
        assertThat(platform.value()).isEqualTo((int) 'y');
      }
    }
  }

  @Test
  void optionsOfJavaNetGoRound() throws Exception {
    try (ServerSocket server = server(false);
        Socket socket = client(false)) {
      socket.connect(seven());
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      socket.setSoLinger(true, 3);
      socket.setReceiveBufferSize(100_000);
      socket.setTrafficClass(0x28);
      assertThat(socket.getTcpNoDelay() && socket.getKeepAlive()).isTrue();
      assertThat(socket.getSoLinger()).isEqualTo(3);
      assertThat(socket.getReceiveBufferSize()).isEqualTo(100_000);
      assertThat(socket.getTrafficClass()).isEqualTo(0x28);
      socket.setSoLinger(false, 0);
      assertThat(socket.getSoLinger()).isEqualTo(-1);
      assertThat(server.getReuseAddress()).isFalse();
    }
  }

  @Test
  void anAdaptorOfANonBlockingChannelDoesNotBlock() throws Exception {
    try (ServerSocketChannel listener = stacks.server.listen(7);
        SocketChannel channel = stacks.client.connect(seven())) {
      assertThat(channel.socket()).isSameAs(channel.socket());
      assertThat(channel.socket().getChannel()).isSameAs(channel);
      assertThat(channel.socket().isConnected()).isTrue();
      channel.configureBlocking(false);
      assertThatThrownBy(() -> channel.socket().getInputStream().read())
          .isInstanceOf(IllegalBlockingModeException.class);
      listener.configureBlocking(false);
      assertThatThrownBy(() -> listener.socket().accept())
          .isInstanceOf(IllegalBlockingModeException.class);
    }
  }
}
