package dev.sluice.tcp;

import dev.sluice.tcp.close.TimeWait;
import dev.sluice.tcp.handshake.FastOpenCookies;
import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.listen.FastOpenQueue;
import dev.sluice.tcp.listen.HalfOpen;
import dev.sluice.tcp.listen.HalfOpenInfo;
import dev.sluice.tcp.listen.HalfOpenTransition;
import dev.sluice.tcp.listen.ListenerCounts;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.listen.ResetReplies;
import dev.sluice.tcp.listen.SynCache;
import dev.sluice.tcp.listen.SynCookies;
import dev.sluice.tcp.listen.SynNumbers;
import dev.sluice.tcp.listen.SynReply;
import dev.sluice.tcp.receive.AcceptanceTest;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.ReceiveSequence;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.SynCookieMode;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
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
///
/// Half-open peers are kept in a [SynCache] while there is room, and the number of every
/// SYN-ACK is a cookie ([SynCookies]), so that who is forgotten loses nothing;
/// [TcpSettings#synCookies] may have it otherwise.
public final class Listener implements Endpoint {
  /// A new connection on the tuple of a TIME-WAIT starts this far above the old one's
  /// numbers.
  private static final int ABOVE_TIME_WAIT = 65_537;

  private final Environment environment;
  private final TcpSettings settings;
  private final ConnectionOptions options;
  private final ListenerLimits limits;
  private final SynCache cache;
  private final SynCookies synCookies;
  private final SynNumbers numbers;
  private final SynReply reply;
  private final PassiveOpen passiveOpen;
  private final ResetReplies resets;
  private final FastOpenCookies fastOpenCookies;
  private final FastOpenQueue fastOpenQueue = new FastOpenQueue();
  private final ListenerCounts counts = new ListenerCounts();
  private final ReceiveSequence rcv = new ReceiveSequence();
  private final ArrayDeque<HalfOpenTransition> transitions = new ArrayDeque<>();
  private boolean observed;
  private boolean closing;
  private int acceptQueueLength;
  private long believedUntilNanos = Long.MIN_VALUE;

  /// @param environment what the stack shares
  /// @param options what accepted connections start with
  /// @param limits how much may be pending
  /// @param path what the link carries
  public Listener(
      Environment environment, ConnectionOptions options, ListenerLimits limits, Path path) {
    this.environment = environment;
    this.options = options;
    this.limits = limits;
    settings = environment.settings();
    InitialSequence secret = environment.initialSequence();
    cache = new SynCache(secret, settings, options, limits.maxHalfOpen(), environment.halfOpen());
    synCookies = new SynCookies(secret, settings);
    numbers = new SynNumbers(secret, synCookies);
    fastOpenCookies = new FastOpenCookies(secret, settings, options);
    reply = new SynReply(numbers, settings, options, path, fastOpenCookies);
    passiveOpen = new PassiveOpen(environment, options, path, numbers);
    resets = new ResetReplies(secret, settings, environment.counters());
  }

  private void count(TcpCounter counter) {
    environment.counters().increment(counter);
  }

  private void tell(HalfOpen entry, State from, State to, String cause) {
    if (observed) {
      transitions.add(new HalfOpenTransition(entry.tuple(), from, to, cause));
    }
  }

  // ---- in LISTEN

  /// SEGMENT ARRIVES in LISTEN, or for one of the half-open peers (§3.10.7.2, §3.10.7.4).
  ///
  /// @return a connection in SYN-RECEIVED, which `in` is to be handed on to: it makes it
  ///     ESTABLISHED, or is a SYN with a cookie whose text the user gets at once (RFC
  ///     7413); or null
  public @Nullable Connection onSegment(Segment in, long nowNanos) {
    HalfOpen entry = cache.find(in);
    return counted(
        entry == null ? inListen(in, null, nowNanos) : inSynReceived(entry, in, nowNanos));
  }

  /// A SYN that ended a TIME-WAIT: as [#onSegment], with an initial sequence number
  /// above the old connection's (RFC 6191, RFC 9293 MAY-2).
  public @Nullable Connection onSegmentAfter(TimeWait timeWait, Segment in, long nowNanos) {
    return counted(inListen(in, timeWait, nowNanos));
  }

  /// The segment counts once, here or where it is handed on to.
  private @Nullable Connection counted(@Nullable Connection connection) {
    if (connection == null) {
      count(TcpCounter.SEGMENTS_IN);
    } else {
      acceptQueueLength++;
      count(TcpCounter.PASSIVE_OPENS);
      counts.onOpen();
    }
    return connection;
  }

  /// §3.10.7.2: RST is ignored, ACK is answered by RST unless it brings a cookie back,
  /// SYN begins a connection.
  private @Nullable Connection inListen(Segment in, @Nullable TimeWait before, long nowNanos) {
    if (in.has(Flags.RST)) {
      return null;
    }
    if (in.has(Flags.ACK)) {
      return onAckOfNobody(in, nowNanos);
    }
    if (!in.has(Flags.SYN) || (in.has(Flags.FIN) && settings.dropSynFin)) {
      count(TcpCounter.DROPPED_IMPOSSIBLE_FLAGS);
      return null;
    }
    counts.onSyn();
    if (settings.synCookies == SynCookieMode.NEVER && cache.isFull()) {
      return dropSyn(TcpCounter.DROPPED_BACKLOG_FULL);
    }
    if (isAcceptQueueFull()) {
      return dropSyn(TcpCounter.DROPPED_ACCEPT_QUEUE_FULL);
    }
    if (options.noSynOptions) {
      in.keepMssOnly();
    }
    return onNewSyn(in, before, nowNanos);
  }

  private @Nullable Connection dropSyn(TcpCounter reason) {
    count(reason);
    counts.onSynDropped();
    return null;
  }

  private @Nullable Connection onNewSyn(Segment in, @Nullable TimeWait before, long nowNanos) {
    boolean remembered = before != null || settings.synCookies != SynCookieMode.ALWAYS;
    remembered = remembered && makeRoom(nowNanos);
    HalfOpen entry = cache.begin(in);
    Connection early = fastOpen(entry, in, before, nowNanos);
    if (early != null) {
      return early;
    }
    if (settings.synCookies == SynCookieMode.NEVER) {
      numbers.choosePlain(entry, nowNanos);
    } else {
      numbers.chooseCookie(entry, nowNanos);
    }
    riseAbove(before, entry);
    if (remembered ? !cache.add(entry, nowNanos) : !cache.addPassing(entry)) {
      return dropSyn(TcpCounter.DROPPED_BACKLOG_FULL);
    }
    if (remembered) {
      tell(entry, State.LISTEN, State.SYN_RECEIVED, "rcv SYN, snd SYN,ACK");
    } else {
      onLeftToCookie(false, nowNanos);
    }
    return null;
  }

  private static void riseAbove(@Nullable TimeWait before, HalfOpen entry) {
    if (before != null) {
      entry.riseTo(before.sndNxt() + ABOVE_TIME_WAIT);
    }
  }

  /// Whether another peer can be remembered, if need be because one is forgotten.
  private boolean makeRoom(long nowNanos) {
    if (!cache.isFull()) {
      return true;
    }
    HalfOpen eldest = cache.eldest();
    if (eldest == null) {
      return false;
    }
    tell(eldest, State.SYN_RECEIVED, State.LISTEN, "table full, left to its SYN cookie");
    cache.evict(eldest);
    count(TcpCounter.HALF_OPEN_EVICTED);
    onLeftToCookie(true, nowNanos);
    return !cache.isFull();
  }

  private void onLeftToCookie(boolean evicted, long nowNanos) {
    believedUntilNanos = nowNanos + SynCookies.LIFE_NANOS;
    count(TcpCounter.SYN_COOKIES_SENT);
    counts.onCookieSent(evicted);
  }

  /// Whether an ACK may bring back a cookie whose peer was forgotten, or that another
  /// machine made. At other times no random number is believed.
  private boolean believesCookies(long nowNanos) {
    return nowNanos < believedUntilNanos
        || settings.synCookies == SynCookieMode.ALWAYS
        || settings.synCookieKey != null;
  }

  /// An ACK of a peer that is not remembered, or not with this number: a cookie, or an
  /// error.
  private @Nullable Connection onAckOfNobody(Segment in, long nowNanos) {
    if (!in.has(Flags.SYN) && believesCookies(nowNanos)) {
      HalfOpen peer = cache.beginUnknown(in);
      SynCookies.Verdict verdict = synCookies.read(in, peer, nowNanos);
      if (verdict == SynCookies.Verdict.VALID) {
        return isAcceptQueueFull() ? holdBack() : acceptCookie(in, nowNanos);
      }
      counts.onCookie(verdict);
      count(
          verdict == SynCookies.Verdict.EXPIRED
              ? TcpCounter.SYN_COOKIES_EXPIRED
              : TcpCounter.SYN_COOKIES_INVALID);
      if (verdict == SynCookies.Verdict.OUT_OF_PLACE) {
        // text before this was lost and comes again: a RST would end what can still begin
        count(TcpCounter.DROPPED_BAD_ACK);
        return null;
      }
    }
    count(TcpCounter.DROPPED_BAD_ACK);
    counts.onAckRefused();
    resets.answer(in, nowNanos);
    return null;
  }

  private Connection acceptCookie(Segment in, long nowNanos) {
    HalfOpen other = cache.find(in);
    if (other != null) {
      cache.remove(other); // of a repeated SYN: it got another number
      tell(other, State.SYN_RECEIVED, State.LISTEN, "rcv ACK of an earlier SYN,ACK");
    }
    HalfOpen peer = cache.beginUnknown(in);
    SynCookies.Verdict again = synCookies.read(in, peer, nowNanos);
    assert again == SynCookies.Verdict.VALID;
    counts.onCookie(again);
    count(TcpCounter.SYN_COOKIES_VALID);
    tell(peer, State.LISTEN, State.SYN_RECEIVED, "rcv ACK with a SYN cookie");
    return passiveOpen.accept(peer, nowNanos);
  }

  /// Fast open, server's side (RFC 7413 §4.2.2). Text of a SYN without it is not kept:
  /// our SYN-ACK acknowledges the SYN alone, and the peer sends the text again (RFC 9293
  /// §3.10.7.2 would let us queue it, at the price of memory for whoever sends a SYN).
  ///
  /// @return the connection, if the peer need not shake hands first
  private @Nullable Connection fastOpen(
      HalfOpen entry, Segment in, @Nullable TimeWait before, long nowNanos) {
    boolean asks = in.fastOpenLength != Segment.ABSENT
        && (!in.fastOpenExperimental || settings.fastOpenExperimental);
    boolean waived = options.fastOpenWithoutCookie && in.payloadLength > 0;
    if (options.fastOpenQueue <= 0 || !settings.fastOpenServer || !(asks || waived)) {
      return null;
    }
    FourTuple tuple = entry.tuple();
    FastOpenCookies.Verdict verdict =
        waived ? FastOpenCookies.Verdict.GOOD : fastOpenCookies.judge(tuple, in, nowNanos);
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
    numbers.choosePlain(entry, nowNanos);
    riseAbove(before, entry);
    tell(entry, State.LISTEN, State.SYN_RECEIVED, "rcv SYN, snd SYN,ACK");
    boolean old = verdict == FastOpenCookies.Verdict.OLD;
    PassiveOpen.FreshCookie fresh = new PassiveOpen.FreshCookie(
        old, old ? fastOpenCookies.cookie(tuple, nowNanos) : 0, in.fastOpenExperimental);
    return passiveOpen.acceptEarly(entry, fastOpenQueue, fresh, nowNanos);
  }

  /// The user's queue holds one more than its backlog says, so that a backlog of 0
  /// admits one.
  private boolean isAcceptQueueFull() {
    return acceptQueueLength > limits.backlog();
  }

  /// Dropped, not reset: the peer will ask again.
  private @Nullable Connection holdBack() {
    count(TcpCounter.DROPPED_ACCEPT_QUEUE_FULL);
    return null;
  }

  // ---- in SYN-RECEIVED

  /// §3.10.7.4 for SYN-RECEIVED after LISTEN, as far as it needs no connection.
  private @Nullable Connection inSynReceived(HalfOpen entry, Segment in, long nowNanos) {
    rcv.begin(entry.irs());
    rcv.onAckSent(rcv.nxt() + SynReply.window(options));
    if (in.has(Flags.RST)) {
      onReset(entry, in, nowNanos);
      return null;
    }
    if (in.has(Flags.SYN)) {
      onSyn(entry, in, nowNanos);
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
      acknowledge(entry, in, nowNanos);
      return null;
    }
    if (!in.has(Flags.ACK)) {
      count(TcpCounter.DROPPED_NO_ACK);
      return null;
    }
    if (in.ack != entry.iss() + 1) {
      return onAckOfNobody(in, nowNanos);
    }
    if (options.deferAcceptNanos > 0 && in.length() == 0 && cache.defer(entry)) {
      count(TcpCounter.ACCEPTS_DEFERRED);
      return null;
    }
    if (isAcceptQueueFull()) {
      return holdBack();
    }
    cache.remove(entry);
    return passiveOpen.accept(entry, nowNanos);
  }

  /// Back to LISTEN, silently (MUST-11).
  private void onReset(HalfOpen entry, Segment in, long nowNanos) {
    switch (AcceptanceTest.judgeRst(rcv, in.seq, settings.rstInWindowResets)) {
      case RESET -> {
        cache.remove(entry);
        tell(entry, State.SYN_RECEIVED, State.LISTEN, "rcv RST");
      }
      case CHALLENGE -> challenge(entry, in, nowNanos);
      case IGNORE -> count(TcpCounter.DROPPED_OUTSIDE_WINDOW);
    }
  }

  /// The same SYN again: our answer was lost. Another one: a challenge (RFC 5961 §4).
  private void onSyn(HalfOpen entry, Segment in, long nowNanos) {
    counts.onSyn();
    if (in.seq == entry.irs() && !in.has(Flags.ACK)) {
      if (entry.ecn().onSynAgain(in, settings.ecnAccept)) {
        cache.onSynRepeated(entry, nowNanos);
      } else {
        reset(entry, State.LISTEN, "rcv SYN with other ECN flags, snd RST");
      }
    } else if (settings.synInWindowResets
        && AcceptanceTest.isAcceptable(rcv, in.seq, in.length())) {
      reset(entry, State.LISTEN, "rcv SYN in the window, snd RST");
    } else {
      challenge(entry, in, nowNanos);
    }
  }

  private void challenge(HalfOpen entry, Segment in, long nowNanos) {
    if (acknowledge(entry, in, nowNanos)) {
      count(TcpCounter.CHALLENGE_ACKS);
    }
  }

  /// Answers what does not fit with an ACK, as often as its network may be answered: who
  /// forged the SYN could else have somebody flooded.
  private boolean acknowledge(HalfOpen entry, Segment in, long nowNanos) {
    if (!resets.mayAcknowledge(in, nowNanos)) {
      count(TcpCounter.CHALLENGE_ACKS_HELD_BACK);
      return false;
    }
    cache.sendAck(entry);
    return true;
  }

  /// An ICMP error quoted a SYN-ACK of ours: a hard one ends the entry (RFC 5927 §5.2).
  ///
  /// @param tuple of the segment quoted, seen from this host
  public void onIcmpError(IcmpError error, FourTuple tuple, long nowNanos) {
    HalfOpen entry = cache.find(tuple);
    boolean ends = switch (error.kind()) {
      case HARD -> settings.icmpEndsOpen;
      case SOFT -> settings.softErrorsEndOpen;
      case PACKET_TOO_BIG -> false;
    };
    if (entry != null && ends && error.quotedSeq() == entry.iss()) {
      cache.remove(entry);
      tell(entry, State.SYN_RECEIVED, State.LISTEN, "rcv ICMP unreachable");
    }
  }

  // ---- time, and what is due

  @Override
  public void onDeadline(long nowNanos) {
    while (true) {
      switch (cache.pollExpired(nowNanos)) {
        case NONE -> {
          return;
        }
        case REPEATED -> count(TcpCounter.SEGMENTS_RETRANSMITTED);
        case DEFERRED -> {
          // the peer owes us text
        }
        case FORGOTTEN -> {
          count(TcpCounter.HALF_OPEN_TIMEOUTS);
          tell(cache.expired(), State.SYN_RECEIVED, State.CLOSED, "SYN,ACK unanswered");
        }
      }
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return cache.nextDeadlineNanos();
  }

  @Override
  public boolean pollTransmit(Segment out, long nowNanos) {
    if (closing) {
      resetNext();
    }
    if (resets.poll(out, options.ttl)) {
      return true;
    }
    if (reply.poll(cache, out, nowNanos)) {
      count(TcpCounter.SEGMENTS_OUT);
      return true;
    }
    return false;
  }

  private void resetNext() {
    HalfOpen entry = cache.eldest();
    if (entry != null) {
      reset(entry, State.CLOSED, "CLOSE, snd RST");
    }
  }

  private void reset(HalfOpen entry, State to, String cause) {
    cache.remove(entry);
    resets.reset(entry);
    tell(entry, State.SYN_RECEIVED, to, cause);
  }

  /// CLOSE in LISTEN: the half-open peers are reset, one by one. Segments come out of
  /// [#pollTransmit].
  public void close(long nowNanos) {
    closing = true;
  }

  // ---- what there is to know

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

  /// Whether the segment may begin a connection by a cookie alone, of a peer that counts
  /// nowhere yet.
  public boolean mayTakeCookie(Segment in, long nowNanos) {
    return in.has(Flags.ACK)
        && !in.has(Flags.SYN | Flags.RST)
        && believesCookies(nowNanos)
        && cache.find(in) == null;
  }

  /// Whether the segment's sender is remembered as a peer in SYN-RECEIVED.
  public boolean knows(Segment in) {
    return cache.find(in) != null;
  }

  /// Whether a peer in SYN-RECEIVED is remembered.
  public boolean knows(FourTuple tuple) {
    return cache.find(tuple) != null;
  }

  /// Peers in SYN-RECEIVED that are remembered.
  public int halfOpenCount() {
    return cache.size();
  }

  /// All of them.
  public List<HalfOpenInfo> halfOpen() {
    return cache.describe(Integer.MAX_VALUE);
  }

  /// Those silent the longest.
  ///
  /// @param most how many
  public List<HalfOpenInfo> halfOpen(int most) {
    return cache.describe(most);
  }

  /// Octets that the tables of half-open peers take now: 96 for each place in them.
  public long halfOpenOctets() {
    return cache.octets();
  }

  /// What this listener has seen; every number only goes up.
  public ListenerCounts counts() {
    return counts;
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
}
