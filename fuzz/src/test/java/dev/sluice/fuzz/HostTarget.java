package dev.sluice.fuzz;

import dev.sluice.stack.Host;
import dev.sluice.stack.HostConfig;
import dev.sluice.stack.HostSnapshot;
import dev.sluice.stack.InterfaceAddress;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.IcmpCodec;
import dev.sluice.wire.IcmpMessage;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.IpHeader;
import dev.sluice.wire.IpProtocol;
import dev.sluice.wire.OptionLayout;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A host with both families, a listener or two and connections of its own: raw packets,
/// sensible packets with an octet changed, calls and time in any order.
final class HostTarget {
  private static final long MS = 1_000_000L;
  private static final int MTU = 1_500;
  private static final int MAX_STEPS = 200;
  private static final int MAX_PACKETS = 5_000;
  private static final int MAX_ROUNDS = 16;
  private static final int MAX_CONNECTIONS = 8;
  private static final int MAX_TIME_WAITS = 4;
  private static final int MAX_SIGHTS = 12;
  private static final int KINDS = 10;

  private static final PacketBuffer IN = PacketBuffer.ofMaximumSize();
  private static final PacketBuffer OUT = PacketBuffer.ofMaximumSize();
  private static final PacketBuffer SCRATCH = Packets.buffer();

  private final Feed feed;
  private final Host host;
  private final boolean echoes;
  private final List<Sight> sights = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final ByteBuffer text = ByteBuffer.allocate(2_000);
  private final Segment segment = new Segment();
  private final IcmpMessage message = new IcmpMessage();
  private byte[] lastSent = new byte[0];
  private long now = 1_000 * MS;

  private HostTarget(byte[] octets) {
    feed = new Feed(octets);
    int choice = feed.u8();
    HostConfig config = new HostConfig();
    config.random = new Random(choice);
    config.addresses.add(new InterfaceAddress(Packets.HOST_V4, 24));
    config.addresses.add(new InterfaceAddress(Packets.HOST_V6, 64));
    config.maxConnections = MAX_CONNECTIONS;
    config.maxTimeWaits = MAX_TIME_WAITS;
    config.optionLayout = (choice & 1) == 0 ? OptionLayout.LINUX : OptionLayout.FREEBSD;
    echoes = (choice & 2) != 0;
    host = new Host(config);
    sights.add(new Sight(new FourTuple(Packets.HOST_V4, 7, Packets.PEER_V4, 40_000)));
    sights.add(new Sight(new FourTuple(Packets.HOST_V6, 7, Packets.PEER_V6, 40_001)));
    if ((choice & 4) == 0) {
      listen(7);
    }
  }

  public static void fuzzerTestOneInput(byte[] octets) {
    HostTarget target = new HostTarget(octets);
    for (int step = 0; step < MAX_STEPS && target.feed.more(); step++) {
      target.step();
      target.settle();
    }
    target.host.abortAll(target.now);
    target.settle();
    Law.same(target.host.connectionCount(), 0, "connections after all were aborted");
    Law.same(target.host.timeWaitCount(), 0, "TIME-WAITs after all were forgotten");
    Law.same(target.host.nextDeadlineNanos(), Endpoint.NEVER, "the deadline of an idle host");
  }

  private void step() {
    switch (feed.below(KINDS)) {
      case 0 -> raw();
      case 1, 2, 3 -> conversation(sights.get(feed.below(sights.size())).next(feed));
      case 4 -> {
        Sight sight = sights.get(feed.below(sights.size()));
        conversation(feed.flag() ? sight.acknowledge() : sight.plainSyn(feed.flag(), 1_460, 7));
      }
      case 5 -> complain();
      case 6 -> now += feed.scaled() * MS;
      case 7 -> {
        long deadline = host.nextDeadlineNanos();
        now = deadline == Endpoint.NEVER ? now : Math.max(now, deadline);
      }
      default -> call();
    }
  }

  // ---- packets in

  private void raw() {
    boolean mended = feed.flag();
    boolean vouched = feed.flag();
    byte[] packet = feed.take(feed.scaled());
    if (mended) {
      Packets.mendHeader(packet, SCRATCH);
    }
    if (packet.length > 0) {
      arrives(packet, vouched);
    }
  }

  private void conversation(Segment in) {
    in.payloadLength = Math.min(in.payloadLength, 3_000);
    TcpCodec.encode(in, OptionLayout.LINUX, false, IN);
    byte[] packet = IN.toArray();
    boolean spoilt = feed.below(4) == 3;
    if (spoilt) {
      packet[feed.u16() % packet.length] = (byte) feed.u8();
      Packets.mendHeader(packet, SCRATCH);
    }
    arrives(packet, spoilt);
  }

  /// An ICMP error about the last packet that the host sent, or about nothing.
  private void complain() {
    byte[] quote = feed.flag() ? lastSent : feed.take(feed.u8());
    boolean v4 = quote.length == 0 || quote[0] >>> 4 == 4;
    Packets.placeAtEnd(quote, SCRATCH);
    IcmpCodec.encodeError(
        Packets.header(v4), feed.u8() & 15, feed.below(6), feed.u16(), SCRATCH, IN);
    arrives(IN.toArray(), false);
  }

  private void arrives(byte[] packet, boolean vouched) {
    Packets.placeAtEnd(packet, IN);
    if (vouched) {
      IN.checksum(PacketBuffer.Checksum.VERIFIED);
    }
    host.onPacket(IN, now);
  }

  // ---- the user

  private void listen(int port) {
    try {
      listeners.add(host.listen(
          host.bind(IpAddress.ANY_V6, port, true),
          options(),
          new ListenerLimits(2, 4),
          (listener, connection) -> {
            connections.add(connection);
            listener.onAccepted();
            return this::onEventOfAccepted;
          }));
    } catch (IOException e) {
      // somebody has that port already
    }
  }

  private void connect() {
    int choice = feed.u8();
    IpAddress remote = switch (choice & 3) {
      case 0 -> Packets.PEER_V4;
      case 1 -> Packets.PEER_V6;
      case 2 -> Packets.HOST_V4;
      default -> Packets.HOST_V6;
    };
    try {
      Connection connection =
          host.connect(null, remote, 7 + (choice >>> 2 & 1), options(), this::onEvent, now);
      connections.add(connection);
      if ((choice & 2) == 0 && sights.size() < MAX_SIGHTS) {
        sights.add(new Sight(connection.tuple()));
      }
    } catch (IOException e) {
      // no more connections
    }
  }

  private static ConnectionOptions options() {
    ConnectionOptions options = new ConnectionOptions();
    options.sendBufferBytes = 20_000;
    options.receiveBufferBytes = 20_000;
    return options;
  }

  private void onEvent(Connection connection, Event event) {
    Law.holds(!(event instanceof Event.Closed) || connections.contains(connection), "a stranger");
  }

  /// Only those that were accepted: two ends that echo would do so for ever.
  private void onEventOfAccepted(Connection connection, Event event) {
    onEvent(connection, event);
    if (echoes && event == Event.Signal.READABLE) {
      connection.read(text.clear());
      connection.write(text.flip());
      connection.onApplicationProgress(now);
    }
  }

  private void call() {
    int choice = feed.below(12);
    switch (choice) {
      case 0 -> listen(7 + feed.below(2));
      case 1 -> connect();
      case 2 -> {
        if (!listeners.isEmpty()) {
          host.unlisten(listeners.remove(0), now);
        }
      }
      case 3 -> host.closeAll(now);
      case 4 -> host.abort(feed.u8(), now);
      case 5 -> host.close(feed.u8(), now);
      default -> {
        if (!connections.isEmpty()) {
          use(connections.get(feed.below(connections.size())), choice);
        }
      }
    }
  }

  private void use(Connection connection, int choice) {
    switch (choice) {
      case 6 -> connection.write(Pattern.text(0, feed.scaled()));
      case 7 -> connection.read(text.clear());
      case 8 -> connection.close(now);
      case 9 -> connection.shutdownOutput(now);
      case 10 -> connection.abort(now);
      default -> connection.shutdownInput(now);
    }
    connection.onApplicationProgress(now);
    host.attend(connection);
  }

  // ---- packets out

  private void settle() {
    for (int round = 0; ; round++) {
      Law.atMost(round, MAX_ROUNDS, "deadlines that are due, again and again");
      int count = 0;
      while (host.pollPacket(OUT, now)) {
        Law.atMost(++count, MAX_PACKETS, "packets of one event");
        checkPacket();
      }
      if (host.nextDeadlineNanos() > now) {
        break;
      }
      host.onDeadlines(now);
    }
    Law.atMost(host.connectionCount(), MAX_CONNECTIONS, "connections");
    Law.atMost(host.timeWaitCount(), MAX_TIME_WAITS, "TIME-WAITs");
    HostSnapshot snapshot = host.snapshot(now);
    Law.same(snapshot.timeWaits().size(), host.timeWaitCount(), "TIME-WAITs shown");
  }

  private void checkPacket() {
    Law.atMost(OUT.length(), MTU, "octets of a packet");
    lastSent = OUT.toArray();
    IpHeader ip = new IpHeader();
    DropReason reason = ip.parse(OUT);
    Law.holds(reason == DropReason.NONE, "a packet of ours is refused: " + reason);
    Law.holds(
        ip.source().equals(Packets.HOST_V4) || ip.source().equals(Packets.HOST_V6),
        "not our address: " + ip.source());
    Law.holds(!host.isLocal(ip.destination()), "a packet to ourselves leaves the host");
    switch (ip.protocol) {
      case IpProtocol.TCP -> {
        reason = TcpCodec.parse(OUT, ip, segment);
        sights.stream()
            .filter(sight -> sight.tuple.equals(senderTuple()))
            .forEach(sight -> sight.onSent(segment));
      }
      case IpProtocol.ICMP, IpProtocol.ICMPV6 -> {
        reason = IcmpCodec.parse(OUT, ip, message);
        reason = reason == DropReason.ICMP_QUOTE ? DropReason.NONE : reason;
      }
      default -> throw new AssertionError("protocol " + ip.protocol);
    }
    Law.holds(reason == DropReason.NONE, "a packet of ours is refused: " + reason);
  }

  private FourTuple senderTuple() {
    return new FourTuple(
        segment.source(), segment.sourcePort, segment.destination(), segment.destinationPort);
  }
}
