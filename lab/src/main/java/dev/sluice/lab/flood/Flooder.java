package dev.sluice.lab.flood;

import dev.sluice.sim.Node;
import dev.sluice.sim.packet.PacketBuilder;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/// Sends SYNs at a steady rate and never a third segment. It is a node of a simulated
/// world and can send nowhere else.
final class Flooder implements Node {
  private static final int LOWEST_PORT = 1_024;

  private final List<IpAddress> sources;
  private final IpAddress target;
  private final List<Integer> ports;
  private final Pace pace;
  private final RandomGenerator random;
  private long nextNanos;
  private long sent;
  private long octets;
  private int due;

  /// @param sources whom it pretends to be
  /// @param target whom it floods
  /// @param ports at which ports, one after another
  Flooder(
      List<IpAddress> sources,
      IpAddress target,
      List<Integer> ports,
      Pace pace,
      RandomGenerator random) {
    this.sources = List.copyOf(sources);
    this.target = target;
    this.ports = List.copyOf(ports);
    this.pace = pace;
    this.random = random;
    nextNanos = pace.beginNanos();
  }

  /// SYNs so far.
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
    IpAddress source = sources.get(random.nextInt(sources.size()));
    int sourcePort = LOWEST_PORT + random.nextInt(65_536 - LOWEST_PORT);
    int port = ports.get((int) (sent % ports.size()));
    byte[] syn = PacketBuilder.tcp(new FourTuple(source, sourcePort, target, port))
        .seq(random.nextInt())
        .with(Flags.SYN)
        .mss(1_460)
        .build();
    out.copyFrom(syn);
    sent++;
    octets += syn.length;
    return true;
  }
}
