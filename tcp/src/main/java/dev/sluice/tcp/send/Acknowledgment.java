package dev.sluice.tcp.send;

import dev.sluice.tcp.congestion.AckSample;
import dev.sluice.tcp.congestion.CongestionControl;
import dev.sluice.tcp.congestion.DeliveryRate;
import dev.sluice.tcp.congestion.Pacer;
import dev.sluice.tcp.ecn.Ecn;
import dev.sluice.tcp.receive.Timestamps;
import dev.sluice.tcp.recovery.Delivered;
import dev.sluice.tcp.recovery.LossRecovery;
import dev.sluice.tcp.recovery.RetransmissionQueue;
import dev.sluice.tcp.recovery.RetransmissionTimeout;
import dev.sluice.tcp.recovery.RttEstimator;
import dev.sluice.tcp.recovery.SenderState;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.Lifecycle;
import dev.sluice.tcp.tcb.SendBuffer;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;

/// What an acceptable ACK means: octets leave the send buffer, a round trip is
/// measured, the windows move, or it is the duplicate that tells of a loss.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.10.7.4 RFC 9293 §3.10.7.4,
///     fifth, ESTABLISHED
public final class Acknowledgment {
  private final SendSequence snd;
  private SendBuffer buffer;
  private final EffectiveMss mss;
  private final RetransmissionQueue queue;
  private final RetransmissionTimeout rto;
  private final LossRecovery recovery;
  private final DeliveryRate deliveryRate;
  private final Pacer pacer;
  private final CongestionControl congestion;
  private final ConnectionOptions options;
  private final int maxBufferBytes;
  private final Ecn ecn;
  private final PathMtuDiscovery pathMtu;
  private final CounterSet<TcpCounter> counters;
  private final ZeroWindowProbe probe;
  private final Output output;
  private final RttEstimator rtt;
  private final Timestamps timestamps;
  private final Lifecycle lifecycle;
  private final AckSample sample = new AckSample();
  private final Delivered told = new Delivered();

  /// @param rooms what [Output] is built with
  /// @param maxBufferBytes the most that a send buffer is given, octets
  public Acknowledgment(
      Output.Rooms rooms,
      Output output,
      RttEstimator rtt,
      Timestamps timestamps,
      Lifecycle lifecycle,
      int maxBufferBytes) {
    this.maxBufferBytes = maxBufferBytes;
    snd = rooms.snd();
    buffer = rooms.buffer();
    mss = rooms.mss();
    queue = rooms.queue();
    rto = rooms.rto();
    recovery = rooms.recovery();
    deliveryRate = rooms.deliveryRate();
    pacer = rooms.pacer();
    congestion = rooms.congestion();
    options = rooms.options();
    ecn = rooms.ecn();
    pathMtu = rooms.pathMtu();
    counters = rooms.counters();
    probe = rooms.probe();
    this.output = output;
    this.rtt = rtt;
    this.timestamps = timestamps;
    this.lifecycle = lifecycle;
  }

  /// It serves another connection from now on.
  public void moveTo(SendBuffer other) {
    buffer = other;
  }

  /// The segment's ACK is plausible: SND.UNA - MAX.SND.WND =< SEG.ACK =< SND.MAX.
  public void onAck(Segment in, long nowNanos) {
    long windowBefore = snd.wnd();
    boolean isNew = snd.isNewAck(in.ack);
    boolean finWasAcked = snd.isFinAcked();
    begin(in, nowNanos);
    int reductions = recovery.reductions();
    boolean reducing = recovery.state() == SenderState.CWR;
    if (isNew) {
      takeAcked(in);
    }
    if (in.sackCount > 0) {
      takeSacks(in);
    }
    measure(in);
    boolean moved = in.ack == snd.una() && snd.onWindow(in.seq, in.ack, in.window);
    if (moved && windowBefore == 0) {
      onWindowOpened();
    }
    boolean duplicate = !isNew && !moved && isDuplicate(in);
    boolean progress = isNew || told.isAny();
    boolean marked = ecn.onAck(in, isNew, sample.deliveredBytes, told.segments(), mss.octets());
    if (marked && (isNew || !queue.isEmpty())) {
      onMark(nowNanos);
    }
    boolean restart = recovery.onAck(in, told, sample, duplicate, mss.octets());
    if (isNew) {
      afterNewAck(restart, nowNanos);
    }
    if (progress) {
      recovery.scheduleProbe(nowNanos);
    }
    pathMtu.onProgress(rtt.srttNanos(), nowNanos);
    if (snd.isFinAcked() && !finWasAcked) {
      lifecycle.tell(Event.Signal.FIN_ACKNOWLEDGED);
    }
    noteReduction(reductions, reducing);
    if (snd.wnd() == 0 && !isNew) {
      probe.onAnswered();
      rto.onSignOfLife(nowNanos); // MUST-37: a peer that answers probes is alive
    }
  }

  /// The peer saw a mark on what we sent: a smaller window, once a round trip. A window
  /// of one segment stays, and the next segment waits for the timer instead (RFC 3168
  /// §6.1.2).
  private void onMark(long nowNanos) {
    if (congestion.cwnd() <= mss.octets() && !queue.isEmpty()) {
      rto.restart(nowNanos);
    }
    if (ecn.mayReduce(snd.una()) && recovery.state() != SenderState.CWR) {
      told.onMark();
    }
  }

  /// The peer is told of a smaller window (CWR), whatever it became smaller for; and once
  /// more when a mark's reduction is over: what went out meanwhile was still too much,
  /// and its marks tell nothing new.
  private void noteReduction(int before, boolean wasReducing) {
    boolean over = wasReducing && recovery.state() == SenderState.OPEN;
    if (recovery.reductions() != before || over) {
      ecn.onWindowReduced(snd.nxt());
    }
    if (recovery.reductions() != before && recovery.state() != SenderState.RECOVERY) {
      counters.increment(TcpCounter.ECN_REDUCTIONS);
    }
  }

  /// RFC 5681 §2: outstanding data, no text, no SYN or FIN, SND.UNA again, the same
  /// window.
  private boolean isDuplicate(Segment in) {
    return !queue.isEmpty()
        && snd.wnd() > 0 // else it answers a probe
        && in.payloadLength == 0
        && !in.has(Flags.SYN | Flags.FIN)
        && in.ack == snd.una();
  }

  private void begin(Segment in, long nowNanos) {
    long arrival = in.arrivalNanos != 0 ? in.arrivalNanos : nowNanos;
    told.begin(arrival, timestamps.latestEchoedNanos(in, arrival), rtt.minRttNanos());
    sample.nowNanos = nowNanos;
    sample.ackedBytes = 0;
    sample.inFlightBefore = recovery.inFlight();
  }

  private void takeAcked(Segment in) {
    long from = Math.max(0, snd.position(snd.una())); // neither SYN nor FIN counts as text
    snd.onAck(in.ack);
    told.onMoved();
    queue.onAck(in.ack, told);
    long to = Math.min(buffer.written(), snd.position(in.ack));
    buffer.acknowledge(to);
    sample.ackedBytes = (int) Math.max(0, to - from);
  }

  /// Blocks that lie outside what is in flight are wrong, if they do not tell of
  /// duplicates.
  private void takeSacks(Segment in) {
    int first = 0;
    if (isDuplicateReport(in)) {
      told.onDuplicate();
      recovery.onDuplicateReported(in.sackLeft[0], in.sackRight[0], mss.octets());
      first = 1;
    }
    for (int i = first; i < in.sackCount; i++) {
      int left = in.sackLeft[i];
      int right = in.sackRight[i];
      if (Seq.lt(left, right) && Seq.leq(right, snd.max())) {
        queue.onSack(Seq.max(left, snd.una()), right, told);
      }
    }
  }

  /// RFC 2883 §4: the first block lies below the ACK of the same segment, or inside the
  /// second block.
  private static boolean isDuplicateReport(Segment in) {
    int left = in.sackLeft[0];
    int right = in.sackRight[0];
    boolean inSecond =
        in.sackCount > 1 && Seq.geq(left, in.sackLeft[1]) && Seq.leq(right, in.sackRight[1]);
    return Seq.lt(left, right) && (Seq.leq(right, in.ack) || inSecond);
  }

  private void afterNewAck(boolean restart, long nowNanos) {
    if (restart || queue.isEmpty()) {
      rto.onAck(queue.isEmpty(), nowNanos);
    } else {
      rto.onAckWithoutRestart(nowNanos);
    }
    ecn.onNewAck(snd.una());
    output.onAck();
    if (probe.sent() > 0) {
      probe.stop(); // it took the octet: if the window is still closed, it closed anew
    }
    if (options.sendAutoTuning && congestion.cwnd() * 2 > buffer.capacity() && buffer.mayGrow()) {
      growBuffer();
    }
    if (buffer.isRoomy()) {
      lifecycle.tell(Event.Signal.WRITABLE);
    }
  }

  /// A buffer of two windows: one in flight, and one written meanwhile; but no more than
  /// the path takes in four of its shortest round trips. What lies in some queue beyond
  /// that makes nothing faster, and memory that is used over and over stays in the
  /// processor's cache. It never shrinks, and does not grow while the stack is short of
  /// memory.
  private void growBuffer() {
    double path =
        sample.rateNanos == 0 ? 0 : 4.0 * sample.rateBytes * rtt.minRttNanos() / sample.rateNanos;
    double wanted = Math.min(Math.min(maxBufferBytes, congestion.cwnd() * 2.0), path);
    if (wanted > buffer.capacity()) {
      buffer.capacity((int) wanted);
    }
  }

  /// Karn's rule: a segment sent once, else the echo of a timestamp (RFC 7323 §4.1),
  /// which counts only where SND.UNA moved.
  private void measure(Segment in) {
    long measured = -1;
    if (told.onceAckedNanos() >= 0) {
      measured = told.arrivalNanos() - told.onceAckedNanos();
    } else if (told.isMoved()) {
      long repeat = told.repeatAckedNanos();
      if (repeat < 0 || timestamps.isEchoSince(in, repeat)) {
        measured = timestamps.rttNanos(in, told.arrivalNanos());
      }
    }
    if (measured < 0 && told.onceSackedNanos() >= 0) {
      measured = told.arrivalNanos() - told.onceSackedNanos();
    }
    if (measured >= 0 || told.onceAckedNanos() >= 0) {
      rto.onSample(Math.max(0, measured), told.arrivalNanos());
    }
    sample.rttNanos = measured;
    sample.srttNanos = rtt.srttNanos();
    sample.minRttNanos = rtt.minRttNanos();
    sample.deliveredBytes = told.octets();
    sample.deliveredSegments = told.segments();
    sample.una = snd.position(snd.una());
    sample.nxt = snd.position(snd.nxt());
    pacer.onRoundTrip(rtt.srttNanos());
    deliveryRate.onDelivered(sample, told.latestSentNanos());
  }

  /// What was in flight when the window closed was not taken: it is sent again at once.
  private void onWindowOpened() {
    if (!queue.isEmpty()) {
      recovery.resendAll();
    }
    probe.stop();
  }
}
