package dev.sluice.sim.scenario;

import dev.sluice.link.LinkCapabilities;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.law.Seed;
import dev.sluice.stack.HostConfig;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import java.time.Duration;
import java.util.function.Consumer;

/// A scenario on its stage.
final class Play {
  static final long SECOND = 1_000_000_000L;
  private static final int CLIENT_PORT = 40_000;
  private static final int SERVER_PORT = 7;

  final Scenario scenario;
  final World world;
  final SimHost clientHost;
  final SimHost serverHost;
  final Talker client;
  final Talker server;

  Play(Scenario scenario, Consumer<ConnectionOptions> options) {
    this.scenario = scenario;
    Seed seed = new Seed(scenario.worldSeed());
    world = new World(seed);
    clientHost = world.host(
        "client", config -> settings(config, scenario.client(), true), "10.0.0.1/24", "fd00::1/64");
    serverHost = world.host(
        "server",
        config -> settings(config, scenario.server(), false),
        "10.0.0.2/24",
        "fd00::2/64");
    world.network().oneWay(clientHost, serverHost, scenario.forward());
    world.network().oneWay(serverHost, clientHost, scenario.backward());
    client = talker(scenario.client(), scenario.server(), 1);
    server = talker(scenario.server(), scenario.client(), 2);
    ConnectionOptions clientOptions = options(scenario.client());
    options.accept(clientOptions);
    ConnectionOptions serverOptions = options(scenario.server());
    options.accept(serverOptions);
    if (scenario.simultaneousOpen()) {
      world.at(
          0,
          () -> serverHost.connect(SERVER_PORT, address(true), CLIENT_PORT, serverOptions, server));
    } else {
      serverHost.listen(SERVER_PORT, serverOptions, SimHost.USUAL_LIMITS, () -> server);
    }
    world.at(
        0,
        () -> clientHost.connect(CLIENT_PORT, address(false), SERVER_PORT, clientOptions, client));
  }

  private String address(boolean ofClient) {
    return (scenario.v4() ? "10.0.0." : "fd00::") + (ofClient ? 1 : 2);
  }

  private void settings(HostConfig config, Scenario.Side side, boolean ofClient) {
    config.link = scenario.offload()
        ? new LinkCapabilities(scenario.mtu(), 65_535, 65_535, true)
        : LinkCapabilities.plain(scenario.mtu());
    config.tcp.mslNanos = 30 * SECOND;
    config.tcp.timestamps = side.timestamps();
    config.tcp.windowScaling = side.windowScaling();
    if (scenario.isnBeforeWrap() > 0) {
      FourTuple tuple = new FourTuple(
          IpAddress.parse(address(ofClient)), ofClient ? CLIENT_PORT : SERVER_PORT,
          IpAddress.parse(address(!ofClient)), ofClient ? SERVER_PORT : CLIENT_PORT);
      // the search allows for the ISN clock that runs on while the SYN travels
      config.random = IsnSearch.wrapsWithin(
          scenario.isnBeforeWrap() + 100_000, tuple, 0, new Seed(scenario.worldSeed()));
    }
  }

  private static ConnectionOptions options(Scenario.Side side) {
    ConnectionOptions options = new ConnectionOptions();
    options.sendBufferBytes = side.sendBuffer();
    options.receiveBufferBytes = side.receiveBuffer();
    options.noDelay = side.noDelay();
    return options;
  }

  private static Talker talker(Scenario.Side own, Scenario.Side other, int number) {
    return new Talker()
        .writes(new Pattern(number), own.octets())
        .reads(new Pattern(3 - number), other.octets())
        .writePace(own.mostPerWrite(), own.writePause())
        .readPace(own.mostPerRead(), own.readPause())
        .firstReadAfter(own.firstRead())
        .finish(own.finish());
  }

  boolean bothClosed() {
    return client.closeReason() != null && server.closeReason() != null;
  }

  /// Runs until both are closed, then until the last TIME-WAIT is over.
  boolean runToTheEnd(Duration limit) {
    boolean closed = world.runUntil(this::bothClosed, limit);
    world.run(Duration.ofSeconds(61));
    return closed;
  }

  @Override
  public String toString() {
    return "client " + client + ", server " + server + "\n" + world.trace().tail(40);
  }
}
