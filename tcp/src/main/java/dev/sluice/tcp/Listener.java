package dev.sluice.tcp;

import dev.sluice.tcp.close.Reset;
import dev.sluice.tcp.close.TimeWait;
import dev.sluice.tcp.ecn.SynEcn;
import dev.sluice.tcp.handshake.FastOpenCookies;
import dev.sluice.tcp.listen.FastOpenQueue;
import dev.sluice.tcp.listen.HalfOpen;
import dev.sluice.tcp.listen.HalfOpenInfo;
import dev.sluice.tcp.listen.HalfOpenTransition;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.listen.SynCache;
import dev.sluice.tcp.receive.AcceptanceTest;
import dev.sluice.tcp.receive.ReceiveWindow;
import dev.sluice.tcp.send.EffectiveMss;
import dev.sluice.tcp.tcb.AccEcnOptionUse;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.ReceiveSequence;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.tcp.tcb.UserTimeout;
import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A passive open (RFC 9293 §3.10.1) and the half-open peers it has heard of.
///
/// A segment that no connection and no TIME-WAIT takes goes to the listener of its
/// port. When it completes a handshake, a connection comes back: the stack enters it in
/// its tables and hands the same segment on to it.
public final class Listener implements Endpoint {
  /// RSTs that wait to be sent, at most; more are not worth it.
  private static final int MAX_RESETS = 64;

  /// A new connection on the tuple of a TIME-WAIT starts this far above the old one's
  /// numbers.
  private static final int ABOVE_TIME_WAIT = 65_537;

  private final Environment environment;
  private final TcpSettings settings;
  private final ConnectionOptions options;
  private final ListenerLimits limits;
  private final Path path;
  private final SynCache cache;
  private final FastOpenCookies cookies;
  private final FastOpenQueue fastOpenQueue = new FastOpenQueue();
  private final ArrayDeque<Segment> resets = new ArrayDeque<>();
  private final ArrayDeque<HalfOpenTransition> transitions = new ArrayDeque<>();
  private boolean observed;
  private int acceptQueueLength;

  /// @param environment what the stack shares
  /// @param options what accepted connections start with
  /// @param limits how much may be pending
  /// @param path what the link carries
  public Listener(
      Environment environment, ConnectionOptions options, ListenerLimits limits, Path path) {
    this.environment = environment;
    this.options = options;
    this.limits = limits;
    this.path = path;
    settings = environment.settings();
    cache = new SynCache(settings, limits.maxHalfOpen());
    cookies = new FastOpenCookies(environment.initialSequence(), settings, options);
  }

  private void count(TcpCounter counter) {
    environment.counters().increment(counter);
  }

  private void tell(FourTuple tuple, State from, State to, String cause) {
    if (observed) {
      transitions.add(new HalfOpenTransition(tuple, from, to, cause));
    }
  }

  /// SEGMENT ARRIVES in LISTEN, or for one of the half-open peers (§3.10.7.2, §3.10.7.4).
  ///
  /// @return a connection in SYN-RECEIVED, which `in` is to be handed on to: it makes it
  ///     ESTABLISHED, or is a SYN with a cookie whose text the user gets at once (RFC
  ///     7413); or null
  public @Nullable Connection onSegment(Segment in, long nowNanos) {
    FourTuple tuple = in.localTuple();
    HalfOpen entry = cache.get(tuple);
    if (entry == null) {
      int iss = environment.initialSequence().iss(tuple, nowNanos);
      Connection early = inListen(in, tuple, iss, nowNanos);
      if (early == null) {
        count(TcpCounter.SEGMENTS_IN);
      }
      return early;
    }
    Connection connection = inSynReceived(entry, in, nowNanos);
    if (connection == null) {
      count(TcpCounter.SEGMENTS_IN);
    }
    return connection;
  }

  /// A SYN that ended a TIME-WAIT: as [#onSegment], with an initial sequence number
  /// above the old connection's (RFC 6191, RFC 9293 MAY-2).
  public @Nullable Connection onSegmentAfter(TimeWait timeWait, Segment in, long nowNanos) {
    FourTuple tuple = in.localTuple();
    int iss = environment.initialSequence().iss(tuple, nowNanos);
    int above = timeWait.sndNxt() + ABOVE_TIME_WAIT;
    Connection early = inListen(in, tuple, Seq.lt(iss, above) ? above : iss, nowNanos);
    if (early == null) {
      count(TcpCounter.SEGMENTS_IN);
    }
    return early;
  }

  /// §3.10.7.2: RST is ignored, ACK is answered by RST, SYN begins a connection.
  private @Nullable Connection inListen(Segment in, FourTuple tuple, int iss, long nowNanos) {
    if (in.has(Flags.RST)) {
      return null;
    }
    if (in.has(Flags.ACK)) {
      count(TcpCounter.DROPPED_BAD_ACK);
      reset(in);
      return null;
    }
    if (!in.has(Flags.SYN) || (in.has(Flags.FIN) && settings.dropSynFin)) {
      count(TcpCounter.DROPPED_IMPOSSIBLE_FLAGS);
      return null;
    }
    if (options.noSynOptions) {
      in.keepMssOnly();
    }
    if (cache.isFull()) {
      count(TcpCounter.DROPPED_BACKLOG_FULL);
      return null;
    }
    if (isAcceptQueueFull()) {
      count(TcpCounter.DROPPED_ACCEPT_QUEUE_FULL);
      return null;
    }
    boolean timestamps = settings.timestamps && in.hasTimestamps;
    HalfOpen entry = HalfOpen.fromSyn(tuple, in, iss, timestamps, settings.ecnAccept);
    tell(tuple, State.LISTEN, State.SYN_RECEIVED, "rcv SYN, snd SYN,ACK");
    Connection early = fastOpen(entry, in, nowNanos);
    if (early == null) {
      cache.add(entry, nowNanos);
    }
    return early;
  }

  /// Fast open, server's side (RFC 7413 §4.2.2). Text of a SYN without it is not kept:
  /// our SYN-ACK acknowledges the SYN alone, and the peer sends the text again (RFC 9293
  /// §3.10.7.2 would let us queue it, at the price of memory for whoever sends a SYN).
  ///
  /// @return the connection, if the peer need not shake hands first
  private @Nullable Connection fastOpen(HalfOpen entry, Segment in, long nowNanos) {
    boolean asks = in.fastOpenLength != Segment.ABSENT
        && (!in.fastOpenExperimental || settings.fastOpenExperimental);
    boolean waived = options.fastOpenWithoutCookie && in.payloadLength > 0;
    if (options.fastOpenQueue <= 0 || !settings.fastOpenServer || !(asks || waived)) {
      return null;
    }
    FastOpenCookies.Verdict verdict =
        waived ? FastOpenCookies.Verdict.GOOD : cookies.judge(entry.tuple(), in, nowNanos);
    if (verdict == FastOpenCookies.Verdict.BAD) {
      if (in.fastOpenLength > 0) {
        count(TcpCounter.FAST_OPEN_BAD_COOKIES);
      }
      entry.giveCookie(in.fastOpenExperimental);
      return null;
    }
    if (!fastOpenQueue.enter(options.fastOpenQueue, nowNanos)) {
      count(TcpCounter.FAST_OPEN_QUEUE_FULL);
      return null;
    }
    count(TcpCounter.FAST_OPENS_IN);
    Rooms rooms = agreed(entry, nowNanos);
    rooms.snd.openEarly();
    // a window without an ACK speaks of text: our SYN has room in any case
    rooms.snd.firstWindow(entry.irs(), entry.iss(), entry.window() + 1L);
    rooms.congestion.onMssChanged(rooms.mss.octets());
    if (verdict == FastOpenCookies.Verdict.OLD) {
      rooms.syn.giveCookie(cookies.cookie(entry.tuple(), nowNanos), in.fastOpenExperimental);
    }
    return Connection.acceptEarly(rooms, fastOpenQueue);
  }

  private void reset(Segment in) {
    Segment out = new Segment();
    if (resets.size() < MAX_RESETS && Reset.replyTo(in, out)) {
      resets.add(out);
    }
  }

  /// The user's queue holds one more than its backlog says, so that a backlog of 0
  /// admits one.
  private boolean isAcceptQueueFull() {
    return acceptQueueLength > limits.backlog();
  }

  /// §3.10.7.4 for SYN-RECEIVED after LISTEN, as far as it needs no connection.
  private @Nullable Connection inSynReceived(HalfOpen entry, Segment in, long nowNanos) {
    ReceiveSequence rcv = receiveSequence(entry);
    if (in.has(Flags.RST)) {
      onReset(entry, rcv, in);
      return null;
    }
    if (in.has(Flags.SYN)) {
      onSyn(entry, rcv, in, nowNanos);
      return null;
    }
    if (entry.timestamps() && !in.hasTimestamps && !settings.tolerateMissingTimestamps) {
      count(TcpCounter.DROPPED_NO_TIMESTAMP);
      return null;
    }
    if (entry.timestamps() && in.hasTimestamps && Seq.lt(in.tsVal, entry.tsRecent())) {
      count(TcpCounter.DROPPED_PAWS);
      return null;
    }
    if (!AcceptanceTest.isAcceptable(rcv, in.seq, in.length())) {
      count(TcpCounter.DROPPED_OUTSIDE_WINDOW);
      cache.sendAck(entry);
      return null;
    }
    if (!in.has(Flags.ACK)) {
      count(TcpCounter.DROPPED_NO_ACK);
      return null;
    }
    if (in.ack != entry.iss() + 1) {
      count(TcpCounter.DROPPED_BAD_ACK);
      reset(in);
      return null;
    }
    if (isAcceptQueueFull()) {
      count(TcpCounter.DROPPED_ACCEPT_QUEUE_FULL); // dropped, not reset: the peer will ask again
      return null;
    }
    return promote(entry, nowNanos);
  }

  private ReceiveSequence receiveSequence(HalfOpen entry) {
    ReceiveSequence rcv = new ReceiveSequence();
    rcv.begin(entry.irs());
    rcv.onAckSent(rcv.nxt() + synWindow());
    return rcv;
  }

  private int synWindow() {
    return ReceiveWindow.synField(options);
  }

  /// Back to LISTEN, silently (MUST-11).
  private void onReset(HalfOpen entry, ReceiveSequence rcv, Segment in) {
    switch (AcceptanceTest.judgeRst(rcv, in.seq, settings.rstInWindowResets)) {
      case RESET -> {
        cache.remove(entry);
        tell(entry.tuple(), State.SYN_RECEIVED, State.LISTEN, "rcv RST");
      }
      case CHALLENGE -> {
        count(TcpCounter.CHALLENGE_ACKS);
        cache.sendAck(entry);
      }
      case IGNORE -> count(TcpCounter.DROPPED_OUTSIDE_WINDOW);
    }
  }

  /// The same SYN again: our answer was lost. Another one: a challenge (RFC 5961 §4).
  private void onSyn(HalfOpen entry, ReceiveSequence rcv, Segment in, long nowNanos) {
    if (in.seq == entry.irs() && !in.has(Flags.ACK)) {
      if (entry.ecn().onSynAgain(in)) {
        cache.onSynRepeated(entry, nowNanos);
      } else {
        reset(entry, State.LISTEN, "rcv SYN with other ECN flags, snd RST");
      }
    } else if (settings.synInWindowResets
        && AcceptanceTest.isAcceptable(rcv, in.seq, in.length())) {
      reset(entry, State.LISTEN, "rcv SYN in the window, snd RST");
    } else {
      count(TcpCounter.CHALLENGE_ACKS);
      cache.sendAck(entry);
    }
  }

  private Connection promote(HalfOpen entry, long nowNanos) {
    cache.remove(entry);
    Rooms rooms = agreed(entry, nowNanos);
    rooms.snd.onSent(entry.iss() + 1);
    rooms.queue.append(entry.iss(), entry.iss() + 1, 1, entry.sentNanos());
    if (entry.isRepeated()) {
      rooms.queue.markFirstRepeated();
    }
    if (entry.retransmissions() > 0) {
      rooms.rto.onExpired(nowNanos); // IW is one segment
    }
    return Connection.accept(rooms);
  }

  /// The rooms of a connection in SYN-RECEIVED, with what the peer's SYN asked for.
  private Rooms agreed(HalfOpen entry, long nowNanos) {
    acceptQueueLength++;
    count(TcpCounter.PASSIVE_OPENS);
    Rooms rooms = new Rooms(
        environment, entry.tuple(), options.copy(), path, State.SYN_RECEIVED, entry.iss());
    rooms.rcv.begin(entry.irs());
    rooms.synOptions.agree(entry.peerMss(), entry.peerShift());
    rooms.userTimeout.onOption(entry.userTimeout(), rooms.rto.rtoNanos());
    if (entry.sackPermitted()) {
      rooms.synOptions.agreeSelectiveAcks();
    }
    if (entry.timestamps()) {
      rooms.synOptions.agreeTimestamps(entry.tsRecent(), nowNanos);
    }
    SynEcn ecn = entry.ecn();
    rooms.ecn.onSyn(ecn.mode(), ecn.codepoint(), ecn.mayMark());
    rooms.rcv.onAckSent(rooms.rcv.nxt() + synWindow());
    rooms.snd.firstWindow(entry.irs(), entry.iss(), entry.window());
    return rooms;
  }

  /// An ICMP error quoted a SYN-ACK of ours: a hard one ends the entry (RFC 5927 §5.2).
  ///
  /// @param tuple of the segment quoted, seen from this host
  public void onIcmpError(IcmpError error, FourTuple tuple, long nowNanos) {
    HalfOpen entry = cache.get(tuple);
    boolean ends = switch (error.kind()) {
      case HARD -> settings.icmpEndsOpen;
      case SOFT -> settings.softErrorsEndOpen;
      case PACKET_TOO_BIG -> false;
    };
    if (entry != null && ends && error.quotedSeq() == entry.iss()) {
      cache.remove(entry);
      tell(tuple, State.SYN_RECEIVED, State.LISTEN, "rcv ICMP unreachable");
    }
  }

  @Override
  public void onDeadline(long nowNanos) {
    HalfOpen entry = cache.pollExpired(nowNanos);
    while (entry != null) {
      if (cache.isGone(entry)) {
        count(TcpCounter.HALF_OPEN_TIMEOUTS);
        tell(entry.tuple(), State.SYN_RECEIVED, State.CLOSED, "SYN,ACK unanswered");
      } else {
        count(TcpCounter.SEGMENTS_RETRANSMITTED);
      }
      entry = cache.pollExpired(nowNanos);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return cache.nextDeadlineNanos();
  }

  @Override
  public boolean pollTransmit(Segment out, long nowNanos) {
    Segment reset = resets.poll();
    if (reset != null) {
      fillReset(reset, out);
      return true;
    }
    HalfOpen entry = cache.pollToSend();
    if (entry == null) {
      return false;
    }
    fillReply(entry, out, nowNanos);
    return true;
  }

  private void fillReset(Segment reset, Segment out) {
    out.clear();
    out.sourceHigh = reset.sourceHigh;
    out.sourceLow = reset.sourceLow;
    out.destinationHigh = reset.destinationHigh;
    out.destinationLow = reset.destinationLow;
    out.sourcePort = reset.sourcePort;
    out.destinationPort = reset.destinationPort;
    out.ttl = options.ttl;
    out.flags = reset.flags;
    out.seq = reset.seq;
    out.ack = reset.ack;
    count(TcpCounter.RESETS_OUT);
    count(TcpCounter.SEGMENTS_OUT);
  }

  private void fillReply(HalfOpen entry, Segment out, long nowNanos) {
    out.clear();
    out.address(entry.tuple());
    out.ttl = options.ttl;
    out.trafficClass = options.dscp << 2;
    out.ack = entry.irs() + 1;
    out.window = synWindow();
    boolean synAck = entry.takeSynAckDue();
    out.flags = synAck ? Flags.SYN | Flags.ACK : Flags.ACK;
    out.seq = synAck ? entry.iss() : entry.iss() + 1;
    if (synAck) {
      entry.onSent(nowNanos);
      out.mss = options.noSynOptions
          ? Segment.ABSENT
          : new EffectiveMss(
                  entry.tuple().isV4(), path, settings.segmentBound(options.maxSegmentBytes))
              .announced();
      out.sackPermitted = settings.selectiveAcks && entry.sackPermitted();
      out.userTimeout = UserTimeout.advertised(options);
      if (entry.isCookieDue()) {
        long cookie = cookies.cookie(entry.tuple(), nowNanos);
        FastOpenCookies.write(cookie, entry.isCookieExperimental(), out);
      }
    }
    if (settings.windowScaling && entry.peerShift() != Segment.ABSENT) {
      int shift = ReceiveWindow.shiftFor(options, settings);
      if (synAck) {
        out.windowScale = shift;
      } else {
        out.window = synWindow() >> shift; // only a SYN's window is not scaled (RFC 7323 §2.2)
      }
    }
    stamp(entry, out, nowNanos);
    if (synAck) {
      boolean option = settings.accEcnOption != AccEcnOptionUse.NEVER;
      entry.ecn().write(out, entry.retransmissions(), option);
    }
    count(TcpCounter.SEGMENTS_OUT);
  }

  private void stamp(HalfOpen entry, Segment out, long nowNanos) {
    if (entry.timestamps()) {
      int offset = environment.initialSequence().timestampOffset(entry.tuple());
      out.hasTimestamps = true;
      out.tsVal = offset + (int) (nowNanos / 1_000_000L);
      out.tsEcr = entry.tsRecent();
    }
  }

  /// The next change of a half-open entry, or null. Only kept if [#observeTransitions]
  /// asked for it.
  public @Nullable HalfOpenTransition pollTransition() {
    return transitions.poll();
  }

  /// Whether [#pollTransition] has a reader.
  public void observeTransitions(boolean wanted) {
    observed = wanted;
  }

  /// The user took one connection from the accept queue.
  public void onAccepted() {
    assert acceptQueueLength > 0;
    acceptQueueLength--;
  }

  /// Connections that wait to be accepted.
  public int acceptQueueLength() {
    return acceptQueueLength;
  }

  /// Peers in SYN-RECEIVED.
  public int halfOpenCount() {
    return cache.size();
  }

  /// All of them.
  public List<HalfOpenInfo> halfOpen() {
    return cache.describe();
  }

  public ListenerLimits limits() {
    return limits;
  }

  /// Connections that began with text on their SYN and have yet to end their handshake.
  public int fastOpenPending() {
    return fastOpenQueue.pending();
  }

  /// What accepted connections start with.
  public ConnectionOptions options() {
    return options;
  }

  /// CLOSE in LISTEN: the half-open peers are reset. Segments come out of
  /// [#pollTransmit].
  public void close(long nowNanos) {
    for (HalfOpen entry : cache.all()) {
      reset(entry, State.CLOSED, "CLOSE, snd RST");
    }
  }

  private void reset(HalfOpen entry, State to, String cause) {
    cache.remove(entry);
    Segment out = new Segment();
    out.clear();
    out.address(entry.tuple());
    out.flags = Flags.RST | Flags.ACK;
    out.seq = entry.iss() + 1;
    out.ack = entry.irs() + 1;
    resets.add(out);
    tell(entry.tuple(), State.SYN_RECEIVED, to, cause);
  }
}
