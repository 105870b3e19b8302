package dev.sluice.sim.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.Impairments;
import dev.sluice.sim.Node;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Actors;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.check.Rule;
import dev.sluice.sim.law.Seed;
import dev.sluice.sim.packet.PacketBuilder;
import dev.sluice.sim.packet.WirePacket;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Peers that keep to the protocol and want to cost us something.
class CostlyPeersTest {
  private static final Pattern PATTERN = new Pattern(3);

  /// A hundred peers ask, and then never open their windows (sockstress): the server, who
  /// has answered and closed, gives each up in the end, and serves others meanwhile.
  @Test
  @Tag("ATTACK-18")
  void peersThatNeverOpenTheirWindowsAreGivenUpAndOthersServed() {
    World world = new World(new Seed(41));
    SimHost server = world.host("server", "10.0.0.2/24");
    SimHost honest = world.host("honest", "10.0.0.1/24");
    server.listen(
        80, new ConnectionOptions(), SimHost.USUAL_LIMITS, () -> Actors.bulkSender(PATTERN, 9_000));
    world.invariants().without(Rule.PEER_WINDOW);
    List<WirePacket> synAcks = new ArrayList<>();
    world.network().filter((from, packet, now) -> {
      if (from == server && packet.has(Flags.SYN)) {
        synAcks.add(packet);
      }
      return true;
    });
    world.network().attach(new Silent(), IpAddress.parse("10.0.0.66"));
    for (int i = 0; i < 100; i++) {
      FourTuple mine =
          new FourTuple(IpAddress.parse("10.0.0.66"), 5_000 + i, IpAddress.parse("10.0.0.2"), 80);
      inject(world, PacketBuilder.tcp(mine).seq(0).with(Flags.SYN).window(0).mss(1_460));
      world.run(Duration.ofMillis(1));
      int ack = synAcks.getLast().endSeq();
      inject(world, PacketBuilder.tcp(mine).seq(1).ack(ack).window(0));
      world.run(Duration.ofMillis(1));
    }
    assertThat(server.snapshot().connections()).hasSize(100);
    Talker reader = Actors.sink(PATTERN, 9_000);
    honest.connect("10.0.0.2", 80, reader);
    world.run(Duration.ofSeconds(1));
    assertThat(reader.readAll()).isTrue();
    world.run(Duration.ofHours(1));
    assertThat(server.leftovers()).isEmpty();
  }

  /// Losing everything for a moment, once in each least RTO, is the cheapest way to
  /// harm a TCP connection. It may be slow, and must go on.
  @Test
  @Tag("ATTACK-26")
  void shortOutagesOncePerLeastTimeoutDoNotEndAConnection() {
    World world = new World(new Seed(42));
    SimHost client = world.host("client", "10.0.0.1/24");
    SimHost server = world.host("server", "10.0.0.2/24");
    world.network().usually(Impairments.NONE.delay(Duration.ofMillis(10)).rate(10_000_000, 50_000));
    world.network().filter((from, packet, now) -> now % 1_000_000_000L > 50_000_000L);
    Talker sink = Actors.sink(PATTERN, 4_000_000);
    server.listen(7, () -> sink);
    Talker sender = Actors.bulkSender(PATTERN, 4_000_000);
    world.after(Duration.ofMillis(100), () -> client.connect("10.0.0.2", 7, sender));
    assertThat(world.runUntil(sink::readAll, Duration.ofSeconds(13)))
        .as("a quarter of what the line carries")
        .isTrue();
    world.run(Duration.ofSeconds(5));
    assertThat(sender.closeReason()).isEqualTo(new CloseReason.Finished());
  }

  /// Other stacks began to count their IPv4 identifications when they were told to
  /// fragment, and the count told onlookers what was sent.
  @Test
  @Tag("ATTACK-5")
  void aForgedFragmentationNeededStartsNoCounterOfIdentifications() {
    List<Integer> identifications = new ArrayList<>();
    World world = new World(new Seed(44));
    SimHost client = world.host("client", "10.0.0.1/24");
    SimHost server = world.host("server", "10.0.0.2/24");
    world.network().narrow(client, server, 1_000, true);
    world.network().filter((from, packet, now) -> {
      byte[] octets = packet.octets();
      if (from == client && packet.isSoundTcp()) {
        identifications.add((octets[4] & 0xff) << 8 | (octets[5] & 0xff));
        assertThat(octets[6] & 0x40).as("may not be fragmented").isNotZero();
      }
      return true;
    });
    Talker sink = Actors.sink(PATTERN, 200_000);
    server.listen(7, () -> sink);
    client.connect("10.0.0.2", 7, Actors.bulkSender(PATTERN, 200_000));
    world.run(Duration.ofSeconds(10));
    assertThat(sink.readAll()).isTrue();
    assertThat(identifications).hasSizeGreaterThan(100).containsOnly(0);
  }

  private static void inject(World world, PacketBuilder packet) {
    world.network().inject(packet.build(), world.nowNanos());
  }

  /// Where the forger's address is: nobody answers there.
  private static final class Silent implements Node {
    @Override
    public String name() {
      return "silent";
    }

    @Override
    public void onPacket(PacketBuffer packet, long nowNanos) {}

    @Override
    public void onDeadlines(long nowNanos) {}

    @Override
    public long nextDeadlineNanos() {
      return NEVER;
    }

    @Override
    public boolean pollPacket(PacketBuffer out, long nowNanos) {
      return false;
    }
  }
}
