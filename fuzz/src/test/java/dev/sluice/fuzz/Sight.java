package dev.sluice.fuzz;

import dev.sluice.wire.Flags;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;

/// What a peer sees of a conversation, and the segments it makes of that: sensible ones,
/// and ones that are a little or far off.
final class Sight {
  private static final int PEER_ISS = 0x7fff_fff0; // wraps soon, as any number may
  private static final int MAX_SHIFT = 14;
  private static final int KINDS = 11;

  /// The sockets, seen from the engine.
  final FourTuple tuple;

  /// The engine's SYN, once it was seen.
  int iss;
  /// The number after the highest that the engine sent.
  int sndMax;
  boolean sentAny;
  /// The peer's SYN as the engine took it.
  int irs;
  /// The farthest that the peer's windows ever reached.
  int peerEdge;
  /// Up to which number the engine has acknowledged.
  private int ack;
  /// Where the engine's window ends.
  private int edge;
  private boolean acked;
  private int shiftOffered = Segment.ABSENT;
  private int peerShift = Segment.ABSENT;
  private boolean timestamps;
  private int tsVal = 1_000;
  private int tsEcr;

  Sight(FourTuple tuple) {
    this.tuple = tuple;
    ack = PEER_ISS;
    irs = PEER_ISS;
  }

  /// A segment that the engine sent.
  void onSent(Segment out) {
    if (out.has(Flags.RST)) {
      return;
    }
    if (!sentAny) {
      iss = out.has(Flags.SYN) ? out.seq : out.seq - 1;
      sndMax = iss;
      peerEdge = iss + 1;
      sentAny = true;
    }
    sndMax = Seq.max(sndMax, out.endSeq());
    if (out.has(Flags.SYN)) {
      shiftOffered = out.windowScale;
    }
    timestamps |= out.hasTimestamps;
    tsEcr = out.tsVal;
    if (out.has(Flags.ACK)) {
      int newEdge = edgeOf(out);
      edge = acked ? Seq.max(edge, newEdge) : newEdge;
      ack = out.ack;
      acked = true;
    }
  }

  private int edgeOf(Segment out) {
    return out.ack + (out.window << shiftOf(out));
  }

  private int shiftOf(Segment out) {
    boolean scaled =
        !out.has(Flags.SYN) && shiftOffered != Segment.ABSENT && peerShift != Segment.ABSENT;
    return scaled ? shiftOffered : 0;
  }

  /// RCV.NXT never goes back, and neither does the window's edge (RFC 9293 SHLD-14), but
  /// for less than one unit of its scale (RFC 7323 §2.4), and in a SYN that goes out
  /// again: its window cannot be scaled.
  void checkAcknowledgment(Segment out) {
    if (acked) {
      Law.holds(Seq.geq(out.ack, ack), "RCV.NXT went back: " + (out.ack - ack));
      int slack = (1 << shiftOf(out)) - 1;
      int step = edgeOf(out) + slack - edge;
      Law.holds(step >= 0 || out.has(Flags.SYN), "the window shrank: " + step);
    }
  }

  /// The engine has taken this SYN as the beginning of the conversation.
  ///
  /// @param seq its number: the engine counts on in the segment itself
  void onSynTaken(int seq, Segment in) {
    irs = seq;
    ack = acked ? ack : seq + 1;
    peerShift = in.windowScale;
    peerEdge = Seq.max(peerEdge, iss + 1 + in.window);
  }

  // ---- what the peer sends

  /// The next segment, decided by the octets.
  Segment next(Feed feed) {
    Segment in = begin();
    switch (feed.below(KINDS)) {
      case 0 -> anything(feed, in);
      case 1 -> text(in, 0, feed.scaled());
      case 2 -> text(in, feed.scaled(), feed.scaled()); // a hole before it
      case 3 -> text(in, -feed.scaled(), feed.scaled()); // partly known
      case 4 -> in.ack = sndMax - feed.scaled();
      case 5 -> in.window = feed.u16();
      case 6 -> {
        text(in, 0, feed.below(4));
        in.flags |= Flags.FIN;
      }
      case 7 -> {
        in.flags = feed.flag() ? Flags.RST : Flags.RST | Flags.ACK;
        in.seq += feed.scaled();
      }
      case 8 -> syn(feed, in, Flags.SYN);
      case 9 -> syn(feed, in, Flags.SYN | Flags.ACK);
      default -> sack(feed, in);
    }
    return finish(in);
  }

  /// The plain answer to everything seen so far.
  Segment acknowledge() {
    return finish(begin());
  }

  /// A SYN as any client sends it.
  ///
  /// @param ack whether it answers the engine's
  Segment plainSyn(boolean ack, int mss, int shift) {
    Segment in = begin();
    in.flags = ack ? Flags.SYN | Flags.ACK : Flags.SYN;
    in.seq = PEER_ISS;
    in.mss = mss;
    in.windowScale = shift;
    return finish(in);
  }

  private Segment begin() {
    Segment in = new Segment();
    in.clear();
    in.address(new FourTuple(tuple.remote(), tuple.remotePort(), tuple.local(), tuple.localPort()));
    in.ttl = 64;
    in.flags = Flags.ACK;
    in.seq = ack;
    in.ack = sndMax;
    in.window = 65_535;
    return in;
  }

  private Segment finish(Segment in) {
    if (timestamps && !in.hasTimestamps) {
      in.hasTimestamps = true;
      in.tsVal = ++tsVal;
      in.tsEcr = tsEcr;
    }
    in.payload = in.payloadLength == 0 ? dev.sluice.wire.Payload.NONE : Pattern.OF_PLACE;
    in.payloadPosition = in.has(Flags.SYN) ? in.seq + 1 : in.seq;
    boolean plausible = sndMax - in.ack >= 0 && sndMax - iss >= sndMax - in.ack;
    if (sentAny && in.has(Flags.ACK) && plausible) {
      int shift = in.has(Flags.SYN) || peerShift == Segment.ABSENT ? 0 : peerShift;
      peerEdge = Seq.max(peerEdge, in.ack + (in.window << Math.min(MAX_SHIFT, shift)));
    }
    return in;
  }

  private static void text(Segment in, int offset, int length) {
    in.seq += offset;
    in.payloadLength = Math.min(length, 65_000);
    in.flags |= Flags.PSH;
  }

  private static void syn(Feed feed, Segment in, int flags) {
    in.flags = flags;
    in.seq = feed.flag() ? PEER_ISS : in.seq + feed.i8();
    in.ack += feed.i8();
    in.mss = feed.flag() ? feed.u16() : Segment.ABSENT;
    in.windowScale = feed.flag() ? feed.u8() : Segment.ABSENT;
    in.sackPermitted = feed.flag();
    in.hasTimestamps = feed.flag();
    in.tsVal = 1_000;
    in.window = feed.u16();
    in.payloadLength = feed.below(16);
  }

  private void sack(Feed feed, Segment in) {
    in.ack = sndMax - feed.scaled();
    in.sackCount = feed.below(Segment.MAX_SACK_BLOCKS + 1);
    for (int i = 0; i < in.sackCount; i++) {
      in.sackLeft[i] = in.ack + feed.scaled();
      in.sackRight[i] = feed.flag() ? feed.i32() : in.sackLeft[i] + feed.scaled();
    }
  }

  private void anything(Feed feed, Segment in) {
    in.flags = feed.u16() & 0x1ff;
    in.seq += feed.i8() << (feed.u8() & 31);
    in.ack += feed.i8() << (feed.u8() & 31);
    in.window = feed.u16();
    in.urgentPointer = feed.u16();
    in.payloadLength = Math.min(feed.scaled(), 65_000);
    in.trafficClass = feed.u8();
    if (feed.flag()) {
      in.hasTimestamps = true;
      in.tsVal = tsVal + (feed.i8() << (feed.u8() & 31));
      in.tsEcr = tsEcr + feed.i8();
    }
    if (in.has(Flags.SYN)) {
      in.mss = feed.u16();
    }
  }
}
