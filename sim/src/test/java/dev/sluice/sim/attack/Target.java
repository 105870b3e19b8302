package dev.sluice.sim.attack;

import dev.sluice.sim.Impairments;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.law.Seed;
import dev.sluice.sim.packet.PacketBuilder;
import dev.sluice.sim.packet.WirePacket;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.time.Duration;

/// A connection between two hosts that an attacker would like to harm, and what an
/// onlooker, but not the attacker, knows of it.
final class Target {
  static final int CLIENT_PORT = 4_000;
  static final int SERVER_PORT = 7;

  final World world;
  final SimHost client;
  final SimHost server;
  final Talker atClient;
  final Talker atServer;
  /// The connection as the server sees it.
  final FourTuple serverTuple;
  /// The connection as the client sees it, and as a forger of its segments writes it.
  final FourTuple clientTuple;

  int clientNxt;
  int serverNxt;
  int clientStamp;
  int serverStamp;
  long sentByServer;
  long sentByClient;

  Target(Seed seed, Talker atClient, Talker atServer) {
    world = new World(seed);
    client = world.host("client", config -> config.tcp.mslNanos = SECONDS_2, "10.0.0.1/24");
    server = world.host("server", config -> config.tcp.mslNanos = SECONDS_2, "10.0.0.2/24");
    this.atClient = atClient;
    this.atServer = atServer;
    clientTuple = new FourTuple(
        IpAddress.parse("10.0.0.1"), CLIENT_PORT, IpAddress.parse("10.0.0.2"), SERVER_PORT);
    serverTuple =
        new FourTuple(clientTuple.remote(), SERVER_PORT, clientTuple.local(), CLIENT_PORT);
    world.network().usually(Impairments.NONE);
    world.network().filter((from, packet, now) -> {
      watch(packet);
      return true;
    });
    server.listen(SERVER_PORT, () -> atServer);
    client.connect(CLIENT_PORT, "10.0.0.2", SERVER_PORT, new ConnectionOptions(), atClient);
    world.run(Duration.ofSeconds(1));
  }

  private static final long SECONDS_2 = 2_000_000_000L;

  private void watch(WirePacket packet) {
    if (!packet.isSoundTcp()) {
      return;
    }
    if (packet.senderTuple().equals(clientTuple)) {
      sentByClient++;
      clientNxt = packet.endSeq();
      clientStamp = packet.tsVal();
    } else if (packet.senderTuple().equals(serverTuple)) {
      sentByServer++;
      serverNxt = packet.endSeq();
      serverStamp = packet.tsVal();
    }
  }

  /// A segment that claims to come from the client.
  PacketBuilder fromClient() {
    return PacketBuilder.tcp(clientTuple);
  }

  /// A segment that claims to come from the server.
  PacketBuilder fromServer() {
    return PacketBuilder.tcp(serverTuple);
  }

  void inject(PacketBuilder packet) {
    world.network().inject(packet.build(), world.nowNanos());
  }

  State serverState() {
    return server.snapshot().connections().isEmpty()
        ? State.CLOSED
        : server.snapshot().connections().getFirst().info().state();
  }

  State clientState() {
    return client.snapshot().connections().isEmpty()
        ? State.CLOSED
        : client.snapshot().connections().getFirst().info().state();
  }
}
