package dev.sluice.sim.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sim.Impairments;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Actors;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.law.Seed;
import dev.sluice.sim.packet.PacketBuilder;
import dev.sluice.stack.HostCounter;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.stack.firewall.FirewallSyntaxException;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.SynCookieMode;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The firewall alone, without SYN cookies, against a flood.
class FirewallTest {
  private static final Pattern PATTERN = new Pattern(3);
  private static final int FLOOD_NETWORK = 0x0a00_0700; // 10.0.7.0/24
  private static final IpAddress SERVER = IpAddress.parse("10.0.0.2");

  private final World world = new World(new Seed(7));
  private final SplittableRandom random = new SplittableRandom(11);
  private final SimHost client = world.host("client", config -> {}, "10.0.0.1/16");

  private SimHost server(String rules) throws FirewallSyntaxException {
    Firewall firewall = Firewall.parse(rules);
    SimHost server = world.host(
        "server",
        config -> {
          config.tcp.synCookies = SynCookieMode.NEVER;
          config.synAcksPerSecond = 1_000_000_000; // it is not what is tried here
          config.firewall = firewall;
        },
        "10.0.0.2/16");
    world.network().usually(Impairments.NONE);
    server.listen(
        80, new ConnectionOptions(), new ListenerLimits(128, 128), () -> Actors.sink(PATTERN, 10));
    return server;
  }

  /// A forged segment from somewhere in the flooding network.
  private void flood(int flags, int port) {
    FourTuple forged = new FourTuple(
        IpAddress.ofV4(FLOOD_NETWORK | random.nextInt(256)),
        1_024 + random.nextInt(60_000),
        SERVER,
        port);
    world
        .network()
        .inject(
            PacketBuilder.tcp(forged).seq(random.nextInt()).with(flags).build(), world.nowNanos());
  }

  /// How many of twenty clients, one each 100 ms, are served within a second while 2,000
  /// SYNs come each second.
  private int served(String rules) throws FirewallSyntaxException {
    server(rules);
    List<Talker> honest = new ArrayList<>();
    for (int tenth = 0; tenth < 30; tenth++) {
      for (int i = 0; i < 200; i++) {
        flood(Flags.SYN, 80);
      }
      if (tenth >= 10) {
        Talker talker = Actors.bulkSender(PATTERN, 10);
        honest.add(talker);
        client.connect("10.0.0.2", 80, talker);
      }
      world.run(Duration.ofMillis(100));
    }
    world.run(Duration.ofMillis(500));
    return (int) honest.stream()
        .filter(talker -> new CloseReason.Finished().equals(talker.closeReason()))
        .count();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "allow in                                         |  0",
        "allow in tcp limit half-open 50 per /24          | 20",
        "allow in tcp limit new 20/s per /24              | 20",
        "drop in from 10.0.7.0/24\\nallow in tcp to port 80 | 20",
      })
  @Tag("ATTACK-16")
  void honestClientsAreServedWhileAnotherNetworkFloods(String rules, int served)
      throws FirewallSyntaxException {
    assertThat(served(rules.replace("\\n", "\n"))).isEqualTo(served);
  }

  @Test
  @Tag("ATTACK-40")
  void floodOfAcksIsNotThrownAtItsForgedSender() throws FirewallSyntaxException {
    SimHost server = server("allow in");
    for (int ms = 0; ms < 1_000; ms++) {
      for (int i = 0; i < 10; i++) {
        flood(Flags.ACK, 80 + i % 2); // a listener, and nobody
      }
      world.run(Duration.ofMillis(1));
    }
    assertThat(server.snapshot().host().get(HostCounter.PACKETS_OUT)).isBetween(1_000L, 4_100L);
  }
}
