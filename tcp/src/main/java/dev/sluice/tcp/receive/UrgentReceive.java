package dev.sluice.tcp.receive;

import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.Lifecycle;
import dev.sluice.tcp.tcb.ReceiveBuffer;
import dev.sluice.tcp.tcb.ReceiveSequence;
import dev.sluice.wire.Segment;

/// RCV.UP: up to where the peer calls its data urgent. The octets stay in line with the
/// others, as RFC 6093 §5 wishes; who wants it as BSD has it reads with
/// [ReceiveBuffer#readWithoutUrgent], which leaves the last octet before each pointer
/// out.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.8.5 RFC 9293 §3.8.5; RFC 6093
public final class UrgentReceive {
  private final ReceiveSequence rcv;
  private final Lifecycle lifecycle;
  private ReceiveBuffer buffer;

  public UrgentReceive(ReceiveSequence rcv, Lifecycle lifecycle, ReceiveBuffer buffer) {
    this.rcv = rcv;
    this.lifecycle = lifecycle;
    this.buffer = buffer;
  }

  /// It serves another connection from now on.
  public void moveTo(ReceiveBuffer other) {
    buffer = other;
  }

  /// A segment with URG: RCV.UP = max(RCV.UP, SEG.UP), and the user hears of each
  /// advance (MUST-32). The pointer names the octet after the urgent ones (MUST-62); 0
  /// names nothing.
  public void onUrgent(Segment in) {
    long position = rcv.position(in.seq) + in.urgentPointer;
    if (in.urgentPointer != 0 && position > Math.max(buffer.urgentEnd(), 0)) {
      buffer.markUrgent(position);
      lifecycle.tell(new Event.Urgent(position));
    }
  }
}
