package dev.sluice.tcp.send;

import dev.sluice.tcp.congestion.CongestionControl;
import dev.sluice.tcp.congestion.DeliveryRate;
import dev.sluice.tcp.congestion.Pacer;
import dev.sluice.tcp.ecn.Ecn;
import dev.sluice.tcp.receive.AckPolicy;
import dev.sluice.tcp.receive.SelectiveAcks;
import dev.sluice.tcp.recovery.LossRecovery;
import dev.sluice.tcp.recovery.RetransmissionQueue;
import dev.sluice.tcp.recovery.RetransmissionTimeout;
import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.SendBuffer;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.tcp.tcb.SendingClock;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;

/// What to send now: what is lost, then what is new, then an ACK on its own.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.7.4 RFC 9293 §3.7.4, §3.8
public final class Output {
  /// Segments that have to follow a probe for the path's MTU, so that its loss shows.
  private static final int BEHIND_PROBE = 4;

  private final Rooms rooms;
  private final SendSequence snd;
  private SendBuffer buffer;
  private final EffectiveMss mss;
  private final RetransmissionQueue queue;
  private final RetransmissionTimeout rto;
  private final LossRecovery recovery;
  private final CongestionControl congestion;
  private final DeliveryRate deliveryRate;
  private final Pacer pacer;
  private final ZeroWindowProbe probe;
  private final Push push;
  private long bytesRetransmitted;
  private long segmentsRetransmitted;
  private long textSentNanos = Long.MAX_VALUE; // nothing yet

  /// What [Output] is built with.
  ///
  /// @param snd SND.*
  /// @param buffer the octets
  /// @param mss how long a segment may be
  /// @param nagle whether a small one may go out
  /// @param push where segments and bursts end
  /// @param queue what is in flight
  /// @param rto the retransmission timer
  /// @param recovery what is lost
  /// @param congestion how much may be in flight
  /// @param deliveryRate how fast text arrives
  /// @param pacer when text may go out
  /// @param ecn how the ends tell of congestion without loss
  /// @param pathMtu which packets the path carries
  /// @param probe the closed window
  /// @param header what all segments share
  /// @param ackPolicy whether an ACK is due
  /// @param selectiveAcks whether it has more to tell than a segment with text can
  /// @param options what the user chose
  /// @param counters the stack's counters
  public record Rooms(
      SendSequence snd,
      SendBuffer buffer,
      EffectiveMss mss,
      Nagle nagle,
      Push push,
      RetransmissionQueue queue,
      RetransmissionTimeout rto,
      LossRecovery recovery,
      CongestionControl congestion,
      DeliveryRate deliveryRate,
      Pacer pacer,
      Ecn ecn,
      PathMtuDiscovery pathMtu,
      ZeroWindowProbe probe,
      SegmentHeader header,
      AckPolicy ackPolicy,
      SelectiveAcks selectiveAcks,
      ConnectionOptions options,
      CounterSet<TcpCounter> counters) {}

  public Output(Rooms rooms) {
    this.rooms = rooms;
    snd = rooms.snd();
    buffer = rooms.buffer();
    mss = rooms.mss();
    queue = rooms.queue();
    rto = rooms.rto();
    recovery = rooms.recovery();
    congestion = rooms.congestion();
    deliveryRate = rooms.deliveryRate();
    pacer = rooms.pacer();
    probe = rooms.probe();
    push = rooms.push();
  }

  /// The next segment of a synchronized connection.
  ///
  /// @return false: nothing to send now
  public boolean poll(Segment out, long nowNanos) {
    boolean sent = pollAny(out, nowNanos);
    mss.reserve(0);
    return sent;
  }

  private boolean pollAny(Segment out, long nowNanos) {
    boolean ackDue = rooms.ackPolicy().isDue();
    if (ackDue && (rooms.selectiveAcks().hasBlocks() || rooms.ecn().isHandshakeAckDue())) {
      rooms.header().acknowledge(out, snd.nxt(), nowNanos);
      return true;
    }
    boolean held = isTextWaiting() && pacer.holds(nowNanos);
    if (held && pacer.isPacedByWindow()) {
      noteHeld(nowNanos);
    }
    if (recovery.isProbeDue() && pollTailProbe(out, nowNanos)) {
      return true;
    }
    if (!held && !recovery.isNewFirst() && pollLost(out, nowNanos)) {
      return true;
    }
    if (!held && pollNew(out, nowNanos)) {
      return true;
    }
    if (ackDue) {
      rooms.header().acknowledge(out, snd.nxt(), nowNanos);
    }
    return ackDue;
  }

  /// What only waits for its turn makes use of the window already.
  private void noteHeld(long nowNanos) {
    long waiting = buffer.written() - snd.position(snd.nxt());
    long used = Math.min(congestion.cwnd(), recovery.inFlight() + waiting);
    congestion.onSent((int) used, snd.position(snd.una()), snd.position(snd.nxt()), nowNanos);
  }

  private boolean isTextWaiting() {
    return queue.hasLost() || buffer.written() > snd.position(snd.nxt());
  }

  // ---- what is lost

  /// Whether octets are to be sent again now; the queue tells which. The caller sends
  /// them and says so by [#onRetransmitted]; a SYN is the handshake's to send.
  public boolean findLost() {
    if (!queue.hasLost()) {
      return false;
    }
    if (!snd.isSynAcked() && queue.firstLostSeq() != snd.iss()) {
      return false; // what went with the SYN waits until that is acknowledged
    }
    int size = snd.isSynAcked() ? mss.octets() : 1;
    boolean room = recovery.inFlight() + size <= congestion.cwnd();
    return (room || recovery.isForced()) && queue.findLost(size, recordBound(size));
  }

  /// Octets that the next lost segment may carry: it does not go beyond its record.
  private int recordBound(int size) {
    if (!buffer.hasRecords()) {
      return size;
    }
    return push.octetsInRecord(snd.position(queue.firstLostSeq()), size);
  }

  /// All that is written may go, whatever TCP_CORK and MSG_MORE held back.
  public void release() {
    push.release();
  }

  private boolean pollLost(Segment out, long nowNanos) {
    if (snd.wnd() == 0 || !snd.isSynAcked()) {
      return false; // then the zero-window probe takes over (MUST-35)
    }
    if (!findLost()) {
      return false;
    }
    fill(out, queue.foundStart(), queue.foundEnd(), nowNanos);
    onRetransmitted(nowNanos);
    return true;
  }

  private boolean pollRescue(Segment out, long nowNanos) {
    boolean found = snd.wnd() > 0 && recovery.findRescue(mss.octets());
    if (found) {
      fill(out, queue.foundStart(), queue.foundEnd(), nowNanos);
      onRetransmitted(nowNanos);
    }
    return found;
  }

  /// What the queue found went out again.
  public void onRetransmitted(long nowNanos) {
    int octets = queue.foundEnd() - queue.foundStart();
    segmentsRetransmitted++;
    bytesRetransmitted += octets;
    deliveryRate.onSent(recovery.inFlight(), nowNanos);
    pacer.onSent(octets, mss.octets(), nowNanos);
    queue.onFoundSent(nowNanos);
    recovery.onRepeated(octets, nowNanos);
    if (queue.foundStart() == snd.una() && queue.sackedEntries() > 0) {
      rto.restart(nowNanos); // its answer takes a round trip from now (RFC 6675 §6)
    }
    rooms.ecn().onRepeat();
    rto.onSent(false, nowNanos);
    rooms.counters().increment(TcpCounter.SEGMENTS_RETRANSMITTED);
  }

  // ---- what is new

  private boolean pollNew(Segment out, long nowNanos) {
    int waiting = (int) (buffer.written() - snd.position(snd.nxt()));
    boolean finWaits = snd.isFinWaiting();
    if (waiting < mss.octets() && !queue.hasLost()) {
      noteApplicationLimited();
    }
    if (waiting <= 0 && !finWaits && queue.isEmpty()) {
      probe.stop();
      return false;
    }
    if (probe.isDue()) {
      pollProbe(out, waiting, nowNanos);
      return true;
    }
    if (waiting <= 0 && !finWaits) {
      recovery.onNothingNew();
      return pollLost(out, nowNanos) || pollRescue(out, nowNanos);
    }
    boolean paused = queue.isEmpty() && nowNanos - textSentNanos > rto.rtoNanos();
    if (paused && snd.usableWindow() > 0) { // a closed window ends the pause later
      congestion.onIdle(nowNanos - textSentNanos, nowNanos);
    }
    if (pollMtuProbe(out, waiting, nowNanos)) {
      return true;
    }
    int length = newOctets(waiting, nowNanos);
    boolean fin = finWaits && length == waiting && finFits(length);
    if (length == 0 && !fin) {
      if (queue.isEmpty()) {
        probe.start(nowNanos);
      }
      return false;
    }
    sendNew(out, length, fin, nowNanos);
    return true;
  }

  /// A segment larger than the path is known to carry, if enough follows it to tell at
  /// once whether it was lost (RFC 4821 §7.4).
  private boolean pollMtuProbe(Segment out, int waiting, long nowNanos) {
    int mtu = rooms.pathMtu().probeMtu();
    if (mtu == 0 || queue.hasLost() || queue.isFull() || !snd.isSynAcked()) {
      return false;
    }
    int usual = mss.octets();
    mss.probe(mtu);
    int length = mss.octets();
    long room = Math.min(snd.usableWindow(), congestion.cwnd() - recovery.inFlight());
    int record = push.octetsInRecord(snd.position(snd.nxt()), waiting);
    boolean fits = Math.min(room, waiting) >= length + (long) BEHIND_PROBE * usual;
    boolean sent = fits && length > usual && record >= length;
    if (sent) {
      int start = snd.nxt();
      sendNew(out, length, false, nowNanos);
      rooms.pathMtu().onProbeSent(start, snd.nxt());
    }
    mss.probe(0);
    return sent;
  }

  private void noteApplicationLimited() {
    int inFlight = recovery.inFlight();
    if (inFlight < congestion.cwnd()) {
      deliveryRate.onApplicationLimited(inFlight);
    }
  }

  /// Octets of text that window, congestion window and Nagle let out as one segment.
  private int newOctets(int waiting, long nowNanos) {
    boolean lostFirst = queue.hasLost() && !recovery.isNewFirst();
    if (waiting <= 0 || lostFirst || !snd.mayCarryText() || queue.isFull()) {
      return 0; // §3.10.2: before ESTABLISHED text waits, but for fast open
    }
    mss.reserve(rooms.ecn().optionOctets());
    int size = mss.octets();
    push.onWaiting(snd.position(snd.nxt()), size);
    int syn = snd.isSynAcked() ? 0 : 1; // it is in flight, but is no text
    long congestionRoom = congestion.cwnd() - recovery.inFlight() + syn;
    if (congestionRoom < Math.min(size, waiting) && !queue.isEmpty()) {
      return 0;
    }
    long window = snd.usableWindow();
    int record = push.octetsInRecord(snd.position(snd.nxt()), waiting);
    int allowed = Math.clamp(Math.min(window, congestionRoom), 0, record);
    int tail = allowed % size;
    if (tail > 0 && !permitsTail(allowed, record, waiting)) {
      allowed -= tail;
    }
    int uncut = rooms.ecn().mayBeCut() ? mss.linkOctets() : size;
    int most = Math.min(uncut, pacer.burstOctets(size));
    return push.segmentOctets(snd.position(snd.nxt()), allowed, size, most, nowNanos);
  }

  /// Whether the last, small part of what may go out does so now.
  private boolean permitsTail(int allowed, int record, int waiting) {
    if (allowed == waiting) {
      boolean held = push.isHeld(rooms.options().cork) && !snd.isFinQueued();
      return !held && rooms.nagle().permitsTail(rooms.options().noDelay);
    }
    if (allowed == record) {
      return true; // no more of this record will come
    }
    boolean windowIsLimit = allowed == snd.usableWindow() && allowed < mss.octets();
    return windowIsLimit && rooms.nagle().permitsWindowLimited(allowed);
  }

  /// One segment in place of a timeout: new text if the window lets it out, whatever the
  /// congestion window says; else the last one once more (RFC 8985 §7.3).
  private boolean pollTailProbe(Segment out, long nowNanos) {
    int waiting = (int) (buffer.written() - snd.position(snd.nxt()));
    int record = waiting <= 0 ? 0 : push.octetsInRecord(snd.position(snd.nxt()), waiting);
    int length = Math.min(record, mss.octets());
    boolean isNew = length > 0 && length <= snd.usableWindow();
    boolean last = !isNew && snd.wnd() > 0 && !queue.hasLost();
    boolean sent = isNew || (last && recovery.findProbe());
    if (isNew) {
      sendNew(out, length, false, nowNanos);
    } else if (sent) {
      fill(out, queue.foundStart(), queue.foundEnd(), nowNanos);
      onRetransmitted(nowNanos);
    }
    recovery.onProbe(sent, !isNew);
    return sent;
  }

  /// A FIN takes a number, which the window must have room for.
  private boolean finFits(int length) {
    return snd.usableWindow() > length;
  }

  private void sendNew(Segment out, int length, boolean fin, long nowNanos) {
    int start = snd.nxt();
    int end = start + length + (fin ? 1 : 0);
    boolean wasIdle = queue.isEmpty();
    if (fin) {
      snd.onFinSent(end - 1);
    }
    snd.onSent(end);
    deliveryRate.onSent(recovery.inFlight(), nowNanos);
    pacer.onSent(length, mss.octets(), nowNanos);
    queue.append(start, end, mss.octets(), nowNanos);
    fill(out, start, end, nowNanos);
    if (push.endsBurst(snd.position(end))) {
      out.flags |= Flags.PSH;
    }
    if (length > 0) {
      buffer.onSent(snd.position(start) + length);
      rooms.ackPolicy().onDataSent(nowNanos);
      rooms.ecn().onNewText(out, mss.isReserved());
    }
    if (length > 0 && length % mss.octets() != 0) {
      rooms.nagle().onSmallSent(end);
    }
    congestion.onSent(recovery.inFlight(), snd.position(snd.una()), snd.position(end), nowNanos);
    rto.onSent(wasIdle, nowNanos);
    recovery.onSent(end - start, nowNanos);
    probe.stop();
  }

  /// One octet, or the FIN, beyond a closed window; or what a window too small for its
  /// own good lets out, now that it has waited long enough.
  private void pollProbe(Segment out, int waiting, long nowNanos) {
    int room = Math.clamp(snd.usableWindow(), 0, mss.octets());
    if (queue.isEmpty() && room > 0) {
      int length = Math.min(push.octetsInRecord(snd.position(snd.nxt()), waiting), room);
      if (length == waiting) {
        push.remember(buffer.written()); // held back for more that did not come in time
      }
      sendNew(out, length, snd.isFinWaiting() && length == waiting && finFits(length), nowNanos);
    } else {
      pollProbeOctet(out, nowNanos);
    }
  }

  private void pollProbeOctet(Segment out, long nowNanos) {
    if (probe.isWithoutText()) {
      rooms.header().acknowledge(out, snd.una() - 1, nowNanos);
      probe.onSent(nowNanos);
      rooms.counters().increment(TcpCounter.ZERO_WINDOW_PROBES);
      return;
    }
    int start = snd.una();
    int end = start + 1;
    boolean text = snd.position(start) < buffer.written();
    if (!text) {
      snd.onFinSent(start);
    }
    snd.onProbeSent(end);
    queue.markFirstRepeated();
    fill(out, start, end, nowNanos);
    probe.onSent(nowNanos);
    rooms.counters().increment(TcpCounter.ZERO_WINDOW_PROBES);
  }

  /// Fills in text and FIN of `[start, end)`.
  private void fill(Segment out, int start, int end, long nowNanos) {
    boolean fin = snd.isFin(end - 1);
    int length = end - start - (fin ? 1 : 0);
    long position = snd.position(start);
    boolean pushed = length > 0 && (fin || push.isAt(position + length));
    int flags = (fin ? Flags.FIN : 0) | (pushed ? Flags.PSH : 0);
    rooms.header().begin(out, flags, start, nowNanos);
    textSentNanos = nowNanos;
    out.payload = buffer;
    out.payloadPosition = position;
    out.payloadLength = length;
    int size = mss.octets();
    out.segmentSize = length > size ? size : 0;
    rooms.header().offerUserTimeout(out, size - length);
    long urgent = buffer.urgentEnd() - position;
    if (urgent > 0) {
      out.flags |= Flags.URG;
      out.urgentPointer = (int) Math.min(65_535, urgent);
    }
  }

  /// All that is written up to now is urgent (RFC 9293 §3.8.5; SHLD-13: new
  /// applications should not).
  public void markUrgent() {
    buffer.announceUrgent(0);
  }

  /// The peer has acknowledged up to SND.UNA: what is urgent may be over.
  public void onAck() {
    rooms.nagle().onAck();
    push.onAck(rooms.options().cork);
  }

  /// Octets of text sent again so far.
  public long bytesRetransmitted() {
    return bytesRetransmitted;
  }

  /// Segments sent again so far.
  public long segmentsRetransmitted() {
    return segmentsRetransmitted;
  }

  /// What sending waits for, now that nothing more can go out.
  public SendingClock.Waiting waitingFor() {
    long waiting = buffer.written() - Math.max(0, snd.position(snd.nxt()));
    boolean nothingSent = queue.isEmpty() || (!snd.isSynAcked() && buffer.size() == 0);
    if (waiting <= 0 && nothingSent) {
      return SendingClock.Waiting.IDLE; // a SYN alone is not the user's
    }
    int size = mss.octets();
    if (recovery.inFlight() + Math.min(size, Math.max(1, waiting)) > congestion.cwnd()) {
      return SendingClock.Waiting.NETWORK;
    }
    if (waiting > 0) {
      boolean small = snd.usableWindow() < Math.min(size, waiting);
      return small ? SendingClock.Waiting.WINDOW : SendingClock.Waiting.NETWORK;
    }
    return buffer.isWanted() ? SendingClock.Waiting.BUFFER : SendingClock.Waiting.NETWORK;
  }

  /// It serves another connection from now on, which [#keep] is to restore.
  public void moveTo(SendBuffer other) {
    buffer = other;
    rooms.push().moveTo(other);
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    rooms.nagle().keep(archive);
    rooms.push().keep(archive);
    bytesRetransmitted = archive.keep(bytesRetransmitted);
    segmentsRetransmitted = archive.keep(segmentsRetransmitted);
    textSentNanos = archive.keepTime(textSentNanos, Long.MAX_VALUE);
  }
}
