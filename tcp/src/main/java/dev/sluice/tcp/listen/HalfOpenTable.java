package dev.sluice.tcp.listen;

import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.wire.Segment;
import java.util.Arrays;

/// The half-open peers of a listener in plain arrays, found by a keyed hash of their
/// four-tuple. No object per peer: a place, a slot, is a number.
///
/// What a slot costs, in octets:
///
/// | arrays | octets |
/// |---|---:|
/// | both addresses | 32 |
/// | when the SYN-ACK was sent, and is due again | 16 |
/// | both initial sequence numbers, TSval of the SYN | 12 |
/// | port and window, MSS and user timeout, all else | 12 |
/// | links: hash chain, two of the timer, next to send | 16 |
/// | hash, and head of a hash chain, one per slot | 8 |
/// | **sum** | **96** |
///
/// The arrays double as they fill, up to the limit.
final class HalfOpenTable {
  /// Octets of a slot in all arrays.
  static final int OCTETS_PER_SLOT = 6 * Long.BYTES + 12 * Integer.BYTES;

  /// No slot.
  static final int NONE = -1;

  private static final int FIRST_SLOTS = 32;
  private static final int LOW_16 = 0xffff;

  private static final int NO_SHIFT = 15;
  private static final int TIMESTAMPS = 1 << 4;
  private static final int SACK = 1 << 5;
  private static final int NO_MSS = 1 << 6;
  private static final int NO_USER_TIMEOUT = 1 << 7;
  private static final int ECN_SHIFT = 8;
  private static final int ECN = 0x3f;
  private static final int TIMEOUTS_SHIFT = 14;
  private static final int TIMEOUTS = 0x1f;
  private static final int REPEATS_SHIFT = 19;
  private static final int REPEATS = 3;
  private static final int COOKIE_DUE = 1 << 21;
  private static final int COOKIE_EXPERIMENTAL = 1 << 22;
  private static final int SYN_ACK_DUE = 1 << 23;
  private static final int ACK_DUE = 1 << 24;
  private static final int SENT_BEFORE = 1 << 25;
  private static final int REPEATED = 1 << 26;
  private static final int ACKNOWLEDGED = 1 << 27;
  private static final int NUMBERED = 1 << 28;
  private static final int ABOVE = 1 << 29;
  /// Waits in the list of those that have something to send.
  private static final int QUEUED = 1 << 30;
  /// Nobody finds it any more; it goes when it has sent what is due.
  private static final int PASSING = 1 << 31;
  private static final int KEPT_BY_STORE = QUEUED | PASSING;

  private final InitialSequence secret;
  private final int mostSlots;
  private int localPort;

  private long[] localHigh = new long[0];
  private long[] localLow = new long[0];
  private long[] remoteHigh = new long[0];
  private long[] remoteLow = new long[0];
  private long[] sentNanos = new long[0];
  long[] deadlineNanos = new long[0];
  private int[] irs = new int[0];
  private int[] iss = new int[0];
  private int[] tsRecent = new int[0];
  private int[] portAndWindow = new int[0];
  private int[] mssAndUserTimeout = new int[0];
  private int[] flags = new int[0];
  private int[] hashes = new int[0];
  /// The next of the hash chain, or of the free slots.
  private int[] chain = new int[0];

  int[] previous = new int[0];
  int[] next = new int[0];
  int[] nextToSend = new int[0];

  private int[] heads = new int[0];
  private int soughtHash;
  private long soughtLow;
  private long soughtHigh;
  private long soughtOurLow;
  private long soughtOurHigh;
  private int soughtPort = NONE;
  private int firstFree = NONE;
  private int size;

  /// @param secret what the hash is keyed with
  /// @param mostSlots how many there may be
  HalfOpenTable(InitialSequence secret, int mostSlots) {
    this.secret = secret;
    this.mostSlots = mostSlots;
  }

  /// Peers that can be found.
  int size() {
    return size;
  }

  /// Octets that all arrays take now, without their headers.
  long octets() {
    return (long) OCTETS_PER_SLOT * flags.length;
  }

  // ---- finding

  private int hash(long ourHigh, long ourLow, long high, long low, int port) {
    return (int) secret.tableHash(ourHigh, ourLow, high, low, ((long) localPort << 16) | port);
  }

  private int bucket(int hash) {
    return (int) (((hash & 0xffff_ffffL) * heads.length) >>> 32);
  }

  private int bucketOf(int slot) {
    return bucket(hashes[slot]);
  }

  /// The slot of who sent this segment, or [#NONE].
  int find(Segment in) {
    return find(in.destinationHigh, in.destinationLow, in.sourceHigh, in.sourceLow, in.sourcePort);
  }

  /// The slot of that peer, or [#NONE].
  int find(long ourHigh, long ourLow, long high, long low, int port) {
    if (size == 0) {
      return NONE;
    }
    soughtHash = hash(ourHigh, ourLow, high, low, port);
    soughtLow = low;
    soughtPort = port;
    soughtHigh = high;
    soughtOurLow = ourLow;
    soughtOurHigh = ourHigh;
    int slot = heads[bucket(soughtHash)];
    while (slot != NONE && !isOf(slot, high, low, port, ourHigh, ourLow)) {
      slot = chain[slot];
    }
    return slot;
  }

  /// Who was sought and not found is often added next.
  private int hashOf(HalfOpen entry) {
    boolean sought = size > 0
        && soughtLow == entry.remoteLow
        && soughtPort == entry.remotePort
        && soughtHigh == entry.remoteHigh
        && soughtOurLow == entry.localLow
        && soughtOurHigh == entry.localHigh;
    return sought
        ? soughtHash
        : hash(
            entry.localHigh, entry.localLow, entry.remoteHigh, entry.remoteLow, entry.remotePort);
  }

  private boolean isOf(int slot, long high, long low, int port, long ourHigh, long ourLow) {
    return remoteLow[slot] == low
        && portAndWindow[slot] >>> 16 == port
        && remoteHigh[slot] == high
        && localLow[slot] == ourLow
        && localHigh[slot] == ourHigh;
  }

  // ---- coming and going

  /// A slot of nobody, or [#NONE]: all are taken.
  private int take() {
    if (firstFree == NONE && !grow()) {
      return NONE;
    }
    int slot = firstFree;
    firstFree = chain[slot];
    return slot;
  }

  /// The peer gets a slot; nobody finds it yet.
  ///
  /// @return false: all are taken
  boolean place(HalfOpen entry) {
    int slot = take();
    if (slot == NONE) {
      return false;
    }
    entry.slot = slot;
    localPort = entry.localPort;
    flags[slot] = PASSING;
    hashes[slot] = hashOf(entry);
    localHigh[slot] = entry.localHigh;
    localLow[slot] = entry.localLow;
    remoteHigh[slot] = entry.remoteHigh;
    remoteLow[slot] = entry.remoteLow;
    portAndWindow[slot] = entry.remotePort << 16 | entry.window;
    irs[slot] = entry.irs;
    iss[slot] = entry.iss;
    tsRecent[slot] = entry.tsRecent;
    mssAndUserTimeout[slot] = (entry.peerMss << 16) | (entry.userTimeout & LOW_16);
    store(entry);
    return true;
  }

  /// From now on the peer is found.
  void enter(int slot) {
    flags[slot] &= ~PASSING;
    int bucket = bucketOf(slot);
    chain[slot] = heads[bucket];
    heads[bucket] = slot;
    size++;
  }

  /// The peer is found no more; if it has nothing to send, its slot is free.
  void leave(int slot) {
    assert !isPassing(slot);
    int bucket = bucketOf(slot);
    int before = heads[bucket];
    if (before == slot) {
      heads[bucket] = chain[slot];
    } else {
      while (chain[before] != slot) {
        before = chain[before];
      }
      chain[before] = chain[slot];
    }
    size--;
    flags[slot] |= PASSING;
    if (!isQueued(slot)) {
      free(slot);
    }
  }

  /// The slot is nobody's.
  void free(int slot) {
    chain[slot] = firstFree;
    firstFree = slot;
  }

  private boolean grow() {
    int before = flags.length;
    int slots = (int) Math.min(mostSlots, Math.max(FIRST_SLOTS, 2L * before));
    if (slots <= before) {
      return false;
    }
    localHigh = Arrays.copyOf(localHigh, slots);
    localLow = Arrays.copyOf(localLow, slots);
    remoteHigh = Arrays.copyOf(remoteHigh, slots);
    remoteLow = Arrays.copyOf(remoteLow, slots);
    sentNanos = Arrays.copyOf(sentNanos, slots);
    deadlineNanos = Arrays.copyOf(deadlineNanos, slots);
    irs = Arrays.copyOf(irs, slots);
    iss = Arrays.copyOf(iss, slots);
    tsRecent = Arrays.copyOf(tsRecent, slots);
    portAndWindow = Arrays.copyOf(portAndWindow, slots);
    mssAndUserTimeout = Arrays.copyOf(mssAndUserTimeout, slots);
    flags = Arrays.copyOf(flags, slots);
    hashes = Arrays.copyOf(hashes, slots);
    chain = Arrays.copyOf(chain, slots);
    previous = Arrays.copyOf(previous, slots);
    next = Arrays.copyOf(next, slots);
    nextToSend = Arrays.copyOf(nextToSend, slots);
    rehash(before, slots);
    for (int slot = slots - 1; slot >= before; slot--) {
      free(slot);
    }
    return true;
  }

  /// All slots were taken, so every one of them is a peer's.
  private void rehash(int peers, int slots) {
    heads = new int[slots];
    Arrays.fill(heads, NONE);
    for (int slot = 0; slot < peers; slot++) {
      if (!isPassing(slot)) {
        int bucket = bucketOf(slot);
        chain[slot] = heads[bucket];
        heads[bucket] = slot;
      }
    }
  }

  // ---- one peer

  /// Fills in what is known of the peer in the slot.
  HalfOpen load(int slot, HalfOpen entry) {
    int word = flags[slot];
    entry.slot = slot;
    entry.localHigh = localHigh[slot];
    entry.localLow = localLow[slot];
    entry.remoteHigh = remoteHigh[slot];
    entry.remoteLow = remoteLow[slot];
    entry.localPort = localPort;
    entry.remotePort = portAndWindow[slot] >>> 16;
    entry.window = portAndWindow[slot] & LOW_16;
    entry.irs = irs[slot];
    entry.iss = iss[slot];
    entry.tsRecent = tsRecent[slot];
    entry.peerMss = has(word, NO_MSS) ? Segment.ABSENT : mssAndUserTimeout[slot] >>> 16;
    entry.userTimeout =
        has(word, NO_USER_TIMEOUT) ? Segment.ABSENT : mssAndUserTimeout[slot] & LOW_16;
    int shift = word & NO_SHIFT;
    entry.peerShift = shift == NO_SHIFT ? Segment.ABSENT : shift;
    entry.timestamps = has(word, TIMESTAMPS);
    entry.sackPermitted = has(word, SACK);
    entry.ecn.bits(word >>> ECN_SHIFT & ECN);
    entry.timeouts = word >>> TIMEOUTS_SHIFT & TIMEOUTS;
    entry.repeats = word >>> REPEATS_SHIFT & REPEATS;
    entry.cookieDue = has(word, COOKIE_DUE);
    entry.cookieExperimental = has(word, COOKIE_EXPERIMENTAL);
    entry.synAckDue = has(word, SYN_ACK_DUE);
    entry.ackDue = has(word, ACK_DUE);
    entry.sentBefore = has(word, SENT_BEFORE);
    entry.repeated = has(word, REPEATED);
    entry.acknowledged = has(word, ACKNOWLEDGED);
    entry.numbered = has(word, NUMBERED);
    entry.above = has(word, ABOVE);
    entry.sentNanos = sentNanos[slot];
    return entry;
  }

  private static boolean has(int word, int bit) {
    return (word & bit) != 0;
  }

  /// Puts back what may have changed of the peer.
  void store(HalfOpen entry) {
    int slot = entry.slot;
    int word = entry.peerShift == Segment.ABSENT ? NO_SHIFT : entry.peerShift;
    word |= entry.ecn.bits() << ECN_SHIFT;
    word |= entry.timeouts << TIMEOUTS_SHIFT;
    word |= entry.repeats << REPEATS_SHIFT;
    word |= bit(entry.timestamps, TIMESTAMPS) | bit(entry.sackPermitted, SACK);
    word |= bit(entry.peerMss == Segment.ABSENT, NO_MSS);
    word |= bit(entry.userTimeout == Segment.ABSENT, NO_USER_TIMEOUT);
    word |= bit(entry.cookieDue, COOKIE_DUE);
    word |= bit(entry.cookieExperimental, COOKIE_EXPERIMENTAL);
    word |= bit(entry.synAckDue, SYN_ACK_DUE) | bit(entry.ackDue, ACK_DUE);
    word |= bit(entry.sentBefore, SENT_BEFORE) | bit(entry.repeated, REPEATED);
    word |= bit(entry.acknowledged, ACKNOWLEDGED);
    word |= bit(entry.numbered, NUMBERED) | bit(entry.above, ABOVE);
    flags[slot] = word | (flags[slot] & KEPT_BY_STORE);
    sentNanos[slot] = entry.sentNanos;
  }

  private static int bit(boolean set, int bit) {
    return set ? bit : 0;
  }

  boolean isPassing(int slot) {
    return has(flags[slot], PASSING);
  }

  boolean isQueued(int slot) {
    return has(flags[slot], QUEUED);
  }

  void queued(int slot, boolean queued) {
    flags[slot] = queued ? flags[slot] | QUEUED : flags[slot] & ~QUEUED;
  }

  /// Whether its number is no cookie, so that it is not forgotten lightly.
  boolean isAbove(int slot) {
    return has(flags[slot], ABOVE);
  }

  int timeouts(int slot) {
    return flags[slot] >>> TIMEOUTS_SHIFT & TIMEOUTS;
  }
}
