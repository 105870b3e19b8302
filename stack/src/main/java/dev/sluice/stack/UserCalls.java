package dev.sluice.stack;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Environment;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What users ask of a host: ports, listeners, connections, and their end.
final class UserCalls {
  private static final String NO_ADDRESS = "Cannot assign requested address";

  private final AddressTable addresses;
  private final FlowTable flows;
  private final Outbox outbox;
  private final Gate gate;
  private final Observers observers;
  private final Aftermath aftermath;
  private final Environment environment;
  private final Path path;

  UserCalls(Rooms rooms, Aftermath aftermath, Environment environment, HostConfig config) {
    addresses = rooms.addresses();
    flows = rooms.flows();
    outbox = rooms.outbox();
    gate = rooms.gate();
    observers = rooms.observers();
    this.aftermath = aftermath;
    this.environment = environment;
    path = new Path(config.link.mtu(), config.link.maxSendBytes());
  }

  // ---- ports

  Binding bind(IpAddress address, int port, Reuse reuse) throws BindException {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port is 0 to 65,535: " + port);
    }
    addresses.requireBindable(address);
    return flows.ports.bind(address, port, reuse);
  }

  void release(Binding binding) {
    flows.ports.release(binding);
  }

  // ---- listeners

  Listener listen(
      Binding binding, ConnectionOptions options, ListenerLimits limits, ListenerHandler handler)
      throws BindException {
    flows.ports.listen(binding);
    Listener listener = new Listener(environment, options, limits, path);
    listener.observeTransitions(observers.wantTransitions());
    flows.listeners.insert(new Flow.Listening(flows.nextId(), listener, binding, handler));
    return listener;
  }

  void unlisten(Listener listener, long nowNanos) {
    Flow.Listening flow = flowOf(listener);
    if (flow != null) {
      unlisten(flow, nowNanos);
    }
  }

  private void unlisten(Flow.Listening flow, long nowNanos) {
    flows.listeners.remove(flow);
    flows.ports.unlisten(flow.binding);
    flow.closing = true;
    flow.listener.close(nowNanos);
    outbox.add(flow);
  }

  private Flow.@Nullable Listening flowOf(Listener listener) {
    for (Flow.Listening flow : listenings()) {
      if (flow.listener == listener) {
        return flow;
      }
    }
    return null;
  }

  List<Flow.Listening> listenings() {
    List<Flow.Listening> all = new ArrayList<>();
    flows.listeners.forEach(all::add);
    return all;
  }

  /// Whether half-open entries tell what becomes of them follows from who watches.
  void onObserversChanged() {
    boolean watched = observers.wantTransitions();
    flows.listeners.forEach(flow -> {
      flow.listener.observeTransitions(watched);
      if (!watched) {
        flow.halfOpenIds.clear();
      }
    });
  }

  // ---- connections

  Connection connect(
      @Nullable Binding binding,
      FarEnd remote,
      ConnectionOptions options,
      ConnectionHandler handler,
      long nowNanos)
      throws IOException {
    addresses.requireConnectable(remote.address());
    if (remote.port() == 0) {
      throw new ConnectException("Connection refused");
    }
    if (flows.isFullOfConnections()) {
      throw new SocketException("No buffer space available");
    }
    IpAddress local = localAddress(binding, remote.address());
    int port = binding == null ? pickPort(local, remote) : binding.port();
    FourTuple tuple = new FourTuple(local, port, remote.address(), remote.port());
    if (flows.demux.find(tuple) != null) {
      throw new BindException(NO_ADDRESS);
    }
    String refusal = addresses.isLocal(remote.address()) ? null : gate.refusal(tuple, nowNanos);
    if (refusal != null) {
      throw new SocketException("Operation not permitted (" + refusal + ")");
    }
    Connection connection = Connection.open(environment, tuple, options, path, nowNanos);
    PortTable.Hold hold =
        flows.ports.connect(local, port, binding == null ? Reuse.NONE : binding.reuse());
    Flow.Connected flow = new Flow.Connected(flows.nextId(), connection, handler, hold);
    flows.add(flow);
    outbox.add(flow);
    return connection;
  }

  /// A foreign socket.
  record FarEnd(IpAddress address, int port) {
    FarEnd {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("a port is 0 to 65,535: " + port);
      }
    }
  }

  /// Our side's address: the bound one (MUST-43), or one that suits the peer (MUST-44).
  /// It stays the same for good (MUST-45).
  private IpAddress localAddress(@Nullable Binding binding, IpAddress remote)
      throws SocketException {
    if (binding == null || binding.address().isAny()) {
      boolean onlyV4 = binding != null && binding.address().equals(IpAddress.ANY_V4);
      if (onlyV4 && !remote.isV4()) {
        throw new SocketException("Address family not supported by protocol");
      }
      IpAddress source = addresses.sourceFor(remote);
      if (source == null) {
        throw new SocketException("Network is unreachable");
      }
      return source;
    }
    IpAddress bound = binding.address();
    if (bound.isV4() != remote.isV4()) {
      throw new SocketException("Address family not supported by protocol");
    }
    if (bound.isLoopback() && !addresses.isLocal(remote)) {
      throw new SocketException("Invalid argument");
    }
    return bound;
  }

  /// A port whose four-tuple nobody uses, not even a TIME-WAIT.
  private int pickPort(IpAddress local, FarEnd remote) throws BindException {
    int port = flows
        .ports
        .ephemeral()
        .choose(
            local,
            remote.address(),
            remote.port(),
            candidate -> flows.ports.mayPick(local, candidate)
                && flows.demux.find(
                        new FourTuple(local, candidate, remote.address(), remote.port()))
                    == null);
    if (port == 0) {
      throw new BindException(NO_ADDRESS);
    }
    return port;
  }

  void attend(Endpoint endpoint) {
    Flow flow = switch (endpoint) {
      case Connection connection -> flowOf(connection);
      case Listener listener -> flowOf(listener);
      default -> null;
    };
    if (flow != null) {
      outbox.add(flow);
    }
  }

  Flow.@Nullable Connected flowOf(Connection connection) {
    return flows.demux.find(connection.tuple()) instanceof Flow.Connected flow
            && flow.connection == connection
        ? flow
        : null;
  }

  // ---- the end

  boolean close(long id, long nowNanos) {
    return switch (flows.byId(id)) {
      case Flow.Connected flow -> {
        flow.connection.close(nowNanos);
        outbox.add(flow);
        yield true;
      }
      case Flow.Listening flow -> {
        unlisten(flow, nowNanos);
        yield true;
      }
      case Flow.Waiting flow -> true; // it is closed; it only waits
      case null -> false;
    };
  }

  boolean abort(long id, long nowNanos) {
    Flow flow = flows.byId(id);
    if (flow == null) {
      return false;
    }
    abort(flow, nowNanos);
    return true;
  }

  private void abort(Flow flow, long nowNanos) {
    switch (flow) {
      case Flow.Connected connected -> {
        connected.connection.abort(nowNanos);
        outbox.add(connected);
      }
      case Flow.Listening listening -> unlisten(listening, nowNanos);
      case Flow.Waiting waiting -> aftermath.forget(waiting, "ABORT", nowNanos);
    }
  }

  void closeAll(long nowNanos) {
    for (Flow.Listening flow : listenings()) {
      unlisten(flow, nowNanos);
    }
    for (Flow.Paired flow : pairs()) {
      if (flow instanceof Flow.Connected connected) {
        connected.connection.close(nowNanos);
        outbox.add(connected);
      }
    }
  }

  void abortAll(long nowNanos) {
    for (Flow.Listening flow : listenings()) {
      unlisten(flow, nowNanos);
    }
    for (Flow.Paired flow : pairs()) {
      abort(flow, nowNanos);
    }
  }

  /// Connections and TIME-WAITs in the order of their numbers.
  List<Flow.Paired> pairs() {
    List<Flow.Paired> all = new ArrayList<>(flows.demux.size());
    flows.demux.forEach(all::add);
    all.sort((a, b) -> Long.compare(a.id, b.id));
    return all;
  }
}
