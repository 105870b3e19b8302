package dev.sluice.socket;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.tcp.tcb.TcpSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Ports: who holds them, and who waits behind them.
@Timeout(60)
class BindTest {
  private TwoStacks stacks;

  @BeforeEach
  void start() throws IOException {
    stacks = new TwoStacks(new TcpSettings());
  }

  @AfterEach
  void stop() throws IOException {
    stacks.close();
  }

  @Test
  void aPortThatIsTakenCannotBeBoundAgain() throws Exception {
    try (ServerSocketChannel first = stacks.server.listen(7)) {
      assertThat(first.isOpen()).isTrue();
      assertThatThrownBy(() -> stacks.server.listen(7))
          .isInstanceOf(BindException.class)
          .hasMessage("Address already in use");
    }
    stacks.server.listen(7).close();
  }

  @Test
  void anAddressOfSomebodyElseCannotBeBound() throws Exception {
    try (SocketChannel channel = stacks.client.openSocketChannel()) {
      assertThatThrownBy(() -> channel.bind(new InetSocketAddress(TwoStacks.SERVER, 0)))
          .isInstanceOf(BindException.class);
    }
  }

  @Test
  void aBoundChannelConnectsFromItsPort() throws Exception {
    try (ServerSocketChannel listener = stacks.server.listen(0);
        SocketChannel channel = stacks.client.openSocketChannel()) {
      channel.bind(new InetSocketAddress(4_000));
      assertThat(channel.getLocalAddress()).isEqualTo(new InetSocketAddress(4_000));
      channel.connect(TwoStacks.addressOf(listener));
      assertThat(channel.getLocalAddress())
          .isEqualTo(new InetSocketAddress(TwoStacks.CLIENT, 4_000));
    }
  }

  @Test
  void aClosedChannelGivesItsPortBackAtOnce() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (SocketChannel channel = stacks.client.openSocketChannel()) {
        channel.bind(new InetSocketAddress(4_000));
        assertThat(((InetSocketAddress) channel.getLocalAddress()).getPort()).isEqualTo(4_000);
      }
    }
  }

  @Test
  void aPortInTimeWaitIsForThoseWhoReuseAddresses() throws Exception {
    ServerSocketChannel listener = stacks.server.listen(7);
    SocketChannel channel = stacks.client.connect(new InetSocketAddress(TwoStacks.SERVER, 7));
    SocketChannel accepted = listener.accept();
    listener.close();
    accepted.close(); // the server closes first, so the TIME-WAIT is its
    assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    channel.close();
    await()
        .atMost(10, SECONDS)
        .until(() -> stacks.server.<Integer>call((host, now) -> host.timeWaitCount()) == 1);
    assertThatThrownBy(() -> stacks.server.listen(7))
        .isInstanceOf(BindException.class)
        .hasMessage("Address already in use");
    try (ServerSocketChannel again = stacks.server.openServerSocketChannel()) {
      again.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      again.bind(new InetSocketAddress(7));
      assertThat(again.isOpen()).isTrue();
    }
  }

  @Test
  void aServerOnOneAddressIsNotReachedByTheOthers() throws Exception {
    try (ServerSocketChannel listener = stacks.server.openServerSocketChannel()) {
      listener.bind(new InetSocketAddress(TwoStacks.SERVER, 7));
      stacks.client.connect(new InetSocketAddress(TwoStacks.SERVER, 7)).close();
      assertThatThrownBy(() -> stacks.client.connect(new InetSocketAddress(TwoStacks.SERVER_V6, 7)))
          .hasMessage("Connection refused");
      assertThat(listener.getLocalAddress()).isEqualTo(new InetSocketAddress(TwoStacks.SERVER, 7));
    }
  }

  @Test
  void theUnspecifiedAddressOfAConnectIsThisHost() throws Exception {
    try (ServerSocketChannel listener = stacks.server.listen(7);
        SocketChannel channel =
            stacks.server.connect(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 7))) {
      assertThat(channel.isConnected()).isTrue();
      listener.accept().close();
    }
  }

  @Test
  void whoWaitsInAFullBacklogGetsInWhenSomebodyIsAccepted() throws Exception {
    try (ServerSocketChannel listener = stacks.server.openServerSocketChannel()) {
      listener.bind(new InetSocketAddress(7), 2);
      List<Threads.Running<SocketChannel>> clients = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        clients.add(Threads.virtual(() -> {
          SocketChannel channel = stacks.client.connect(new InetSocketAddress(TwoStacks.SERVER, 7));
          channel.write(ByteBuffer.wrap(new byte[] {1}));
          return channel;
        }));
      }
      await().atMost(10, SECONDS).until(() -> acceptQueue() >= 2);
      assertThat(acceptQueue()).isLessThanOrEqualTo(3);
      for (int i = 0; i < 6; i++) {
        try (SocketChannel accepted = listener.accept()) {
          Threads.readFully(accepted, 1);
        }
      }
      for (Threads.Running<SocketChannel> client : clients) {
        client.value().close();
      }
    }
  }

  private int acceptQueue() {
    return stacks.server.call(
        (host, now) -> host.snapshot(now).listeners().getFirst().acceptQueue());
  }

  @Test
  void closingAServerResetsWhoWasNotAcceptedYet() throws Exception {
    ServerSocketChannel listener = stacks.server.listen(7);
    try (SocketChannel channel =
        stacks.client.connect(new InetSocketAddress(TwoStacks.SERVER, 7))) {
      await().atMost(10, SECONDS).until(() -> acceptQueue() == 1);
      listener.close();
      assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
          .isInstanceOf(SocketException.class)
          .hasMessage("Connection reset");
    }
  }

  @Test
  void aConnectionThatWasResetBeforeItWasAcceptedIsAcceptedAndTellsSo() throws Exception {
    try (ServerSocketChannel listener = stacks.server.listen(7)) {
      SocketChannel channel = stacks.client.connect(new InetSocketAddress(TwoStacks.SERVER, 7));
      await().atMost(10, SECONDS).until(() -> acceptQueue() == 1);
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      channel.close();
      try (SocketChannel accepted = listener.accept()) {
        assertThatThrownBy(() -> accepted.read(ByteBuffer.allocate(1)))
            .hasMessage("Connection reset");
      }
    }
  }
}
