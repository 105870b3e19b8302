package dev.sluice.lab.flood;

import dev.sluice.sim.Node;
import dev.sluice.wire.PacketBuffer;
import java.util.function.Supplier;

/// Sends packets at a steady rate, whoever they pretend to be from, and never looks at an
/// answer. It is a node of a simulated world and can send nowhere else.
final class Flooder implements Node {
  private final Pace pace;
  private final Supplier<byte[]> packets;
  private long nextNanos;
  private long sent;
  private long octets;
  private int due;

  /// @param packets makes the next one
  Flooder(Pace pace, Supplier<byte[]> packets) {
    this.pace = pace;
    this.packets = packets;
    nextNanos = pace.beginNanos();
  }

  /// Packets so far.
  long sent() {
    return sent;
  }

  /// Octets of all of them.
  long octets() {
    return octets;
  }

  @Override
  public String name() {
    return "flooder";
  }

  @Override
  public void onPacket(PacketBuffer packet, long nowNanos) {
    // answers are not looked at
  }

  @Override
  public void onDeadlines(long nowNanos) {
    while (nextNanos <= nowNanos && nextNanos < pace.endNanos()) {
      due++;
      nextNanos += pace.intervalNanos();
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return nextNanos < pace.endNanos() ? nextNanos : NEVER;
  }

  @Override
  public boolean pollPacket(PacketBuffer out, long nowNanos) {
    if (due == 0) {
      return false;
    }
    due--;
    byte[] packet = packets.get();
    out.copyFrom(packet);
    sent++;
    octets += packet.length;
    return true;
  }
}
