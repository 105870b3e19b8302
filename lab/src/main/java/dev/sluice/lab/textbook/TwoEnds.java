package dev.sluice.lab.textbook;

import dev.sluice.lab.ladder.Ladder;
import dev.sluice.lab.ladder.Recorder;
import dev.sluice.lab.ladder.Side;
import dev.sluice.lab.ladder.TimeText;
import dev.sluice.lab.page.Page;
import dev.sluice.lab.page.Part;
import dev.sluice.lab.page.Prose;
import dev.sluice.lab.page.Table;
import dev.sluice.lab.plan.Order;
import dev.sluice.lab.plan.Setting;
import dev.sluice.sim.Impairments;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.law.Seed;
import dev.sluice.sim.packet.WirePacket;
import dev.sluice.stack.HostConfig;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.SynCookieMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A client, a server, the cable between them, and somebody who writes everything down.
final class TwoEnds {
  /// The port at which the server listens.
  static final int PORT = 80;
  /// The port of the client.
  static final int CLIENT_PORT = 40_000;
  /// The server's address.
  static final String SERVER = "10.0.0.2";

  private final Order order;
  private final Recorder recorder;
  private final World world;
  private final SimHost client;
  private final SimHost server;
  private final ConnectionOptions options = new ConnectionOptions();
  private final List<Part> parts = new ArrayList<>();
  private State clientWas = State.CLOSED;
  private State serverWas = State.CLOSED;
  private Ladder.Detail detail = Ladder.Detail.PLAIN;

  /// The settings that all of these experiments have, then some more.
  ///
  /// @param isn the usual value of the first, empty for numbers that count from 0
  static List<Setting> settings(String isn, Setting... more) {
    List<Setting> all = new ArrayList<>(List.of(more));
    all.add(new Setting(
        "isn",
        "C,S",
        isn,
        "The initial sequence numbers of client and server, as in 10,100;"
            + " else numbers count from 0."));
    all.add(new Setting("delay", "MS", "10", "How long a segment travels, one way."));
    all.add(new Setting("mss", "OCTETS", "1460", "The most text that a segment carries."));
    return all;
  }

  TwoEnds(Order order) {
    this(order, (side, config) -> {});
  }

  /// Changes a host's configuration before it is made.
  @FunctionalInterface
  interface Preparation {
    void prepare(Side side, HostConfig config);
  }

  /// @param preparation what the hosts have that is not usual
  TwoEnds(Order order, Preparation preparation) {
    this.order = order;
    boolean chosen = !order.text("isn").isEmpty();
    long[] isns = chosen ? order.pair("isn", 0, 0xffff_ffffL) : new long[2];
    recorder = new Recorder(!chosen);
    world = new World(new Seed(order.seed()));
    client = host(Side.CLIENT, "10.0.0.1", chosen ? (Integer) (int) isns[0] : null, preparation);
    server = host(Side.SERVER, SERVER, chosen ? (Integer) (int) isns[1] : null, preparation);
    world.addOnlooker(recorder);
    world.network().usually(Impairments.NONE.delay(order.millis("delay", 60_000)));
    options.maxSegmentBytes = (int) order.number("mss", 48, 1_460);
  }

  private SimHost host(Side side, String address, @Nullable Integer isn, Preparation preparation) {
    Consumer<HostConfig> settings = config -> {
      config.observer = recorder.observer(side);
      if (isn != null) {
        config.fixedIsn = isn;
        config.tcp.synCookies = SynCookieMode.NEVER; // or the number would be a cookie
      }
      preparation.prepare(side, config);
    };
    return world.host(side.toString(), settings, address + "/24");
  }

  World world() {
    return world;
  }

  SimHost client() {
    return client;
  }

  SimHost server() {
    return server;
  }

  Recorder recorder() {
    return recorder;
  }

  /// What connections of both sides start with.
  ConnectionOptions options() {
    return options;
  }

  long delayNanos() {
    return order.millis("delay", 60_000).toNanos();
  }

  void detail(Ladder.Detail what) {
    detail = what;
  }

  // ---- what happens

  /// The server listens; each connection gets one of these.
  void listen(Supplier<User> users) {
    serverWas = State.LISTEN;
    server.listen(PORT, options, SimHost.USUAL_LIMITS, users);
  }

  /// A server that listens and does what it is told.
  User listen() {
    User user = new User(Side.SERVER, recorder);
    listen(() -> user);
    return user;
  }

  /// The client connects now.
  User connect() {
    User user = new User(Side.CLIENT, recorder);
    recorder.call(Side.CLIENT, "connect", world.nowNanos());
    client.connect(CLIENT_PORT, SERVER, PORT, options, user);
    return user;
  }

  /// Both are ESTABLISHED, and the diagram begins there.
  User established() {
    User user = connect();
    run(Duration.ofNanos(Math.max(4 * delayNanos(), 1_000_000)));
    recorder.begin(world.nowNanos());
    clientWas = State.ESTABLISHED;
    serverWas = State.ESTABLISHED;
    return user;
  }

  /// Time goes on.
  void run(Duration time) {
    world.run(time);
  }

  void runMillis(long millis) {
    run(Duration.ofMillis(millis));
  }

  /// Something happens some time from now.
  void after(Duration time, Runnable action) {
    world.after(time, action);
  }

  /// Loses the first packets of one side that fit.
  void lose(Side side, int count, Predicate<WirePacket> which) {
    int[] left = {count};
    world.network().filter((from, packet, now) -> {
      boolean hit = from.name().equals(side.toString()) && left[0] > 0 && which.test(packet);
      if (hit) {
        left[0]--;
      }
      return !hit;
    });
  }

  // ---- what is told of it

  void tell(String title, String... paragraphs) {
    parts.add(Prose.of(title, paragraphs));
  }

  /// What `netstat` would show at both ends now.
  void netstat(String title) {
    Table table = new Table(
        "netstat at " + TimeText.of(recorder.sinceBegin(world.nowNanos())) + ": " + title);
    Netstat.columns(table);
    Netstat.rows(table, "client", client.snapshot());
    Netstat.rows(table, "server", server.snapshot());
    parts.add(table);
  }

  /// The diagram of all that happened, in front of what was told so far.
  Page page(String why, String... more) {
    List<Part> all = new ArrayList<>();
    all.add(Prose.of("", why));
    all.add(new Ladder(recorder, clientWas, serverWas, detail));
    if (more.length > 0) {
      all.add(Prose.of("What you see", more));
    }
    all.addAll(parts);
    return order.page(all, recorder.captured());
  }
}
