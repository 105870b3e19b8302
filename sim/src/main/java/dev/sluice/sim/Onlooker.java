package dev.sluice.sim;

import dev.sluice.sim.packet.WirePacket;

/// Looks on while packets pass, to draw or to write down what happens. It changes
/// nothing.
public interface Onlooker {
  /// A node sent a packet.
  ///
  /// @param underWay false: the network lost it, or nobody has the address
  default void onSent(Node from, WirePacket packet, boolean underWay, long nowNanos) {}

  /// A packet is about to be handled by a node: the very object that was sent, unless
  /// something changed on the way. What a test puts on the network was never sent.
  default void onArrived(Node to, WirePacket packet, long nowNanos) {}
}
