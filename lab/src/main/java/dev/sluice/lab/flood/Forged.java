package dev.sluice.lab.flood;

import dev.sluice.sim.packet.PacketBuilder;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.util.List;
import java.util.random.RandomGenerator;

/// Packets that pretend to come from somebody.
final class Forged {
  private static final int LOWEST_PORT = 1_024;

  private final List<IpAddress> sources;
  private final IpAddress target;
  private final int port;
  private final RandomGenerator random;

  /// @param sources whom they pretend to be from, one by chance
  Forged(List<IpAddress> sources, IpAddress target, int port, RandomGenerator random) {
    this.sources = List.copyOf(sources);
    this.target = target;
    this.port = port;
    this.random = random;
  }

  private FourTuple tuple() {
    IpAddress source = sources.get(random.nextInt(sources.size()));
    int sourcePort = LOWEST_PORT + random.nextInt(65_536 - LOWEST_PORT);
    return new FourTuple(source, sourcePort, target, port);
  }

  /// The first segment of a connection.
  byte[] syn() {
    return PacketBuilder.tcp(tuple())
        .seq(random.nextInt())
        .with(Flags.SYN)
        .mss(1_460)
        .build();
  }

  /// A segment of a connection that never was.
  byte[] ack() {
    return PacketBuilder.tcp(tuple())
        .seq(random.nextInt())
        .ack(random.nextInt())
        .build();
  }
}
