package dev.sluice.stack;

import static dev.sluice.stack.TwoHosts.CLIENT_V4;
import static dev.sluice.stack.TwoHosts.SERVER_V4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is meant for one connection, or for none, does nothing to the others.
class NeighboursTest {
  private final TwoHosts net = new TwoHosts();
  private final PacketBuffer buffer = new PacketBuffer(2_000);
  private final List<byte[]> fromServer = new ArrayList<>();

  @BeforeEach
  void listen() throws IOException {
    net.listen(7);
  }

  private TwoHosts.User connect() throws IOException {
    TwoHosts.User user = net.connect(SERVER_V4, 7);
    net.settle();
    return user;
  }

  private void toServer(byte[] packet) {
    buffer.reset(packet.length);
    buffer.copyFrom(packet);
    net.server.onPacket(buffer, net.nowNanos);
    net.settle();
  }

  private void stillWorks(TwoHosts.User user, TwoHosts.User peer) {
    byte[] text = "still here".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    int before = peer.received.position();
    user.toWrite.add(ByteBuffer.wrap(text));
    net.attend(net.client, user);
    net.settle();
    assertThat(peer.received.position() - before).isEqualTo(text.length);
    assertThat(user.connection().state()).isEqualTo(State.ESTABLISHED);
    assertThat(peer.connection().state()).isEqualTo(State.ESTABLISHED);
    net.advance(TwoHosts.SECOND);
  }

  /// A data segment that the server sends on this connection while nothing arrives.
  private byte[] inFlight(TwoHosts.User peer) {
    fromServer.clear();
    net.lost = packet -> {
      fromServer.add(packet);
      return true;
    };
    peer.toWrite.add(ByteBuffer.wrap(new byte[100]));
    net.attend(net.server, peer);
    net.settle();
    net.lost = packet -> false;
    assertThat(fromServer).hasSize(1);
    return fromServer.getFirst();
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "5", "6", "9", "11", "13", "2", "3"})
  @Tag("MUST-54")
  @Tag("MUST-56")
  void icmpErrorReachesOnlyTheConnectionItQuotes(int code) throws IOException {
    connect();
    connect();
    TwoHosts.User first = net.accepted.get(0);
    TwoHosts.User second = net.accepted.get(1);
    toServer(TestPackets.icmpError(CLIENT_V4, SERVER_V4, 3, code, 0, inFlight(first)));

    assertThat(first.heard(Event.SoftError.class)).isTrue();
    assertThat(first.connection().state()).isEqualTo(State.ESTABLISHED);
    assertThat(second.heard(Event.SoftError.class)).isFalse();
    assertThat(net.server.counters().get(HostCounter.ICMP_ERRORS_IN)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"2, true", "3, true", "0, false", "1, false", "5, false", "11, false", "12, false"})
  @Tag("SCENARIO-22")
  void onlyAHardErrorEndsAnOpenThatIsUnderWay(int code, boolean ends) throws IOException {
    List<byte[]> syns = new ArrayList<>();
    net.lost = syns::add;
    TwoHosts.User user = net.connect(SERVER_V4, 7);
    net.settle();
    byte[] error = TestPackets.icmpError(SERVER_V4, CLIENT_V4, 3, code, 0, syns.getFirst());
    buffer.copyFrom(error);
    net.client.onPacket(buffer, net.nowNanos);
    net.settle();

    if (ends) {
      assertThat(user.closed().reason()).isInstanceOf(CloseReason.Unreachable.class);
    } else {
      assertThat(user.connection().state()).isEqualTo(State.SYN_SENT);
    }
  }

  @Test
  @Tag("ATTACK-9")
  void packetTooBigMakesTheSegmentsOfThatConnectionSmaller() throws IOException {
    TwoHosts.User user = connect();
    connect();
    TwoHosts.User first = net.accepted.get(0);
    int usual = first.connection().info(net.nowNanos).effectiveMss();
    byte[] quoted = inFlight(first);
    toServer(TestPackets.icmpError(CLIENT_V4, SERVER_V4, 3, 4, 1_000, quoted));

    assertThat(first.connection().info(net.nowNanos).effectiveMss()).isLessThan(usual);
    assertThat(net.accepted.get(1).connection().info(net.nowNanos).effectiveMss())
        .isEqualTo(usual);
    stillWorks(user, first);
  }

  @Test
  @Tag("MUST-55")
  void sourceQuenchChangesNothing() throws IOException {
    TwoHosts.User user = connect();
    TwoHosts.User peer = net.accepted.getFirst();
    byte[] quoted = inFlight(peer);
    long cwnd = peer.connection().info(net.nowNanos).cwnd();
    toServer(TestPackets.icmpError(CLIENT_V4, SERVER_V4, 4, 0, 0, quoted));

    assertThat(peer.connection().info(net.nowNanos).cwnd()).isEqualTo(cwnd);
    assertThat(peer.heard(Event.SoftError.class)).isFalse();
    assertThat(net.server.drops().get(DropReason.ICMP_SOURCE_QUENCH)).isEqualTo(1);
    stillWorks(user, peer);
  }

  @Test
  void badPacketsDisturbNoConnection() throws IOException {
    TwoHosts.User user = connect();
    TwoHosts.User peer = net.accepted.getFirst();
    BadPacketsTest.all().forEach(packet -> toServer(packet));
    stillWorks(user, peer);
  }

  @Test
  @Tag("MUST-3")
  void damagedSegmentsOfAConnectionDoNotDisturbIt() throws IOException {
    TwoHosts.User user = connect();
    TwoHosts.User peer = net.accepted.getFirst();
    List<byte[]> copies = new ArrayList<>();
    net.lost = packet -> {
      copies.add(packet);
      return false;
    };
    stillWorks(user, peer);
    net.lost = packet -> false;
    Random random = new Random(11);
    for (int i = 0; i < 5_000; i++) {
      byte[] packet = copies.getFirst().clone();
      // One bit: no checksum lets that through.
      packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
      toServer(packet);
    }
    stillWorks(user, peer);
  }

  @Test
  void connectionWithMuchToSendLetsOthersHaveTheirTurn() throws IOException {
    connect();
    connect();
    for (TwoHosts.User peer : net.accepted) {
      peer.toWrite.add(ByteBuffer.wrap(new byte[200_000]));
      net.attend(net.server, peer);
    }
    net.advance(TwoHosts.SECOND);
    List<Integer> ports = new ArrayList<>();
    for (TwoHosts.User peer : net.accepted) {
      peer.toWrite.add(ByteBuffer.wrap(new byte[200_000]));
      net.attend(net.server, peer);
    }
    while (net.server.pollPacket(buffer, net.nowNanos)) {
      Segment segment = TestHost.parse(buffer.toArray());
      ports.add(segment.destinationPort);
    }

    assertThat(ports).hasSizeGreaterThanOrEqualTo(20);
    int run = 0;
    int longest = 0;
    int last = 0;
    // While both have something to send; at the end one is alone.
    for (int port : ports.subList(0, ports.size() / 2)) {
      run = port == last ? run + 1 : 1;
      longest = Math.max(longest, run);
      last = port;
    }
    assertThat(longest).isLessThanOrEqualTo(Outbox.TURN_SEGMENTS);
  }
}
