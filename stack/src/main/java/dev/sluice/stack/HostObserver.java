package dev.sluice.stack;

import dev.sluice.stack.firewall.PacketFacts;
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
}
