package dev.sluice.tcp.send;

import dev.sluice.tcp.congestion.CongestionControl;
import dev.sluice.tcp.ecn.Ecn;
import dev.sluice.tcp.receive.AckPolicy;
import dev.sluice.tcp.receive.SelectiveAcks;
import dev.sluice.tcp.recovery.LossRecovery;
import dev.sluice.tcp.recovery.RetransmissionQueue;
import dev.sluice.tcp.recovery.RetransmissionTimeout;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.SendBuffer;
import dev.sluice.tcp.tcb.SendSequence;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;

/// What to send now: what is lost, then what is new, then an ACK on its own.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.7.4 RFC 9293 §3.7.4, §3.8
public final class Output {
  private final Rooms rooms;
  private final SendSequence snd;
  private final SendBuffer buffer;
  private final EffectiveMss mss;
  private final RetransmissionQueue queue;
  private final RetransmissionTimeout rto;
  private final LossRecovery recovery;
  private final CongestionControl congestion;
  private final ZeroWindowProbe probe;
  private long bytesRetransmitted;
  private int urgentSeq;
  private boolean urgent;
  private long textSentNanos = Long.MAX_VALUE; // nothing yet

  /// What [Output] is built with.
  ///
  /// @param snd SND.*
  /// @param buffer the octets
  /// @param mss how long a segment may be
  /// @param nagle whether a small one may go out
  /// @param queue what is in flight
  /// @param rto the retransmission timer
  /// @param recovery what is lost
  /// @param congestion how much may be in flight
  /// @param ecn how the ends tell of congestion without loss
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
      RetransmissionQueue queue,
      RetransmissionTimeout rto,
      LossRecovery recovery,
      CongestionControl congestion,
      Ecn ecn,
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
    probe = rooms.probe();
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
    if (pollLost(out, nowNanos) || pollNew(out, nowNanos)) {
      return true;
    }
    if (ackDue) {
      rooms.header().acknowledge(out, snd.nxt(), nowNanos);
    }
    return ackDue;
  }

  // ---- what is lost

  /// Which octets are to be sent again now, as an entry of the queue, -1 if none. The
  /// caller sends it and says so by [#onRetransmitted]; a SYN is the handshake's to send.
  public int lostEntry() {
    if (!queue.hasLost()) {
      return -1;
    }
    int size = snd.isSynAcked() ? mss.octets() : 1;
    boolean room = recovery.inFlight(size) + size <= congestion.cwnd();
    return room || recovery.takeForced() ? queue.nextLost(size) : -1;
  }

  private boolean pollLost(Segment out, long nowNanos) {
    if (snd.wnd() == 0 || !snd.isSynAcked()) {
      return false; // then the zero-window probe takes over (MUST-35)
    }
    int entry = lostEntry();
    if (entry < 0) {
      return false;
    }
    int start = queue.startSeq(entry);
    int end = queue.endSeq(entry);
    fill(out, start, end, nowNanos);
    onRetransmitted(entry, nowNanos);
    return true;
  }

  /// The entry of the queue went out again.
  public void onRetransmitted(int entry, long nowNanos) {
    bytesRetransmitted += queue.endSeq(entry) - queue.startSeq(entry);
    queue.onRetransmitted(entry, nowNanos);
    recovery.takeForced();
    rooms.ecn().onRepeat();
    rto.onSent(false, nowNanos);
    rooms.counters().increment(TcpCounter.SEGMENTS_RETRANSMITTED);
  }

  // ---- what is new

  private boolean pollNew(Segment out, long nowNanos) {
    int waiting = (int) (buffer.written() - snd.position(snd.nxt()));
    boolean finWaits = snd.isFinWaiting();
    if (waiting <= 0 && !finWaits && queue.isEmpty()) {
      probe.stop();
      return false;
    }
    if (probe.isDue()) {
      pollProbe(out, waiting, nowNanos);
      return true;
    }
    if (waiting <= 0 && !finWaits) {
      recovery.onNothingNew(mss.octets());
      return pollLost(out, nowNanos);
    }
    if (queue.isEmpty() && nowNanos - textSentNanos > rto.rtoNanos()) {
      congestion.onIdle(nowNanos - textSentNanos, nowNanos);
    }
    int length = newOctets(waiting);
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

  /// Octets of text that window, congestion window and Nagle let out as one segment.
  private int newOctets(int waiting) {
    if (waiting <= 0 || queue.hasLost() || !snd.mayCarryText()) {
      return 0; // §3.10.2: before ESTABLISHED text waits, but for fast open
    }
    mss.reserve(rooms.ecn().optionOctets());
    int size = mss.octets();
    long congestionRoom = congestion.cwnd() - recovery.inFlight(size);
    if (congestionRoom < Math.min(size, waiting) && !queue.isEmpty()) {
      return 0;
    }
    long window = snd.usableWindow();
    int limit = Math.clamp(Math.min(window, congestionRoom), 0, rooms.ecn().mayBeCut() ? mss.linkOctets() : size);
    int length = Math.min(waiting, limit);
    int tail = length % size;
    if (tail == 0) {
      return length;
    }
    boolean permitted = length == waiting
        ? rooms.nagle().permitsTail(rooms.options().noDelay)
        : length == window && length < size && rooms.nagle().permitsWindowLimited(length);
    return permitted ? length : length - tail;
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
    queue.append(start, end, nowNanos);
    fill(out, start, end, nowNanos);
    if (length > 0) {
      rooms.ecn().onNewText(out, rooms.ecn().optionOctets() > 0);
    }
    if (length > 0 && length % mss.octets() != 0) {
      rooms.nagle().onSmallSent(end);
    }
    congestion.onSent(
        recovery.inFlight(mss.octets()), snd.position(snd.una()), snd.position(end), nowNanos);
    rto.onSent(wasIdle, nowNanos);
    probe.stop();
  }

  /// One octet, or the FIN, beyond a closed window; or what a window too small for its
  /// own good lets out, now that it has waited long enough.
  private void pollProbe(Segment out, int waiting, long nowNanos) {
    int room = Math.clamp(snd.usableWindow(), 0, mss.octets());
    if (queue.isEmpty() && room > 0) {
      int length = Math.min(waiting, room);
      sendNew(out, length, snd.isFinWaiting() && length == waiting && finFits(length), nowNanos);
    } else {
      pollProbeOctet(out, nowNanos);
    }
  }

  private void pollProbeOctet(Segment out, long nowNanos) {
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
    boolean last = length > 0 && position + length == buffer.written();
    int flags = (fin ? Flags.FIN : 0) | (last ? Flags.PSH : 0);
    rooms.header().begin(out, flags, start, nowNanos);
    textSentNanos = nowNanos;
    out.payload = buffer;
    out.payloadPosition = position;
    out.payloadLength = length;
    int size = mss.octets();
    out.segmentSize = length > size ? size : 0;
    if (urgent && Seq.gt(urgentSeq, start)) {
      out.flags |= Flags.URG;
      out.urgentPointer = Math.min(65_535, urgentSeq - start);
    }
  }

  /// All that is written up to now is urgent (RFC 9293 §3.8.5; SHLD-13: new
  /// applications should not).
  public void markUrgent() {
    urgent = true;
    urgentSeq = snd.seqAt(buffer.written());
  }

  /// The peer has acknowledged up to SND.UNA: what is urgent may be over.
  public void onAck() {
    urgent &= Seq.gt(urgentSeq, snd.una());
    rooms.nagle().onAck();
  }

  /// Octets of text sent again so far.
  public long bytesRetransmitted() {
    return bytesRetransmitted;
  }
}
