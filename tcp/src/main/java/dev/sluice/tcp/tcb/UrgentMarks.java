package dev.sluice.tcp.tcb;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;

/// Where urgent octets are among those that arrived, for who reads past them as BSD has
/// it (RFC 6093 §3.4). Made with the first of them: most peers never send any.
///
/// The loop thread notes marks, one reading thread reads past them.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.8.5 RFC 9293 §3.8.5; RFC 6093
final class UrgentMarks {
  /// Marks that may be unread at once. Of more, the newest overwrite the oldest, whose
  /// octets stay in line: a peer may call every octet urgent.
  static final int MARKS = 16;

  /// Positions of urgent octets, in a ring. Written by the loop only.
  private final AtomicLongArray marks = new AtomicLongArray(MARKS);

  private int next;

  /// Written by the loop only.
  private volatile long upPosition;

  /// The octet before this position is urgent; on the loop thread.
  void mark(long position) {
    marks.set(next, position); // one more than the octet's, so that 0 means none
    next = (next + 1) % MARKS;
    upPosition = position;
  }

  /// Position of the octet after the urgent ones.
  long upPosition() {
    return upPosition;
  }

  /// Reads as [ReceiveBuffer#read], without urgent octets, on the reading thread.
  ///
  /// Each turn takes at least an octet or ends, wherever a peer lets its pointers point
  /// (CVE-2017-6214).
  ///
  /// @return octets copied; 0: none there now; -1: end-of-stream
  int readOthers(ReceiveBuffer buffer, ByteBuffer target) {
    int total = 0;
    while (target.hasRemaining()) {
      long mark = nextMark(buffer.readPosition());
      long before = mark - buffer.readPosition();
      int count;
      if (before == 0) {
        count = buffer.skipOne();
      } else {
        int limit = target.limit();
        target.limit(target.position() + (int) Math.min(target.remaining(), before));
        count = buffer.read(target);
        target.limit(limit);
        total += Math.max(count, 0);
      }
      if (count <= 0) {
        return total == 0 ? count : total;
      }
    }
    return total;
  }

  /// Position of the first urgent octet that is unread, `Long.MAX_VALUE` if there is
  /// none.
  private long nextMark(long read) {
    long first = Long.MAX_VALUE;
    for (int i = 0; i < MARKS; i++) {
      long octet = marks.get(i) - 1;
      if (octet >= read) {
        first = Math.min(first, octet);
      }
    }
    return first;
  }

  /// Octets that [#readOthers] would give now, on the reading thread.
  int readableOthers(ReceiveBuffer buffer) {
    int readable = buffer.readable();
    long read = buffer.readPosition();
    int urgent = 0;
    for (int i = 0; i < MARKS; i++) {
      long octet = marks.get(i) - 1;
      urgent += octet >= read && octet < read + readable ? 1 : 0;
    }
    return readable - urgent;
  }
}
