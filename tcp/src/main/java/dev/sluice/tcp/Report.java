package dev.sluice.tcp;

import dev.sluice.tcp.ecn.Ecn;
import dev.sluice.tcp.tcb.CongestionState;
import dev.sluice.tcp.tcb.ConnectionDetail;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.EcnInfo;
import dev.sluice.tcp.tcb.SendingClock.Waiting;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.Timer;

/// What a connection tells of itself. Looks into every room and changes nothing.
final class Report {
  private final Rooms rooms;

  Report(Rooms rooms) {
    this.rooms = rooms;
  }

  ConnectionInfo info(long nowNanos) {
    Timer timer = rooms.deadlines.earliestTimer();
    return new ConnectionInfo(
        rooms.tuple,
        rooms.state(),
        rooms.receiveBuffer.readable(),
        rooms.sendBuffer.size(),
        timer == null ? null : timer.netstatName(),
        timer == null ? 0 : rooms.deadlines.get(timer) - nowNanos,
        Math.max(rooms.rto.retransmissions(), rooms.probe.sent()),
        rooms.rtt.srttNanos(),
        rooms.rtt.rttvarNanos(),
        rooms.rto.rtoNanos(),
        rooms.congestion.cwnd(),
        rooms.congestion.ssthresh(),
        rooms.snd.wnd(),
        rooms.rcv.wnd(),
        rooms.mss.octets(),
        sent(),
        rooms.sendBuffer.acknowledged(),
        rooms.rcv.nxtPosition(),
        rooms.output.bytesRetransmitted(),
        features(),
        detail(nowNanos));
  }

  private long sent() {
    long sent = Math.max(0, rooms.snd.position(rooms.snd.nxt()));
    return Math.min(sent, rooms.sendBuffer.written());
  }

  private String features() {
    StringBuilder text = new StringBuilder();
    if (rooms.timestamps.isEnabled()) {
      text.append("ts ");
    }
    if (rooms.selectiveAcks.isEnabled()) {
      text.append("sack ");
    }
    switch (rooms.ecn.mode()) {
      case OFF -> {
        // nothing to tell
      }
      case CLASSIC -> text.append("ecn ");
      case ACCURATE -> text.append("accecn ");
    }
    if (isScaling()) {
      text.append("wscale:").append(rooms.snd.windowShift());
      text.append(',').append(rooms.rcv.windowShift());
    }
    return text.toString().trim();
  }

  private boolean isScaling() {
    return rooms.rcv.windowShift() > 0 || rooms.snd.windowShift() > 0;
  }

  // ---- the groups

  private ConnectionDetail detail(long nowNanos) {
    return new ConnectionDetail(
        agreed(),
        timing(nowNanos),
        sending(),
        recovery(nowNanos),
        new ConnectionDetail.Sizes(
            rooms.mss.announced(), rooms.ackPolicy.fullSizeOctets(), rooms.mss.pathMtu()),
        new ConnectionDetail.Receiving(
            rooms.receiveBuffer.capacity(),
            rooms.window.limit(),
            rooms.receiveTuning.roundTripNanos(),
            rooms.receiveTuning.readOctets(),
            rooms.traffic.outOfOrderSegments()),
        traffic(),
        new ConnectionDetail.Limits(
            rooms.sendingClock.busyNanos(nowNanos),
            rooms.sendingClock.nanos(Waiting.WINDOW, nowNanos),
            rooms.sendingClock.nanos(Waiting.BUFFER, nowNanos)));
  }

  private ConnectionDetail.Agreed agreed() {
    Ecn ecn = rooms.ecn;
    return new ConnectionDetail.Agreed(
        rooms.timestamps.isEnabled(),
        rooms.selectiveAcks.isEnabled(),
        isScaling(),
        ecn.mode(),
        ecn.isCapableSeen(),
        rooms.fastOpenTaken,
        rooms.snd.windowShift(),
        rooms.rcv.windowShift());
  }

  private ConnectionDetail.Timing timing(long nowNanos) {
    long minRtt = rooms.rtt.minRttNanos();
    boolean open = rooms.state() != State.SYN_SENT;
    return new ConnectionDetail.Timing(
        minRtt == Long.MAX_VALUE ? 0 : minRtt,
        rooms.rto.backoff(),
        rooms.probe.sent() + rooms.keepAlive.unanswered(),
        rooms.environment.settings().delayedAckNanos,
        open ? nowNanos - rooms.traffic.textSentNanos() : 0,
        open ? nowNanos - rooms.traffic.textReceivedNanos() : 0,
        open ? nowNanos - rooms.traffic.ackReceivedNanos() : 0);
  }

  private ConnectionDetail.Sending sending() {
    return new ConnectionDetail.Sending(
        rooms.congestion.algorithm(),
        congestionState(),
        rooms.queue.size(),
        rooms.queue.sackedEntries(),
        rooms.queue.lostEntries(),
        rooms.queue.resentEntries(),
        rooms.recovery.reorderingSegments(),
        rooms.sendBuffer.written() - sent(),
        rooms.recovery.inFlight(),
        rates());
  }

  private ConnectionDetail.Rates rates() {
    return new ConnectionDetail.Rates(
        rooms.deliveryRate.delivered(),
        rooms.deliveryRate.deliveredSegments(),
        rooms.deliveryRate.bytesPerSecond(),
        rooms.deliveryRate.isApplicationLimited(),
        rooms.pacer.bytesPerSecond());
  }

  private ConnectionDetail.Recovery recovery(long nowNanos) {
    return new ConnectionDetail.Recovery(
        rooms.recovery.reorderings(),
        rooms.recovery.duplicatesReported(),
        rooms.recovery.duplicateAcks(),
        rooms.recovery.probesSent(),
        rooms.rto.timeouts(),
        rooms.rto.runs(),
        rooms.rto.timeoutNanos(nowNanos));
  }

  private CongestionState congestionState() {
    return switch (rooms.recovery.state()) {
      case OPEN -> CongestionState.OPEN;
      case DISORDER -> CongestionState.DISORDER;
      case CWR -> CongestionState.REDUCED;
      case RECOVERY -> CongestionState.RECOVERY;
      case LOSS -> CongestionState.LOSS;
    };
  }

  private ConnectionDetail.Traffic traffic() {
    EcnInfo ecn = rooms.ecn.info();
    return new ConnectionDetail.Traffic(
        rooms.traffic.segmentsIn(),
        rooms.traffic.segmentsOut(),
        rooms.traffic.textSegmentsIn(),
        rooms.traffic.textSegmentsOut(),
        rooms.output.segmentsRetransmitted(),
        ecn.deliveredMarked(),
        ecn.receivedMarked());
  }
}
