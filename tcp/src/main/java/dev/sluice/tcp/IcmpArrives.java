package dev.sluice.tcp;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.Seq;

/// An ICMP error quotes one of our segments. Anybody can forge one, so it must quote a
/// number that is in flight, and once a connection is synchronized it is only ever a
/// hint.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.9.2.2 RFC 9293 §3.9.2.2
/// @spec https://www.rfc-editor.org/rfc/rfc5927#section-4 RFC 5927 §4, §5.2
final class IcmpArrives {
  private final Rooms rooms;

  IcmpArrives(Rooms rooms) {
    this.rooms = rooms;
  }

  void onError(IcmpError error, long nowNanos) {
    boolean inFlight = Seq.inRange(error.quotedSeq(), rooms.snd.una(), rooms.snd.max());
    if (error.kind() == IcmpError.Kind.PACKET_TOO_BIG && isLoneSyn()) {
      inFlight = false; // nothing carries so little that 60 octets are too many
    }
    rooms
        .environment
        .counters()
        .increment(inFlight ? TcpCounter.ICMP_ERRORS_ACCEPTED : TcpCounter.ICMP_ERRORS_IGNORED);
    if (!inFlight) {
      return;
    }
    switch (error.kind()) {
      case PACKET_TOO_BIG -> rooms.pathMtu.onTooBig(error, nowNanos);
      case SOFT -> onSoft(error);
      case HARD -> onHard(error, nowNanos);
    }
  }

  private boolean isLoneSyn() {
    return !rooms.snd.isSynAcked() && rooms.snd.max() == rooms.snd.iss() + 1;
  }

  /// A hint (MUST-56), unless the user would rather know at once (RFC 5461 §4.1).
  private void onSoft(IcmpError error) {
    if (isOpening() && rooms.environment.settings().softErrorsEndOpen) {
      rooms.close.end(new CloseReason.Unreachable(error), "rcv ICMP unreachable");
    } else {
      rooms.lifecycle.tell(new Event.SoftError(error));
    }
  }

  private boolean isOpening() {
    return rooms.state() == State.SYN_SENT || rooms.state() == State.SYN_RECEIVED;
  }

  private void onHard(IcmpError error, long nowNanos) {
    State state = rooms.state();
    if (state == State.SYN_SENT && rooms.fastOpen != null) {
      rooms.fastOpen.onRefused(nowNanos);
    }
    if (isOpening() && rooms.environment.settings().icmpEndsOpen) {
      rooms.close.end(new CloseReason.Unreachable(error), "rcv ICMP unreachable");
    } else {
      rooms.lifecycle.tell(new Event.SoftError(error));
    }
  }
}
