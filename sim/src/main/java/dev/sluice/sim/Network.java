package dev.sluice.sim;

import dev.sluice.sim.law.Seed;
import dev.sluice.sim.packet.Congestion;
import dev.sluice.sim.packet.PacketTooBig;
import dev.sluice.sim.packet.WirePacket;
import dev.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A switch that knows every address, with impairments for each direction between two
/// nodes.
///
/// Every direction draws its luck from a generator of its own, so that traffic in one
/// place does not change the luck of another.
public final class Network {
  private final Seed seed;
  private final Map<IpAddress, Node> nodes = new HashMap<>();
  private final Map<Direction, Cable> cables = new HashMap<>();
  private final List<PacketFilter> filters = new ArrayList<>();
  private final PriorityQueue<Arrival> underWay = new PriorityQueue<>(
      Comparator.comparingLong(Arrival::atNanos).thenComparingLong(Arrival::serial));
  private Impairments usual = Impairments.NONE;
  private long serial;
  private long lost;
  private long unreachable;
  private long marked;

  /// A packet on its way.
  ///
  /// @param atNanos when it arrives
  /// @param serial tells apart what arrives at the same time; the earlier sent comes
  ///     first
  /// @param target where it goes
  /// @param packet the packet
  record Arrival(long atNanos, long serial, Node target, WirePacket packet) {}

  private record Direction(Node from, Node to) {}

  private static final class Cable {
    private final RandomGenerator luck;
    private @Nullable Impairments own;
    private boolean cut;
    private int mtu = Integer.MAX_VALUE;
    private boolean tellsMtu;
    private long freeAtNanos;
    private long lastArrivalNanos;
    private long queued;
    private long queuedNanos;

    Cable(RandomGenerator luck) {
      this.luck = luck;
    }

    boolean unlucky(int ppm) {
      return ppm > 0 && luck.nextInt(1_000_000) < ppm;
    }
  }

  Network(Seed seed) {
    this.seed = seed;
  }

  // ---- how it is laid out

  /// Sends packets for `address` to `node` from now on.
  ///
  /// @throws IllegalArgumentException if another node has it
  public void attach(Node node, IpAddress address) {
    Node before = nodes.putIfAbsent(address, node);
    if (before != null && !before.equals(node)) {
      throw new IllegalArgumentException(address + " belongs to " + before.name());
    }
  }

  /// What holds in every direction that has nothing of its own.
  public void usually(Impairments impairments) {
    usual = impairments;
  }

  /// What holds in one direction, for packets sent from now on.
  public void oneWay(Node from, Node to, Impairments impairments) {
    cable(from, to).own = impairments;
  }

  /// What holds in both directions between two nodes.
  public void between(Node one, Node other, Impairments impairments) {
    oneWay(one, other, impairments);
    oneWay(other, one, impairments);
  }

  /// Cuts the cable both ways. What is under way still arrives.
  public void cut(Node one, Node other) {
    cutOneWay(one, other);
    cutOneWay(other, one);
  }

  /// Cuts one direction only.
  public void cutOneWay(Node from, Node to) {
    cable(from, to).cut = true;
  }

  /// Mends the cable both ways.
  public void mend(Node one, Node other) {
    cable(one, other).cut = false;
    cable(other, one).cut = false;
  }

  /// Puts a narrow router into one direction: longer packets are lost there.
  ///
  /// @param mtu the longest packet that passes, in octets
  /// @param tells whether the router says so by ICMP, or keeps silent (a black hole)
  public void narrow(Node from, Node to, int mtu, boolean tells) {
    Cable cable = cable(from, to);
    cable.mtu = mtu;
    cable.tellsMtu = tells;
  }

  /// Lets a filter decide about every packet, too.
  public void filter(PacketFilter filter) {
    filters.add(filter);
  }

  /// Forgets all filters.
  public void clearFilters() {
    filters.clear();
  }

  /// Packets lost by chance, cuts, filters and full queues.
  public long lost() {
    return lost;
  }

  /// Packets for addresses that nobody has.
  public long unreachable() {
    return unreachable;
  }

  /// Packets that got a congestion mark.
  public long marked() {
    return marked;
  }

  /// How long a packet waited in the queue of one direction, on average since the
  /// network began; 0 where there is no bottleneck.
  public long meanQueueNanos(Node from, Node to) {
    Cable cable = cable(from, to);
    return cable.queued == 0 ? 0 : cable.queuedNanos / cable.queued;
  }

  /// Packets under way.
  public int underWay() {
    return underWay.size();
  }

  // ---- what happens on it

  /// A node sends a packet.
  ///
  /// @return whether it will arrive
  boolean send(Node from, WirePacket packet, long nowNanos) {
    Node to = nodes.get(packet.destination());
    if (to == null) {
      unreachable++;
      return false;
    }
    Cable cable = cable(from, to);
    Impairments now = cable.own != null ? cable.own : usual;
    if (cable.cut || !passesFilters(from, packet, nowNanos) || cable.unlucky(now.lossPpm())) {
      lost++;
      return false;
    }
    long leaves = leavesAt(cable, now, packet.length(), nowNanos);
    if (leaves == Node.NEVER) {
      lost++;
      return false;
    }
    if (packet.length() > cable.mtu) {
      lost++;
      tellTooBig(cable, from, packet, leaves + now.delayNanos());
      return false;
    }
    WirePacket leaving = waited(cable, now, nowNanos, leaves, packet);
    WirePacket arriving = cable.unlucky(now.corruptPpm())
        ? WirePacket.parse(corrupted(leaving.octets(), cable.luck))
        : leaving;
    enter(arrivesAt(cable, now, leaves), to, arriving);
    if (cable.unlucky(now.duplicatePpm())) {
      long later = 1 + upTo(cable, now.reorderNanos());
      enter(leaves + now.delayNanos() + later, to, arriving);
    }
    return true;
  }

  /// Puts a packet before a node that nobody sent, as an attacker does who writes a
  /// source address that is not his.
  ///
  /// @param octets the packet; its destination says where it goes
  /// @param atNanos when it arrives
  public void inject(byte[] octets, long atNanos) {
    WirePacket packet = WirePacket.parse(octets.clone());
    Node to = nodes.get(packet.destination());
    if (to == null) {
      unreachable++;
    } else {
      enter(atNanos, to, packet);
    }
  }

  /// When the next packet arrives, or [Node#NEVER].
  long nextArrivalNanos() {
    Arrival next = underWay.peek();
    return next == null ? Node.NEVER : next.atNanos();
  }

  /// Takes the packet that arrives next.
  @Nullable
  Arrival poll() {
    return underWay.poll();
  }

  private void tellTooBig(Cable cable, Node from, WirePacket packet, long atNanos) {
    if (cable.tellsMtu) {
      enter(atNanos, from, WirePacket.parse(PacketTooBig.reply(packet, cable.mtu)));
    }
  }

  private boolean passesFilters(Node from, WirePacket packet, long nowNanos) {
    for (PacketFilter filter : filters) {
      if (!filter.passes(from, packet, nowNanos)) {
        return false;
      }
    }
    return true;
  }

  /// The packet as it leaves the queue, where it waited for those before it.
  private WirePacket waited(
      Cable cable, Impairments now, long nowNanos, long leaves, WirePacket packet) {
    if (now.bitsPerSecond() == 0) {
      return packet;
    }
    long waitNanos = leaves - nowNanos - nanosFor(packet.length(), now);
    cable.queued++;
    cable.queuedNanos += waitNanos;
    if (now.markBytes() == Integer.MAX_VALUE || waitNanos <= nanosFor(now.markBytes(), now)) {
      return packet;
    }
    byte[] marked = Congestion.marked(packet.octets());
    if (marked == null) {
      return packet;
    }
    this.marked++;
    return WirePacket.parse(marked);
  }

  private static long nanosFor(long octets, Impairments now) {
    return octets * 8_000_000_000L / now.bitsPerSecond();
  }

  private static long leavesAt(Cable cable, Impairments now, int octets, long nowNanos) {
    if (now.bitsPerSecond() == 0) {
      return nowNanos;
    }
    long start = Math.max(nowNanos, cable.freeAtNanos);
    long waitingBytes = (start - nowNanos) / 8 * now.bitsPerSecond() / 1_000_000_000L;
    if (waitingBytes + octets > now.queueBytes()) {
      return Node.NEVER;
    }
    cable.freeAtNanos = start + nanosFor(octets, now);
    return cable.freeAtNanos;
  }

  private static long arrivesAt(Cable cable, Impairments now, long leavesNanos) {
    long arrives = leavesNanos + now.delayNanos() + upTo(cable, now.jitterNanos());
    if (cable.unlucky(now.reorderPpm())) {
      return arrives + 1 + upTo(cable, now.reorderNanos());
    }
    cable.lastArrivalNanos = Math.max(cable.lastArrivalNanos, arrives);
    return cable.lastArrivalNanos;
  }

  private static long upTo(Cable cable, long mostNanos) {
    return mostNanos == 0 ? 0 : cable.luck.nextLong(mostNanos + 1);
  }

  /// Turns bits within 15 that lie together: a checksum of ones' complement always
  /// finds such a burst.
  private static byte[] corrupted(byte[] octets, RandomGenerator luck) {
    byte[] copy = octets.clone();
    int at = luck.nextInt(copy.length - 1);
    int burst = 1 + luck.nextInt(0x7fff);
    copy[at] ^= (byte) (burst >>> 8);
    copy[at + 1] ^= (byte) burst;
    return copy;
  }

  private void enter(long atNanos, Node to, WirePacket packet) {
    underWay.add(new Arrival(atNanos, serial++, to, packet));
  }

  private Cable cable(Node from, Node to) {
    return cables.computeIfAbsent(
        new Direction(from, to),
        direction -> new Cable(seed.random("cable " + from.name() + " > " + to.name())));
  }
}
