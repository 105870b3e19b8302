package dev.sluice.sim;

import dev.sluice.wire.PacketBuffer;

/// What a world moves packets to and from: a host, or whatever a test puts in its place.
/// The verbs are those of [dev.sluice.stack.Host].
public interface Node {
  /// No deadline is set.
  long NEVER = Long.MAX_VALUE;

  /// The node's name in traces.
  String name();

  /// A packet arrived. What it causes waits until [#pollPacket].
  void onPacket(PacketBuffer packet, long nowNanos);

  /// Acts on all deadlines that have passed. Nothing, unless the node says otherwise.
  default void onDeadlines(long nowNanos) {}

  /// When [#onDeadlines] is due, or [#NEVER], which a node without deadlines says.
  default long nextDeadlineNanos() {
    return NEVER;
  }

  /// The next packet to send; called until false.
  boolean pollPacket(PacketBuffer out, long nowNanos);
}
