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
/// The ranges are disjoint, do not touch and are sorted, in two arrays; a segment costs
/// a binary search. Their number is bounded: a peer that sends every other octet gets
/// the rest dropped, not our memory (CVE-2018-5390).
///
/// Where segments overlap, the octets that came first stay.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.10.7.4 RFC 9293 §3.10.7.4,
///     seventh; SHLD-31
public final class Reassembly {
  /// Ranges kept at most.
  static final int MAX_RANGES = 8_192;

  private static final int[] NO_RANGES = {};
  /// Room for so many stays when no range is left: the next gap then allocates nothing.
  private static final int KEPT_RANGES = 16;

  private static final int FIRST_RANGES = 8;

  private final ReceiveSequence rcv;
  private ReceiveBuffer buffer;
  private int[] left = NO_RANGES;
  private int[] right = NO_RANGES;
  private int count;
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
    if (count == 0) {
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
    } else if (count > 0) {
      int range = firstEndingAfter(from);
      if (range < count && Seq.lt(left[range], to)) {
        duplicateLeft = Seq.max(from, left[range]);
        duplicateRight = Seq.min(to, right[range]);
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
    while (used < count && Seq.leq(left[used], end)) {
      end = Seq.max(end, right[used]);
      used++;
    }
    remove(0, used);
    advanceTo(end);
  }

  /// Copies the parts of `[from, to)` that no range holds yet.
  private void fill(int from, int to, Payload payload, long source) {
    int at = from;
    for (int i = firstEndingAfter(from); i < count && Seq.lt(left[i], to); i++) {
      if (Seq.lt(at, left[i])) {
        buffer.put(rcv.position(at), payload, source + (at - from), left[i] - at);
      }
      at = Seq.max(at, right[i]);
    }
    if (Seq.lt(at, to)) {
      buffer.put(rcv.position(at), payload, source + (at - from), to - at);
    }
  }

  private Outcome keep(int from, int to, Payload payload, long source) {
    int first = firstEndingAfter(from - 1); // ranges that touch are merged
    if (first < count && Seq.leq(left[first], from) && Seq.geq(right[first], to)) {
      latestLeft = left[first];
      return Outcome.DUPLICATE;
    }
    int last = first;
    int newLeft = from;
    int newRight = to;
    while (last < count && Seq.leq(left[last], to)) {
      newLeft = Seq.min(newLeft, left[last]);
      newRight = Seq.max(newRight, right[last]);
      last++;
    }
    if (isRefused(first == last)) {
      return Outcome.OUT_OF_ORDER;
    }
    fill(from, to, payload, source);
    if (first == last) {
      insert(first);
    } else {
      remove(first + 1, last);
    }
    left[first] = newLeft;
    right[first] = newRight;
    latestLeft = newLeft;
    return Outcome.OUT_OF_ORDER;
  }

  /// Whether text is not kept: it would be a range too many, or memory is scarce, and
  /// text out of order comes again.
  private boolean isRefused(boolean newRange) {
    refused = buffer.isMemoryScarce();
    return refused || (newRange && count == MAX_RANGES);
  }

  /// Drops all that lies beyond the gap, though the peer was told of it: SACK is advice,
  /// and a sender keeps what it has reported until it is acknowledged (RFC 2018 §8). A
  /// FIN that was seen there stays known; it needs no memory.
  ///
  /// @return octets dropped
  public int prune() {
    if (count == 0 || holding) {
      return 0;
    }
    int octets = 0;
    for (int i = 0; i < count; i++) {
      octets += right[i] - left[i];
    }
    remove(0, count);
    buffer.dropOutOfOrder();
    return octets;
  }

  /// Whether the latest text out of order was not kept because memory is scarce.
  public boolean isLatestRefused() {
    return refused;
  }

  /// Index of the first range whose right edge lies after `seq`.
  private int firstEndingAfter(int seq) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Seq.gt(right[middle], seq)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private void insert(int index) {
    if (count == left.length) {
      int size = count == 0 ? FIRST_RANGES : count * 2;
      left = java.util.Arrays.copyOf(left, size);
      right = java.util.Arrays.copyOf(right, size);
    }
    System.arraycopy(left, index, left, index + 1, count - index);
    System.arraycopy(right, index, right, index + 1, count - index);
    count++;
  }

  private void remove(int from, int to) {
    if (from >= to) {
      return;
    }
    System.arraycopy(left, to, left, from, count - to);
    System.arraycopy(right, to, right, from, count - to);
    count -= to - from;
    if (count == 0 && left.length > KEPT_RANGES) {
      left = NO_RANGES;
      right = NO_RANGES;
    }
  }

  /// How many ranges wait beyond a gap.
  public int rangeCount() {
    return count;
  }

  /// Left edge of range `index`, in order of sequence numbers.
  public int rangeLeft(int index) {
    return left[index];
  }

  /// Right edge of range `index`.
  public int rangeRight(int index) {
    return right[index];
  }

  /// Index of the range that holds `seq`, or -1.
  public int rangeWith(int seq) {
    int range = firstEndingAfter(seq);
    return range < count && Seq.leq(left[range], seq) ? range : -1;
  }

  /// Left edge of the range that the latest out-of-order segment became part of.
  public int latestRangeLeft() {
    return latestLeft;
  }

  /// The number after the highest octet that is here.
  public int highest() {
    return count == 0 ? rcv.nxt() : right[count - 1];
  }

  /// Whether a gap is open.
  public boolean hasGap() {
    return count > 0;
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
