package dev.sluice.fuzz;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Environment;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.listen.HalfOpenTransition;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ChunkPool;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;
import org.jspecify.annotations.Nullable;

/// A listener with a few peers that open, answer, are silent or lie; the connections
/// that come of it live on under [Watch].
final class ListenerTarget {
  private static final long MS = 1_000_000L;
  private static final int MAX_STEPS = 400;
  private static final int PEERS = 6;
  private static final int KINDS = 8;
  /// RSTs that may wait, and an answer for each half-open peer.
  private static final int MAX_SEGMENTS = 64 + 8 + 1;

  private final Feed feed;
  private final ListenerLimits limits;
  private final Path path = new Path(1_500, 1_500);
  private final Listener listener;
  private final Sight[] sights = new Sight[PEERS];
  private final @Nullable Watch[] accepted = new @Nullable Watch[PEERS];
  private final Segment out = new Segment();
  private long now = 1_000 * MS;

  private ListenerTarget(byte[] octets) {
    feed = new Feed(octets);
    int choice = feed.u8();
    TcpSettings settings = new TcpSettings();
    settings.timestamps = (choice & 1) != 0;
    settings.windowScaling = (choice & 2) != 0;
    limits = new ListenerLimits(choice >>> 2 & 3, 1 + (choice >>> 4 & 7));
    Environment environment = new Environment(
        settings.validated(),
        new InitialSequence(1, 2),
        new ChunkPool(8),
        new CounterSet<>(TcpCounter.class));
    ConnectionOptions options = new ConnectionOptions();
    options.sendBufferBytes = 16_384;
    options.receiveBufferBytes = (choice & 128) != 0 ? 200_000 : 8_192;
    listener = new Listener(environment, options, limits, path);
    listener.observeTransitions(true);
    for (int i = 0; i < PEERS; i++) {
      sights[i] = new Sight(tuple(i));
    }
  }

  private static FourTuple tuple(int peer) {
    return (peer & 1) == 0
        ? new FourTuple(Packets.HOST_V4, 7, Packets.PEER_V4, 40_000 + peer)
        : new FourTuple(Packets.HOST_V6, 7, Packets.PEER_V6, 40_000 + peer);
  }

  public static void fuzzerTestOneInput(byte[] octets) {
    ListenerTarget target = new ListenerTarget(octets);
    for (int step = 0; step < MAX_STEPS && target.feed.more(); step++) {
      target.step();
      target.settle();
    }
    target.listener.close(target.now);
    target.settle();
    Law.same(target.listener.halfOpenCount(), 0, "half-open peers after CLOSE");
    Law.same(
        target.listener.nextDeadlineNanos(), Endpoint.NEVER, "the deadline of a closed listener");
  }

  private void step() {
    int peer = feed.below(PEERS);
    Sight sight = sights[peer];
    switch (feed.below(KINDS)) {
      case 0 -> arrives(peer, sight.plainSyn(false, 1_460, 7));
      case 1 -> arrives(peer, sight.acknowledge());
      case 2, 3 -> arrives(peer, sight.next(feed));
      case 4 -> now += feed.scaled() * MS;
      case 5 -> {
        IcmpError.Kind[] kinds = IcmpError.Kind.values();
        IcmpError error = new IcmpError(
            kinds[feed.below(kinds.length)], 3, 1, feed.u16(), sight.sndMax - feed.below(3));
        listener.onIcmpError(error, sight.tuple, now);
      }
      case 6 -> {
        if (listener.acceptQueueLength() > 0) {
          listener.onAccepted();
        }
      }
      default -> use(accepted[peer]);
    }
  }

  private void use(@Nullable Watch watch) {
    if (watch == null || watch.isOver()) {
      return;
    }
    switch (feed.below(4)) {
      case 0 -> watch.write(Math.min(65_536, feed.scaled()), now);
      case 1 -> watch.read(Math.min(65_536, feed.scaled()), now);
      case 2 -> watch.connection().close(now);
      default -> watch.connection().abort(now);
    }
  }

  private void arrives(int peer, Segment in) {
    Watch watch = accepted[peer];
    if (watch != null && !watch.isOver()) {
      watch.connection().onSegment(in, now);
      return;
    }
    long before = taken();
    Connection born = listener.onSegment(in, now);
    if (taken() > before) {
      sights[peer] = new Sight(tuple(peer)); // a new conversation
      sights[peer].onSynTaken(in.seq, in);
    }
    if (born != null) {
      Law.holds(in.has(Flags.ACK), "a handshake without an ACK");
      Law.holds(born.state() == State.SYN_RECEIVED, "accepted in " + born.state());
      accepted[peer] = new Watch(born, State.SYN_RECEIVED, path, sights[peer]);
      born.onSegment(in, now);
    }
  }

  /// Half-open peers, those forgotten in between too.
  private long taken() {
    return listener.halfOpenCount() + listener.counts().evictions();
  }

  private void settle() {
    if (listener.nextDeadlineNanos() <= now) {
      listener.onDeadline(now);
    }
    Law.holds(listener.nextDeadlineNanos() > now, "the listener's deadline is over");
    int count = 0;
    while (listener.pollTransmit(out, now)) {
      Law.atMost(++count, MAX_SEGMENTS, "segments of one event");
      Law.same(out.payloadLength, 0, "octets of text");
      Sight sight = sights[out.destinationPort - 40_000];
      boolean known = sight.sentAny && !out.has(Flags.RST);
      Law.holds(!known || !out.has(Flags.SYN) || out.seq == sight.iss, "another SYN");
      sight.onSent(out);
    }
    Law.holds(listener.nextDeadlineNanos() > now, "a deadline of what was sent is over");
    Law.atMost(listener.halfOpenCount(), limits.maxHalfOpen(), "half-open peers");
    Law.atMost(listener.acceptQueueLength(), limits.backlog() + 1, "the accept queue");
    Law.same(listener.halfOpen().size(), listener.halfOpenCount(), "half-open peers listed");
    HalfOpenTransition told;
    while ((told = listener.pollTransition()) != null) {
      Law.holds(told.from() != told.to(), "no transition: " + told);
    }
    for (int i = 0; i < PEERS; i++) {
      Watch watch = accepted[i];
      if (watch != null && !watch.isOver()) {
        watch.settle(now);
      }
    }
  }
}
