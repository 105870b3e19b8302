package dev.sluice.sim;

import dev.sluice.sim.actor.Actor;
import dev.sluice.sim.actor.Stage;
import dev.sluice.stack.Binding;
import dev.sluice.stack.ConnectionHandler;
import dev.sluice.stack.Host;
import dev.sluice.stack.HostConfig;
import dev.sluice.stack.HostObserver;
import dev.sluice.stack.HostSnapshot;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.stack.firewall.PacketFacts;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A host of [dev.sluice.stack] in a world, and the calls by which a test makes it do
/// something.
///
/// Everything its handlers throw ends the world's step, whatever the host does with it.
public final class SimHost implements Node, Stage {
  /// Room for 128 connections that wait, and as many that are half open.
  public static final ListenerLimits USUAL_LIMITS = new ListenerLimits(128, 128);

  private final World world;
  private final String name;
  private final HostConfig config;
  private final Host host;

  SimHost(World world, String name, HostConfig config) {
    this.world = world;
    this.name = name;
    this.config = config;
    config.observer = new Watcher(config.observer);
    host = new Host(config);
  }

  // ---- the user's calls

  /// Waits for peers at a port of all its addresses; each gets an actor of its own, which
  /// takes the connection at once.
  public void listen(int port, Supplier<? extends Actor> actors) {
    listen(port, new ConnectionOptions(), USUAL_LIMITS, actors);
  }

  /// Waits for peers at a port of all its addresses.
  ///
  /// @param options what accepted connections start with
  /// @param limits how much may be pending
  public void listen(
      int port,
      ConnectionOptions options,
      ListenerLimits limits,
      Supplier<? extends Actor> actors) {
    boolean v6 =
        config.addresses.stream().anyMatch(address -> !address.address().isV4());
    listenAt(v6 ? IpAddress.ANY_V6 : IpAddress.ANY_V4, port, options, limits, actors);
  }

  /// Waits for peers at one address.
  ///
  /// @return the listener
  public Listener listenAt(
      IpAddress address,
      int port,
      ConnectionOptions options,
      ListenerLimits limits,
      Supplier<? extends Actor> actors) {
    try {
      Binding binding = host.bind(address, port, true);
      return host.listen(
          binding, options, limits, (listener, connection) -> accept(listener, connection, actors));
    } catch (BindException e) {
      throw new UncheckedIOException(name + " cannot listen at " + port, e);
    }
  }

  private ConnectionHandler accept(
      Listener listener, Connection connection, Supplier<? extends Actor> actors) {
    Actor actor = actors.get();
    watch(connection);
    world.at(world.nowNanos(), () -> {
      listener.onAccepted();
      host.attend(listener);
      actor.begin(this, connection);
    });
    return (subject, event) -> guarded(() -> actor.onEvent(this, subject, event));
  }

  /// Holds the connection's receive queue to the buffer that was asked for.
  private void watch(Connection connection) {
    int most = connection.options().receiveBufferBytes;
    world
        .invariants()
        .bound(
            name,
            "octets to read of " + connection.tuple(),
            connection::readableBytes,
            most,
            () -> isOver(connection));
  }

  private static boolean isOver(Connection connection) {
    State state = connection.state();
    boolean gone = state == State.CLOSED || state == State.TIME_WAIT;
    return gone && connection.readableBytes() == 0;
  }

  /// Opens a connection from a port that the host picks.
  ///
  /// @param remote an address such as `10.0.0.2`
  public Connection connect(String remote, int port, Actor actor) {
    return connect(0, remote, port, new ConnectionOptions(), actor);
  }

  /// Opens a connection.
  ///
  /// @param localPort 0 for one that the host picks
  /// @param remote an address such as `10.0.0.2`
  /// @throws UncheckedIOException if the host refuses
  public Connection connect(
      int localPort, String remote, int port, ConnectionOptions options, Actor actor) {
    IpAddress to = IpAddress.parse(remote);
    try {
      Binding binding = localPort == 0 ? null : host.bind(address(to.isV4()), localPort, true);
      Connection connection = host.connect(
          binding,
          to,
          port,
          options,
          (subject, event) -> guarded(() -> actor.onEvent(this, subject, event)),
          world.nowNanos());
      watch(connection);
      actor.begin(this, connection);
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot connect to " + remote + ":" + port, e);
    }
  }

  /// The host's first address of a family.
  ///
  /// @throws IllegalArgumentException if it has none
  public IpAddress address(boolean v4) {
    for (InterfaceAddress address : config.addresses) {
      if (address.address().isV4() == v4) {
        return address.address();
      }
    }
    throw new IllegalArgumentException(name + " has no address of IPv" + (v4 ? 4 : 6));
  }

  /// The host itself.
  public Host host() {
    return host;
  }

  /// What it was built from.
  public HostConfig config() {
    return config;
  }

  /// Everything there is to see at this moment.
  public HostSnapshot snapshot() {
    return host.snapshot(world.nowNanos());
  }

  /// Everything that is left of connections, as texts; an empty list after 2MSL, or
  /// something leaks.
  public List<String> leftovers() {
    HostSnapshot now = snapshot();
    List<String> left = new ArrayList<>();
    now.connections().forEach(it -> left.add(it.info().tuple() + " " + it.info().state()));
    now.halfOpen().forEach(it -> left.add(it.tuple() + " half-open"));
    now.timeWaits().forEach(it -> left.add(it.tuple() + " TIME-WAIT"));
    return left;
  }

  // ---- what actors need

  @Override
  public void at(long atNanos, Runnable action) {
    world.at(atNanos, action);
  }

  @Override
  public long nowNanos() {
    return world.nowNanos();
  }

  @Override
  public void attend(Connection connection) {
    host.attend(connection);
  }

  private void guarded(Runnable code) {
    try {
      code.run();
    } catch (RuntimeException | Error e) {
      world.fail(e);
    }
  }

  // ---- the world's verbs

  @Override
  public String name() {
    return name;
  }

  @Override
  public void onPacket(PacketBuffer packet, long nowNanos) {
    host.onPacket(packet, nowNanos);
  }

  @Override
  public void onDeadlines(long nowNanos) {
    host.onDeadlines(nowNanos);
  }

  @Override
  public long nextDeadlineNanos() {
    return host.nextDeadlineNanos();
  }

  @Override
  public boolean pollPacket(PacketBuffer out, long nowNanos) {
    return host.pollPacket(out, nowNanos);
  }

  @Override
  public String toString() {
    return name;
  }

  /// Tells the rules and the trace of transitions, and passes everything on.
  private final class Watcher implements HostObserver {
    private final HostObserver next;

    Watcher(HostObserver next) {
      this.next = next;
    }

    @Override
    public void onTransition(
        long id, FourTuple tuple, State from, State to, String cause, long nowNanos) {
      world.trace().add(nowNanos, name, tuple + " " + from + " -> " + to + " (" + cause + ")");
      guarded(() -> world.invariants().onTransition(name, tuple, from, to, cause, nowNanos));
      if (next.wantsTransitions()) {
        next.onTransition(id, tuple, from, to, cause, nowNanos);
      }
    }

    @Override
    public void onSegment(boolean outbound, Segment segment, long nowNanos) {
      next.onSegment(outbound, segment, nowNanos);
    }

    @Override
    public boolean wantsSegments() {
      return next.wantsSegments();
    }

    @Override
    public void onSyn(Binding binding, Listener listener, Segment syn, long nowNanos) {
      next.onSyn(binding, listener, syn, nowNanos);
    }

    @Override
    public void onHandshake(Binding binding, Listener listener, Segment last, long nowNanos) {
      next.onHandshake(binding, listener, last, nowNanos);
    }

    @Override
    public void onFiltered(PacketFacts packet, long nowNanos) {
      next.onFiltered(packet, nowNanos);
    }

    @Override
    public void onRefused(Segment segment, long nowNanos) {
      next.onRefused(segment, nowNanos);
    }

    @Override
    public void onReset(Segment reset, long nowNanos) {
      next.onReset(reset, nowNanos);
    }

    @Override
    public long nextDeadlineNanos() {
      return next.nextDeadlineNanos();
    }

    @Override
    public void onDeadline(long nowNanos) {
      next.onDeadline(nowNanos);
    }
  }
}
