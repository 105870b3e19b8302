package dev.sluice.stack;

import static dev.sluice.stack.TestPackets.HOST_V4;
import static dev.sluice.stack.TestPackets.PEER_V4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.MemoryLimits;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.Flags;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A host whose peers try to have all its memory: who is refused, trimmed and closed.
class MemoryPressureTest {
  private static final int CHUNK = 16 * 1_024;
  private static final long HIGH = 2 * 1_024 * 1_024;
  private static final int PORT = 7;
  private static final int FIRST_SEQ = 1_001;
  private static final byte[] ZEROS = new byte[1_400];

  private TestHost test =
      new TestHost(config -> config.tcp.memory = MemoryLimits.upTo(HIGH), HOST_V4 + "/24");
  private final Map<Integer, User> users = new HashMap<>();
  private boolean reads = true;
  private int replyBytes;
  private boolean closesAtOnce;
  private int lastPort = 10_000;

  /// The user of one connection.
  private final class User implements ConnectionHandler {
    final Connection connection;
    final int iss;
    final List<Event> events = new ArrayList<>();
    long octets;
    private final ByteBuffer sink = ByteBuffer.allocate(1 << 12);

    User(Connection connection, int iss) {
      this.connection = connection;
      this.iss = iss;
    }

    @Override
    public void onEvent(Connection source, Event event) {
      events.add(event);
      if (reads) {
        read();
      }
      if (event == Event.Signal.CONNECTED && replyBytes > 0) {
        source.write(ByteBuffer.allocate(replyBytes));
        source.onApplicationProgress(test.nowNanos);
      }
      if (event == Event.Signal.CONNECTED && closesAtOnce) {
        source.close(test.nowNanos);
      }
    }

    void read() {
      int got = connection.read(sink.clear());
      while (got > 0) {
        octets += got;
        got = connection.read(sink.clear());
      }
      connection.onApplicationProgress(test.nowNanos);
    }

    boolean isEvicted() {
      return events.contains(new Event.Closed(new CloseReason.OutOfMemory()));
    }
  }

  private int synAckSeq;

  @BeforeEach
  void listen() throws IOException {
    Binding binding = test.host.bind(IpAddress.ANY_V6, PORT, true);
    test.host.listen(
        binding,
        new ConnectionOptions(),
        new ListenerLimits(4_096, 4_096),
        (listener, connection) -> {
          User user = new User(connection, synAckSeq);
          users.put(connection.tuple().remotePort(), user);
          listener.onAccepted();
          return user;
        });
  }

  private void send(int port, Consumer<Segment> change) {
    test.receive(TestPackets.tcp(PEER_V4, HOST_V4, PORT, segment -> {
      segment.sourcePort = port;
      change.accept(segment);
    }));
  }

  /// A peer whose handshake is over.
  ///
  /// @return its user, or null if the SYN got no answer
  private @Nullable User connect(int window) {
    int port = ++lastPort;
    test.takeSent();
    send(port, syn -> {});
    List<byte[]> answers = test.takeSent();
    if (answers.isEmpty()) {
      return null;
    }
    synAckSeq = TestHost.parse(answers.getLast()).seq;
    send(port, ack -> {
      ack.flags = Flags.ACK;
      ack.seq = FIRST_SEQ;
      ack.ack = synAckSeq + 1;
      ack.window = window;
    });
    return users.get(port);
  }

  private List<User> connect(int count, int window) {
    List<User> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      User user = connect(window);
      if (user != null) {
        peers.add(user);
      }
    }
    return peers;
  }

  /// Zeros arrive at this distance from the first octet.
  private void text(User user, int distance, int octets) {
    send(user.connection.tuple().remotePort(), segment -> {
      segment.flags = Flags.ACK;
      segment.seq = FIRST_SEQ + distance;
      segment.ack = user.iss + 1;
      segment.payloadLength = octets;
      segment.payload = (position, target, offset, length) ->
          MemorySegment.copy(ZEROS, 0, target, ValueLayout.JAVA_BYTE, offset, length);
    });
  }

  /// Fills the window from this distance on.
  private void fill(User user, int from, int to) {
    for (int at = from; at < to; at += ZEROS.length) {
      text(user, at, Math.min(ZEROS.length, to - at));
    }
  }

  private long used() {
    return test.host.snapshot(test.nowNanos).memory().usedBytes();
  }

  private long count(HostCounter counter) {
    return test.host.counters().get(counter);
  }

  private void stillServes() {
    User honest = Objects.requireNonNull(connect(65_535), "no new connection");
    text(honest, 0, 1_000);
    assertThat(honest.octets).isEqualTo(1_000);
  }

  // ---- receiving

  @Test
  @Tag("SCENARIO-40")
  @Tag("ATTACK-19")
  void singleOctetsOutOfOrderOnAThousandConnectionsStayWithinTheLimit() {
    List<User> peers = connect(1_000, 65_535);
    for (int chunk = 1; chunk < 4; chunk++) {
      for (User peer : peers) {
        text(peer, chunk * CHUNK - 1, 1);
        assertThat(used()).isLessThanOrEqualTo(HIGH);
      }
    }
    assertThat(test.host.tcpCounters().get(TcpCounter.OUT_OF_ORDER_PRUNED)).isPositive();
    for (User peer : peers) {
      fill(peer, 0, 3 * CHUNK); // all again, as a peer does whose octets were never acknowledged
      assertThat(peer.octets).isEqualTo(3 * CHUNK);
    }
    assertThat(used()).isZero();
    stillServes();
  }

  @Test
  @Tag("SCENARIO-6b")
  void singleOctetsInOrderShareTheirChunks() {
    reads = false;
    User peer = connect(1, 65_535).getFirst();
    for (int i = 0; i < 40_000; i++) {
      text(peer, i, 1);
    }
    assertThat(used()).isEqualTo(3 * CHUNK);
    assertThat(peer.connection.info(test.nowNanos).receiveWindow()).isGreaterThan(20_000);
  }

  @Test
  void readersWhoDoNotReadAreOfferedLessAndLoseNothingThatWasOffered() {
    reads = false;
    List<User> peers = connect(40, 65_535);
    boolean pressed = false;
    for (User peer : peers) {
      int edge = 0;
      for (int at = 0; at < 60_000; at += 1_000) {
        text(peer, at, 1_000);
        int now = at + 1_000 + (int) peer.connection.info(test.nowNanos).receiveWindow();
        assertThat(now).as("the right edge of the window").isGreaterThanOrEqualTo(edge);
        edge = now;
      }
      pressed |= test.host.snapshot(test.nowNanos).memory().pressed();
    }
    assertThat(pressed).isTrue();
    for (User peer : peers) {
      if (!peer.isEvicted()) {
        peer.read();
        assertThat(peer.octets).isEqualTo(60_000);
      }
    }
  }

  @Test
  void whoHoldsMostIsResetFirstAndUntilPressureIsReachedOnly() {
    reads = false;
    List<User> modest = connect(20, 65_535);
    modest.forEach(peer -> fill(peer, 0, 10_000));
    List<User> greedy = connect(40, 65_535);
    for (User peer : greedy) {
      fill(peer, 0, 65_000);
    }
    assertThat(modest).noneMatch(User::isEvicted);
    assertThat(greedy).anyMatch(User::isEvicted);
    assertThat(count(HostCounter.HOLDERS_RESET_FOR_MEMORY))
        .isEqualTo(greedy.stream().filter(User::isEvicted).count());
    assertThat(used()).isBetween(HIGH / 2, HIGH);
  }

  @Test
  @Tag("ATTACK-16")
  void whereMemoryIsScarceSynsAreDroppedAndLaterAnswered() {
    reads = false;
    List<User> peers = connect(40, 65_535);
    int next = 0;
    while (used() < MemoryLimits.upTo(HIGH).scarceBytes()) {
      fill(peers.get(next++), 0, 65_000);
    }
    assertThat(connect(65_535)).as("no answer to a SYN").isNull();
    assertThat(count(HostCounter.SYNS_DROPPED_MEMORY_SCARCE)).isEqualTo(1);
    assertThat(test.drops()).containsEntry(DropReason.TCP_MEMORY_SCARCE, 1L);
    peers.forEach(User::read);
    stillServesAgain();
  }

  private void stillServesAgain() {
    reads = true;
    stillServes();
  }

  // ---- sending

  @Test
  @Tag("ATTACK-18")
  void peersThatTakeNothingAreResetBeforeOthersAndTheServerServes() {
    replyBytes = 60_000;
    List<User> stalled = connect(400, 0);
    replyBytes = 0;
    assertThat(used()).isLessThanOrEqualTo(HIGH);
    assertThat(stalled).as("all SYNs later than these were dropped").hasSizeLessThan(400);
    assertThat(stalled).as("a window may be closed for a moment").noneMatch(User::isEvicted);
    test.nowNanos += 2_000_000_000L;
    assertThat(connect(65_535)).isNull(); // its SYN comes again, and then
    stillServes();
    assertThat(count(HostCounter.STALLED_RESET_FOR_MEMORY)).isPositive();
    assertThat(count(HostCounter.HOLDERS_RESET_FOR_MEMORY)).isZero();
    assertThat(stalled).anyMatch(User::isEvicted);
  }

  @Test
  @Tag("ATTACK-18")
  void orphansGoBeforeConnectionsThatSomebodyOwns() {
    reads = false;
    List<User> owned = connect(10, 65_535);
    owned.forEach(peer -> fill(peer, 0, 65_000));
    replyBytes = 60_000;
    closesAtOnce = true;
    List<User> orphans = connect(60, 0);
    assertThat(owned).noneMatch(User::isEvicted);
    assertThat(orphans).anyMatch(User::isEvicted);
    assertThat(count(HostCounter.ORPHANS_RESET_FOR_MEMORY)).isPositive();
    assertThat(count(HostCounter.HOLDERS_RESET_FOR_MEMORY)).isZero();
    assertThat(used()).isLessThanOrEqualTo(HIGH);
  }

  @Test
  @Tag("ATTACK-18")
  void orphansAreLimitedAndTheOldestIsResetForTheNewest() throws IOException {
    test = new TestHost(config -> config.maxOrphans = 10, HOST_V4 + "/24");
    listen();
    replyBytes = 1_000;
    closesAtOnce = true;
    List<User> orphans = connect(25, 0);
    assertThat(test.host.connectionCount()).isEqualTo(10);
    assertThat(test.host.snapshot(0).memory().orphans()).isEqualTo(10);
    assertThat(count(HostCounter.ORPHANS_RESET)).isEqualTo(15);
    assertThat(orphans.subList(0, 15)).allMatch(User::isEvicted);
    assertThat(orphans.subList(15, 25))
        .allMatch(peer -> peer.connection.state() == State.FIN_WAIT_1);
    closesAtOnce = false;
    replyBytes = 0;
    stillServes();
  }

  @Test
  void whereMemoryIsScarceTextOutOfOrderIsNotKept() {
    reads = false;
    List<User> peers = connect(40, 65_535);
    int next = 0;
    while (used() < MemoryLimits.upTo(HIGH).scarceBytes()) {
      fill(peers.get(next++), 0, 65_000);
    }
    long before = used();
    User last = peers.getLast();
    text(last, 1_000, 1_000);
    assertThat(used()).isEqualTo(before);
    assertThat(test.host.tcpCounters().get(TcpCounter.OUT_OF_ORDER_REFUSED)).isEqualTo(1);
    text(last, 0, 1_000);
    assertThat(last.connection.readableBytes()).isEqualTo(1_000);
  }

  @Test
  void whatIsUnreadWhenAConnectionEndsIsOnNoAccountAndCanBeRead() {
    reads = false;
    User peer = connect(1, 65_535).getFirst();
    fill(peer, 0, 50_000);
    assertThat(used()).isEqualTo(4 * CHUNK);
    send(peer.connection.tuple().remotePort(), reset -> {
      reset.flags = Flags.RST;
      reset.seq = FIRST_SEQ + 50_000;
    });
    assertThat(used()).isZero();
    peer.read();
    assertThat(peer.octets).isEqualTo(50_000);
    assertThat(used()).isZero();
  }
}
