package dev.sluice.stack;

import static dev.sluice.stack.TestPackets.HOST_V4;
import static dev.sluice.stack.TestPackets.PEER_V4;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.Flags;
import dev.sluice.wire.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Several listeners at one port (SO_REUSEPORT).
class SharedPortTest {
  private static final int PORT = 7;
  private static final Reuse SHARED = new Reuse(false, true);

  private final TestHost test = TestHost.usual();
  private final List<Listener> listeners = new ArrayList<>();
  private final Map<Listener, List<Connection>> accepted = new HashMap<>();

  private void listen(IpAddress address) throws IOException {
    Binding binding = test.host.bind(address, PORT, SHARED);
    ListenerLimits limits = new ListenerLimits(1_000, 1_000);
    listeners.add(test.host.listen(
        binding, new ConnectionOptions(), limits, (listener, connection) -> {
          accepted.computeIfAbsent(listener, _ -> new ArrayList<>()).add(connection);
          listener.onAccepted();
          return (_, _) -> {};
        }));
  }

  private void connect(int from, int to) {
    for (int port = from; port < to; port++) {
      acknowledge(port, begin(port));
    }
  }

  /// A peer sends its SYN.
  ///
  /// @return the number of the answer
  private int begin(int source) {
    test.takeSent();
    test.receive(TestPackets.tcp(PEER_V4, HOST_V4, PORT, syn -> syn.sourcePort = source));
    return TestHost.parse(test.takeSent().getLast()).seq;
  }

  private void acknowledge(int source, int answerSeq) {
    test.receive(TestPackets.tcp(PEER_V4, HOST_V4, PORT, ack -> {
      ack.sourcePort = source;
      ack.flags = Flags.ACK;
      ack.seq++;
      ack.ack = answerSeq + 1;
    }));
  }

  private int count(int listener) {
    return accepted.getOrDefault(listeners.get(listener), List.of()).size();
  }

  @Test
  void peersAreSpreadOverAllListenersOfAnAddress() throws IOException {
    for (int i = 0; i < 3; i++) {
      listen(IpAddress.ANY_V6);
    }
    connect(10_000, 10_600);
    assertThat(count(0) + count(1) + count(2)).isEqualTo(600);
    for (int i = 0; i < 3; i++) {
      assertThat(count(i)).as("listener %d of about 200", i).isBetween(140, 260);
    }
  }

  @Test
  void theListenerOfTheExactAddressHasThemAll() throws IOException {
    listen(IpAddress.ANY_V6);
    listen(IpAddress.parse(HOST_V4));
    connect(10_000, 10_100);
    assertThat(count(1)).isEqualTo(100);
  }

  @Test
  void whenOneGoesTheOthersCarryOnAndItsConnectionsLive() throws IOException {
    for (int i = 0; i < 3; i++) {
      listen(IpAddress.ANY_V6);
    }
    connect(10_000, 10_300);
    int before = count(0);
    test.host.unlisten(listeners.getFirst(), test.nowNanos);
    test.poll();
    connect(20_000, 20_300);
    assertThat(count(0)).isEqualTo(before);
    assertThat(count(0) + count(1) + count(2)).isEqualTo(600);
    assertThat(accepted.get(listeners.getFirst()))
        .allMatch(connection -> connection.state() == State.ESTABLISHED);
  }

  @Test
  void handshakesUnderWayStayWithTheirListenerWhenOthersJoin() throws IOException {
    listen(IpAddress.ANY_V6);
    Map<Integer, Integer> answers = new HashMap<>();
    for (int port = 10_000; port < 10_200; port++) {
      answers.put(port, begin(port));
    }
    listen(IpAddress.ANY_V6);
    listen(IpAddress.parse(HOST_V4));
    answers.forEach(this::acknowledge);
    assertThat(count(0)).isEqualTo(200);
    connect(20_000, 20_010);
    assertThat(count(2)).as("of the exact address, for all new ones").isEqualTo(10);
  }

  @Test
  void aSynThatIsRepeatedGetsTheSameAnswerAfterOthersJoined() throws IOException {
    listen(IpAddress.ANY_V6);
    int answer = begin(10_000);
    for (int i = 0; i < 10; i++) {
      listen(IpAddress.ANY_V6);
    }
    assertThat(begin(10_000)).isEqualTo(answer);
  }

  @Test
  void whoDoesNotShareIsRefusedAndMayHaveThePortAfterwards() throws IOException {
    listen(IpAddress.ANY_V6);
    assertThatThrownBy(() -> test.host.bind(IpAddress.ANY_V6, PORT, true))
        .isInstanceOf(BindException.class);
  }
}
