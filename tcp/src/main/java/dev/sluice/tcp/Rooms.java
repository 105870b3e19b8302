package dev.sluice.tcp;

import dev.sluice.tcp.close.Close;
import dev.sluice.tcp.close.KeepAlive;
import dev.sluice.tcp.close.Reset;
import dev.sluice.tcp.congestion.DeliveryRate;
import dev.sluice.tcp.congestion.LiveControl;
import dev.sluice.tcp.congestion.Pacer;
import dev.sluice.tcp.ecn.Ecn;
import dev.sluice.tcp.handshake.FastOpenClient;
import dev.sluice.tcp.handshake.SynOptions;
import dev.sluice.tcp.handshake.SynTransmission;
import dev.sluice.tcp.receive.AckPolicy;
import dev.sluice.tcp.receive.ChallengeAcks;
import dev.sluice.tcp.receive.Reassembly;
import dev.sluice.tcp.receive.ReceiveTuning;
import dev.sluice.tcp.receive.ReceiveWindow;
import dev.sluice.tcp.receive.SelectiveAcks;
import dev.sluice.tcp.receive.Timestamps;
import dev.sluice.tcp.receive.UrgentReceive;
import dev.sluice.tcp.recovery.LossRecovery;
import dev.sluice.tcp.recovery.MtuProbe;
import dev.sluice.tcp.recovery.RetransmissionQueue;
import dev.sluice.tcp.recovery.RetransmissionTimeout;
import dev.sluice.tcp.recovery.RttEstimator;
import dev.sluice.tcp.recovery.SenderState;
import dev.sluice.tcp.send.Acknowledgment;
import dev.sluice.tcp.send.EffectiveMss;
import dev.sluice.tcp.send.Nagle;
import dev.sluice.tcp.send.Output;
import dev.sluice.tcp.send.PathMtuDiscovery;
import dev.sluice.tcp.send.Push;
import dev.sluice.tcp.send.SegmentHeader;
import dev.sluice.tcp.send.ZeroWindowProbe;
import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.Deadlines;
import dev.sluice.tcp.tcb.Lifecycle;
import dev.sluice.tcp.tcb.Path;
import dev.sluice.tcp.tcb.ReceiveBuffer;
import dev.sluice.tcp.tcb.ReceiveSequence;
import dev.sluice.tcp.tcb.SendBuffer;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.tcp.tcb.SendingClock;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.Timer;
import dev.sluice.tcp.tcb.Traffic;
import dev.sluice.tcp.tcb.UserTimeout;
import dev.sluice.wire.FourTuple;
import org.jspecify.annotations.Nullable;

/// All rooms of one connection, built from the bottom up; the order of the fields is
/// that of the floors.
final class Rooms {
  Ground ground;
  FourTuple tuple;
  final Environment environment;
  final ConnectionOptions options;

  // tcb
  final Lifecycle lifecycle;
  final Deadlines deadlines = new Deadlines();
  final SendSequence snd;
  final ReceiveSequence rcv = new ReceiveSequence();
  SendBuffer sendBuffer;
  ReceiveBuffer receiveBuffer;
  final Traffic traffic = new Traffic();
  final SendingClock sendingClock = new SendingClock();
  final UserTimeout userTimeout;

  // receive
  final Timestamps timestamps;
  final Reassembly reassembly;
  final ReceiveWindow window;
  final AckPolicy ackPolicy;
  final ReceiveTuning receiveTuning;
  final SelectiveAcks selectiveAcks;
  final ChallengeAcks challengeAcks = new ChallengeAcks();
  final UrgentReceive urgent;

  // ecn, congestion, recovery
  final Ecn ecn;
  final EffectiveMss mss;
  final LiveControl congestion;
  final DeliveryRate deliveryRate = new DeliveryRate();
  final Pacer pacer;
  final RttEstimator rtt;
  final RetransmissionTimeout rto;
  final RetransmissionQueue queue = new RetransmissionQueue();
  final MtuProbe mtuProbe = new MtuProbe();
  final LossRecovery recovery;

  // send
  final ZeroWindowProbe probe;
  final SegmentHeader header;
  final Output output;
  final Acknowledgment acknowledgment;
  final PathMtuDiscovery pathMtu;

  // handshake, close
  final SynOptions synOptions;
  final SynTransmission syn;
  final Reset reset;
  final Close close;
  final KeepAlive keepAlive;

  /// Fast open as a client, if the user wants it.
  @Nullable
  FastOpenClient fastOpen;

  /// Text came with the SYN and was taken, or went with ours and was acknowledged.
  boolean fastOpenTaken;

  /// @param ground what the rooms stand on
  Rooms(Ground ground, State initial, int iss) {
    this.ground = ground;
    environment = ground.environment;
    tuple = ground.tuple;
    options = ground.options;
    Path path = ground.path;
    var settings = environment.settings();
    var counters = environment.counters();

    lifecycle = new Lifecycle(initial);
    snd = new SendSequence(iss);
    sendBuffer = ground.sendBuffer;
    receiveBuffer = ground.receiveBuffer;

    limitSendBuffer();
    userTimeout = new UserTimeout(settings, options);

    timestamps = new Timestamps(environment.initialSequence().timestampOffset(tuple));
    reassembly = new Reassembly(rcv, receiveBuffer);
    mss = new EffectiveMss(tuple.isV4(), path, settings.segmentBound(options.maxSegmentBytes));
    if (settings.announcePathMss) {
      mss.announcePath();
    }
    window = new ReceiveWindow(settings, rcv, receiveBuffer, mss.announced());
    window.clamp(options.windowClampBytes);
    ackPolicy = new AckPolicy(settings, deadlines, mss.announced());
    receiveTuning = new ReceiveTuning(rcv, receiveBuffer, settings.maxReceiveBufferBytes);
    selectiveAcks = new SelectiveAcks(rcv, reassembly);
    urgent = new UrgentReceive(rcv, lifecycle, receiveBuffer);

    congestion = new LiveControl(congestionWanted(), settings, mss.octets());
    pacer = new Pacer(settings, options, congestion, deadlines);
    rtt = new RttEstimator(settings);
    rto = new RetransmissionTimeout(settings, deadlines, rtt);
    recovery = new LossRecovery(new LossRecovery.Rooms(
        settings, snd, queue, congestion, rtt, mtuProbe, timestamps, deadlines, counters));

    probe = new ZeroWindowProbe(settings, deadlines, rto);
    ecn = new Ecn(settings, counters);
    header = new SegmentHeader(new SegmentHeader.Rooms(
        tuple,
        options,
        rcv,
        window,
        timestamps,
        ackPolicy,
        selectiveAcks,
        ecn,
        userTimeout,
        counters));
    pathMtu = new PathMtuDiscovery(
        tuple.isV4(),
        new PathMtuDiscovery.Rooms(
            settings, mss, congestion, recovery, mtuProbe, deadlines, counters));
    Output.Rooms outputRooms = outputRooms();
    output = new Output(outputRooms);
    acknowledgment = new Acknowledgment(
        outputRooms, output, rtt, timestamps, lifecycle, settings.maxSendBufferBytes);

    synOptions = new SynOptions(new SynOptions.Rooms(
        settings, options, mss, snd, rcv, timestamps, selectiveAcks, recovery, ecn));
    syn = new SynTransmission(outputRooms, output, synOptions);
    reset = new Reset(header, counters);
    close = new Close(closeRooms());
    keepAlive = new KeepAlive(options, userTimeout, deadlines, snd, header, counters);
  }

  private Output.Rooms outputRooms() {
    return new Output.Rooms(
        snd,
        sendBuffer,
        mss,
        new Nagle(snd),
        new Push(environment.settings(), snd, sendBuffer, congestion, rtt),
        queue,
        rto,
        recovery,
        congestion,
        deliveryRate,
        pacer,
        ecn,
        pathMtu,
        probe,
        header,
        ackPolicy,
        selectiveAcks,
        options,
        environment.counters());
  }

  private Close.Rooms closeRooms() {
    return new Close.Rooms(
        tuple,
        environment.settings(),
        options,
        lifecycle,
        snd,
        rcv,
        sendBuffer,
        window,
        timestamps,
        deadlines,
        reset,
        environment.counters());
  }

  /// The user wants fast open for an active open.
  void enableFastOpen(long nowNanos) {
    fastOpen = new FastOpenClient(
        environment.fastOpenCache(),
        environment.settings(),
        tuple.remote(),
        options.fastOpenWithoutCookie,
        mss,
        nowNanos);
    syn.fastOpen(fastOpen);
  }

  /// The user's bounds for what waits to be sent take effect.
  void limitSendBuffer() {
    int own = options.notSentLowatBytes;
    int asked = own == 0 ? environment.settings().notSentLowatBytes : own;
    sendBuffer.limits(asked > 0 ? asked : Integer.MAX_VALUE, options.sendOvershootBytes);
  }

  /// The congestion control that the user asks for, or the stack's.
  CongestionAlgorithm congestionWanted() {
    CongestionAlgorithm asked = options.congestion;
    return asked == null ? environment.settings().congestion : asked;
  }

  /// Whether the connection is established, nothing is under way in either direction and
  /// nobody waits to be told anything: then it may sleep.
  boolean isAtRest() {
    return state() == State.ESTABLISHED
        && !isOutstanding()
        && !snd.isFinQueued()
        && !reassembly.hasGap()
        && !reassembly.isHolding()
        && !ackPolicy.isDue()
        && !ecn.isHandshakeAckDue()
        && recovery.state() == SenderState.OPEN
        && mtuProbe.isAtRest()
        && !probe.isActive()
        && !reset.isDue()
        && !keepAlive.isDue()
        && fastOpen == null
        && lifecycle.isToldAll()
        && deadlines.areOnlyLong();
  }

  /// The rooms serve another connection from now on, with the same options and over the
  /// same kind of path; [#keep] is to restore what it remembers.
  void moveTo(Ground other) {
    ground = other;
    tuple = other.tuple;
    sendBuffer = other.sendBuffer;
    receiveBuffer = other.receiveBuffer;
    reassembly.moveTo(receiveBuffer);
    window.moveTo(receiveBuffer);
    receiveTuning.moveTo(receiveBuffer);
    urgent.moveTo(receiveBuffer);
    deliveryRate.moveOn();
    header.moveTo(tuple);
    output.moveTo(sendBuffer);
    acknowledgment.moveTo(sendBuffer);
    close.moveTo(tuple, sendBuffer);
  }

  /// Whether they take no more memory than those of a connection that carried little.
  boolean areSmall() {
    return deliveryRate.isSmall();
  }

  /// What stays of all rooms while the connection sleeps; the order is that of what is
  /// told from what.
  void keep(Archive archive) {
    snd.keep(archive);
    rcv.keep(archive);
    lifecycle.keep(archive);
    deadlines.keep(archive);
    traffic.keep(archive);
    sendingClock.keep(archive);
    userTimeout.keep(archive);
    timestamps.keep(archive);
    reassembly.keep(archive);
    window.keep(archive);
    ackPolicy.keep(archive);
    receiveTuning.keep(archive);
    selectiveAcks.keep(archive);
    challengeAcks.keep(archive);
    ecn.keep(archive);
    mss.keep(archive);
    congestion.keep(archive);
    deliveryRate.keep(archive);
    pacer.keep(archive);
    rtt.keep(archive);
    rto.keep(archive);
    recovery.keep(archive);
    probe.keep(archive);
    output.keep(archive);
    pathMtu.keep(archive);
    synOptions.keep(archive);
    keepAlive.keep(archive);
    fastOpenTaken = archive.keep(fastOpenTaken);
  }

  State state() {
    return lifecycle.state();
  }

  /// Whether something is in flight or waits to be sent.
  boolean isOutstanding() {
    return !queue.isEmpty() || sendBuffer.size() > 0 || snd.isFinWaiting();
  }

  /// The handshake is over: what was agreed on takes effect.
  void onEstablished(boolean synWasLost, long nowNanos) {
    deadlines.clear(Timer.OPEN);
    congestion.onMssChanged(mss.octets());
    pathMtu.onEstablished();
    rto.onEstablished(synWasLost);
    if (synWasLost) {
      congestion.onHandshakeLoss();
    }
    traffic.onEstablished(nowNanos);
    keepAlive.onSegment(nowNanos);
    keepAlive.start(nowNanos);
  }
}
