package dev.sluice.tcp.congestion;

import dev.sluice.tcp.congestion.CongestionControl.Cause;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.SlowStartExit;
import dev.sluice.tcp.tcb.TcpSettings;

/// A sender reduced to its congestion control: segments of one size, a round trip that
/// is what the test says, a peer that acknowledges what it is told to.
final class Bench {
  static final int MSS = 1_000;
  static final long MS = 1_000_000L;

  final TcpSettings settings = new TcpSettings();
  final AckSample ack = new AckSample();
  CongestionControl control = CongestionControl.of(settings.congestion, settings, MSS);
  long now = 1_000 * MS;
  long rttNanos = 100 * MS;
  long una;
  long nxt;

  Bench(CongestionAlgorithm algorithm) {
    settings.congestion = algorithm;
    settings.slowStartExit = SlowStartExit.LOSS;
  }

  Bench start() {
    control = CongestionControl.of(settings.congestion, settings, MSS);
    return this;
  }

  long inFlight() {
    return nxt - una;
  }

  /// In full segments.
  long window() {
    return control.cwnd() / MSS;
  }

  /// Sends as much as the window lets out.
  Bench fill() {
    while (inFlight() + MSS <= control.cwnd()) {
      send(MSS);
    }
    return this;
  }

  Bench send(int octets) {
    nxt += octets;
    control.onSent((int) inFlight(), una, nxt, now);
    return this;
  }

  /// So many octets are acknowledged by one ACK.
  Bench acked(int octets) {
    ack.nowNanos = now;
    ack.inFlightBefore = (int) inFlight();
    una += octets;
    ack.ackedBytes = octets;
    ack.deliveredBytes = octets;
    ack.una = una;
    ack.nxt = nxt;
    ack.rttNanos = rttNanos;
    ack.srttNanos = rttNanos;
    ack.minRttNanos = rttNanos;
    control.onAck(ack);
    return this;
  }

  /// All that is in flight is acknowledged segment by segment over one round trip, and
  /// each ACK lets new segments out.
  Bench round() {
    return round(1);
  }

  Bench round(int segmentsPerAck) {
    long acks = Math.max(1, inFlight() / MSS / segmentsPerAck);
    long gap = rttNanos / acks;
    for (long i = 0; i < acks; i++) {
      now += gap;
      acked((int) Math.min((long) segmentsPerAck * MSS, inFlight()));
      fill();
    }
    return this;
  }

  Bench rounds(int count) {
    for (int i = 0; i < count; i++) {
      round();
    }
    return this;
  }

  /// One segment is lost, found, and sent again; all arrives.
  Bench lose() {
    control.onCongestion(Cause.LOSS, (int) inFlight(), now);
    now += rttNanos;
    una = nxt;
    control.setCwnd(control.ssthresh());
    return fill();
  }

  /// The timer expires, and all that was in flight is sent again.
  Bench timeOut() {
    control.onTimeout((int) inFlight(), now);
    una = nxt;
    return fill();
  }
}
