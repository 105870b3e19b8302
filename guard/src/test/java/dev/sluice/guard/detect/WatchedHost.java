package dev.sluice.guard.detect;

import dev.sluice.guard.alarm.Alarm;
import dev.sluice.guard.alarm.AlarmPhase;
import dev.sluice.stack.Binding;
import dev.sluice.stack.ConnectionHandler;
import dev.sluice.stack.Host;
import dev.sluice.stack.HostConfig;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.OptionLayout;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;
import java.net.BindException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/// A real host in virtual time with a guard over it, and peers that send it whatever a
/// test plans, each packet at its time.
final class WatchedHost {
  static final IpAddress ADDRESS = IpAddress.parse("198.18.0.2");
  static final int PORT = 80;
  /// How many addresses it has, from [#ADDRESS] on.
  static final int ADDRESSES = 20;
  static final long SECOND = 1_000_000_000L;

  /// What is to happen at a time.
  private record Plan(long atNanos, long serial, Runnable action) {}

  final List<Alarm> alarms = new ArrayList<>();
  final Guard guard = new Guard(new Random(7), alarms::add);
  final Host host;
  long nowNanos;

  private final PriorityQueue<Plan> plans =
      new PriorityQueue<>(Comparator.comparingLong(Plan::atNanos).thenComparingLong(Plan::serial));
  private final Map<FourTuple, Long> roundTrips = new HashMap<>();
  private final PacketBuffer in = new PacketBuffer(2_000);
  private final PacketBuffer out = PacketBuffer.ofMaximumSize();
  private final Segment segment = new Segment();
  private final IpHeader ip = new IpHeader();
  private long serial;

  WatchedHost(int maxHalfOpen) {
    this(maxHalfOpen, Firewall.OPEN);
  }

  WatchedHost(int maxHalfOpen, Firewall firewall) {
    HostConfig config = new HostConfig();
    for (int i = 0; i < ADDRESSES; i++) {
      IpAddress address = IpAddress.ofV4(ADDRESS.v4Bits() + i);
      config.addresses.add(InterfaceAddress.parse(address + "/15"));
    }
    config.random = new Random(1);
    config.observer = guard;
    config.synAcksPerSecond = 1_000_000_000; // honest peers of one prefix are many here
    config.firewall = firewall;
    host = new Host(config);
    try {
      Binding binding = host.bind(IpAddress.ANY_V4, PORT, false);
      // what is accepted is reset at once: it leaves nothing behind
      host.listen(
          binding, new ConnectionOptions(), new ListenerLimits(128, maxHalfOpen), (listener, c) -> {
            listener.onAccepted();
            return new Resetting();
          });
    } catch (BindException e) {
      throw new AssertionError(e);
    }
  }

  /// Resets its connection as soon as it is one.
  private final class Resetting implements ConnectionHandler {
    private boolean done;

    @Override
    public void onEvent(Connection source, Event event) {
      if (!done) {
        done = true;
        source.abort(nowNanos);
      }
    }
  }

  void at(long atNanos, Runnable action) {
    plans.add(new Plan(atNanos, serial++, action));
  }

  /// Peers that never answer, each from another address.
  void flood(int perSecond, long fromNanos, long untilNanos) {
    long gap = SECOND / perSecond;
    Random random = new Random(perSecond);
    for (long at = fromNanos; at < untilNanos; at += gap) {
      IpAddress source = IpAddress.ofV4(0x0a00_0000 | random.nextInt(1 << 24));
      int port = 1_024 + random.nextInt(60_000);
      at(at, () -> send(new FourTuple(source, port, ADDRESS, PORT), Flags.SYN, 1, 0));
    }
  }

  /// Peers that complete their handshakes after a round trip.
  void honest(int perSecond, long fromNanos, long untilNanos, long roundTripNanos) {
    long gap = SECOND / perSecond;
    int count = 0;
    for (long at = fromNanos; at < untilNanos; at += gap) {
      IpAddress source = IpAddress.ofV4(0xc612_0100 + count / 50_000);
      FourTuple tuple = new FourTuple(source, 10_000 + count++ % 50_000, ADDRESS, PORT);
      at(at, () -> {
        roundTrips.put(tuple, roundTripNanos);
        send(tuple, Flags.SYN, 1, 0);
      });
    }
  }

  /// One segment from a peer.
  void send(FourTuple tuple, int flags, int seq, int ack) {
    segment.clear();
    segment.address(tuple);
    segment.ttl = 64;
    segment.flags = flags;
    segment.seq = seq;
    segment.ack = ack;
    segment.window = 60_000;
    TcpCodec.encode(segment, OptionLayout.LINUX, false, in);
    host.onPacket(in, nowNanos);
    poll();
  }

  private void poll() {
    while (host.pollPacket(out, nowNanos)) {
      if (ip.parse(out) == DropReason.NONE
          && TcpCodec.parse(out, ip, segment) == DropReason.NONE
          && segment.flags == (Flags.SYN | Flags.ACK)) {
        answer();
      }
    }
  }

  private void answer() {
    FourTuple tuple = segment.localTuple();
    Long roundTrip = roundTrips.remove(tuple);
    int ack = segment.seq + 1;
    if (roundTrip != null) {
      at(nowNanos + roundTrip, () -> send(tuple, Flags.ACK, 2, ack));
    }
  }

  /// Lets time pass, with everything that was planned and every deadline.
  void runUntil(long untilNanos) {
    while (true) {
      Plan next = plans.peek();
      long plan = next == null ? Long.MAX_VALUE : next.atNanos;
      long deadline = Math.max(nowNanos, host.nextDeadlineNanos());
      if (Math.min(plan, deadline) > untilNanos) {
        break;
      }
      nowNanos = Math.min(plan, deadline);
      host.onDeadlines(nowNanos);
      if (next != null && plan <= nowNanos) {
        plans.remove();
        next.action.run();
      }
      poll();
    }
    nowNanos = untilNanos;
  }

  /// The alarms in short: `syn-flood begins`.
  List<String> told() {
    return alarms.stream()
        .map(alarm -> alarm.kind().text() + " " + alarm.phase().text())
        .toList();
  }

  Alarm first(AlarmPhase phase) {
    return alarms.stream().filter(alarm -> alarm.phase() == phase).findFirst().orElseThrow();
  }
}
