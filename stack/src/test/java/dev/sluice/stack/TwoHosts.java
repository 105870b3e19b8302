package dev.sluice.stack;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A client and a server joined back to back in virtual time: what one sends the other
/// receives at once, unless a test drops it.
final class TwoHosts {
  static final String CLIENT_V4 = "198.18.0.1";
  static final String SERVER_V4 = "198.18.0.2";
  static final String CLIENT_V6 = "fd5a::1";
  static final String SERVER_V6 = "fd5a::2";
  static final long SECOND = 1_000_000_000L;

  final Host client;
  final Host server;
  final List<String> clientLog = new ArrayList<>();
  final List<String> serverLog = new ArrayList<>();
  final List<User> accepted = new ArrayList<>();
  /// Packets that do not arrive.
  Predicate<byte[]> lost = packet -> false;

  /// Packets travel in pieces, as with a link that gathers.
  boolean gathers;

  long nowNanos = 5 * SECOND;
  private final PacketBuffer inPieces = PacketBuffer.ofMaximumSize();
  private final PacketBuffer buffer = PacketBuffer.ofMaximumSize();

  TwoHosts() {
    this(config -> {});
  }

  TwoHosts(Consumer<HostConfig> serverChange) {
    this(config -> {}, serverChange);
  }

  TwoHosts(Consumer<HostConfig> clientChange, Consumer<HostConfig> serverChange) {
    HostConfig ofClient = config(1, clientLog, CLIENT_V4, CLIENT_V6);
    clientChange.accept(ofClient);
    client = new Host(ofClient);
    HostConfig config = config(2, serverLog, SERVER_V4, SERVER_V6);
    serverChange.accept(config);
    server = new Host(config);
  }

  private static HostConfig config(long seed, List<String> log, String v4, String v6) {
    HostConfig config = new HostConfig();
    config.random = new Random(seed);
    config.addresses.add(InterfaceAddress.parse(v4 + "/24"));
    config.addresses.add(InterfaceAddress.parse(v6 + "/64"));
    config.observer = new HostObserver() {
      @Override
      public void onTransition(
          long id, FourTuple tuple, State from, State to, String cause, long nowNanos) {
        log.add(id + " " + from + " > " + to + ": " + cause);
      }
    };
    return config;
  }

  /// Somebody who uses a connection: reads all there is, writes what is queued.
  final class User implements ConnectionHandler {
    final List<Event> events = new ArrayList<>();
    final ByteBuffer received = ByteBuffer.allocate(4 << 20);
    final Queue<ByteBuffer> toWrite = new ArrayDeque<>();

    @Nullable
    Connection connection;

    boolean reads = true;

    Connection connection() {
      if (connection == null) {
        throw new AssertionError("not connected");
      }
      return connection;
    }

    @Override
    public void onEvent(Connection source, Event event) {
      connection = source;
      events.add(event);
      work();
    }

    /// Reads and writes in place, as a handler on the loop may.
    void work() {
      Connection c = connection();
      while (reads && c.read(received) > 0) {
        // until nothing is left
      }
      ByteBuffer next = toWrite.peek();
      while (next != null && c.write(next) > 0) {
        if (!next.hasRemaining()) {
          toWrite.remove();
        }
        next = toWrite.peek();
      }
      c.onApplicationProgress(nowNanos);
    }

    byte[] receivedOctets() {
      byte[] octets = new byte[received.position()];
      received.get(0, octets);
      return octets;
    }

    boolean heard(Class<?> type) {
      return events.stream().anyMatch(type::isInstance);
    }

    Event.Closed closed() {
      return events.stream()
          .filter(Event.Closed.class::isInstance)
          .map(Event.Closed.class::cast)
          .findFirst()
          .orElseThrow(() -> new AssertionError("not closed: " + events));
    }
  }

  Listener listen(int port) throws IOException {
    return listen(port, 10);
  }

  Listener listen(int port, int backlog) throws IOException {
    Binding binding = server.bind(IpAddress.ANY_V6, port, true);
    return server.listen(
        binding,
        new ConnectionOptions(),
        new ListenerLimits(backlog, 64),
        (listener, connection) -> {
          User user = new User();
          user.connection = connection;
          accepted.add(user);
          listener.onAccepted();
          return user;
        });
  }

  User connect(String remote, int port) throws IOException {
    return connect(null, remote, port);
  }

  User connect(@Nullable Binding binding, String remote, int port) throws IOException {
    User user = new User();
    user.connection = client.connect(
        binding, IpAddress.parse(remote), port, new ConnectionOptions(), user, nowNanos);
    return user;
  }

  /// The user's queue was filled by the test.
  void attend(Host host, User user) {
    user.work();
    host.attend(user.connection());
  }

  /// Lets packets travel until there are none.
  void settle() {
    boolean moved = true;
    while (moved) {
      moved = drain(client, server);
      moved |= drain(server, client);
    }
  }

  private boolean drain(Host from, Host to) {
    boolean any = false;
    buffer.gathers(gathers);
    while (from.pollPacket(buffer, nowNanos)) {
      any = true;
      if (!lost.test(buffer.toArray())) {
        to.onPacket(gathers ? received(to) : buffer, nowNanos);
      }
    }
    return any;
  }

  /// The packet in what memory the host offers for it, as a link hands it on.
  private PacketBuffer received(Host host) {
    host.offerMemory(inPieces);
    if (inPieces.pieceCount() == 0) {
      inPieces.copyFrom(buffer);
      return inPieces;
    }
    int at = Math.min(buffer.length(), inPieces.headLength());
    buffer.copyTo(0, inPieces.bytes(), inPieces.start(), at);
    for (int i = 0; i < inPieces.pieceCount() && at < buffer.length(); i++) {
      int part = Math.min(buffer.length() - at, inPieces.pieceLength(i));
      buffer.copyTo(at, inPieces.piece(i), inPieces.pieceOffset(i), part);
      at += part;
    }
    inPieces.arrived(buffer.length());
    inPieces.checksum(buffer.checksum());
    inPieces.transportOffset(buffer.transportOffset());
    inPieces.segmentSize(buffer.segmentSize());
    return inPieces;
  }

  /// Lets that much time pass, from deadline to deadline.
  void advance(long nanos) {
    long end = nowNanos + nanos;
    settle();
    while (true) {
      long next = Math.min(client.nextDeadlineNanos(), server.nextDeadlineNanos());
      if (next == Endpoint.NEVER || next > end) {
        break;
      }
      nowNanos = Math.max(nowNanos, next);
      client.onDeadlines(nowNanos);
      server.onDeadlines(nowNanos);
      settle();
    }
    nowNanos = end;
  }
}
