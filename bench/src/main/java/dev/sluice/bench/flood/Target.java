package dev.sluice.bench.flood;

import dev.sluice.wire.PacketBuffer;
import java.io.IOException;

/// A server that is flooded, as the one thread of a run sees it.
interface Target extends AutoCloseable {
  /// The address that listens.
  String ADDRESS = "10.0.0.2";
  /// The port that listens.
  int PORT = 5_002;
  /// Octets of the longest packet.
  int MTU = 1_500;

  /// Gives it a packet.
  ///
  /// @return false: it has no room, and the packet is lost
  boolean give(PacketBuffer packet, long nowNanos) throws IOException;

  /// Takes what it sends.
  ///
  /// @return false: nothing now
  boolean poll(PacketBuffer out, long nowNanos) throws IOException;

  /// Nanoseconds that it worked, 0 if that cannot be told.
  long busyNanos();

  /// Octets that it keeps for half-open peers, 0 if that cannot be told.
  long stateOctets();

  @Override
  void close();
}
