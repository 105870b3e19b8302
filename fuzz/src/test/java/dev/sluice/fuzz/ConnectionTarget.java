package dev.sluice.fuzz;

import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Environment;
import dev.sluice.tcp.close.TimeWait;
import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.tcb.ChunkPool;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;

/// One connection from its OPEN to its end or the end of the input: segments, the user's
/// calls, ICMP errors and time in any order, with [Watch] looking after each of them.
final class ConnectionTarget {
  private static final long MS = 1_000_000L;
  private static final int MAX_STEPS = 400;
  private static final int KINDS = 10;

  private final Feed feed;
  private final Sight sight;
  private final Watch watch;
  private long now;

  private ConnectionTarget(byte[] octets) {
    feed = new Feed(octets);
    int choice = feed.u8();
    now = (choice & 1) == 0 ? 1_000 * MS : Long.MAX_VALUE / 4;
    boolean v4 = (choice & 2) == 0;
    TcpSettings settings = new TcpSettings();
    settings.timestamps = (choice & 4) != 0;
    settings.windowScaling = (choice & 8) != 0;
    FourTuple tuple = v4
        ? new FourTuple(Packets.HOST_V4, 7, Packets.PEER_V4, 40_000)
        : new FourTuple(Packets.HOST_V6, 7, Packets.PEER_V6, 40_000);
    Path path = (choice & 16) == 0 ? new Path(1_500, 1_500) : new Path(1_500, 65_535);
    sight = new Sight(tuple);
    Environment environment = new Environment(
        settings.validated(),
        new InitialSequence(1, 2),
        new ChunkPool(8),
        new CounterSet<>(TcpCounter.class));
    Connection connection = Connection.open(environment, tuple, options(feed), path, now);
    watch = new Watch(connection, State.CLOSED, path, sight);
    watch.settle(now);
    if ((choice & 32) == 0) {
      arrives(sight.plainSyn(true, 1_460, 7));
      watch.settle(now);
      arrives(sight.acknowledge());
      watch.settle(now);
    }
  }

  private static ConnectionOptions options(Feed feed) {
    ConnectionOptions options = new ConnectionOptions();
    int choice = feed.u8();
    options.noDelay = (choice & 1) != 0;
    options.keepAlive = (choice & 2) != 0;
    options.quickAck = (choice & 4) != 0;
    options.userTimeoutNanos = (choice & 8) != 0 ? 5_000 * MS : 0;
    options.maxSegmentBytes = (choice & 16) != 0 ? 100 : 0;
    options.sendBufferBytes = (choice & 32) != 0 ? 2_000 : 65_536;
    options.receiveBufferBytes = new int[] {1_000, 65_535, 100_000, 1 << 20}[choice >>> 6];
    return options;
  }

  public static void fuzzerTestOneInput(byte[] octets) {
    ConnectionTarget target = new ConnectionTarget(octets);
    for (int step = 0; step < MAX_STEPS && target.feed.more() && !target.watch.isOver(); step++) {
      target.step();
      target.watch.settle(target.now);
    }
    if (target.watch.isOver()) {
      target.watch.read(65_536, target.now); // what was received can still be read
      target.afterwards();
    }
  }

  private void step() {
    Connection connection = watch.connection();
    switch (feed.below(KINDS)) {
      case 0, 1, 2, 3 -> arrives(sight.next(feed));
      case 4 -> watch.write(Math.min(65_536, feed.scaled()), now);
      case 5 -> watch.read(Math.min(65_536, feed.scaled()), now);
      case 6 -> passes(feed.scaled() * MS);
      case 7 -> {
        long deadline = connection.nextDeadlineNanos();
        passes(deadline == Endpoint.NEVER ? 0 : deadline - now);
      }
      case 8 -> connection.onIcmpError(icmp(), now);
      default -> call(connection);
    }
  }

  private void arrives(Segment in) {
    State before = watch.connection().state();
    int seq = in.seq;
    boolean begins = in.has(dev.sluice.wire.Flags.SYN) && before == State.SYN_SENT;
    watch.connection().onSegment(in, now);
    if (begins && watch.connection().state() != before) {
      sight.onSynTaken(seq, in);
    }
  }

  private void passes(long nanos) {
    now += nanos;
    if (watch.connection().nextDeadlineNanos() <= now) {
      watch.connection().onDeadline(now);
    }
  }

  private IcmpError icmp() {
    IcmpError.Kind[] kinds = IcmpError.Kind.values();
    IcmpError.Kind kind = kinds[feed.below(kinds.length)];
    return new IcmpError(kind, 3, feed.below(16), feed.u16(), sight.sndMax - feed.scaled());
  }

  private void call(Connection connection) {
    switch (feed.below(8)) {
      case 0 -> connection.close(now);
      case 1 -> connection.shutdownOutput(now);
      case 2 -> connection.shutdownInput(now);
      case 3 -> connection.abort(now);
      case 4 -> connection.markUrgent(now);
      case 5 -> connection.onApplicationProgress(now);
      default -> {
        ConnectionOptions options = connection.options();
        int choice = feed.u8();
        options.keepAlive = (choice & 1) != 0;
        options.keepIdleNanos = (choice & 2) != 0 ? 1_000 * MS : 7_200_000 * MS;
        options.userTimeoutNanos = (choice & 4) != 0 ? 3_000 * MS : 0;
        options.noDelay = (choice & 8) != 0;
        connection.onOptionsChanged(now);
      }
    }
  }

  /// What stands in for the connection until 2MSL are over.
  private void afterwards() {
    TimeWait timeWait = watch.connection().timeWait();
    Segment out = new Segment();
    for (int step = 0; timeWait != null && step < MAX_STEPS && feed.more(); step++) {
      now += feed.scaled() * MS;
      if (timeWait.nextDeadlineNanos() <= now) {
        timeWait.onDeadline(now);
        Law.holds(timeWait.expired(), "a TIME-WAIT that does not end");
        Law.same(timeWait.nextDeadlineNanos(), Endpoint.NEVER, "the deadline of what is over");
        return;
      }
      TimeWait.Reaction reaction = timeWait.onSegment(sight.next(feed), now);
      if (timeWait.pollTransmit(out, now)) {
        sight.checkAcknowledgment(out);
        Law.holds(!timeWait.pollTransmit(out, now), "two answers to one segment");
      }
      if (reaction == TimeWait.Reaction.REOPEN) {
        return;
      }
    }
  }
}
