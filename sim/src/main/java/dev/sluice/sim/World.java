package dev.sluice.sim;

import dev.sluice.sim.check.Invariants;
import dev.sluice.sim.check.Rule;
import dev.sluice.sim.check.Violation;
import dev.sluice.sim.law.Seed;
import dev.sluice.sim.packet.Offload;
import dev.sluice.sim.packet.WirePacket;
import dev.sluice.stack.HostConfig;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.wire.PacketBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Hosts, a network and a clock that jumps from event to event.
///
/// ```java
/// World world = new World(seed);
/// SimHost client = world.host("client", "10.0.0.1/24");
/// SimHost server = world.host("server", "10.0.0.2/24");
/// world.network().usually(Impairments.NONE.loss(50_000));
/// server.listen(7, () -> new Echo(server));
/// client.connect("10.0.0.2", 7, new BulkSender(client, pattern, 100_000));
/// world.run(Duration.ofMinutes(5));
/// ```
///
/// One event is: an action whose time has come, one packet that arrives, or the deadlines
/// of one node. After each, every node is polled until nothing more comes out, and the
/// invariants are checked. What happens at the same time happens in that order, nodes in
/// the order in which they were attached.
///
/// Single-threaded.
public final class World {
  private static final int MAX_ROUNDS_AT_ONE_TIME = 20_000;

  private final Seed seed;
  private final Network network;
  private final Trace trace = new Trace();
  private final Invariants invariants = new Invariants();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Onlooker> onlookers = new ArrayList<>();
  private final PriorityQueue<Action> actions = new PriorityQueue<>(
      Comparator.comparingLong(Action::atNanos).thenComparingLong(Action::serial));
  private final PacketBuffer in = PacketBuffer.ofMaximumSize();
  private final PacketBuffer out = PacketBuffer.ofMaximumSize();
  private long nowNanos;
  private long serial;
  private int eventsAtThisTime;
  private @Nullable Throwable failure;

  private record Action(long atNanos, long serial, Runnable run) {}

  /// A world without hosts, at time 0.
  public World(Seed seed) {
    this.seed = seed;
    network = new Network(seed.derived("network"));
  }

  // ---- what is in it

  /// Adds a host.
  ///
  /// @param addresses texts such as `10.0.0.1/24`
  public SimHost host(String name, String... addresses) {
    return host(name, config -> {}, addresses);
  }

  /// Adds a host with settings of its own.
  ///
  /// @param settings changes the configuration before the host is made
  /// @param addresses texts such as `10.0.0.1/24`
  public SimHost host(String name, Consumer<HostConfig> settings, String... addresses) {
    HostConfig config = new HostConfig();
    config.random = seed.random("host " + name);
    for (String address : addresses) {
      config.addresses.add(InterfaceAddress.parse(address));
    }
    settings.accept(config);
    SimHost host = new SimHost(this, name, config);
    attach(host);
    config.addresses.forEach(address -> network.attach(host, address.address()));
    invariants.mtu(name, config.link.mtu());
    return host;
  }

  /// Adds a node that is no host; give it addresses with [Network#attach].
  public void attach(Node node) {
    nodes.add(node);
  }

  /// Adds somebody who is told of every packet from now on.
  public void addOnlooker(Onlooker onlooker) {
    onlookers.add(onlooker);
  }

  public Network network() {
    return network;
  }

  /// The rules that are checked, to leave some out or add limits.
  public Invariants invariants() {
    return invariants;
  }

  public Trace trace() {
    return trace;
  }

  public Seed seed() {
    return seed;
  }

  // ---- time

  /// The time, in nanoseconds since the world began.
  public long nowNanos() {
    return nowNanos;
  }

  /// Runs an action when its time comes.
  ///
  /// @param atNanos the time; now, if that has passed
  public void at(long atNanos, Runnable action) {
    actions.add(new Action(Math.max(atNanos, nowNanos), serial++, action));
  }

  /// Runs an action some time from now.
  public void after(Duration delay, Runnable action) {
    at(nowNanos + delay.toNanos(), action);
  }

  /// When the next event is, or [Node#NEVER].
  public long nextEventNanos() {
    Action action = actions.peek();
    long next =
        Math.min(action == null ? Node.NEVER : action.atNanos(), network.nextArrivalNanos());
    for (Node node : nodes) {
      next = Math.min(next, node.nextDeadlineNanos());
    }
    return next;
  }

  /// Jumps to the next event and lets it happen.
  ///
  /// @return false: there is none, and never will be
  /// @throws Violation if a rule is broken
  public boolean step() {
    long next = nextEventNanos();
    if (next == Node.NEVER) {
      return false;
    }
    advanceTo(next);
    happen();
    throwFailure();
    invariants.afterEvent(nowNanos);
    return true;
  }

  /// Something went wrong inside a host's handler or observer, where the host would catch
  /// it: the event that is under way ends with it.
  void fail(Throwable thrown) {
    if (failure == null) {
      failure = thrown;
    }
  }

  private void throwFailure() {
    Throwable thrown = failure;
    failure = null;
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown != null) {
      throw new IllegalStateException("an actor failed in " + seed + "\n" + trace.tail(40), thrown);
    }
  }

  /// Runs until that much time has passed; the clock then stands exactly there.
  ///
  /// @throws Violation if a rule is broken, with seed and trace
  public void run(Duration time) {
    runUntil(() -> false, time);
  }

  /// Runs until the condition holds after an event, but no longer than `limit`.
  ///
  /// @return whether it holds
  /// @throws Violation if a rule is broken, with seed and trace
  public boolean runUntil(BooleanSupplier condition, Duration limit) {
    long endNanos = nowNanos + limit.toNanos();
    try {
      while (!condition.getAsBoolean()) {
        if (nextEventNanos() > endNanos) {
          advanceTo(endNanos);
          return condition.getAsBoolean();
        }
        step();
      }
      return true;
    } catch (Violation violation) {
      throw violation.in(seed, trace.tail(60));
    }
  }

  private void advanceTo(long timeNanos) {
    if (timeNanos > nowNanos) {
      nowNanos = timeNanos;
      eventsAtThisTime = 0;
    }
    eventsAtThisTime++;
    if (eventsAtThisTime > MAX_ROUNDS_AT_ONE_TIME) {
      throw new Violation(
          Rule.PROGRESS, "world", nowNanos, eventsAtThisTime + " events and time stands still");
    }
  }

  private void happen() {
    Action action = actions.peek();
    if (action != null && action.atNanos() <= nowNanos) {
      actions.remove();
      action.run().run();
    } else if (network.nextArrivalNanos() <= nowNanos) {
      deliver();
    } else {
      for (Node node : nodes) {
        if (node.nextDeadlineNanos() <= nowNanos) {
          node.onDeadlines(nowNanos);
          break;
        }
      }
    }
    for (Node node : nodes) {
      flush(node);
    }
  }

  private void deliver() {
    Network.Arrival arrival = network.poll();
    if (arrival == null) {
      throw new AssertionError("the network said that a packet is due");
    }
    Node node = arrival.target();
    WirePacket packet = arrival.packet();
    trace.add(nowNanos, node.name(), new Passing("< ", packet), packet.octets());
    in.copyFrom(packet.octets());
    in.arrivalNanos(nowNanos);
    invariants.onDelivered(node.name(), packet, nowNanos);
    onlookers.forEach(onlooker -> onlooker.onArrived(node, packet, nowNanos));
    node.onPacket(in, nowNanos);
  }

  private void flush(Node node) {
    int packets = 0;
    while (node.pollPacket(out, nowNanos)) {
      for (byte[] octets : Offload.finish(out)) {
        leave(node, WirePacket.parse(octets));
      }
      if (++packets > MAX_ROUNDS_AT_ONE_TIME) {
        throw new Violation(Rule.PROGRESS, node.name(), nowNanos, "sends without end");
      }
    }
  }

  private void leave(Node node, WirePacket packet) {
    trace.add(nowNanos, node.name(), new Passing("> ", packet), packet.octets());
    if (node instanceof SimHost) {
      invariants.onSent(node.name(), packet, nowNanos);
    }
    boolean underWay = network.send(node, packet, nowNanos);
    onlookers.forEach(onlooker -> onlooker.onSent(node, packet, underWay, nowNanos));
  }

  /// A packet in the trace, turned into text only if somebody looks.
  private record Passing(String arrow, WirePacket packet) {
    @Override
    public String toString() {
      return arrow + packet;
    }
  }
}
