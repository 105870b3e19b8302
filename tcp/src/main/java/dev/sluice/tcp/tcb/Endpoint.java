package dev.sluice.tcp.tcb;

import dev.sluice.wire.Segment;

/// What a stack can wait for and ask for segments: a connection, a listener, a TIME-WAIT.
public interface Endpoint {
  /// No deadline is set.
  long NEVER = Long.MAX_VALUE;

  /// Acts on every deadline that has passed. Follow it with [#pollTransmit].
  void onDeadline(long nowNanos);

  /// When [#onDeadline] is due, or [#NEVER]. Ask again after any other call.
  long nextDeadlineNanos();

  /// The next segment to send; call until it says there is none. The payload it refers
  /// to is valid until the next call on this endpoint.
  ///
  /// @param out filled in, addresses and ports too
  /// @return false: nothing to send now
  boolean pollTransmit(Segment out, long nowNanos);
}
