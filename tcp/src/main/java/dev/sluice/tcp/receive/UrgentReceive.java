package dev.sluice.tcp.receive;

import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.Lifecycle;
import dev.sluice.tcp.tcb.ReceiveBuffer;
import dev.sluice.tcp.tcb.ReceiveSequence;
import dev.sluice.wire.Segment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;

/// RCV.UP: up to where the peer calls its data urgent. The octets stay in line with the
/// others, as RFC 6093 §5 wishes; who wants it as BSD has it reads with [#readOthers],
/// which leaves the last octet before each pointer out.
///
/// The loop thread notes marks, one reading thread reads past them.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.8.5 RFC 9293 §3.8.5; RFC 6093
public final class UrgentReceive {
  /// Marks that may be unread at once. Of more, the newest overwrite the oldest, whose
  /// octets stay in line: a peer may call every octet urgent.
  static final int MARKS = 16;

  private static final long NONE = -1;

  private final ReceiveSequence rcv;
  private final Lifecycle lifecycle;
  private final ReceiveBuffer buffer;

  /// Positions of urgent octets, in a ring. Written by the loop only.
  private final AtomicLongArray marks = new AtomicLongArray(MARKS);

  private int next;

  /// Written by the loop only.
  private volatile long upPosition = NONE;

  public UrgentReceive(ReceiveSequence rcv, Lifecycle lifecycle, ReceiveBuffer buffer) {
    this.rcv = rcv;
    this.lifecycle = lifecycle;
    this.buffer = buffer;
  }

  /// A segment with URG: RCV.UP = max(RCV.UP, SEG.UP), and the user hears of each
  /// advance (MUST-32). The pointer names the octet after the urgent ones (MUST-62); 0
  /// names nothing.
  public void onUrgent(Segment in) {
    long position = rcv.position(in.seq) + in.urgentPointer;
    if (in.urgentPointer != 0 && position > Math.max(upPosition, 0)) {
      marks.set(next, position); // one more than the octet's, so that 0 means none
      next = (next + 1) % MARKS;
      upPosition = position;
      lifecycle.tell(new Event.Urgent(position));
    }
  }

  /// Position of the octet after the urgent ones, -1 if there never were any (MUST-33);
  /// from any thread.
  public long upPosition() {
    return upPosition;
  }

  /// Reads as [ReceiveBuffer#read], without urgent octets, on the reading thread.
  ///
  /// Each turn takes at least an octet or ends, wherever a peer lets its pointers point
  /// (CVE-2017-6214).
  ///
  /// @return octets copied; 0: none there now; -1: end-of-stream
  public int readOthers(ByteBuffer target) {
    if (upPosition == NONE) {
      return buffer.read(target);
    }
    int total = 0;
    while (target.hasRemaining()) {
      long mark = nextMark();
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
  private long nextMark() {
    long read = buffer.readPosition();
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
  public int readableOthers() {
    int readable = buffer.readable();
    if (upPosition == NONE) {
      return readable;
    }
    long read = buffer.readPosition();
    int urgent = 0;
    for (int i = 0; i < MARKS; i++) {
      long octet = marks.get(i) - 1;
      urgent += octet >= read && octet < read + readable ? 1 : 0;
    }
    return readable - urgent;
  }
}
