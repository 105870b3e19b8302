package dev.sluice.stack;

import dev.sluice.stack.firewall.PacketFacts;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;

/// Watches a host from its loop thread: for logs, traces, the dashboard and tests. Must
/// not block.
public interface HostObserver {
  /// Sees nothing.
  HostObserver NONE = new HostObserver() {};

  /// A connection, a half-open peer or a TIME-WAIT changed its state.
  ///
  /// @param id the connection's number as `netstat` shows it, 0 for one that has none yet
  /// @param cause a few words for people, such as `rcv FIN`
  default void onTransition(
      long id, FourTuple tuple, State from, State to, String cause, long nowNanos) {}

  /// A TCP segment came in (its checksum is right) or goes out. The object is reused:
  /// copy what is to be kept.
  default void onSegment(boolean outbound, Segment segment, long nowNanos) {}

  /// The firewall stopped a packet, or a connection outward. The object says which and
  /// why; it is reused: copy what is to be kept.
  default void onFiltered(PacketFacts packet, long nowNanos) {}

  /// Whether [#onSegment] is to be called at all.
  default boolean wantsSegments() {
    return false;
  }

  /// Whether [#onTransition] is to be called. Half-open peers are told of only while
  /// somebody wants them, because that costs an object for each SYN.
  default boolean wantsTransitions() {
    return true;
  }

  /// A SYN came for a listener, which has not judged it yet. The segment is reused, as
  /// all segments below are: copy what is to be kept.
  ///
  /// @param binding where the listener listens
  /// @param listener what it holds and has counted
  default void onSyn(Binding binding, Listener listener, Segment syn, long nowNanos) {}

  /// A connection has come of a SYN that [#onSyn] told of: the peer has answered our
  /// SYN-ACK, or has opened with a cookie of fast open.
  ///
  /// @param last the segment that completed the handshake
  default void onHandshake(Binding binding, Listener listener, Segment last, long nowNanos) {}

  /// A TCP segment came for a port at which nobody listens, or for a connection that
  /// does not exist.
  default void onRefused(Segment segment, long nowNanos) {}

  /// An RST came in, for whomever; nobody has judged it yet.
  default void onReset(Segment reset, long nowNanos) {}

  /// When [#onDeadline] is due, [Endpoint#NEVER] if not at all.
  default long nextDeadlineNanos() {
    return Endpoint.NEVER;
  }

  /// The time of [#nextDeadlineNanos] has come.
  default void onDeadline(long nowNanos) {}
}
