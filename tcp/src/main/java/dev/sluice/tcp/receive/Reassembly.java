package dev.sluice.tcp.receive;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.ReceiveBuffer;
import dev.sluice.tcp.tcb.ReceiveSequence;
import dev.sluice.wire.Payload;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;

/// Text in any order: octets go to their place in the receive buffer at once, and the
/// ranges beyond RCV.NXT are remembered until the gap before them is filled.
///
/// The ranges are disjoint, do not touch and are sorted ([Ranges]); what a segment costs
/// hardly depends on how many there are. Their number is bounded: a peer that sends
/// every other octet gets the rest dropped, not our memory (CVE-2018-5390).
///
/// Where segments overlap, the octets that came first stay.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.10.7.4 RFC 9293 §3.10.7.4,
///     seventh; SHLD-31
public final class Reassembly {
  /// Ranges kept at most.
  static final int MAX_RANGES = 8_192;

  private final ReceiveSequence rcv;
  private ReceiveBuffer buffer;
  private final Ranges ranges = new Ranges();
  private boolean finSeen;
  private int finSeq;
  private int latestLeft;
  private int duplicateLeft;
  private int duplicateRight;
  private boolean holding;
  private boolean refused;

  public Reassembly(ReceiveSequence rcv, ReceiveBuffer buffer) {
    this.rcv = rcv;
    this.buffer = buffer;
  }

  /// What became of a segment's text.
  public enum Outcome {
    /// It was in order, and no gap was open.
    IN_ORDER,
    /// It filled a gap, at least in part.
    FILLED_GAP,
    /// It lies beyond a gap and was kept, or dropped for want of room.
    OUT_OF_ORDER,
    /// All of it was there before.
    DUPLICATE
  }

  /// Takes the text of an acceptable segment; what lies outside the window is left out.
  public Outcome onText(Segment in) {
    findDuplicate(in.seq, in.seq + in.payloadLength);
    int from = Seq.max(in.seq, rcv.nxt());
    int to = Seq.min(in.seq + in.payloadLength, rcv.edge());
    if (finSeen) {
      to = Seq.min(to, finSeq); // nothing follows a FIN
    }
    if (Seq.geq(from, to)) {
      return Outcome.DUPLICATE;
    }
    long source = in.payloadPosition + (from - in.seq);
    if (from != rcv.nxt()) {
      return keep(from, to, in.payload, source);
    }
    if (ranges.size() == 0) {
      buffer.put(rcv.nxtPosition(), in.payload, source, to - from);
      advanceTo(to);
      return Outcome.IN_ORDER;
    }
    fill(from, to, in.payload, source);
    advanceOverRanges(to);
    return Outcome.FILLED_GAP;
  }

  /// Keeps the text that came with a SYN until [#release]: it belongs at RCV.NXT, but may
  /// not be taken before the handshake is over (RFC 9293 §3.10.7.3).
  ///
  /// @param in a SYN, whose own number lies before RCV.NXT
  public void hold(Segment in) {
    int from = rcv.nxt();
    int to = Seq.min(from + in.payloadLength, rcv.edge());
    if (Seq.lt(from, to)) {
      keep(from, to, in.payload, in.payloadPosition);
      holding = true;
    }
  }

  /// The handshake is over: what was held is received.
  ///
  /// @return octets, 0 if nothing was held
  public int release() {
    if (!holding) {
      return 0;
    }
    holding = false;
    int before = rcv.nxt();
    advanceOverRanges(before);
    return rcv.nxt() - before;
  }

  /// Whether text of a SYN waits for the end of the handshake.
  public boolean isHolding() {
    return holding;
  }

  /// The first run of octets in `[from, to)` that is here already: a D-SACK reports no
  /// more than that of one segment (RFC 2883 §4).
  private void findDuplicate(int from, int to) {
    duplicateLeft = from;
    duplicateRight = from;
    if (Seq.lt(from, rcv.nxt())) {
      duplicateRight = Seq.min(to, rcv.nxt());
    } else if (ranges.size() > 0) {
      int range = ranges.firstEndingAfter(from);
      if (range < ranges.size() && Seq.lt(ranges.left(range), to)) {
        duplicateLeft = Seq.max(from, ranges.left(range));
        duplicateRight = Seq.min(to, ranges.right(range));
      }
    }
  }

  /// Whether the latest text held octets that were here before.
  public boolean hasDuplicate() {
    return duplicateLeft != duplicateRight;
  }

  /// Left edge of the first run of such octets.
  public int duplicateLeft() {
    return duplicateLeft;
  }

  /// Its right edge.
  public int duplicateRight() {
    return duplicateRight;
  }

  /// A FIN stands at this number; it is acted on when all before it is in order.
  public void onFin(int seq) {
    if (!finSeen && Seq.geq(seq, rcv.nxt()) && Seq.leq(seq, rcv.edge())) {
      finSeen = true;
      finSeq = seq;
    }
  }

  /// Whether the FIN is next, now that all text before it is in order.
  public boolean isFinNext() {
    return finSeen && finSeq == rcv.nxt();
  }

  private void advanceTo(int seq) {
    rcv.advance(seq - rcv.nxt());
    buffer.makeAvailable(rcv.nxtPosition());
  }

  private void advanceOverRanges(int seq) {
    int end = seq;
    int used = 0;
    while (used < ranges.size() && Seq.leq(ranges.left(used), end)) {
      end = Seq.max(end, ranges.right(used));
      used++;
    }
    ranges.remove(0, used);
    advanceTo(end);
  }

  /// Copies the parts of `[from, to)` that no range holds yet.
  private void fill(int from, int to, Payload payload, long source) {
    int at = from;
    for (int i = ranges.firstEndingAfter(from);
        i < ranges.size() && Seq.lt(ranges.left(i), to);
        i++) {
      if (Seq.lt(at, ranges.left(i))) {
        buffer.put(rcv.position(at), payload, source + (at - from), ranges.left(i) - at);
      }
      at = Seq.max(at, ranges.right(i));
    }
    if (Seq.lt(at, to)) {
      buffer.put(rcv.position(at), payload, source + (at - from), to - at);
    }
  }

  private Outcome keep(int from, int to, Payload payload, long source) {
    int first = ranges.firstEndingAfter(from - 1); // ranges that touch are merged
    if (first < ranges.size()
        && Seq.leq(ranges.left(first), from)
        && Seq.geq(ranges.right(first), to)) {
      latestLeft = ranges.left(first);
      return Outcome.DUPLICATE;
    }
    int last = first;
    int newLeft = from;
    int newRight = to;
    while (last < ranges.size() && Seq.leq(ranges.left(last), to)) {
      newLeft = Seq.min(newLeft, ranges.left(last));
      newRight = Seq.max(newRight, ranges.right(last));
      last++;
    }
    if (isRefused(first == last)) {
      return Outcome.OUT_OF_ORDER;
    }
    fill(from, to, payload, source);
    if (first == last) {
      ranges.insert(first, newLeft, newRight);
    } else {
      ranges.remove(first + 1, last);
      ranges.set(first, newLeft, newRight);
    }
    latestLeft = newLeft;
    return Outcome.OUT_OF_ORDER;
  }

  /// Whether text is not kept: it would be a range too many, or memory is scarce, and
  /// text out of order comes again.
  private boolean isRefused(boolean newRange) {
    refused = buffer.isMemoryScarce();
    return refused || (newRange && ranges.size() == MAX_RANGES);
  }

  /// Drops all that lies beyond the gap, though the peer was told of it: SACK is advice,
  /// and a sender keeps what it has reported until it is acknowledged (RFC 2018 §8). A
  /// FIN that was seen there stays known; it needs no memory.
  ///
  /// @return octets dropped
  public int prune() {
    if (ranges.size() == 0 || holding) {
      return 0;
    }
    int octets = 0;
    for (int i = 0; i < ranges.size(); i++) {
      octets += ranges.right(i) - ranges.left(i);
    }
    ranges.clear();
    buffer.dropOutOfOrder();
    return octets;
  }

  /// Whether the latest text out of order was not kept because memory is scarce.
  public boolean isLatestRefused() {
    return refused;
  }

  /// How many ranges wait beyond a gap.
  public int rangeCount() {
    return ranges.size();
  }

  /// Left edge of range `index`, in order of sequence numbers.
  public int rangeLeft(int index) {
    return ranges.left(index);
  }

  /// Right edge of range `index`.
  public int rangeRight(int index) {
    return ranges.right(index);
  }

  /// Index of the range that holds `seq`, or -1.
  public int rangeWith(int seq) {
    int range = ranges.firstEndingAfter(seq);
    return range < ranges.size() && Seq.leq(ranges.left(range), seq) ? range : -1;
  }

  /// Left edge of the range that the latest out-of-order segment became part of.
  public int latestRangeLeft() {
    return latestLeft;
  }

  /// The number after the highest octet that is here.
  public int highest() {
    return ranges.size() == 0 ? rcv.nxt() : ranges.right(ranges.size() - 1);
  }

  /// Whether a gap is open.
  public boolean hasGap() {
    return ranges.size() > 0;
  }

  /// It serves another connection from now on, which [#keep] is to restore.
  public void moveTo(ReceiveBuffer other) {
    buffer = other;
  }

  /// What stays of it while the connection sleeps: no range is left then, and the latest
  /// one and the latest duplicate were told of.
  public void keep(Archive archive) {
    finSeen = archive.keep(finSeen);
    finSeq = archive.keep(finSeq);
  }
}
