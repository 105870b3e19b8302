package dev.sluice.stack;

import dev.sluice.stack.firewall.Firewall;
import dev.sluice.stack.firewall.ReplyLimits;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.Dormitory;
import dev.sluice.tcp.Environment;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.handshake.FastOpenCache;
import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ChunkPool;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.Landing;
import dev.sluice.tcp.tcb.MemoryAccount;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.DropReason;
import dev.sluice.wire.Flags;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.PacketBuffer;
import dev.sluice.wire.Segment;
import dev.sluice.wire.TcpCodec;
import java.io.IOException;
import java.net.BindException;
import org.jspecify.annotations.Nullable;

/// One host of RFC 1122, sans-I/O: packets in, deadlines in, packets out.
/// Single-threaded.
///
/// A driver moves packets between a host and its link in real time, the simulator in
/// virtual time.
public final class Host {
  /// Packets of the host to itself that one call of [#pollPacket] delivers, at most, so
  /// that two ends in one host do not keep the loop from its other work.
  private static final int MAX_LOOPED = 256;
  /// Deadlines that one call of [#onDeadlines] acts on, at most, so that packets do not
  /// wait where very many timers are due at one moment.
  static final int MAX_DUE = 1_024;
  /// Chunks of returned buffer memory that are kept for the next taker, at most; fewer
  /// where memory is short sooner.
  private static final int KEPT_CHUNKS = 4_096;

  private final HostConfig config;
  private final Rooms rooms;
  private final Outbox outbox;
  private final Replies replies;
  private final DeadlineQueue deadlines;
  private final Observers observers;
  private final CounterSet<HostCounter> counters;
  private final Aftermath aftermath;
  private final SegmentDelivery delivery;
  private final Reception reception;
  private final Landing landing;
  private final UserCalls calls;
  private final FastOpenCache fastOpenCache;
  private final Segment outgoing = new Segment();

  /// @param config addresses, settings, secrets
  /// @throws IllegalArgumentException if the settings make no sense
  public Host(HostConfig config) {
    this.config = config;
    rooms = Rooms.of(config);
    outbox = rooms.outbox();
    replies = rooms.replies();
    deadlines = rooms.flows().deadlines;
    observers = rooms.observers();
    counters = rooms.tally().host();
    aftermath = new Aftermath(rooms);
    Icmp icmp = new Icmp(rooms);
    delivery = new SegmentDelivery(rooms, aftermath, icmp);
    reception = new Reception(rooms, delivery, icmp);
    ChunkPool chunks = chunkPool(rooms.memory().account());
    landing = new Landing(chunks);
    Environment environment = new Environment(
        config.tcp.validated(),
        initialSequence(config),
        chunks,
        rooms.tally().tcp(),
        new FastOpenCache(config.tcp.fastOpenCacheEntries),
        rooms.flows().halfOpen,
        new Dormitory());
    fastOpenCache = environment.fastOpenCache();
    calls = new UserCalls(rooms, aftermath, environment, config);
    observers.add(config.observer);
  }

  private static InitialSequence initialSequence(HostConfig config) {
    long key0 = config.random.nextLong();
    long key1 = config.random.nextLong();
    return config.fixedIsn == null
        ? new InitialSequence(key0, key1)
        : InitialSequence.fixed(key0, key1, config.fixedIsn);
  }

  private static ChunkPool chunkPool(MemoryAccount account) {
    long plenty = account.limits().lowBytes() / ChunkPool.CHUNK_BYTES;
    return new ChunkPool(Math.clamp(plenty, 1, KEPT_CHUNKS), account);
  }

  // ---- the driver's verbs

  /// Offers memory for the next packet that a link receives in pieces: its text is then
  /// where it belongs, if it is of the connection that is likely to get it.
  ///
  /// @param packet becomes an empty one
  public void offerMemory(PacketBuffer packet) {
    delivery.offerMemory(packet, landing);
  }

  /// A packet arrived. What it causes waits until [#pollPacket].
  public void onPacket(PacketBuffer packet, long nowNanos) {
    reception.onPacket(packet, nowNanos);
  }

  /// Acts on deadlines that have passed, the earliest first, and no more than a batch of
  /// them: what is left is due at once.
  public void onDeadlines(long nowNanos) {
    for (int i = 0; i < MAX_DUE; i++) {
      Flow flow = (Flow) deadlines.pollDue(nowNanos);
      if (flow == null) {
        break;
      }
      flow.endpoint().onDeadline(nowNanos);
      outbox.add(flow);
    }
    observers.onDeadlines(nowNanos);
  }

  /// When [#onDeadlines] is due, [Endpoint#NEVER] if not at all, 0 if packets or events
  /// wait for [#pollPacket].
  public long nextDeadlineNanos() {
    boolean waiting =
        !outbox.isEmpty() || !replies.outside().isEmpty() || !replies.inside().isEmpty();
    return waiting ? 0 : Math.min(deadlines.earliestNanos(), observers.nextDeadlineNanos());
  }

  /// The next packet to send; call until false. Handlers hear of events while this runs.
  ///
  /// @param out with room for the longest packet that the link sends
  public boolean pollPacket(PacketBuffer out, long nowNanos) {
    rooms.memory().keepWithin(nowNanos);
    int looped = 0;
    while (true) {
      if (nextPacket(out, nowNanos)) {
        return true;
      }
      if (replies.inside().isEmpty() || looped >= MAX_LOOPED) {
        return false;
      }
      looped += deliverLooped(nowNanos);
    }
  }

  /// The next packet that leaves the host; those to itself are put aside.
  ///
  /// @return false: there is none, or those to itself want to be delivered first
  private boolean nextPacket(PacketBuffer out, long nowNanos) {
    PacketBuffer reply = replies.outside().peek();
    if (reply != null) {
      out.copyFrom(reply);
      replies.outside().drop();
      return countOut(out);
    }
    while (outbox.pollTransmit(outgoing, aftermath, nowNanos)) {
      observers.onSegment(true, outgoing, nowNanos);
      TcpCodec.encode(outgoing, config.optionLayout, config.link.finishesChecksum(), out);
      if (!rooms.addresses().isLocal(outgoing.destinationHigh, outgoing.destinationLow)) {
        if (mayLeave(out, nowNanos)) {
          return countOut(out);
        }
        continue;
      }
      replies.loop(out);
      if (replies.inside().isHalfFull()) {
        return false;
      }
    }
    return false;
  }

  /// Whether the firewall lets a segment out, and whether its receiver may be answered,
  /// if it is nobody's connection.
  private boolean mayLeave(PacketBuffer out, long nowNanos) {
    boolean toStranger = outgoing.has(Flags.RST) && outbox.isListenersTurn();
    rooms.gate().inside(false);
    return toStranger
        ? rooms
            .gate()
            .mayAnswer(
                ReplyLimits.Kind.RESET, outgoing.destinationHigh, outgoing.destinationLow, nowNanos)
        : rooms.gate().letsOut(outgoing, out.length(), nowNanos);
  }

  private boolean countOut(PacketBuffer out) {
    counters.increment(HostCounter.PACKETS_OUT);
    counters.add(HostCounter.OCTETS_OUT, out.length());
    return true;
  }

  private int deliverLooped(long nowNanos) {
    int count = 0;
    PacketRing inside = replies.inside();
    for (PacketBuffer packet = inside.peek(); packet != null; packet = inside.peek()) {
      reception.onLoopedPacket(packet, nowNanos);
      inside.drop();
      count++;
    }
    return count;
  }

  // ---- the firewall

  /// Puts other rules in place. Open connections live on: they are not asked about again,
  /// unless a rule speaks of established ones.
  public void firewall(Firewall firewall) {
    rooms.gate().firewall(firewall, rooms.flows());
  }

  /// The rules in place.
  public Firewall firewall() {
    return rooms.gate().firewall();
  }

  // ---- the user's calls

  /// Takes a local port.
  ///
  /// @param port 0 for one the host picks (RFC 6056)
  /// @throws BindException in the JDK's words: the address is not ours, or the port is
  ///     taken (also by a TIME-WAIT, unless `reuseAddress`)
  public Binding bind(IpAddress address, int port, boolean reuseAddress) throws BindException {
    return bind(address, port, new Reuse(reuseAddress, false));
  }

  /// Takes a local port.
  ///
  /// @param port 0 for one the host picks (RFC 6056)
  /// @param reuse with whom it is shared
  /// @throws BindException in the JDK's words: the address is not ours, or the port is
  ///     taken by somebody with whom it is not shared
  public Binding bind(IpAddress address, int port, Reuse reuse) throws BindException {
    return calls.bind(address, port, reuse);
  }

  /// Gives a port back; connections that use it live on.
  public void release(Binding binding) {
    calls.release(binding);
  }

  /// OPEN, passive.
  ///
  /// @throws BindException if somebody listens there already
  public Listener listen(
      Binding binding, ConnectionOptions options, ListenerLimits limits, ListenerHandler handler)
      throws BindException {
    return calls.listen(binding, options, limits, handler);
  }

  /// Ends listening; half-open peers are reset, accepted connections live on.
  public void unlisten(Listener listener, long nowNanos) {
    calls.unlisten(listener, nowNanos);
  }

  /// OPEN, active. Without a binding the host picks address and port.
  ///
  /// @throws IOException in the JDK's words: no route, an address nobody can connect to
  ///     (MUST-46), the firewall forbids it, the four-tuple is in use, no port left
  public Connection connect(
      @Nullable Binding binding,
      IpAddress remote,
      int remotePort,
      ConnectionOptions options,
      ConnectionHandler handler,
      long nowNanos)
      throws IOException {
    return calls.connect(
        binding, new UserCalls.FarEnd(remote, remotePort), options, handler, nowNanos);
  }

  /// A verb of this connection or listener was called: its segments, events and
  /// deadline are to be looked at before the loop sleeps.
  public void attend(Endpoint endpoint) {
    calls.attend(endpoint);
  }

  // ---- who looks on, and who orders from outside

  /// Adds somebody who watches from now on.
  public void addObserver(HostObserver observer) {
    observers.add(observer);
    calls.onObserversChanged();
  }

  /// Takes an observer away.
  public void removeObserver(HostObserver observer) {
    observers.remove(observer);
    calls.onObserversChanged();
  }

  /// Everything there is to see at this moment.
  public HostSnapshot snapshot(long nowNanos) {
    return Snapshots.of(calls, rooms, nowNanos);
  }

  /// The number of a connection as [HostSnapshot] and [HostObserver] show it, 0 for one
  /// that is over.
  public long idOf(Connection connection) {
    Flow flow = calls.flowOf(connection);
    return flow == null ? 0 : flow.id;
  }

  /// The connection of that number.
  public @Nullable Connection connection(long id) {
    return rooms.flows().byId(id) instanceof Flow.Connected flow ? flow.connection : null;
  }

  /// Closes the connection or ends the listener of that number.
  ///
  /// @return false if there is none
  public boolean close(long id, long nowNanos) {
    return calls.close(id, nowNanos);
  }

  /// Resets the connection, or forgets the TIME-WAIT, or ends the listener of that
  /// number.
  ///
  /// @return false if there is none
  public boolean abort(long id, long nowNanos) {
    return calls.abort(id, nowNanos);
  }

  /// Ends all listeners and begins to close all connections in order.
  public void closeAll(long nowNanos) {
    calls.closeAll(nowNanos);
  }

  /// Ends all listeners, resets all connections and forgets all TIME-WAITs.
  public void abortAll(long nowNanos) {
    calls.abortAll(nowNanos);
  }

  /// Connections that are not over yet; TIME-WAITs do not count.
  public int connectionCount() {
    return rooms.flows().connections();
  }

  /// TIME-WAITs.
  public int timeWaitCount() {
    return rooms.flows().timeWaits();
  }

  /// What this host was built from.
  public HostConfig config() {
    return config;
  }

  /// The host's counters, readable from any thread.
  public CounterSet<HostCounter> counters() {
    return counters;
  }

  /// The engine's counters, readable from any thread.
  public CounterSet<TcpCounter> tcpCounters() {
    return rooms.tally().tcp();
  }

  /// Forgets all cookies of servers, and whom fast open left alone (RFC 7413).
  public void forgetFastOpen() {
    fastOpenCache.clear();
  }

  /// Packets that went no further, by reason; readable from any thread.
  public CounterSet<DropReason> drops() {
    return rooms.tally().drops();
  }

  /// Where a packet to `remote` would come from (MUST-44).
  ///
  /// @return null if the host has no address of that family
  public @Nullable IpAddress sourceFor(IpAddress remote) {
    return rooms.addresses().sourceFor(remote);
  }

  /// Whether packets to this address stay inside the host: one of its own, or loopback.
  public boolean isLocal(IpAddress address) {
    return rooms.addresses().isLocal(address);
  }
}
