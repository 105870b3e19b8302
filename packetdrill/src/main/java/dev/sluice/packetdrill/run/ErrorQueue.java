package dev.sluice.packetdrill.run;

import dev.sluice.tcp.tcb.ConnectionInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of octets that a program wants to hear of (MSG_ZEROCOPY,
/// SO_TIMESTAMPING): messages of a socket's error queue, made from what the connection
/// tells of itself.
///
/// Everything is copied here, as a kernel may do as well: a message about MSG_ZEROCOPY
/// says so.
final class ErrorQueue {
  /// Origins of messages, as Linux numbers them.
  static final int ORIGIN_TIMESTAMPING = 4;

  static final int ORIGIN_ZEROCOPY = 5;

  private static final int CODE_COPIED = 1;
  private static final int SENT = 0;
  private static final int SCHEDULED = 1;
  private static final int ACKNOWLEDGED = 2;

  /// One message.
  ///
  /// @param errno the number of the error, 0 if it is none
  /// @param timeNanos when, or -1 for a message without a time
  record Message(int origin, long errno, int code, long info, long data, long timeNanos) {}

  /// Octets before `end` that somebody wants to hear of.
  private record Watched(int kind, long id, long end) {}

  private static final int ZEROCOPY = -1;

  private final long noMessageErrno;
  private final Deque<Message> messages = new ArrayDeque<>();
  private final List<Watched> watched = new ArrayList<>();
  private long nextZerocopyId;
  private long firstTimestamped = -1;

  /// @param noMessageErrno the number of ENOMSG, which messages with a time carry
  ErrorQueue(long noMessageErrno) {
    this.noMessageErrno = noMessageErrno;
  }

  /// Octets were written with MSG_ZEROCOPY.
  ///
  /// @param end position after the last of them
  void onZerocopy(long end) {
    watched.add(new Watched(ZEROCOPY, nextZerocopyId++, end));
  }

  /// SO_TIMESTAMPING was set: ids count from here.
  void startTimestamps(long position) {
    firstTimestamped = position;
  }

  boolean wantsTimestamps() {
    return firstTimestamped >= 0;
  }

  /// Octets were written whose times are wanted.
  ///
  /// @param end position after the last of them
  void onTimestamped(long end) {
    long id = end - 1 - firstTimestamped;
    watched.add(new Watched(SCHEDULED, id, end));
    watched.add(new Watched(SENT, id, end));
    watched.add(new Watched(ACKNOWLEDGED, id, end));
  }

  /// Looks at what has happened by now.
  ///
  /// @return whether there are new messages
  boolean observe(ConnectionInfo info, long nowNanos) {
    boolean news = false;
    Iterator<Watched> all = watched.iterator();
    while (all.hasNext()) {
      Watched one = all.next();
      boolean acked = one.kind == ZEROCOPY || one.kind == ACKNOWLEDGED;
      if ((acked ? info.bytesAcked() : info.bytesSent()) >= one.end) {
        all.remove();
        tell(one, nowNanos);
        news = true;
      }
    }
    return news;
  }

  private void tell(Watched one, long nowNanos) {
    if (one.kind != ZEROCOPY) {
      messages.add(new Message(ORIGIN_TIMESTAMPING, noMessageErrno, 0, one.kind, one.id, nowNanos));
      return;
    }
    Message last = messages.peekLast();
    boolean follows = last != null && last.origin == ORIGIN_ZEROCOPY && last.data + 1 == one.id;
    long first = one.id;
    if (follows) {
      messages.removeLast();
      first = last.info;
    }
    messages.add(new Message(ORIGIN_ZEROCOPY, 0, CODE_COPIED, first, one.id, -1));
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }

  /// Whether somebody waits to hear of octets.
  boolean isWatching() {
    return !watched.isEmpty();
  }

  /// The oldest message, or null.
  @Nullable
  Message poll() {
    return messages.poll();
  }
}
