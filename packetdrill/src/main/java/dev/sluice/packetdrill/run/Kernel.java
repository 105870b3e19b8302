package dev.sluice.packetdrill.run;

import dev.sluice.stack.ConnectionHandler;
import dev.sluice.stack.Host;
import dev.sluice.stack.ListenerHandler;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Endpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What all system calls of one run share: descriptors, the host, the clock.
final class Kernel {
  /// What a descriptor stands for.
  sealed interface Descriptor {
    /// A socket.
    record OfSocket(ScriptSocket socket) implements Descriptor {}

    /// A file of so many zeros.
    record OfFile(long octets) implements Descriptor {}

    /// An epoll instance.
    record OfEpoll(EpollSet set) implements Descriptor {}
  }

  private static final int FIRST_DESCRIPTOR = 3;

  final Addresses addresses;
  final Symbols symbols;
  final SocketHabits habits;
  /// Told which socket is under test from now on.
  final Consumer<ScriptSocket> underTest;

  private final LongSupplier clock;
  private final ErrorSymbols errors;
  private final ConnectionOptions defaults;
  private final Map<Integer, Descriptor> descriptors = new HashMap<>();
  private final Map<Connection, ScriptSocket> byConnection = new HashMap<>();
  private @Nullable Host host;
  private boolean retry;
  private final Map<String, Long> files = new HashMap<>();
  private final long startNanos;

  Kernel(
      Addresses addresses,
      Symbols symbols,
      SocketHabits habits,
      ConnectionOptions defaults,
      LongSupplier clock,
      Consumer<ScriptSocket> underTest) {
    this.addresses = addresses;
    this.symbols = symbols;
    this.habits = habits;
    this.defaults = defaults;
    this.clock = clock;
    this.startNanos = clock.getAsLong();
    this.underTest = underTest;
    this.errors = new ErrorSymbols(habits, addresses.v4());
  }

  void host(Host value) {
    host = value;
  }

  Host host() {
    Host present = host;
    if (present == null) {
      throw new IllegalStateException("no host yet");
    }
    return present;
  }

  long now() {
    return clock.getAsLong();
  }

  /// A verb of this endpoint was called.
  void attend(Endpoint endpoint) {
    host().attend(endpoint);
  }

  /// Files that commands made, by name: how many zeros are in them.
  Map<String, Long> files() {
    return files;
  }

  /// The first moment of the script.
  long startNanos() {
    return startNanos;
  }

  /// A call that waits got on, and is to be tried again at once.
  void retry() {
    retry = true;
  }

  boolean takeRetry() {
    boolean now = retry;
    retry = false;
    return now;
  }

  /// The socket's error queue.
  ErrorQueue errorQueue(ScriptSocket socket) {
    ErrorQueue queue = socket.errorQueue;
    if (queue == null) {
      queue = new ErrorQueue(symbols.number("ENOMSG"));
      socket.errorQueue = queue;
    }
    return queue;
  }

  /// Tells sockets what became of octets that their program wants to hear of.
  void observe() {
    for (ScriptSocket socket : byConnection.values()) {
      ErrorQueue queue = socket.errorQueue;
      Connection connection = socket.connection;
      if (queue != null
          && connection != null
          && queue.isWatching()
          && queue.observe(connection.info(now()), now())) {
        socket.activity++;
      }
    }
  }

  // ---- descriptors: the script's number is the name

  /// A new socket with this system's defaults.
  ScriptSocket newSocket() {
    return new ScriptSocket(defaults.copy());
  }

  /// Enters a descriptor under the number that the script expects, or under the lowest
  /// free one.
  ///
  /// @param expected the script's number, or null if it does not say
  long enter(Descriptor descriptor, @Nullable Long expected) {
    int number = FIRST_DESCRIPTOR;
    if (expected != null && expected >= 0) {
      number = (int) (long) expected;
    } else {
      while (descriptors.containsKey(number)) {
        number++;
      }
    }
    descriptors.put(number, descriptor);
    return number;
  }

  @Nullable
  Descriptor descriptor(long number) {
    return descriptors.get((int) number);
  }

  /// The socket of that number, or null.
  @Nullable
  ScriptSocket socket(long number) {
    return descriptor(number) instanceof Descriptor.OfSocket(ScriptSocket socket) ? socket : null;
  }

  void forget(long number) {
    descriptors.remove((int) number);
  }

  /// Every socket that has a descriptor.
  Iterable<ScriptSocket> sockets() {
    return descriptors.values().stream()
        .filter(Descriptor.OfSocket.class::isInstance)
        .map(d -> ((Descriptor.OfSocket) d).socket())
        .toList();
  }

  /// Sockets with a descriptor and without a connection or listener.
  long closedSockets() {
    long count = 0;
    for (ScriptSocket socket : sockets()) {
      count += !socket.isListening() && (socket.connection == null || socket.over) ? 1 : 0;
    }
    return count;
  }

  // ---- what the host tells

  ConnectionHandler handler(ScriptSocket socket) {
    return (connection, event) -> {
      if (socket.connection == null) {
        socket.connection = connection;
      }
      boolean before = socket.sawPeer;
      socket.onEvent(event, errors);
      if (socket.sawPeer && !before) {
        onPeerKnown(socket);
      }
    };
  }

  ListenerHandler acceptor(ScriptSocket listening) {
    return (listener, connection) -> {
      ScriptSocket child = new ScriptSocket(connection.options());
      child.connection = connection;
      child.connected = true;
      child.sawPeer = true;
      child.reuseAddress = listening.reuseAddress;
      child.reusePort = listening.reusePort;
      child.zerocopy = listening.zerocopy;
      child.receiveBufferAsked = listening.receiveBufferAsked;
      listening.backlog.add(child);
      listening.activity++;
      byConnection.put(connection, child);
      onPeerKnown(child);
      return handler(child);
    };
  }

  /// Sockets of connections, accepted or not.
  Map<Connection, ScriptSocket> connections() {
    return byConnection;
  }

  void remember(Connection connection, ScriptSocket socket) {
    byConnection.put(connection, socket);
  }

  /// The socket is about to listen or connect: gives it room for whole segments of the
  /// size that the link carries.
  void onOpening(ScriptSocket socket) {
    if (habits.roundsReceiveBuffer()) {
      int mss = host().config().link.mtu() - (addresses.v4() ? 40 : 60);
      socket.receiveBufferAsked = socket.options.receiveBufferBytes;
      socket.options.receiveBufferBytes = roundedUp(socket.receiveBufferAsked, mss);
    }
  }

  private static int roundedUp(int octets, int mss) {
    return (octets + mss - 1) / mss * mss;
  }

  /// The peer's MSS is known: the whole segments are those that are really sent. Room
  /// that may have been offered already is not taken back.
  private void onPeerKnown(ScriptSocket socket) {
    if (!habits.roundsReceiveBuffer()) {
      return;
    }
    Connection connection = socket.connection();
    int mss = connection.info(now()).effectiveMss();
    int buffer = roundedUp(socket.receiveBufferAsked, Math.max(mss, 1));
    if (buffer > connection.options().receiveBufferBytes) {
      connection.options().receiveBufferBytes = buffer;
      connection.onOptionsChanged(now());
    }
  }
}
