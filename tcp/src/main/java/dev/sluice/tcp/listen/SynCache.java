package dev.sluice.tcp.listen;

import static dev.sluice.tcp.listen.HalfOpenTable.NONE;

import dev.sluice.tcp.handshake.InitialSequence;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The half-open peers of one listener: found by four-tuple, by when their SYN-ACK is due
/// again, and by who has something to send.
///
/// All entries that waited in vain the same number of times wait equally long, so each
/// number has a list of its own, in order of time by itself: a timer costs two links.
/// Who heads the last of these lists that is not empty has been silent the longest.
///
/// Entries are handed out in one [HalfOpen] for all. In steady state nothing is
/// allocated. Loop thread only.
public final class SynCache {
  /// Places beyond the limit for answers of peers that are not to be found: as many may
  /// wait to be sent at once.
  private static final int PASSING_SLOTS = 512;
  /// Entries looked at for one that may be forgotten.
  private static final int MOST_SPARED = 16;

  private final TcpSettings settings;
  private final ConnectionOptions options;
  private final SynAckTimes times;
  private final HalfOpenQuota quota;
  private final int limit;
  private final HalfOpenTable table;
  private final HalfOpen hand = new HalfOpen();
  private final int[] first = new int[SynAckTimes.LEVELS];
  private final int[] last = new int[SynAckTimes.LEVELS];
  private int firstToSend = NONE;
  private int lastToSend = NONE;

  /// @param secret what the table is hashed with
  /// @param settings how often a SYN-ACK is sent again, and how soon
  /// @param options how long an ACK waits for text
  /// @param limit entries at once, at most
  /// @param quota of all listeners together
  public SynCache(
      InitialSequence secret,
      TcpSettings settings,
      ConnectionOptions options,
      int limit,
      HalfOpenQuota quota) {
    this.settings = settings;
    this.options = options;
    this.limit = limit;
    this.quota = quota;
    times = new SynAckTimes(settings);
    table = new HalfOpenTable(secret, (int) Math.min(1 << 30, (long) limit + PASSING_SLOTS));
    Arrays.fill(first, NONE);
    Arrays.fill(last, NONE);
  }

  // ---- finding

  /// Who sent this segment, if it is one of the half-open peers.
  public @Nullable HalfOpen find(Segment in) {
    int slot = table.find(in);
    return slot == NONE ? null : table.load(slot, hand);
  }

  /// The half-open peer of that four-tuple.
  public @Nullable HalfOpen find(FourTuple tuple) {
    int slot = table.find(
        tuple.local().high(),
        tuple.local().low(),
        tuple.remote().high(),
        tuple.remote().low(),
        tuple.remotePort());
    return slot == NONE ? null : table.load(slot, hand);
  }

  /// A peer that is yet to be added.
  ///
  /// @param syn its SYN
  public HalfOpen begin(Segment syn) {
    hand.onSyn(syn, settings.timestamps && syn.hasTimestamps, settings.ecnAccept);
    return hand;
  }

  /// A peer of whom nothing is known but the sockets of its segment.
  public HalfOpen beginUnknown(Segment in) {
    hand.address(in);
    return hand;
  }

  /// Whether there is no room for another, here or in the host.
  public boolean isFull() {
    return table.size() >= limit || quota.isFull();
  }

  public int size() {
    return table.size();
  }

  /// Octets that all tables take together now, without the headers of arrays: at most 96
  /// for each entry of the limit, and for each of 512 places beyond it.
  public long octets() {
    return table.octets();
  }

  // ---- coming and going

  /// A new peer; its SYN-ACK is due.
  ///
  /// @return false: there is no memory left for it
  public boolean add(HalfOpen entry, long nowNanos) {
    if (!table.place(entry)) {
      return false;
    }
    table.enter(entry.slot);
    quota.enter();
    enqueue(entry.slot, 0, nowNanos);
    sendSynAck(entry);
    return true;
  }

  /// A new peer that gets its SYN-ACK and is forgotten.
  ///
  /// @return false: too many wait for theirs
  public boolean addPassing(HalfOpen entry) {
    if (!table.place(entry)) {
      return false;
    }
    sendSynAck(entry);
    return true;
  }

  /// Who has been silent the longest; null: nobody is here.
  public @Nullable HalfOpen eldest() {
    int slot = longestSilent();
    return slot == NONE ? null : table.load(slot, hand);
  }

  /// The peer is left to its cookie; a SYN-ACK that is due still goes out.
  public void evict(HalfOpen entry) {
    detach(entry.slot);
  }

  private int longestSilent() {
    int eldest = NONE;
    int looked = 0;
    for (int level = SynAckTimes.LEVELS - 1; level >= 0; level--) {
      for (int slot = first[level]; slot != NONE; slot = table.next[slot]) {
        eldest = eldest == NONE ? slot : eldest;
        if (!table.isAbove(slot)) {
          return slot;
        }
        if (++looked >= MOST_SPARED) {
          return eldest;
        }
      }
    }
    return eldest;
  }

  private void detach(int slot) {
    dequeue(slot);
    table.leave(slot);
    quota.leave();
  }

  /// It became a connection, or nothing: what was due is not sent.
  public void remove(HalfOpen entry) {
    entry.synAckDue = false;
    entry.ackDue = false;
    table.store(entry);
    detach(entry.slot);
  }

  /// Puts back what changed.
  void store(HalfOpen entry) {
    table.store(entry);
  }

  // ---- sending

  /// The SYN-ACK is due: the first, or because nobody answered.
  private void sendSynAck(HalfOpen entry) {
    entry.synAckDue = true;
    send(entry);
  }

  /// The peer repeated its SYN: the SYN-ACK is due, and the entry waits anew, for the
  /// peer is alive.
  public void onSynRepeated(HalfOpen entry, long nowNanos) {
    dequeue(entry.slot);
    enqueue(entry.slot, entry.timeouts, nowNanos);
    sendSynAck(entry);
  }

  /// An ACK is due, because something came that does not fit.
  public void sendAck(HalfOpen entry) {
    entry.ackDue = true;
    send(entry);
  }

  private void send(HalfOpen entry) {
    int slot = entry.slot;
    table.store(entry);
    if (table.isQueued(slot)) {
      return;
    }
    table.queued(slot, true);
    table.nextToSend[slot] = NONE;
    if (lastToSend == NONE) {
      firstToSend = slot;
    } else {
      table.nextToSend[lastToSend] = slot;
    }
    lastToSend = slot;
  }

  /// The next entry that has something to send, or null. It is out of the list;
  /// [#onSent] follows.
  @Nullable
  HalfOpen pollToSend() {
    while (firstToSend != NONE) {
      int slot = firstToSend;
      firstToSend = table.nextToSend[slot];
      lastToSend = firstToSend == NONE ? NONE : lastToSend;
      table.queued(slot, false);
      table.load(slot, hand);
      if (hand.synAckDue || hand.ackDue) {
        return hand;
      }
      onSent(hand);
    }
    return null;
  }

  /// What was due is sent.
  void onSent(HalfOpen entry) {
    if (table.isPassing(entry.slot)) {
      table.free(entry.slot);
    } else {
      table.store(entry);
    }
  }

  // ---- time

  private void enqueue(int slot, int level, long nowNanos) {
    table.deadlineNanos[slot] = nowNanos + times.waitNanos(level);
    int tail = last[level];
    table.previous[slot] = tail;
    table.next[slot] = NONE;
    if (tail == NONE) {
      first[level] = slot;
    } else {
      table.next[tail] = slot;
    }
    last[level] = slot;
  }

  private void dequeue(int slot) {
    int level = table.timeouts(slot);
    int before = table.previous[slot];
    int after = table.next[slot];
    if (before == NONE) {
      first[level] = after;
    } else {
      table.next[before] = after;
    }
    if (after == NONE) {
      last[level] = before;
    } else {
      table.previous[after] = before;
    }
  }

  /// What became of an entry whose time was over.
  public enum Expiry {
    /// There is no such entry.
    NONE,
    /// Its SYN-ACK is due again.
    REPEATED,
    /// It waits on: its peer has acknowledged the SYN-ACK and owes us text.
    DEFERRED,
    /// It is forgotten.
    FORGOTTEN
  }

  /// Takes the next entry whose time is over; it is [#expired].
  public Expiry pollExpired(long nowNanos) {
    for (int level = 0; level < first.length; level++) {
      int slot = first[level];
      if (slot != NONE && table.deadlineNanos[slot] <= nowNanos) {
        return onExpired(table.load(slot, hand), nowNanos);
      }
    }
    return Expiry.NONE;
  }

  /// Whom [#pollExpired] took.
  public HalfOpen expired() {
    return hand;
  }

  private Expiry onExpired(HalfOpen entry, long nowNanos) {
    int deferred = entry.acknowledged ? times.waitsIn(options.deferAcceptNanos) : 0;
    if (entry.timeouts >= times.last() && entry.timeouts >= deferred) {
      remove(entry);
      return Expiry.FORGOTTEN;
    }
    boolean again = !entry.acknowledged || entry.timeouts >= deferred - 1;
    dequeue(entry.slot);
    entry.onTimeout(again && !entry.acknowledged);
    enqueue(entry.slot, entry.timeouts, nowNanos);
    if (again) {
      sendSynAck(entry);
      return Expiry.REPEATED;
    }
    table.store(entry);
    return Expiry.DEFERRED;
  }

  /// An ACK came in time, but the listener wants text: the peer is not asked again until
  /// its time is over.
  ///
  /// @return false: that time is over, and the ACK will do
  public boolean defer(HalfOpen entry) {
    if (entry.timeouts >= times.waitsIn(options.deferAcceptNanos)) {
      return false;
    }
    entry.acknowledged = true;
    table.store(entry);
    return true;
  }

  /// When the first SYN-ACK is due again.
  public long nextDeadlineNanos() {
    long earliest = Endpoint.NEVER;
    for (int slot : first) {
      if (slot != NONE) {
        earliest = Math.min(earliest, table.deadlineNanos[slot]);
      }
    }
    return earliest;
  }

  // ---- for people

  /// Entries, those silent the longest first.
  ///
  /// @param most how many
  public List<HalfOpenInfo> describe(int most) {
    List<HalfOpenInfo> list = new ArrayList<>(Math.min(most, size()));
    HalfOpen entry = new HalfOpen();
    for (int level = first.length - 1; level >= 0; level--) {
      int slot = first[level];
      for (; slot != NONE && list.size() < most; slot = table.next[slot]) {
        table.load(slot, entry);
        list.add(new HalfOpenInfo(entry.tuple(), entry.timeouts, table.deadlineNanos[slot]));
      }
    }
    return list;
  }
}
