package dev.sluice.stack;

import static dev.sluice.stack.TwoHosts.CLIENT_V4;
import static dev.sluice.stack.TwoHosts.SECOND;
import static dev.sluice.stack.TwoHosts.SERVER_V4;
import static dev.sluice.stack.TwoHosts.SERVER_V6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Two hosts, from the first SYN to the last TIME-WAIT.
class ConversationTest {
  private final TwoHosts net = new TwoHosts();

  private TwoHosts.User established(int port) throws IOException {
    TwoHosts.User user = net.connect(SERVER_V4, port);
    net.settle();
    assertThat(user.connection().state()).isEqualTo(State.ESTABLISHED);
    return user;
  }

  private static byte[] random(int length) {
    byte[] octets = new byte[length];
    new Random(3).nextBytes(octets);
    return octets;
  }

  @ParameterizedTest
  @ValueSource(strings = {SERVER_V4, SERVER_V6})
  void handshakeAndDataBothWays(String server) throws IOException {
    net.listen(7);
    TwoHosts.User user = net.connect(server, 7);
    byte[] question = random(1_000_000);
    user.toWrite.add(ByteBuffer.wrap(question));
    net.settle();
    TwoHosts.User peer = net.accepted.getFirst();
    byte[] answer = random(500_000);
    peer.toWrite.add(ByteBuffer.wrap(answer));
    net.attend(net.server, peer);
    net.advance(5 * SECOND);

    assertThat(user.events).contains(Event.Signal.CONNECTED);
    assertThat(peer.receivedOctets()).isEqualTo(question);
    assertThat(user.receivedOctets()).isEqualTo(answer);
  }

  @Test
  void halfOpenPeerKeepsItsNumberWhenItBecomesAConnection() throws IOException {
    net.listen(7);
    established(7);
    long id = net.server.idOf(net.accepted.getFirst().connection());

    assertThat(net.serverLog)
        .anyMatch(line -> line.startsWith(id + " LISTEN > SYN-RECEIVED"))
        .anyMatch(line -> line.startsWith(id + " SYN-RECEIVED > ESTABLISHED"));
    assertThat(net.server.connection(id)).isSameAs(net.accepted.getFirst().connection());
  }

  @Test
  void closedPortRefuses() throws IOException {
    TwoHosts.User user = net.connect(SERVER_V4, 9);
    net.settle();

    assertThat(user.closed().reason()).isInstanceOf(CloseReason.Refused.class);
    assertThat(net.client.connectionCount()).isZero();
    assertThat(net.server.tcpCounters().get(TcpCounter.RESETS_OUT)).isEqualTo(1);
  }

  @Test
  void whoClosesFirstWaitsTwiceTheMslAndKeepsItsPortMeanwhile() throws IOException {
    net.listen(7);
    Binding binding = net.client.bind(IpAddress.parse(CLIENT_V4), 5_000, false);
    TwoHosts.User user = net.connect(binding, SERVER_V4, 7);
    net.settle();
    long id = net.client.idOf(user.connection());
    user.connection().close(net.nowNanos);
    net.client.attend(user.connection());
    net.settle();
    TwoHosts.User peer = net.accepted.getFirst();
    assertThat(peer.events).contains(Event.Signal.END_OF_STREAM);
    peer.connection().close(net.nowNanos);
    net.server.attend(peer.connection());
    net.advance(SECOND);
    net.client.release(binding);

    assertThat(net.server.connectionCount()).isZero();
    assertThat(net.client.connectionCount()).isZero();
    HostSnapshot.Waiting waiting = net.client.snapshot(net.nowNanos).timeWaits().getFirst();
    assertThat(waiting.id()).isEqualTo(id);
    assertThat(waiting.remainingNanos()).isBetween(118 * SECOND, 120 * SECOND);
    assertThatThrownBy(() -> net.client.bind(IpAddress.ANY_V4, 5_000, false))
        .isInstanceOf(BindException.class)
        .hasMessage("Address already in use");
    net.client.release(net.client.bind(IpAddress.ANY_V4, 5_000, true));

    net.advance(waiting.remainingNanos());
    assertThat(net.client.timeWaitCount()).isZero();
    assertThat(net.clientLog).contains(id + " TIME-WAIT > CLOSED: 2MSL over");
    net.client.bind(IpAddress.ANY_V4, 5_000, false);
  }

  /// Leaves a TIME-WAIT on the server, for the client's port 5,000.
  private Binding timeWaitOnServer() throws IOException {
    Binding binding = net.client.bind(IpAddress.parse(CLIENT_V4), 5_000, true);
    TwoHosts.User user = net.connect(binding, SERVER_V4, 7);
    net.settle();
    TwoHosts.User peer = net.accepted.getLast();
    peer.connection().close(net.nowNanos);
    net.server.attend(peer.connection());
    net.settle();
    user.connection().close(net.nowNanos);
    net.client.attend(user.connection());
    net.advance(SECOND);
    assertThat(net.server.timeWaitCount()).isEqualTo(1);
    return binding;
  }

  @Test
  @Tag("SCENARIO-33")
  void newerSynEndsATimeWaitAndBecomesAConnection() throws IOException {
    net.listen(7);
    Binding binding = timeWaitOnServer();
    TwoHosts.User again = net.connect(binding, SERVER_V4, 7);
    net.settle();

    assertThat(again.connection().state()).isEqualTo(State.ESTABLISHED);
    assertThat(net.server.timeWaitCount()).isZero();
    assertThat(net.serverLog).anyMatch(line -> line.endsWith("rcv newer SYN"));
  }

  @Test
  void newerSynForNobodyIsRefusedAndTheTimeWaitStays() throws IOException {
    var listener = net.listen(7);
    Binding binding = timeWaitOnServer();
    net.server.unlisten(listener, net.nowNanos);
    TwoHosts.User again = net.connect(binding, SERVER_V4, 7);
    net.settle();

    assertThat(again.closed().reason()).isInstanceOf(CloseReason.Refused.class);
    assertThat(net.server.timeWaitCount()).isEqualTo(1);
  }

  @Test
  void connectOverAnOwnTimeWaitIsRefusedAndAnotherPortIsPickedWithoutABinding() throws IOException {
    net.listen(7);
    Binding binding = net.client.bind(IpAddress.parse(CLIENT_V4), 5_000, true);
    TwoHosts.User user = net.connect(binding, SERVER_V4, 7);
    net.settle();
    user.connection().close(net.nowNanos);
    net.client.attend(user.connection());
    net.settle();
    net.accepted.getFirst().connection().close(net.nowNanos);
    net.server.attend(net.accepted.getFirst().connection());
    net.settle();
    assertThat(net.client.timeWaitCount()).isEqualTo(1);

    assertThatThrownBy(() -> net.connect(binding, SERVER_V4, 7))
        .isInstanceOf(BindException.class)
        .hasMessage("Cannot assign requested address");
    assertThat(established(7).connection().tuple().localPort()).isNotEqualTo(5_000);
  }

  @Test
  void sameTupleTwiceIsRefused() throws IOException {
    net.listen(7);
    Binding binding = net.client.bind(IpAddress.parse(CLIENT_V4), 5_000, false);
    net.connect(binding, SERVER_V4, 7);

    assertThatThrownBy(() -> net.connect(binding, SERVER_V4, 7))
        .isInstanceOf(BindException.class)
        .hasMessage("Cannot assign requested address");
  }

  @Test
  void timeWaitsBeyondTheLimitEndTheOldest() throws IOException {
    TwoHosts small = new TwoHosts(config -> config.maxTimeWaits = 2);
    small.listen(7);
    for (int i = 0; i < 3; i++) {
      TwoHosts.User user = small.connect(SERVER_V4, 7);
      small.settle();
      TwoHosts.User peer = small.accepted.getLast();
      peer.connection().close(small.nowNanos);
      small.server.attend(peer.connection());
      small.settle();
      user.connection().close(small.nowNanos);
      small.client.attend(user.connection());
      small.advance(SECOND);
    }

    List<HostSnapshot.Waiting> left = small.server.snapshot(small.nowNanos).timeWaits();
    assertThat(left).hasSize(2);
    assertThat(small.server.counters().get(HostCounter.TIME_WAITS_EVICTED)).isEqualTo(1);
    assertThat(left.getFirst().remainingNanos()).isLessThan(left.getLast().remainingNanos());
  }

  @Test
  void fullHostDropsSynsCountsThemAndServesTheOthers() throws IOException {
    TwoHosts small = new TwoHosts(config -> config.maxConnections = 1);
    small.listen(7);
    TwoHosts.User first = small.connect(SERVER_V4, 7);
    small.settle();
    TwoHosts.User second = small.connect(SERVER_V4, 7);
    small.settle();

    assertThat(second.connection().state()).isEqualTo(State.SYN_SENT);
    assertThat(small.server.counters().get(HostCounter.SYNS_DROPPED_HOST_FULL)).isEqualTo(1);
    first.toWrite.add(ByteBuffer.wrap(random(100)));
    small.attend(small.client, first);
    small.settle();
    assertThat(small.accepted.getFirst().receivedOctets()).isEqualTo(random(100));

    first.connection().abort(small.nowNanos);
    small.client.attend(first.connection());
    small.advance(SECOND);
    assertThat(second.connection().state()).isEqualTo(State.ESTABLISHED);
  }

  @Test
  void unansweredSynIsRepeatedAfterASecond() throws IOException {
    net.lost = packet -> true;
    net.connect(SERVER_V4, 7);
    net.settle();
    long sent = net.client.counters().get(HostCounter.PACKETS_OUT);
    assertThat(net.client.nextDeadlineNanos()).isEqualTo(net.nowNanos + SECOND);
    net.advance(SECOND);
    assertThat(net.client.counters().get(HostCounter.PACKETS_OUT)).isEqualTo(sent + 1);
  }

  @Test
  void endedListenerRefusesAndAcceptedConnectionsLiveOn() throws IOException {
    var listener = net.listen(7);
    TwoHosts.User user = established(7);
    net.server.unlisten(listener, net.nowNanos);
    TwoHosts.User late = net.connect(SERVER_V4, 7);
    user.toWrite.add(ByteBuffer.wrap(random(100)));
    net.attend(net.client, user);
    net.settle();

    assertThat(late.closed().reason()).isInstanceOf(CloseReason.Refused.class);
    assertThat(net.accepted.getFirst().receivedOctets()).isEqualTo(random(100));
    assertThat(net.server.snapshot(net.nowNanos).listeners()).isEmpty();
  }

  @Test
  void peersInSynReceivedAreShownAndResetWhenTheListenerEnds() throws IOException {
    var listener = net.listen(7);
    net.lost = packet -> (packet[33] & 0x16) == 0x10; // the client's ACK
    TwoHosts.User user = net.connect(SERVER_V4, 7);
    net.settle();
    HostSnapshot.HalfOpen halfOpen =
        net.server.snapshot(net.nowNanos).halfOpen().getFirst();
    assertThat(halfOpen.id()).isPositive();
    assertThat(halfOpen.remainingNanos()).isPositive();

    net.server.unlisten(listener, net.nowNanos);
    net.settle();
    assertThat(user.closed().reason()).isInstanceOf(CloseReason.ResetByPeer.class);
    assertThat(net.serverLog).anyMatch(line -> line.contains("SYN-RECEIVED > CLOSED"));
  }

  @Test
  void connectionsCanBeClosedAndResetByNumber() throws IOException {
    net.listen(7);
    TwoHosts.User first = established(7);
    TwoHosts.User second = established(7);
    long firstId = net.client.idOf(first.connection());
    assertThat(net.client.close(firstId, net.nowNanos)).isTrue();
    assertThat(net.client.abort(net.client.idOf(second.connection()), net.nowNanos))
        .isTrue();
    assertThat(net.client.close(999, net.nowNanos)).isFalse();
    assertThat(net.client.abort(999, net.nowNanos)).isFalse();
    net.settle();

    assertThat(net.accepted.get(0).events).contains(Event.Signal.END_OF_STREAM);
    assertThat(net.accepted.get(1).closed().reason()).isInstanceOf(CloseReason.ResetByPeer.class);
    assertThat(net.client.idOf(second.connection())).isZero();
  }

  @Test
  void closeAllEndsEverythingInOrder() throws IOException {
    net.listen(7);
    TwoHosts.User user = established(7);
    established(7);
    net.server.closeAll(net.nowNanos);
    net.settle();
    assertThat(user.events).contains(Event.Signal.END_OF_STREAM);
    net.client.closeAll(net.nowNanos);
    net.advance(SECOND);

    assertThat(net.client.connectionCount()).isZero();
    assertThat(net.server.connectionCount()).isZero();
    assertThat(net.server.timeWaitCount()).isEqualTo(2);
    assertThat(net.server.snapshot(net.nowNanos).listeners()).isEmpty();
  }

  @Test
  void abortAllLeavesNothing() throws IOException {
    net.listen(7);
    timeWaitOnServer();
    TwoHosts.User user = established(7);
    net.server.abortAll(net.nowNanos);
    net.settle();

    assertThat(user.closed().reason()).isInstanceOf(CloseReason.ResetByPeer.class);
    assertThat(net.server.timeWaitCount()).isZero();
    assertThat(net.server.connectionCount()).isZero();
    assertThat(net.server.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void handlerThatThrowsHarmsOnlyItself() throws IOException {
    net.listen(7);
    TwoHosts.User good = established(7);
    net.client.connect(
        null,
        IpAddress.parse(SERVER_V4),
        7,
        new ConnectionOptions(),
        (connection, event) -> {
          throw new IllegalStateException("planted");
        },
        net.nowNanos);
    net.settle();
    good.toWrite.add(ByteBuffer.wrap(random(100)));
    net.attend(net.client, good);
    net.settle();

    assertThat(net.client.counters().get(HostCounter.HANDLER_FAILURES)).isPositive();
    assertThat(net.accepted.getFirst().receivedOctets()).isEqualTo(random(100));
  }

  @Test
  void listenerHandlerThatThrowsResetsItsConnection() throws IOException {
    Binding binding = net.server.bind(IpAddress.ANY_V6, 7, false);
    net.server.listen(
        binding,
        new ConnectionOptions(),
        new dev.sluice.tcp.listen.ListenerLimits(5, 5),
        (listener, connection) -> {
          throw new IllegalStateException("planted");
        });
    TwoHosts.User user = net.connect(SERVER_V4, 7);
    net.settle();

    assertThat(user.closed().reason()).isInstanceOf(CloseReason.ResetByPeer.class);
    assertThat(net.server.connectionCount()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"198.18.0.2", "127.0.0.1", "fd5a::2", "::1"})
  void hostTalksToItselfWithoutTheLink(String address) throws IOException {
    net.listen(7);
    TwoHosts.User user = net.new User();
    user.connection = net.server.connect(
        null, IpAddress.parse(address), 7, new ConnectionOptions(), user, net.nowNanos);
    byte[] text = random(3_000_000);
    user.toWrite.add(ByteBuffer.wrap(text));
    net.advance(10 * SECOND);

    assertThat(net.accepted.getFirst().receivedOctets()).isEqualTo(text);
    assertThat(net.server.counters().get(HostCounter.PACKETS_OUT)).isZero();
    assertThat(net.server.counters().get(HostCounter.REPLIES_DROPPED_QUEUE_FULL))
        .isZero();
    assertThat(user.connection().tuple().local()).isEqualTo(IpAddress.parse(address));
  }

  @Test
  void hostThatRefusesItselfAnswersWithReset() throws IOException {
    TwoHosts.User user = net.new User();
    user.connection = net.server.connect(
        null, IpAddress.parse("127.0.0.1"), 9, new ConnectionOptions(), user, net.nowNanos);
    net.settle();

    assertThat(user.closed().reason()).isInstanceOf(CloseReason.Refused.class);
  }

  @Test
  void socketConnectedToItselfOpensSimultaneously() throws IOException {
    Binding binding = net.server.bind(IpAddress.parse("127.0.0.1"), 5_000, false);
    TwoHosts.User user = net.new User();
    user.connection = net.server.connect(
        binding, IpAddress.parse("127.0.0.1"), 5_000, new ConnectionOptions(), user, net.nowNanos);
    user.toWrite.add(ByteBuffer.wrap(random(100)));
    net.advance(SECOND);

    assertThat(user.connection().state()).isEqualTo(State.ESTABLISHED);
    assertThat(user.receivedOctets()).isEqualTo(random(100));
  }

  @Test
  @Tag("MUST-42")
  void listenIsPossibleWhileAConnectionFromThatPortIsPending() throws IOException {
    net.lost = packet -> true;
    Binding pending = net.server.bind(IpAddress.ANY_V4, 7, true);
    net.server.connect(
        pending,
        IpAddress.parse(CLIENT_V4),
        80,
        new ConnectionOptions(),
        net.new User(),
        net.nowNanos);
    net.settle();
    net.lost = packet -> false;
    net.listen(7);

    established(7);
    assertThat(net.server.connectionCount()).isEqualTo(2);
  }

  @Test
  @Tag("MUST-41")
  void listenLeavesTheConnectionsOfThatPortAlone() throws IOException {
    var listener = net.listen(7);
    TwoHosts.User user = established(7);
    assertThatThrownBy(() -> net.listen(7)).isInstanceOf(BindException.class);
    net.server.unlisten(listener, net.nowNanos);
    net.listen(7);
    net.settle();
    user.toWrite.add(ByteBuffer.wrap(random(100)));
    net.attend(net.client, user);
    net.settle();

    TwoHosts.User peer = net.accepted.getFirst();
    assertThat(peer.connection().state()).isEqualTo(State.ESTABLISHED);
    assertThat(peer.receivedOctets()).isEqualTo(random(100));
    assertThat(net.server.connectionCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"255.255.255.255", "198.18.0.255", "224.0.0.1", "0.0.0.0", "ff02::1", "::"})
  @Tag("MUST-46")
  void openToNobodyInParticularIsRefusedWithoutAPacket(String remote) {
    assertThatThrownBy(() -> net.connect(remote, 7)).isInstanceOf(IOException.class);
    net.settle();
    assertThat(net.client.counters().get(HostCounter.PACKETS_OUT)).isZero();
    assertThat(net.client.connectionCount()).isZero();
  }

  @Test
  void boundSourceAddressIsUsedAndFamiliesDoNotMix() throws IOException {
    net.listen(7);
    Binding loopback = net.client.bind(IpAddress.parse("127.0.0.1"), 0, false);
    assertThatThrownBy(() -> net.connect(loopback, SERVER_V4, 7))
        .isInstanceOf(java.net.SocketException.class)
        .hasMessage("Invalid argument");
    Binding v4 = net.client.bind(IpAddress.parse(CLIENT_V4), 0, false);
    assertThatThrownBy(() -> net.connect(v4, SERVER_V6, 7))
        .hasMessage("Address family not supported by protocol");
    TwoHosts.User user = net.connect(v4, SERVER_V4, 7);
    assertThat(user.connection().tuple().local()).isEqualTo(v4.address());
    assertThat(user.connection().tuple().localPort()).isEqualTo(v4.port());
  }
}
