package dev.sluice.lab.flood;

import dev.sluice.lab.ladder.Tap;
import dev.sluice.sim.Impairments;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Finish;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.law.Seed;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One world in which honest clients come at a steady rate, and a flood comes for a
/// while.
final class Trial {
  static final IpAddress SERVER = IpAddress.parse("203.0.113.80");
  static final int PORT = 80;

  private static final int HONEST_HOSTS = 8;
  private static final long SECOND = 1_000_000_000L;
  /// How long an honest client waits before it gives up.
  private static final long PATIENCE = 10 * SECOND;

  private final World world;
  private final SimHost server;
  private final Defence defence;
  private final List<SimHost> hosts = new ArrayList<>();
  private final List<Visitor> visitors = new ArrayList<>();

  Trial(Defence defence, long seed, Tap tap) {
    this.defence = defence;
    world = new World(new Seed(seed));
    tap.listen(world);
    world.network().usually(Impairments.NONE.delay(Duration.ofMillis(10)));
    server = world.host("server", defence.settings(), SERVER + "/24");
    for (int i = 0; i < HONEST_HOSTS; i++) {
      hosts.add(world.host("honest" + i, "192.0.2." + (1 + i) + "/24"));
    }
    server.listen(
        PORT,
        new ConnectionOptions(),
        defence.limits(),
        () -> new Talker().writes(new Pattern(1), 20).finish(Finish.CLOSE_AFTER_PEER));
  }

  World world() {
    return world;
  }

  /// Runs until the last honest client has either been served or given up.
  ///
  /// @param sources whom the flood pretends to come from
  /// @param visitorsPerSecond how many honest clients come
  /// @param seconds how long they come
  Outcome run(List<IpAddress> sources, Pace pace, int visitorsPerSecond, int seconds) {
    Forged forged = new Forged(sources, SERVER, PORT, world.seed().random("flood"));
    world.attach(new Flooder(pace, forged::syn));
    for (int i = 0; i < visitorsPerSecond * seconds; i++) {
      SimHost host = hosts.get(i % hosts.size());
      world.at(i * SECOND / visitorsPerSecond, () -> visit(host));
    }
    int whole = seconds + (int) (PATIENCE / SECOND) + 1;
    List<Long> halfOpen = new ArrayList<>();
    for (int i = 0; i < whole; i++) {
      world.run(Duration.ofSeconds(1));
      halfOpen.add((long) server.snapshot().listeners().getFirst().halfOpen());
    }
    return new Outcome(defence, List.copyOf(visitors), pace, halfOpen, server.snapshot());
  }

  private void visit(SimHost host) {
    Visitor visitor = new Visitor();
    visitors.add(visitor);
    ConnectionOptions options = new ConnectionOptions();
    options.openTimeoutNanos = PATIENCE;
    host.connect(0, SERVER.toString(), PORT, options, visitor);
  }
}
