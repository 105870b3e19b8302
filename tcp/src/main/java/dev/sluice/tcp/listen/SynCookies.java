package dev.sluice.tcp.listen;

import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.send.EffectiveMss;
import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.tcp.tcb.SynCookieKey;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.Flags;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import dev.sluice.wire.SipHash;

/// Initial sequence numbers that stand for a half-open peer: when its ACK brings one
/// back, all that its connection needs is known again.
///
/// ```
///                 31       24 23                            0
///    ISS  =        tick        hash + what was agreed on        + the tuple's offset
/// ```
///
/// - The **tick** is 2^24 times 4 us, 67.1 s: the clock of RFC 6528, of which the upper
///   octet stands here as it is. A cookie is good in its tick and the next.
/// - The **hash** is of four-tuple, peer's initial sequence number, tick and whether
///   there are timestamps, under a key that changes. An ACK whose number is off by lost
///   text does not fit.
/// - **What was agreed on** is an octet, put there three times, so that numbers next to a
///   cookie are none: one of eight MSS, and without timestamps also the window scale
///   (rounded down), SACK and ECN, 256 values in all.
/// - With timestamps the rest is in the upper bits of the **timestamp offset**: the echo
///   of the SYN-ACK's timestamp tells it, for its age is known well enough. The
///   timestamp clock itself is not touched.
///
/// One of 2^32 numbers that fits a guess of four-tuple and peer's number: 2 ticks x 256
/// values, so a random ACK is believed once in 2^23; with timestamps 2 x 8, and the echo
/// must be one of 134,000 x 2^8 in 2^32: once in 2^35. The page
/// `docs/decisions/0070-syn-cookies.md` weighs all this.
///
/// @spec https://www.rfc-editor.org/rfc/rfc4987#section-3.6 RFC 4987 §3.6
public final class SynCookies {
  /// How long a tick is.
  static final long TICK_NANOS = 4_000L << 24;
  /// Ticks in which a cookie is good: its own and the next.
  static final int LIVE_TICKS = 2;
  /// For so long after an eviction a cookie may still come back.
  public static final long LIFE_NANOS = LIVE_TICKS * TICK_NANOS;
  /// Ticks for which a cookie is known as one that is too old.
  private static final int KNOWN_TICKS = 4;

  private static final int HASH = 0xff_ffff;
  private static final long MS = 1_000_000L;

  /// MSS that a cookie can tell; others are rounded down. The first is what no peer gets
  /// less than, the next two are what a SYN without the option stands for.
  private static final int[] MSS = {48, 536, 1_220, 1_360, 1_400, 1_440, 1_460, 8_960};

  /// Window scales that a cookie without timestamps can tell.
  private static final int[] SHIFTS = {Segment.ABSENT, 0, 2, 4, 6, 7, 8, 10};

  private static final int MSS_VALUES = 8;
  private static final int SHIFT_BIT = 3;
  private static final int SACK = 1 << 6;
  private static final int ECN = 1 << 7;
  private static final int VALUES = 256;
  /// The octet of what was agreed on stands in the number three times, so that numbers
  /// near a cookie are none.
  private static final int SPREAD = 0x01_0101;

  // in the timestamp offset, above the bits that an age needs
  private static final int AGE_BITS = 18;
  private static final int CODES = 1 << 8;
  private static final int NO_SHIFT = 15;
  private static final int CODE_SACK = 1 << 4;
  private static final int CODE_ECN_SHIFT = 5;
  private static final int CODE_ACCURATE = 4;

  /// What a cookie is worth.
  public enum Verdict {
    /// It is ours, and the peer is known again.
    VALID,
    /// It is ours, and too old.
    EXPIRED,
    /// It is of now and fits otherwise, but not with this sequence number: an earlier
    /// segment of the peer may fit.
    OUT_OF_PLACE,
    /// It is none of ours.
    FOREIGN
  }

  private final TcpSettings settings;
  private final SipHash ofTuples;
  private final SipHash ofKeys;
  private final long ticksPerKey;
  private final int offsetMillis;
  private long currentEpoch = Long.MIN_VALUE;
  private SipHash current;
  private SipHash previous;
  private long tupleHash;

  /// @param secret where the stack's own key comes from
  /// @param settings a key that machines share, how long keys live, what is agreed to
  public SynCookies(InitialSequence secret, TcpSettings settings) {
    this.settings = settings;
    SynCookieKey shared = settings.synCookieKey;
    SynCookieKey key = shared == null ? secret.synCookieKey() : shared;
    ofKeys = new SipHash(key.first(), key.second());
    ofTuples = new SipHash(ofKeys.hash(0, 0), ofKeys.hash(0, 1));
    current = ofTuples;
    previous = ofTuples;
    ticksPerKey = Math.max(1, settings.synCookieKeyLifeNanos / TICK_NANOS);
    offsetMillis = shared == null ? 0 : (int) (settings.synCookieClockOffsetNanos / MS);
  }

  private long tick(long nowNanos) {
    return Math.floorDiv(nowNanos + settings.synCookieClockOffsetNanos, TICK_NANOS);
  }

  private void hashTuple(HalfOpen peer) {
    tupleHash = ofTuples
        .begin()
        .add(peer.localHigh)
        .add(peer.localLow)
        .add(peer.remoteHigh)
        .add(peer.remoteLow)
        .add(peer.ports())
        .finish();
  }

  /// The key of that tick; those of two periods are at hand.
  private SipHash keyOf(long tick) {
    long epoch = Math.floorDiv(tick, ticksPerKey);
    if (epoch > currentEpoch) {
      previous = epoch == currentEpoch + 1 ? current : key(epoch - 1);
      current = key(epoch);
      currentEpoch = epoch;
    }
    return epoch == currentEpoch ? current : previous;
  }

  private SipHash key(long epoch) {
    return new SipHash(ofKeys.hash(1, epoch), ofKeys.hash(2, epoch));
  }

  private int hash(int irs, long tick, boolean timestamps) {
    long what = (((tick << 1) | (timestamps ? 1 : 0)) << 32) | (irs & 0xffff_ffffL);
    return (int) keyOf(tick).hash(tupleHash, what) & HASH;
  }

  // ---- making

  /// The number of our SYN-ACK to this peer.
  int iss(HalfOpen peer, long nowNanos) {
    hashTuple(peer);
    long tick = tick(nowNanos);
    int low = (hash(peer.irs, tick, peer.timestamps) + (agreed(peer) * SPREAD)) & HASH;
    return (int) tupleHash + ((int) tick << 24) + low;
  }

  private static int agreed(HalfOpen peer) {
    int mss = peer.peerMss == Segment.ABSENT ? defaultMss(peer) : peer.peerMss;
    int value = atMost(MSS, mss);
    if (peer.timestamps) {
      return value;
    }
    value |= atMost(SHIFTS, peer.peerShift) << SHIFT_BIT;
    value |= peer.sackPermitted ? SACK : 0;
    return value | (peer.ecn.mode() == EcnMode.OFF ? 0 : ECN);
  }

  private static int defaultMss(HalfOpen peer) {
    boolean v4 = IpAddress.isV4(peer.remoteHigh, peer.remoteLow);
    return v4 ? EffectiveMss.DEFAULT_V4 : EffectiveMss.DEFAULT_V6;
  }

  /// Where the largest of the table that is no larger stands.
  private static int atMost(int[] table, int value) {
    int index = table.length - 1;
    while (index > 0 && table[index] > value) {
      index--;
    }
    return index;
  }

  /// What our timestamp clock is ahead by for this peer.
  int timestampOffset(HalfOpen peer) {
    hashTuple(peer);
    return plainOffset() + (code(peer) << AGE_BITS);
  }

  private int plainOffset() {
    return (int) (tupleHash >>> 32) + offsetMillis;
  }

  private static int code(HalfOpen peer) {
    int code = peer.peerShift == Segment.ABSENT ? NO_SHIFT : peer.peerShift;
    code |= peer.sackPermitted ? CODE_SACK : 0;
    int ecn = switch (peer.ecn.mode()) {
      case OFF -> 0;
      case CLASSIC -> 1;
      case ACCURATE -> CODE_ACCURATE + peer.ecn.codepoint();
    };
    return code | ecn << CODE_ECN_SHIFT;
  }

  // ---- reading

  /// What the number is worth that an ACK brings back. If it is good, the peer is filled
  /// in with what its SYN had said, as far as the cookie keeps it.
  ///
  /// @param peer addressed already
  public Verdict read(Segment in, HalfOpen peer, long nowNanos) {
    hashTuple(peer);
    int number = in.ack - 1 - (int) tupleHash;
    long now = tick(nowNanos);
    int age = (int) now - (number >>> 24) & 0xff;
    if (age >= KNOWN_TICKS) {
      return Verdict.FOREIGN;
    }
    peer.timestamps = settings.timestamps && in.hasTimestamps;
    peer.irs = in.seq - 1;
    int spread = ((number & HASH) - hash(peer.irs, now - age, peer.timestamps)) & HASH;
    int value = spread & (VALUES - 1);
    if (spread != value * SPREAD || value >= (peer.timestamps ? MSS_VALUES : VALUES)) {
      return age < LIVE_TICKS ? Verdict.OUT_OF_PLACE : Verdict.FOREIGN;
    }
    if (age >= LIVE_TICKS) {
      return Verdict.EXPIRED;
    }
    peer.peerMss = MSS[value & (MSS_VALUES - 1)];
    boolean known = peer.timestamps ? readEcho(in, peer, nowNanos) : readValue(in, peer, value);
    if (!known) {
      return Verdict.OUT_OF_PLACE;
    }
    peer.iss = in.ack - 1;
    peer.number(peer.iss, true);
    peer.window = in.window;
    peer.userTimeout = Segment.ABSENT;
    peer.repeated = true; // when the SYN-ACK was sent is not known, so it tells no round trip
    return Verdict.VALID;
  }

  private boolean readValue(Segment in, HalfOpen peer, int value) {
    peer.tsRecent = 0;
    peer.peerShift = SHIFTS[value >>> SHIFT_BIT & SHIFTS.length - 1];
    peer.sackPermitted = (value & SACK) != 0;
    // only who agreed on accurate feedback counts from the start (RFC 9768 §3.2.2)
    boolean counts = in.has(Flags.AE | Flags.CWR | Flags.ECE);
    EcnMode asked = counts ? EcnMode.ACCURATE : EcnMode.CLASSIC;
    peer.ecn.agree((value & ECN) == 0 ? EcnMode.OFF : asked.atMost(settings.ecnAccept), 0);
    return true;
  }

  private boolean readEcho(Segment in, HalfOpen peer, long nowNanos) {
    int ahead = in.tsEcr - plainOffset() - (int) (nowNanos / MS);
    int age = -ahead & (1 << AGE_BITS) - 1;
    int code = (ahead + age) >>> AGE_BITS;
    if (age > LIFE_NANOS / MS || code >= CODES) {
      return false;
    }
    int ecn = code >>> CODE_ECN_SHIFT;
    peer.ecn.agree(
        ecn >= CODE_ACCURATE ? EcnMode.ACCURATE : ecn == 0 ? EcnMode.OFF : EcnMode.CLASSIC,
        ecn >= CODE_ACCURATE ? ecn - CODE_ACCURATE : 0);
    int shift = code & NO_SHIFT;
    peer.peerShift = shift == NO_SHIFT ? Segment.ABSENT : shift;
    peer.sackPermitted = (code & CODE_SACK) != 0;
    peer.tsRecent = in.tsVal;
    return true;
  }
}
