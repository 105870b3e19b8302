package dev.sluice.lab.ladder;

import dev.sluice.lab.page.Page;
import dev.sluice.sim.Node;
import dev.sluice.sim.Onlooker;
import dev.sluice.sim.packet.WirePacket;
import dev.sluice.stack.HostObserver;
import dev.sluice.tcp.tcb.State;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes down what happens between a client and a server: packets as the network saw
/// them, states as the engine told of them.
///
/// Numbers are shown relative to the last SYN of their side, which then has 0, unless
/// they were chosen.
public final class Recorder implements Onlooker {
  private final boolean relative;
  private final List<Moment> moments = new ArrayList<>();
  private final List<Page.Captured> captured = new ArrayList<>();
  private final IdentityHashMap<WirePacket, Moment.Departure> sent = new IdentityHashMap<>();
  private final Map<Side, Integer> isn = new EnumMap<>(Side.class);
  private final Map<Side, Integer> shift = new EnumMap<>(Side.class);
  private long originNanos;
  private int serial;
  private boolean paused;

  /// @param relative whether numbers count from each side's first
  public Recorder(boolean relative) {
    this.relative = relative;
  }

  /// Who tells of one side's states: to be given to its host.
  public HostObserver observer(Side side) {
    return new HostObserver() {
      @Override
      public void onTransition(
          long id, FourTuple tuple, State from, State to, String cause, long nowNanos) {
        add(new Moment.Change(sinceBegin(nowNanos), side, from, to, cause));
      }
    };
  }

  /// The diagram begins here: times count from now.
  public void begin(long nowNanos) {
    moments.clear();
    originNanos = nowNanos;
  }

  /// How long after the beginning a time of the world is.
  public long sinceBegin(long nowNanos) {
    return nowNanos - originNanos;
  }

  private void add(Moment moment) {
    if (!paused) {
      moments.add(moment);
    }
  }

  /// Leaves out what happens from now on, or no longer does. Packets are captured all the
  /// same.
  public void pause(boolean leaveOut) {
    paused = leaveOut;
  }

  @Override
  public void onSent(Node from, WirePacket packet, boolean underWay, long nowNanos) {
    Side side = sideOf(from);
    if (side == null) {
      return;
    }
    captured.add(new Page.Captured(nowNanos, side == Side.CLIENT, packet.octets()));
    if (!packet.isSoundTcp()) {
      return;
    }
    if (packet.has(Flags.SYN)) {
      isn.put(side, packet.seq());
      shift.put(side, Math.max(0, packet.windowScale()));
    }
    Moment.Departure departure =
        new Moment.Departure(sinceBegin(nowNanos), side, serial++, shown(side, packet), !underWay);
    sent.put(packet, departure);
    add(departure);
  }

  @Override
  public void onArrived(Node to, WirePacket packet, long nowNanos) {
    Side side = sideOf(to);
    if (side == null || !packet.isSoundTcp()) {
      return;
    }
    Moment.Departure departure = sent.get(packet);
    if (departure == null) {
      captured.add(new Page.Captured(nowNanos, side == Side.SERVER, packet.octets()));
      ShownSegment segment = shown(side.other(), packet);
      add(new Moment.Arrival(sinceBegin(nowNanos), side, serial++, segment, true));
    } else {
      add(new Moment.Arrival(
          sinceBegin(nowNanos), side, departure.serial(), departure.segment(), false));
    }
  }

  private static @Nullable Side sideOf(Node node) {
    return switch (node.name()) {
      case "client" -> Side.CLIENT;
      case "server" -> Side.SERVER;
      default -> null;
    };
  }

  private ShownSegment shown(Side from, WirePacket packet) {
    boolean scaled = !packet.has(Flags.SYN) && shift.size() == 2;
    List<long[]> sacks = new ArrayList<>();
    for (WirePacket.SackBlock block : packet.sackBlocks()) {
      sacks.add(new long[] {shown(from.other(), block.left()), shown(from.other(), block.right())});
    }
    return new ShownSegment(
        packet,
        shown(from, packet.seq()),
        shown(from.other(), packet.ack()),
        sacks,
        (long) packet.window() << (scaled ? shift.getOrDefault(from, 0) : 0));
  }

  private long shown(Side whose, int number) {
    Integer first = relative ? isn.get(whose) : null;
    return first == null ? number & 0xffff_ffffL : (number - first) & 0xffff_ffffL;
  }

  /// The program at one end asks for something now.
  public void call(Side side, String call, long nowNanos) {
    add(new Moment.Call(sinceBegin(nowNanos), side, call));
  }

  /// An end that is no host of ours goes from one state to another.
  public void change(Side side, State from, State to, String cause, long nowNanos) {
    add(new Moment.Change(sinceBegin(nowNanos), side, from, to, cause));
  }

  /// A remark.
  public void note(String text, long nowNanos) {
    add(new Moment.Note(sinceBegin(nowNanos), text));
  }

  /// The initial sequence number of one side's last SYN, or null.
  public @Nullable Integer isn(Side side) {
    return isn.get(side);
  }

  /// Whether numbers count from each side's first.
  public boolean isRelative() {
    return relative;
  }

  /// All so far, in order.
  public List<Moment> moments() {
    return List.copyOf(moments);
  }

  /// Packets so far, as they were sent.
  public List<Page.Captured> captured() {
    return List.copyOf(captured);
  }
}
