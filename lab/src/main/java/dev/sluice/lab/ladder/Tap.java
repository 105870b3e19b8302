package dev.sluice.lab.ladder;

import dev.sluice.lab.page.Page;
import dev.sluice.lab.plan.Order;
import dev.sluice.sim.Node;
import dev.sluice.sim.Onlooker;
import dev.sluice.sim.World;
import dev.sluice.sim.packet.WirePacket;
import java.util.ArrayList;
import java.util.List;

/// Keeps what passes at the server, if the order asks for a file: each world an hour
/// after the one before.
public final class Tap {
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  private final boolean open;
  private final List<Page.Captured> packets = new ArrayList<>();
  private int worlds;

  /// @param order whether it asks for a file
  public Tap(Order order) {
    open = order.capture();
  }

  /// Listens at the server of one more world.
  public void listen(World world) {
    long begin = worlds++ * HOUR_NANOS;
    if (open) {
      world.addOnlooker(new Onlooker() {
        @Override
        public void onSent(Node from, WirePacket packet, boolean underWay, long nowNanos) {
          keep(from, packet, false, begin + nowNanos);
        }

        @Override
        public void onArrived(Node to, WirePacket packet, long nowNanos) {
          keep(to, packet, true, begin + nowNanos);
        }
      });
    }
  }

  private void keep(Node node, WirePacket packet, boolean towardsServer, long atNanos) {
    if (node.name().equals("server")) {
      packets.add(new Page.Captured(atNanos, towardsServer, packet.octets()));
    }
  }

  /// What was kept.
  public List<Page.Captured> packets() {
    return List.copyOf(packets);
  }
}
