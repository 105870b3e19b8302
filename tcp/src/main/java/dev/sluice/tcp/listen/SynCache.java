package dev.sluice.tcp.listen;

import dev.sluice.tcp.tcb.Endpoint;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.FourTuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The half-open peers of one listener: found by four-tuple, and by when their SYN-ACK
/// is due again.
///
/// All entries that were sent the same number of times wait equally long, so each
/// number has a queue of its own, in order of time by itself: a timer costs nothing but
/// a place at its end. Four-tuples compare, so that peers who choose them to collide in
/// the map gain nothing.
public final class SynCache {
  private final TcpSettings settings;
  private final int limit;
  private final Map<FourTuple, HalfOpen> entries = new HashMap<>();
  private final @Nullable HalfOpen[] first;
  private final @Nullable HalfOpen[] last;
  private final ArrayDeque<HalfOpen> toSend = new ArrayDeque<>();

  /// @param settings how often a SYN-ACK is sent again, and how soon
  /// @param limit entries at once, at most
  public SynCache(TcpSettings settings, int limit) {
    this.settings = settings;
    this.limit = limit;
    first = new HalfOpen[settings.synAckRetries + 1];
    last = new HalfOpen[settings.synAckRetries + 1];
  }

  public @Nullable HalfOpen get(FourTuple tuple) {
    return entries.get(tuple);
  }

  public boolean isFull() {
    return entries.size() >= limit;
  }

  public int size() {
    return entries.size();
  }

  /// A new peer; its SYN-ACK is due.
  public void add(HalfOpen entry, long nowNanos) {
    entries.put(entry.tuple, entry);
    enqueue(entry, nowNanos);
    sendSynAck(entry);
  }

  /// The SYN-ACK is due: the first, or because nobody
  /// answered.
  public void sendSynAck(HalfOpen entry) {
    send(entry);
    entry.synAckDue = true;
  }

  /// The peer repeated its SYN: the SYN-ACK is due, and the entry waits anew, for the
  /// peer is alive.
  public void onSynRepeated(HalfOpen entry, long nowNanos) {
    dequeue(entry);
    enqueue(entry, nowNanos);
    sendSynAck(entry);
  }

  /// An ACK is due, because something came that does not fit.
  public void sendAck(HalfOpen entry) {
    send(entry);
    entry.ackDue = true;
  }

  private void send(HalfOpen entry) {
    if (!entry.synAckDue && !entry.ackDue) {
      toSend.add(entry);
    }
  }

  /// The next entry that has something to send, or null.
  public @Nullable HalfOpen pollToSend() {
    HalfOpen entry = toSend.poll();
    while (entry != null && entry.removed) {
      entry = toSend.poll();
    }
    return entry;
  }

  private void enqueue(HalfOpen entry, long nowNanos) {
    int level = entry.retransmissions;
    long wait = Math.min(settings.maxRtoNanos, settings.initialRtoNanos << level);
    entry.deadlineNanos = nowNanos + wait;
    HalfOpen tail = last[level];
    entry.previous = tail;
    entry.next = null;
    if (tail == null) {
      first[level] = entry;
    } else {
      tail.next = entry;
    }
    last[level] = entry;
  }

  private void dequeue(HalfOpen entry) {
    int level = entry.retransmissions;
    if (entry.previous == null) {
      first[level] = entry.next;
    } else {
      entry.previous.next = entry.next;
    }
    if (entry.next == null) {
      last[level] = entry.previous;
    } else {
      entry.next.previous = entry.previous;
    }
    entry.previous = null;
    entry.next = null;
  }

  /// It became a connection, or nothing.
  public void remove(HalfOpen entry) {
    if (!entry.removed) {
      entry.removed = true;
      entries.remove(entry.tuple);
      dequeue(entry);
    }
  }

  /// Takes the next entry whose time is over: its SYN-ACK is due again, or, if that was
  /// the last try, it is removed and [HalfOpen#retransmissions] is at the limit.
  ///
  /// @return null: no more of them
  public @Nullable HalfOpen pollExpired(long nowNanos) {
    for (int level = 0; level < first.length; level++) {
      HalfOpen entry = first[level];
      if (entry != null && entry.deadlineNanos <= nowNanos) {
        onExpired(entry, nowNanos);
        return entry;
      }
    }
    return null;
  }

  private void onExpired(HalfOpen entry, long nowNanos) {
    if (entry.retransmissions >= settings.synAckRetries) {
      remove(entry);
      return;
    }
    dequeue(entry);
    entry.retransmissions++;
    enqueue(entry, nowNanos);
    sendSynAck(entry);
  }

  /// Whether the entry is no longer here.
  public boolean isGone(HalfOpen entry) {
    return entry.removed;
  }

  /// When the first SYN-ACK is due again.
  public long nextDeadlineNanos() {
    long earliest = Endpoint.NEVER;
    for (HalfOpen entry : first) {
      if (entry != null) {
        earliest = Math.min(earliest, entry.deadlineNanos);
      }
    }
    return earliest;
  }

  /// All entries, for people.
  public List<HalfOpenInfo> describe() {
    List<HalfOpenInfo> list = new ArrayList<>(entries.size());
    for (HalfOpen entry : entries.values()) {
      list.add(new HalfOpenInfo(entry.tuple, entry.retransmissions, entry.deadlineNanos));
    }
    return list;
  }

  /// All entries, to be reset one by one.
  public List<HalfOpen> all() {
    return new ArrayList<>(entries.values());
  }
}
