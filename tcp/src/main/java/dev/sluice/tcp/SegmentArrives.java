package dev.sluice.tcp;

import dev.sluice.tcp.handshake.FastOpenClient;
import dev.sluice.tcp.receive.AcceptanceTest;
import dev.sluice.tcp.receive.Reassembly;
import dev.sluice.tcp.send.EffectiveMss;
import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.tcp.tcb.Timer;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;

/// SEGMENT ARRIVES: the eight steps of RFC 9293 §3.10.7, in its order.
///
/// LISTEN and CLOSED are not here: a listener has no connection, and neither has nobody.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.10.7 RFC 9293 §3.10.7
final class SegmentArrives {
  /// An empty segment outside the window is answered once in this time, so that two
  /// ends that have lost each other do not talk for ever. Linux uses the same.
  private static final long OUT_OF_WINDOW_ACK_NANOS = 500_000_000L;

  private static final long NEVER = Long.MIN_VALUE / 2;

  private final Rooms rooms;
  private final TcpSettings settings;
  private long lastOutOfWindowAckNanos = NEVER;

  SegmentArrives(Rooms rooms) {
    this.rooms = rooms;
    settings = rooms.environment.settings();
  }

  /// What stays of it while the connection sleeps.
  void keep(Archive archive) {
    lastOutOfWindowAckNanos = archive.keepTime(lastOutOfWindowAckNanos, NEVER);
  }

  void onSegment(Segment in, long nowNanos) {
    switch (rooms.state()) {
      case SYN_SENT -> inSynSent(in, nowNanos);
      case SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK ->
        inOtherStates(in, nowNanos);
      case CLOSED, LISTEN, TIME_WAIT -> count(TcpCounter.DROPPED_CLOSED_CONNECTION);
    }
  }

  private void count(TcpCounter counter) {
    rooms.environment.counters().increment(counter);
  }

  // ---- §3.10.7.3, SYN-SENT

  private void inSynSent(Segment in, long nowNanos) {
    boolean ack = in.has(Flags.ACK);
    boolean foreign = settings.synEchoMustMatch && rooms.timestamps.isEchoAhead(in, nowNanos);
    if (ack && (foreign || !rooms.snd.isNewAck(in.ack))) {
      count(TcpCounter.DROPPED_BAD_ACK);
      if (!in.has(Flags.RST)) {
        rooms.reset.answerBadAck(in);
      }
      return;
    }
    if (in.has(Flags.RST)) {
      if (ack) {
        if (rooms.fastOpen != null) {
          rooms.fastOpen.onRefused(nowNanos);
        }
        rooms.close.end(new CloseReason.Refused(), "rcv RST");
      }
      return;
    }
    if (!in.has(Flags.SYN) || (in.has(Flags.FIN) && !ack && settings.dropSynFin)) {
      count(TcpCounter.DROPPED_IMPOSSIBLE_FLAGS);
      return;
    }
    onPeerSyn(in, nowNanos);
    if (ack) {
      boolean synWasLost = rooms.rto.retransmissions() > 0; // not if it was only too big
      rooms.acknowledgment.onAck(in, nowNanos);
      if (rooms.fastOpen != null) {
        onFastOpenAnswer(rooms.fastOpen, in, nowNanos);
      }
      rooms.snd.firstWindow(in.seq, in.ack, in.window); // the window of a SYN is not scaled
      establish(synWasLost, "rcv SYN,ACK, snd ACK", nowNanos);
      if (rooms.sendBuffer.written() > rooms.snd.position(rooms.snd.nxt())) {
        rooms.ackPolicy.onSynAcked(nowNanos);
      }
      rooms.ackPolicy.acknowledgeNow();
      in.flags &= ~Flags.SYN; // the SYN is dealt with: what is left begins behind it
      in.seq++;
      textAndFin(in, nowNanos);
    } else {
      rooms.snd.firstWindow(in.seq, rooms.snd.una(), in.window);
      rooms.reassembly.hold(in);
      rooms.lifecycle.moveTo(State.SYN_RECEIVED, "rcv SYN, snd SYN,ACK");
      rooms.syn.onSynCrossed();
    }
  }

  /// What the server did not take of the SYN's text goes out again at once; the network
  /// is not to blame (RFC 7413 §4.2.1).
  private void onFastOpenAnswer(FastOpenClient fastOpen, Segment in, long nowNanos) {
    int defaultMss = in.isV4() ? EffectiveMss.DEFAULT_V4 : EffectiveMss.DEFAULT_V6;
    fastOpen.onSynAck(in, rooms.snd.position(rooms.snd.una()), defaultMss, nowNanos);
    rooms.fastOpenTaken = fastOpen.hasSentText() && rooms.queue.isEmpty();
    if (rooms.fastOpenTaken) {
      count(TcpCounter.FAST_OPENS_ACCEPTED);
      rooms.deliveryRate.onSynWithText();
    }
    if (!rooms.queue.isEmpty()) {
      rooms.recovery.resendAll();
    }
  }

  private void onUserTimeoutOption(Segment in) {
    if (rooms.userTimeout.onOption(in.userTimeout, rooms.rto.rtoNanos())) {
      rooms.deadlines.clear(Timer.USER_TIMEOUT); // set anew with what goes out next
    }
  }

  private void onPeerSyn(Segment in, long nowNanos) {
    rooms.rcv.begin(in.seq);
    rooms.synOptions.onPeerSyn(in, nowNanos);
    onUserTimeoutOption(in);
    rooms.rcv.onAckSent(rooms.rcv.nxt() + rooms.window.synField());
  }

  private void establish(boolean synWasLost, String cause, long nowNanos) {
    rooms.lifecycle.moveTo(rooms.state().onSynAcked(), cause);
    rooms.lifecycle.tell(Event.Signal.CONNECTED);
    rooms.onEstablished(synWasLost, nowNanos);
    if (rooms.lifecycle.isFinAfterHandshake()) {
      rooms.close.queueFin();
    }
  }

  // ---- §3.10.7.4, the eight steps

  private void inOtherStates(Segment in, long nowNanos) {
    if (isCrossedSynAck(in)) {
      establishByAck(in, nowNanos);
      return;
    }
    if (isSynOfFastOpen(in)) {
      onSynOfFastOpen(in);
      return;
    }
    if (!firstSequenceNumber(in, nowNanos)
        || !secondRst(in, nowNanos)
        || !fourthSyn(in, nowNanos)
        || !fifthAck(in, nowNanos)) {
      return;
    }
    onUserTimeoutOption(in);
    boolean ackWaits = rooms.ackPolicy.isDue() || rooms.deadlines.isSet(Timer.DELAYED_ACK);
    if (rooms.ecn.onPacket(in, ackWaits)) {
      rooms.ackPolicy.acknowledgeNow();
    }
    textAndFin(in, nowNanos);
  }

  /// A FIN with the ACK of ours leads from FIN-WAIT-1 straight to TIME-WAIT, if it is
  /// in order.
  private boolean mayBeBoth(Segment in) {
    return rooms.state() == State.FIN_WAIT_1 && in.has(Flags.FIN);
  }

  private void textAndFin(Segment in, long nowNanos) {
    sixthUrg(in);
    if (!seventhText(in, nowNanos)) {
      return;
    }
    eighthFin(in, nowNanos);
    if (mayBeBoth(in) && rooms.snd.isFinAcked()) {
      rooms.close.onFinAcked(nowNanos); // the FIN waits behind a gap
    }
  }

  /// Both sides opened at once, and the peer's SYN,ACK repeats the SYN we know (§3.5,
  /// figure 7, line 6): its number lies before the window, and yet it is what we wait
  /// for.
  private boolean isCrossedSynAck(Segment in) {
    return !rooms.snd.isSynAcked() // SYN-RECEIVED, or FIN-WAIT-1 if CLOSE came before
        && in.has(Flags.SYN)
        && in.has(Flags.ACK)
        && !in.has(Flags.RST | Flags.FIN)
        && in.seq == rooms.rcv.irs()
        && in.ack == rooms.snd.iss() + 1;
  }

  /// The SYN that a cookie opened this connection with, the first time or again.
  private boolean isSynOfFastOpen(Segment in) {
    return rooms.snd.isOpenEarly()
        && !rooms.snd.isSynAcked()
        && in.has(Flags.SYN)
        && !in.has(Flags.ACK | Flags.RST)
        && in.seq == rooms.rcv.irs();
  }

  /// The text of the first is the user's at once (RFC 7413 §4.2.2); of a repeat only the
  /// SYN counts, for its text was here before.
  private void onSynOfFastOpen(Segment in) {
    if (!rooms.syn.isFirstDue()) {
      rooms.syn.onSynRepeated();
      return;
    }
    in.flags &= ~Flags.SYN; // the SYN is dealt with: what is left begins behind it
    in.seq++;
    if (in.payloadLength > 0) {
      rooms.fastOpenTaken = true;
      rooms.reassembly.onText(in);
      tellReadable();
    }
  }

  private void establishByAck(Segment in, long nowNanos) {
    boolean synWasLost = rooms.rto.retransmissions() > 0;
    rooms.acknowledgment.onAck(in, nowNanos);
    long octets = in.has(Flags.SYN) ? in.window : (long) in.window << rooms.snd.windowShift();
    rooms.snd.firstWindow(in.seq, in.ack, octets);
    if (rooms.state() == State.SYN_RECEIVED) {
      establish(synWasLost, "rcv ACK of SYN", nowNanos);
    } else {
      rooms.onEstablished(synWasLost, nowNanos);
    }
    textOfSyn(nowNanos);
  }

  /// What came with a SYN that crossed ours is received now.
  private void textOfSyn(long nowNanos) {
    int octets = rooms.reassembly.release();
    if (octets == 0) {
      return;
    }
    if (rooms.lifecycle.isClosedByUser()) {
      rooms.receiveBuffer.discard();
      rooms.close.abort(new CloseReason.Aborted(), "text of the SYN after CLOSE, snd RST");
    } else {
      rooms.ackPolicy.onInOrder(octets, 0, rooms.options.quickAck, nowNanos);
      tellReadable();
    }
  }

  private boolean isTolerated() {
    return rooms.environment.settings().tolerateMissingTimestamps;
  }

  private boolean firstSequenceNumber(Segment in, long nowNanos) {
    boolean rst = in.has(Flags.RST);
    if (rst) {
      return true; // judged by its own rule, which is stricter (RFC 5961 §3, RFC 7323 §5.2)
    }
    boolean syn = in.has(Flags.SYN); // of a peer that began anew: it gets a challenge (RFC 5961 §4)
    if (rooms.timestamps.isEnabled() && !in.hasTimestamps && !syn && !isTolerated()) {
      count(TcpCounter.DROPPED_NO_TIMESTAMP);
      return false;
    }
    if (rooms.timestamps.isOld(in, nowNanos) && !isLateForGap(in)) {
      count(TcpCounter.DROPPED_PAWS);
      tellDuplicate(in);
      acknowledgeUnacceptable(in, nowNanos);
      return false;
    }
    if (isAcceptable(in)) {
      rooms.keepAlive.onSegment(nowNanos);
      return true;
    }
    if (in.has(Flags.SYN) && in.has(Flags.ACK) && in.seq == rooms.rcv.irs()) {
      rooms.ecn.onSynAckAgain(in);
    }
    count(TcpCounter.DROPPED_OUTSIDE_WINDOW);
    tellDuplicate(in);
    acknowledgeUnacceptable(in, nowNanos);
    return false;
  }

  /// Text that was held back on the way and fills a gap, though a repeat at the left edge
  /// has overtaken it.
  private boolean isLateForGap(Segment in) {
    return in.payloadLength > 0
        && rooms.reassembly.hasGap()
        && Seq.gt(in.seq + in.payloadLength, rooms.rcv.nxt())
        && Seq.lt(in.seq, rooms.reassembly.highest())
        && !rooms.timestamps.isOldInGap(in);
  }

  /// What is dropped for its number or its timestamp may be the original of a needless
  /// repeat: the peer learns by D-SACK that both came (RFC 2883 §4).
  private void tellDuplicate(Segment in) {
    int right = Seq.min(in.seq + in.payloadLength, rooms.rcv.nxt());
    if (Seq.lt(in.seq, right)) {
      rooms.selectiveAcks.onDuplicate(in.seq, right);
    }
  }

  /// With a closed window the ACK of a segment at RCV.NXT is processed all the same
  /// (§3.10.7.4, first; MUST-66); its text is not taken. A FIN needs no room in the
  /// buffer.
  private boolean isAcceptable(Segment in) {
    return AcceptanceTest.isAcceptable(rooms.rcv, in.seq, in.length())
        || (rooms.rcv.wnd() == 0 && in.seq == rooms.rcv.nxt());
  }

  private void acknowledgeUnacceptable(Segment in, long nowNanos) {
    boolean limited = in.payloadLength == 0;
    if (limited && nowNanos - lastOutOfWindowAckNanos < OUT_OF_WINDOW_ACK_NANOS) {
      return;
    }
    if (limited) {
      lastOutOfWindowAckNanos = nowNanos;
    }
    rooms.ackPolicy.acknowledgeNow();
  }

  private boolean secondRst(Segment in, long nowNanos) {
    if (!in.has(Flags.RST)) {
      return true;
    }
    switch (AcceptanceTest.judgeRst(rooms.rcv, in.seq, settings.rstInWindowResets)) {
      case RESET -> onReset();
      case CHALLENGE -> challenge(nowNanos);
      case IGNORE -> count(TcpCounter.DROPPED_OUTSIDE_WINDOW);
    }
    return false;
  }

  private void onReset() {
    switch (rooms.state()) {
      case SYN_RECEIVED ->
        rooms.close.end(
            rooms.snd.isOpenEarly() ? new CloseReason.ResetByPeer() : new CloseReason.Refused(),
            "rcv RST");
      case CLOSING, LAST_ACK -> rooms.close.end(reasonOfLateReset(), "rcv RST");
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT ->
        rooms.close.end(new CloseReason.ResetByPeer(), "rcv RST");
      case CLOSED, LISTEN, SYN_SENT, TIME_WAIT -> throw new AssertionError(rooms.state());
    }
  }

  /// Both sides were closing: nothing is lost if the peer had acknowledged all our text.
  private CloseReason reasonOfLateReset() {
    return rooms.sendBuffer.size() == 0
        ? new CloseReason.Finished()
        : new CloseReason.ResetByPeer();
  }

  private void challenge(long nowNanos) {
    if (rooms.challengeAcks.permit(nowNanos)) {
      count(TcpCounter.CHALLENGE_ACKS);
      rooms.ackPolicy.acknowledgeNow();
    } else {
      count(TcpCounter.CHALLENGE_ACKS_HELD_BACK);
    }
  }

  /// A SYN on a live connection never disturbs it (RFC 5961 §4), unless it is to be as
  /// before.
  private boolean fourthSyn(Segment in, long nowNanos) {
    if (!in.has(Flags.SYN)) {
      return true;
    }
    if (settings.synInWindowResets) {
      rooms.close.abort(new CloseReason.ResetByPeer(), "rcv SYN in the window, snd RST");
    } else {
      challenge(nowNanos);
    }
    return false;
  }

  private boolean fifthAck(Segment in, long nowNanos) {
    if (!in.has(Flags.ACK)) {
      count(TcpCounter.DROPPED_NO_ACK);
      return false;
    }
    if (rooms.state() == State.SYN_RECEIVED) {
      if (!rooms.snd.isNewAck(in.ack)) {
        count(TcpCounter.DROPPED_BAD_ACK);
        rooms.reset.answerBadAck(in);
        return false;
      }
      rooms.timestamps.onAcceptable(in, rooms.rcv.lastAckSent(), nowNanos);
      establishByAck(in, nowNanos);
      return true;
    }
    if (!AcceptanceTest.isPlausibleAck(rooms.snd, in.ack)) {
      count(TcpCounter.DROPPED_BAD_ACK);
      boolean unsent = Seq.gt(in.ack, rooms.snd.max());
      if (!unsent || rooms.environment.settings().answerAckOfUnsent) {
        challenge(nowNanos);
      }
      return false;
    }
    rooms.timestamps.onAcceptable(in, rooms.rcv.lastAckSent(), nowNanos);
    boolean synWasOpen = !rooms.snd.isSynAcked();
    rooms.acknowledgment.onAck(in, nowNanos);
    if (synWasOpen && rooms.snd.isSynAcked()) {
      rooms.onEstablished(rooms.rto.retransmissions() > 0, nowNanos);
      textOfSyn(nowNanos);
    }
    boolean isOver = rooms.state() == State.CLOSED; // text of the SYN that nobody will read
    if (!isOver && rooms.snd.isFinAcked() && !mayBeBoth(in)) {
      rooms.close.onFinAcked(nowNanos);
    }
    return rooms.state() != State.CLOSED;
  }

  private void sixthUrg(Segment in) {
    if (in.has(Flags.URG) && rooms.state().canReceive()) {
      rooms.urgent.onUrgent(in);
    }
  }

  /// @return whether the connection lives on
  private boolean seventhText(Segment in, long nowNanos) {
    if (in.payloadLength == 0 || !rooms.state().canReceive()) {
      return true;
    }
    boolean beyond = Seq.gt(in.seq + in.payloadLength, rooms.rcv.nxt());
    if (beyond && rooms.lifecycle.isClosedByUser()) {
      rooms.reset.answerUnwantedText(in);
      rooms.close.end(new CloseReason.Aborted(), "rcv data after CLOSE, snd RST");
      return false;
    }
    Reassembly.Outcome outcome = rooms.reassembly.onText(in);
    rooms.receiveTuning.onText(nowNanos);
    rooms.window.onText();
    rooms.timestamps.onText(rooms.rcv.nxt(), rooms.reassembly.highest());
    switch (outcome) {
      case IN_ORDER ->
        rooms.ackPolicy.onInOrder(
            in.payloadLength, in.segmentSize, rooms.options.quickAck, nowNanos);
      case FILLED_GAP -> rooms.ackPolicy.onGapFilled();
      case OUT_OF_ORDER -> {
        count(TcpCounter.OUT_OF_ORDER_SEGMENTS);
        if (rooms.reassembly.isLatestRefused()) {
          count(TcpCounter.OUT_OF_ORDER_REFUSED);
        }
        int size = in.segmentSize > 0 ? in.segmentSize : in.payloadLength;
        int segments = (in.payloadLength + size - 1) / size;
        rooms.traffic.onOutOfOrder(segments);
        rooms.selectiveAcks.onOutOfOrder();
        rooms.ackPolicy.onOutOfOrder(segments);
      }
      case DUPLICATE -> {
        rooms.environment.counters().add(TcpCounter.DUPLICATE_OCTETS, in.payloadLength);
        rooms.selectiveAcks.onOutOfOrder();
        rooms.ackPolicy.acknowledgeNow();
      }
    }
    if (rooms.reassembly.hasDuplicate()) {
      rooms.selectiveAcks.onDuplicate(
          rooms.reassembly.duplicateLeft(), rooms.reassembly.duplicateRight());
      rooms.ackPolicy.acknowledgeNow(); // the peer sends again what is here: tell it at once
    }
    if (outcome == Reassembly.Outcome.IN_ORDER || outcome == Reassembly.Outcome.FILLED_GAP) {
      tellReadable();
    }
    return true;
  }

  private void tellReadable() {
    if (rooms.lifecycle.isInputShut()) {
      rooms.receiveBuffer.discard(); // nobody reads: it must not fill the window
    } else {
      rooms.lifecycle.tell(Event.Signal.READABLE);
    }
  }

  private void eighthFin(Segment in, long nowNanos) {
    if (in.has(Flags.FIN)) {
      rooms.reassembly.onFin(in.seq + in.payloadLength);
    }
    if (rooms.reassembly.isFinNext() && rooms.state().canReceive()) {
      rooms.rcv.advanceOverFin();
      rooms.receiveBuffer.endHere();
      rooms.lifecycle.tell(Event.Signal.END_OF_STREAM);
      rooms.ackPolicy.acknowledgeNow();
      rooms.close.onFin(nowNanos);
    } else if (in.has(Flags.FIN)) {
      rooms.ackPolicy.acknowledgeNow();
    }
  }
}
