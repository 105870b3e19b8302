package dev.sluice.sim;

import dev.sluice.sim.packet.WirePacket;

/// Decides on single packets, as in "lose the first SYN,ACK".
@FunctionalInterface
public interface PacketFilter {
  /// Lets a packet pass, or loses it.
  ///
  /// @param from the node that sent it
  /// @param packet the packet
  /// @param nowNanos when it was sent
  /// @return false: the packet is lost
  boolean passes(Node from, WirePacket packet, long nowNanos);
}
