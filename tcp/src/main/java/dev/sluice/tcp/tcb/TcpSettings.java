package dev.sluice.tcp.tcb;

import org.jspecify.annotations.Nullable;

/// What holds for a whole stack. Set the fields before the stack starts; [#validated]
/// checks them.
public final class TcpSettings {
  private static final long MS = 1_000_000L;
  private static final long SECOND = 1_000 * MS;

  /// Maximum segment lifetime, 1 s to 2 min; TIME-WAIT lasts twice that (RFC 9293
  /// §3.4.2).
  public long mslNanos = 60 * SECOND;
  /// Retransmissions of a SYN before an open fails: 7 take 247 s, over the 3 minutes of
  /// MUST-23.
  public int synRetries = 7;
  /// The same for a SYN-ACK: 5 take 63 s.
  public int synAckRetries = 5;
  /// The SYN timeout: how long a listener keeps a half-open peer, from the SYN on,
  /// however many retries that leaves time for; 0: as long as they take. Usual are 30 s
  /// to 2 min.
  public long synTimeoutNanos;
  /// When listeners answer without keeping a half-open peer in mind (RFC 4987 §3.6).
  public SynCookieMode synCookies = SynCookieMode.AUTOMATIC;
  /// The key that SYN cookies are made with, so that one machine takes the ACK of what
  /// another answered, or null: one of the stack's own. With it
  /// [#synCookieClockOffsetNanos] has to make the clocks of the machines agree, and a
  /// listener believes cookies at any time.
  public @Nullable SynCookieKey synCookieKey;
  /// How long a key that is made from [#synCookieKey], or the stack's own, makes cookies;
  /// the one before is good as well for as long as a cookie lives.
  public long synCookieKeyLifeNanos = 3_600 * SECOND;
  /// What is added to the stack's clock for cookies: the same moment, to the second, has
  /// to give the same sum on all machines that share [#synCookieKey].
  public long synCookieClockOffsetNanos;
  /// RSTs for ACKs that fit nobody, and ACKs to half-open peers, that one listener sends
  /// in a second if 64 networks (/24, /64) ask for all they can get: each has a 64th part
  /// of its own, so that nobody learns from his own share about others. No more than
  /// 1,024 networks are answered in a second, so that no flood is thrown back.
  public int listenerResetsPerSecond = 2_048;
  /// RTO before a sample (RFC 6298 §2.1).
  public long initialRtoNanos = SECOND;
  /// Lower bound of the RTO: 200 ms, as in Linux, where RFC 6298 §2.4 says SHOULD 1 s;
  /// clocks here are finer than those the RFC reckons with.
  public long minRtoNanos = 200 * MS;
  /// G of RFC 6298 §2: the least that is added to SRTT for its variation. Linux adds its
  /// lower bound of the RTO here.
  public long rttGranularityNanos = MS;
  /// Whether losses are found by time (RFC 8985), else by counting (RFC 6675). Either
  /// needs selective acknowledgments.
  public boolean rack = true;
  /// Whether the tail of what is in flight is probed (RFC 8985 §7); only with [#rack].
  public boolean tailLossProbe = true;
  /// Whether a retransmission timeout is checked for having been needless by what is
  /// acknowledged after it (RFC 5682).
  public boolean forwardRto = true;
  /// Whether RACK reckons with the round trip of the highest segment that an ACK newly
  /// reports, as Linux does; else with that of the segment sent last (RFC 8985 §6.2).
  public boolean rackTakesHighest;
  /// Whether a tail loss probe repeats a lone FIN without the text before it. Only peers
  /// that SACK a FIN tell of a loss then; Linux does both.
  public boolean finProbedAlone;
  /// How finely the timers of RFC 8985 run; two ticks are added to what they wait.
  public long lossTimerTickNanos = MS;
  /// How long a peer may delay the ACK of a single segment, as a probe allows for
  /// (RFC 8985 §7.2).
  public long maxAckDelayNanos = 200 * MS;
  /// Upper bound of the RTO, 60 s at least (RFC 6298 §2.5).
  public long maxRtoNanos = 120 * SECOND;
  /// Added to each RTO that a sample gave or a back-off doubled, at least 0: for peers
  /// and paths that jitter. FreeBSD calls it slop and adds 200 ms to a lower bound of
  /// 30 ms.
  public long rtoSlopNanos;
  /// How long an ACK may wait, under 500 ms (MUST-40).
  public long delayedAckNanos = 40 * MS;
  /// How many ACKs a connection sends without delay when its first data arrives, and
  /// after a pause of [#initialRtoNanos], so that the peer's slow start is not held up;
  /// 0: none (RFC 5681 §4.2 allows an ACK for every segment). Data sent in answer ends
  /// it.
  public int quickAcksAtStart;
  /// Whether PSH stands at the end of each burst of segments that goes out at once, not
  /// only where what the user wrote ends. Then bursts are kept to what goes out in a
  /// millisecond and to blocks of half the peer's largest window (RFC 9293 §3.9.1.2
  /// leaves both to the sender).
  public boolean pushBursts;
  /// Segments that such a burst may have however slow the path is, 1 or more.
  public int smallestBurstSegments = 2;
  /// Octets that may wait to be sent on a connection that does not say
  /// ([ConnectionOptions#notSentLowatBytes]); 0: only the send buffer bounds them.
  public int notSentLowatBytes;
  /// Retransmissions of the same octets after which the path is suspect, 3 at least
  /// (SHLD-10).
  public int r1Retransmissions = 3;
  /// How long data may go unacknowledged, 100 s at least (SHLD-11).
  public long r2Nanos = 924 * SECOND;
  /// How long a connection that its user has closed waits for the peer's FIN.
  public long finWait2Nanos = 60 * SECOND;
  /// Initial window in segments (RFC 6928).
  public int initialWindowSegments = 10;
  /// Whether the initial window is bounded in octets as well, 1,460 for each of those
  /// segments and two segments at least (RFC 6928 §2). Linux counts segments only.
  public boolean boundInitialWindow = true;
  /// The rules that decide how much may be in flight, where a connection asks for no
  /// others.
  public CongestionAlgorithm congestion = CongestionAlgorithm.CUBIC;
  /// L of RFC 3465 §2.1: how many segments one ACK may add to the window in slow start.
  public int slowStartSegmentsPerAck = 2;
  /// What ends the first slow start before a loss. With [SlowStartExit#HYSTART_PLUS_PLUS]
  /// one ACK may add eight segments to the window, or more if [#slowStartSegmentsPerAck]
  /// is more.
  public SlowStartExit slowStartExit = SlowStartExit.HYSTART_PLUS_PLUS;
  /// Whether CUBIC grows as in Linux where that is not RFC 9438: it looks ahead by the
  /// shortest round trip and not by the smoothed one (§4.2), before the first loss it
  /// adds a twentieth of what is acknowledged at least, and it reckons anew only when the
  /// window has grown or 31 ms are over.
  public boolean cubicAsInLinux;
  /// Whether a pause of more than an RTO leads back to slow start (RFC 5681 §4.1). If
  /// not, the window is kept for five minutes (RFC 7661).
  public boolean slowStartAfterIdle = true;
  /// Whether a loss reduces the window itself, as Linux has it, and not what of it was in
  /// flight (RFC 5681 (4)). RFC 9438 §4.6 allows that where an unused window does not
  /// grow.
  public boolean reduceFromWindow;
  /// Whether segments are spread over the round trip. If not, only connections with a
  /// limit of their own are paced ([ConnectionOptions#maxPacingBytesPerSecond]).
  public boolean pacing;
  /// How fast to pace while slow start is far from its threshold, percent of a window in
  /// each round trip: 200 lets the window double.
  public int pacingSlowStartPercent = 200;
  /// The same otherwise: a little more than the window, so that it is used up.
  public int pacingAvoidancePercent = 120;
  /// Whether to offer and accept timestamps (RFC 7323).
  public boolean timestamps = true;
  /// Whether a segment without timestamps is taken though they were agreed on, instead of
  /// being dropped in silence (RFC 7323 §3.2: SHOULD be dropped).
  public boolean tolerateMissingTimestamps;
  /// Whether an answer to our SYN that echoes a timestamp we have not reached yet is
  /// answered by RST like one that acknowledges a wrong number, as in Linux, and opens
  /// nothing. False: only the number counts (RFC 9293 §3.10.7.3).
  public boolean synEchoMustMatch;
  /// Whether a segment that acknowledges what was never sent is answered with an ACK, as
  /// RFC 9293 §3.10.7.4 wants, or dropped in silence.
  public boolean answerAckOfUnsent = true;
  /// What asks whether a closed window is open again. False: the octet that comes next,
  /// so that a peer with room for it takes it (RFC 9293 §3.8.6.1). True: a segment
  /// without text whose number was acknowledged before, which every peer answers as
  /// well (RFC 9293 §3.10.7.4, first) and which costs no octet, as Linux has it.
  public boolean probeWithoutText;
  /// Whether to offer and accept window scaling (RFC 7323).
  public boolean windowScaling = true;
  /// The largest receive buffer that any connection may be given while it lives,
  /// octets: the window scale agreed on at its start has to be able to tell it. 0: what
  /// it starts with.
  public int maxReceiveBufferBytes = 6 * 1024 * 1024;
  /// The largest send buffer that a connection is given while it lives, octets.
  public int maxSendBufferBytes = 4 * 1024 * 1024;
  /// How much memory the buffers of all connections may take together, or null: up to a
  /// quarter of the largest heap.
  public @Nullable MemoryLimits memory;
  /// No SYN of ours announces a larger MSS, and none of a peer is believed to; 0:
  /// whatever the link carries. For tunnels behind which larger packets are lost.
  public int mssClamp;
  /// Whether a SYN announces no larger MSS than the path from here is known to carry,
  /// for instance when it is sent again because an ICMP error said it was too big. What
  /// arrives may take another path, so RFC 9293 §3.7.1 knows only what we can receive;
  /// but most paths are alike both ways, and then the peer need not find out by itself.
  /// Linux does so.
  public boolean announcePathMss;
  /// Whether to offer and accept selective acknowledgments (RFC 2018).
  public boolean selectiveAcks = true;
  /// Whether connections find out by themselves which packets the path carries (RFC
  /// 4821).
  public MtuProbing mtuProbing = MtuProbing.AFTER_BLACK_HOLE;
  /// Octets of text in the packets that a search begins with, before options (RFC 4821
  /// §7.2: 1,024 nearly always arrive).
  public int baseMss = 1_024;
  /// What our SYNs ask for: nothing, unless told otherwise, because some paths still lose
  /// such SYNs (RFC 3168 §6.1.1.1). With [#ecnAccept] the same as Linux's `tcp_ecn`.
  public EcnMode ecnAsk = EcnMode.OFF;
  /// The most that a peer's SYN is granted.
  public EcnMode ecnAccept = EcnMode.ACCURATE;
  /// When the option of accurate feedback goes out (RFC 9768 §3.2.3).
  public AccEcnOptionUse accEcnOption = AccEcnOptionUse.WHEN_CHANGED;
  /// Whether, with accurate feedback, everything but SYNs may be marked, bare ACKs and
  /// what is sent again too: an experiment that RFC 8311 §4.3 permits and Linux makes.
  public boolean ecnOnAll;
  /// How often a SYN that asks is sent again before one goes out that does not.
  public int ecnSynRetries = 1;
  /// Octets of the window that a connection offers first; each segment with text that
  /// arrives adds two segments to it, up to what is free in the buffer. So peers that
  /// send little cannot make use of large buffers at a blow. 0: all that is free from the
  /// start. Linux begins with 65,535.
  public int firstWindowBytes;
  /// How the right edge of the window moves. False: in steps of a segment or half the
  /// buffer, so that silly windows are never offered (RFC 9293 §3.8.6.2.2, MUST-39).
  /// True: every segment that goes out for whatever reason offers all that is free, as
  /// FreeBSD does, unless that is less than a segment and less than a quarter of the
  /// buffer; a peer without a defence of its own may then send small segments.
  public boolean windowFollowsBuffer;
  /// What is acknowledged at once. False: every second segment's worth of text (RFC 5681
  /// §4.2, SHOULD). True: every second segment, however small, as FreeBSD does.
  public boolean ackEverySecondSegment;
  /// Legacy, leave it off: any RST in the window ends a connection (RFC 793 §3.4), so
  /// that an attacker who sees nothing needs 2^32 / window guesses (CVE-2004-0230). Off:
  /// only a RST at RCV.NXT does, others are challenged (RFC 5961 §3).
  public boolean rstInWindowResets;
  /// Legacy, leave it off: a SYN in the window ends a connection and is answered by RST
  /// (RFC 793 §3.9), which is as easy to guess. Off: it is challenged (RFC 5961 §4).
  public boolean synInWindowResets;
  /// How often a SYN with all its options is sent again before they are left out, but for
  /// the MSS, because something on the way may drop what it does not know: 2 in FreeBSD.
  /// What an answer offers is agreed to all the same, for it heard an earlier SYN. 30:
  /// never.
  public int synOptionRetries = 30;
  /// Whether a hard ICMP error ends an open that is under way (RFC 5927 §5.2, RFC 9293
  /// SHLD-26). False: it is a hint like others, and the open goes on until it times out.
  public boolean icmpEndsOpen = true;
  /// Whether a soft ICMP error, such as "host unreachable", ends an open that is under
  /// way as well, as many systems do so that a user with a second address can try that
  /// one soon (RFC 5461 §4.1). Until the handshake is over only; packets that are too
  /// big are no error. False: it is a hint, as RFC 9293 §3.9.2.2 wants (MUST-56).
  public boolean softErrorsEndOpen;
  /// What an open does with a SYN that has FIN as well, but no ACK. True: it is dropped,
  /// because no TCP sends it in earnest and scanners do; an answer to our SYN may bring
  /// text and FIN in any case (RFC 9293 §3.10.7.3). False: it opens, and its FIN is
  /// left for the peer to send again (RFC 9293 §3.10.7.2 would keep it).
  public boolean dropSynFin = true;
  /// Whether a provably newer SYN may end a TIME-WAIT (RFC 6191, SHLD-4).
  public boolean shortenTimeWait = true;

  /// The shortest user timeout that a peer may talk us into, 100 s (RFC 5482 §3.1,
  /// L_LIMIT; RFC 9293 SHLD-11).
  public long userTimeoutLowerLimitNanos = 100 * SECOND;
  /// The longest (U_LIMIT): a peer must not make us keep what is lost.
  public long userTimeoutUpperLimitNanos = 3_600 * SECOND;
  /// Whether applications that ask for fast open get it when they connect (RFC 7413).
  /// Nobody gets it unasked.
  public boolean fastOpenClient = true;
  /// Whether listeners that ask for fast open get it. None gets it unasked.
  public boolean fastOpenServer = true;
  /// The key that cookies are made with, so that machines which share an address may
  /// share it, or null: one of the stack's own, which changes by itself.
  public @Nullable FastOpenKey fastOpenKey;
  /// A second key whose cookies are still good, so that [#fastOpenKey] can be changed
  /// without refusing those who hold one of before.
  public @Nullable FastOpenKey fastOpenBackupKey;
  /// How long the stack's own key makes cookies; they stay good as long again (RFC 7413
  /// §4.1.2: a cookie must expire).
  public long fastOpenKeyLifeNanos = 3_600 * SECOND;
  /// Whether the option of the experiment (kind 254, 0xF989) is understood and answered
  /// too, and tried with a server that does not answer kind 34.
  public boolean fastOpenExperimental;
  /// How many servers a cookie is kept for at once.
  public int fastOpenCacheEntries = 1_024;
  /// Whether a server that refuses a SYN with text (RST, ICMP), or does not acknowledge
  /// it and gives no cookie, or gives none when asked, is left alone for
  /// [#fastOpenRetryNanos] (RFC 7413 §4.1.3.1, a MAY).
  public boolean fastOpenHeedsRefusal = true;
  /// How many SYNs with fast open in a row may be lost before the server is left alone
  /// for [#fastOpenRetryNanos].
  public int fastOpenLossesForgiven;
  /// How long a server is left alone.
  public long fastOpenRetryNanos = 3_600 * SECOND;

  /// The bound for segments both ways that a user and the stack have set together.
  ///
  /// @param userBound TCP_MAXSEG, or 0
  /// @return octets, or 0 for none
  public int segmentBound(int userBound) {
    return userBound == 0 || mssClamp == 0 ? userBound + mssClamp : Math.min(userBound, mssClamp);
  }

  /// These settings, if they make sense.
  ///
  /// @throws IllegalArgumentException naming the bound that is broken
  public TcpSettings validated() {
    require(mslNanos >= SECOND && mslNanos <= 120 * SECOND, "MSL is 1 s to 2 min");
    require(synRetries >= 0 && synRetries <= 30, "SYN retries are 0 to 30");
    require(synAckRetries >= 0 && synAckRetries <= 30, "SYN-ACK retries are 0 to 30");
    require(initialRtoNanos > 0, "the first RTO is positive");
    require(synTimeoutNanos >= 0, "a SYN timeout is not negative");
    require(synCookieKeyLifeNanos >= SECOND, "a SYN cookie key lives for 1 s at least");
    require(listenerResetsPerSecond >= 0, "resets in a second are 0 or more");
    require(rttGranularityNanos >= 0, "the granularity of the RTT is not negative");
    require(lossTimerTickNanos >= 0, "a tick is not negative");
    require(maxAckDelayNanos >= 0, "a delay is not negative");
    require(minRtoNanos > 0 && minRtoNanos <= maxRtoNanos, "RTO bounds: 0 < min <= max");
    require(rtoSlopNanos >= 0 && rtoSlopNanos <= maxRtoNanos, "what is added to the RTO: 0 to max");
    require(synOptionRetries >= 0, "SYNs with options again are 0 or more");
    require(
        delayedAckNanos >= 0 && delayedAckNanos < 500 * MS,
        "an ACK is delayed by less than 500 ms (RFC 9293 MUST-40)");
    require(quickAcksAtStart >= 0, "quick ACKs are 0 or more");
    require(
        firstWindowBytes == 0 || firstWindowBytes >= 65_535, "a first window is 65,535 or more");
    require(baseMss >= 48 && baseMss <= 65_495, "the base MSS is 48 to 65,495");
    require(smallestBurstSegments >= 1, "a burst has a segment at least");
    require(
        mssClamp == 0 || (mssClamp >= 88 && mssClamp <= 65_495), "an MSS clamp is 88 to 65,495");
    require(maxSendBufferBytes >= 0, "buffers are not negative");
    require(ecnSynRetries >= 0, "SYNs that ask for ECN again are 0 or more");
    require(initialWindowSegments >= 1 && initialWindowSegments <= 1_000, "IW is 1 to 1,000");
    require(slowStartSegmentsPerAck >= 1, "an ACK adds at least a segment in slow start");
    require(pacingSlowStartPercent >= 100, "pacing is not slower than the window");
    require(pacingAvoidancePercent >= 100, "pacing is not slower than the window");
    require(
        userTimeoutLowerLimitNanos > 0 && userTimeoutLowerLimitNanos <= userTimeoutUpperLimitNanos,
        "user timeout limits: 0 < lower <= upper");
    require(fastOpenKeyLifeNanos >= SECOND, "a fast open key lives for 1 s at least");
    require(fastOpenCacheEntries >= 1, "a fast open cache has room for one server at least");
    return this;
  }

  private static void require(boolean holds, String bound) {
    if (!holds) {
      throw new IllegalArgumentException(bound);
    }
  }
}
