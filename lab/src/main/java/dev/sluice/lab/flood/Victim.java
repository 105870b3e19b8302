package dev.sluice.lab.flood;

import dev.sluice.sim.Node;
import dev.sluice.sim.PacketQueue;
import dev.sluice.sim.packet.PacketBuilder;
import dev.sluice.sim.packet.WirePacket;
import dev.sluice.wire.Flags;
import dev.sluice.wire.PacketBuffer;

/// Somebody whose address is abused: he gets answers to what he never asked.
final class Victim implements Node {
  private final boolean answers;
  private final PacketQueue out = new PacketQueue();
  private long packets;
  private long octets;

  /// @param answers whether he says RST to a SYN-ACK, as hosts do that are there; else he
  ///     is silent, as behind a firewall or switched off
  Victim(boolean answers) {
    this.answers = answers;
  }

  /// Packets he got.
  long packets() {
    return packets;
  }

  /// Octets he got.
  long octets() {
    return octets;
  }

  @Override
  public String name() {
    return "victim";
  }

  @Override
  public void onPacket(PacketBuffer packet, long nowNanos) {
    packets++;
    octets += packet.length();
    if (answers) {
      WirePacket in = WirePacket.parse(packet.toArray());
      if (in.isSoundTcp() && in.has(Flags.SYN)) {
        out.add(
            PacketBuilder.tcp(in.receiverTuple()).seq(in.ack()).with(Flags.RST).build());
      }
    }
  }

  @Override
  public boolean pollPacket(PacketBuffer target, long nowNanos) {
    return out.poll(target);
  }
}
