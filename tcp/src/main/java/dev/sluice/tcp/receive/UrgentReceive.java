package dev.sluice.tcp.receive;

import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.Lifecycle;
import dev.sluice.tcp.tcb.ReceiveSequence;
import dev.sluice.wire.Segment;

/// RCV.UP: up to where the peer calls its data urgent. The octets stay in line with the
/// others.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.8.5 RFC 9293 §3.8.5; RFC 6093
public final class UrgentReceive {
  private final ReceiveSequence rcv;
  private final Lifecycle lifecycle;
  private long upPosition = -1;

  public UrgentReceive(ReceiveSequence rcv, Lifecycle lifecycle) {
    this.rcv = rcv;
    this.lifecycle = lifecycle;
  }

  /// A segment with URG: RCV.UP = max(RCV.UP, SEG.UP), and the user hears of each
  /// advance (MUST-32). The pointer names the octet after the urgent ones (MUST-62); 0
  /// names nothing.
  public void onUrgent(Segment in) {
    long position = rcv.position(in.seq) + in.urgentPointer;
    if (in.urgentPointer != 0 && position > Math.max(upPosition, 0)) {
      upPosition = position;
      lifecycle.tell(new Event.Urgent(position));
    }
  }

  /// Position of the octet after the urgent ones, -1 if there never were any (MUST-33).
  public long upPosition() {
    return upPosition;
  }
}
