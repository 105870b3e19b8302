package dev.sluice.sim;

import dev.sluice.wire.PacketBuffer;
import java.util.ArrayDeque;

/// Packets that a node has made and that wait to be asked for, in order.
public final class PacketQueue {
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();

  /// Adds a packet behind the others.
  ///
  /// @param packet its octets, from the IP header on
  public void add(byte[] packet) {
    waiting.add(packet);
  }

  /// Takes the first one out.
  ///
  /// @param target is filled with it
  /// @return false if none waits
  public boolean poll(PacketBuffer target) {
    byte[] packet = waiting.poll();
    if (packet == null) {
      return false;
    }
    target.copyFrom(packet);
    return true;
  }
}
