package dev.sluice.stack;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Endpoint;
import dev.sluice.tcp.listen.Listener;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import java.io.IOException;
import java.net.BindException;
import org.jspecify.annotations.Nullable;

/// One host of RFC 1122, sans-I/O: packets in, deadlines in, packets out.
/// Single-threaded.
///
/// A driver moves packets between a host and its link in real time, the simulator in
/// virtual time.
public final class Host {
  /// @param config addresses, settings, secrets
  public Host(HostConfig config) {}

  // ---- the driver's verbs

  /// A packet arrived. What it causes waits until [#pollPacket].
  public void onPacket(PacketBuffer packet, long nowNanos) {}

  /// Acts on all deadlines that have passed.
  public void onDeadlines(long nowNanos) {}

  /// When [#onDeadlines] is due, [Endpoint#NEVER] if not at all, `nowNanos` or before
  /// if packets or events wait.
  public long nextDeadlineNanos() {
    return Endpoint.NEVER;
  }

  /// The next packet to send; call until false. Handlers hear of events while this runs.
  public boolean pollPacket(PacketBuffer out, long nowNanos) {
    return false;
  }

  // ---- the user's calls

  /// Takes a local port.
  ///
  /// @param port 0 for one the host picks (RFC 6056)
  /// @throws BindException in the JDK's words: the address is not ours, or the port is
  ///     taken (also by a TIME-WAIT, unless `reuseAddress`)
  public Binding bind(IpAddress address, int port, boolean reuseAddress) throws BindException {
    throw new UnsupportedOperationException();
  }

  /// Gives a port back; connections that use it live on.
  public void release(Binding binding) {}

  /// OPEN, passive.
  ///
  /// @throws BindException if somebody listens there already
  public Listener listen(
      Binding binding, ConnectionOptions options, ListenerLimits limits, ListenerHandler handler)
      throws BindException {
    throw new UnsupportedOperationException();
  }

  /// Ends listening; half-open peers are reset, accepted connections live on.
  public void unlisten(Listener listener, long nowNanos) {}

  /// OPEN, active. Without a binding the host picks address and port.
  ///
  /// @throws IOException in the JDK's words: no route, an address nobody can connect to
  ///     (MUST-46), the four-tuple is in use, no port left
  public Connection connect(
      @Nullable Binding binding,
      IpAddress remote,
      int remotePort,
      ConnectionOptions options,
      ConnectionHandler handler,
      long nowNanos)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /// A verb of this connection or listener was called: its segments, events and
  /// deadline are to be looked at before the loop sleeps.
  public void attend(Endpoint endpoint) {}

  // ---- who looks on, and who orders from outside

  /// Adds somebody who watches from now on.
  public void addObserver(HostObserver observer) {}

  /// Takes an observer away.
  public void removeObserver(HostObserver observer) {}

  /// Everything there is to see at this moment.
  public HostSnapshot snapshot(long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /// The number of a connection as [HostSnapshot] and [HostObserver] show it, 0 for one
  /// that is over.
  public long idOf(Connection connection) {
    return 0;
  }

  /// The connection of that number.
  public @Nullable Connection connection(long id) {
    return null;
  }

  /// Closes the connection or ends the listener of that number.
  ///
  /// @return false if there is none
  public boolean close(long id, long nowNanos) {
    return false;
  }

  /// Resets the connection, or forgets the TIME-WAIT, or ends the listener of that
  /// number.
  ///
  /// @return false if there is none
  public boolean abort(long id, long nowNanos) {
    return false;
  }

  /// Ends all listeners and begins to close all connections in order.
  public void closeAll(long nowNanos) {}

  /// Ends all listeners, resets all connections and forgets all TIME-WAITs.
  public void abortAll(long nowNanos) {}

  /// Connections that are not over yet; TIME-WAITs do not count.
  public int connectionCount() {
    return 0;
  }

  /// TIME-WAITs.
  public int timeWaitCount() {
    return 0;
  }

  /// What this host was built from.
  public HostConfig config() {
    throw new UnsupportedOperationException();
  }

  /// The host's counters, readable from any thread.
  public CounterSet<HostCounter> counters() {
    throw new UnsupportedOperationException();
  }

  /// The engine's counters, readable from any thread.
  public CounterSet<TcpCounter> tcpCounters() {
    throw new UnsupportedOperationException();
  }

  /// Where a packet to `remote` would come from (MUST-44).
  ///
  /// @return null if the host has no address of that family
  public @Nullable IpAddress sourceFor(IpAddress remote) {
    return null;
  }

  /// Whether packets to this address stay inside the host: one of its own, or loopback.
  public boolean isLocal(IpAddress address) {
    return false;
  }
}
