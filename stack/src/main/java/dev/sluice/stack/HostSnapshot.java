package dev.sluice.stack;

import dev.sluice.stack.firewall.FirewallSnapshot;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.MemoryLimits;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.util.List;
import java.util.Map;

/// A host as it stands at one moment, for `netstat`, the dashboard and tests. Plain
/// values only; lists are in the order of the ids.
///
/// @param nowNanos the moment, on the driver's clock
/// @param listeners who listens
/// @param halfOpen peers in SYN-RECEIVED that a listener has heard of, 256 of each
///     listener at most: those silent the longest
/// @param connections connections, open or being opened or closed
/// @param timeWaits what is left of closed ones
/// @param memory what buffers hold
/// @param host the host's counters
/// @param tcp the engine's counters
/// @param drops dropped packets by reason, as `netstat -s` names it; reasons that never
///     occurred are left out
/// @param firewall what the firewall's rules have done
public record HostSnapshot(
    long nowNanos,
    List<Listening> listeners,
    List<HalfOpen> halfOpen,
    List<Connected> connections,
    List<Waiting> timeWaits,
    Memory memory,
    Map<HostCounter, Long> host,
    Map<TcpCounter, Long> tcp,
    Map<String, Long> drops,
    FirewallSnapshot firewall) {

  /// A listener.
  ///
  /// @param id its number
  /// @param address where it listens, an unspecified one for all
  /// @param port its port
  /// @param acceptQueue connections that wait to be accepted
  /// @param backlog how many of those may wait
  /// @param halfOpen its peers in SYN-RECEIVED
  /// @param syns what became of the SYNs that it saw
  public record Listening(
      long id,
      IpAddress address,
      int port,
      int acceptQueue,
      int backlog,
      int halfOpen,
      Syns syns) {}

  /// What became of the SYNs of a listener since it began.
  ///
  /// @param arrived SYNs, repeats too
  /// @param dropped of new peers that found no room
  /// @param evicted peers forgotten to make room
  /// @param cookiesSent SYN-ACKs left to their cookie alone
  /// @param cookiesValid connections made from one
  /// @param cookiesRefused that were none of ours, or too old
  public record Syns(
      long arrived,
      long dropped,
      long evicted,
      long cookiesSent,
      long cookiesValid,
      long cookiesRefused) {
    /// Of a listener that nobody has knocked at.
    public static final Syns NONE = new Syns(0, 0, 0, 0, 0, 0);
  }

  /// A peer in SYN-RECEIVED.
  ///
  /// @param id its number, which its connection will have, or 0 if it has none yet
  /// @param listenerId whose peer it is
  /// @param tuple both sockets
  /// @param retransmissions of our SYN-ACK so far
  /// @param remainingNanos until the next one
  public record HalfOpen(
      long id, long listenerId, FourTuple tuple, int retransmissions, long remainingNanos) {}

  /// A connection.
  ///
  /// @param id its number
  /// @param info all else
  public record Connected(long id, ConnectionInfo info) {}

  /// What the buffers of all connections hold, and how many nobody owns.
  ///
  /// @param usedBytes what they hold, by what it costs
  /// @param limits how much they may
  /// @param pressed whether memory is short: nothing grows
  /// @param timesPressed how often that began
  /// @param orphans connections that live on after their user closed them
  public record Memory(
      long usedBytes, MemoryLimits limits, boolean pressed, long timesPressed, int orphans) {}

  /// A TIME-WAIT.
  ///
  /// @param id the number its connection had
  /// @param tuple both sockets
  /// @param remainingNanos until it is over
  public record Waiting(long id, FourTuple tuple, long remainingNanos) {}
}
