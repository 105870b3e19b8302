package dev.sluice.tcp.ecn;

import dev.sluice.tcp.tcb.AccEcnOptionUse;
import dev.sluice.tcp.tcb.Archive;
import dev.sluice.tcp.tcb.EcnInfo;
import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.tcp.tcb.TcpSettings;
import dev.sluice.wire.CounterSet;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;
import dev.sluice.wire.Seq;

/// Explicit congestion notification of one connection, both ways.
///
/// Only new text is sent as capable of being marked: no SYN, no bare ACK, nothing that is
/// sent again, no window probe (RFC 3168 §6.1.1, §6.1.4 to §6.1.6), unless
/// [TcpSettings#ecnOnAll] says so.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3168#section-6.1 RFC 3168 §6.1
/// @spec https://www.rfc-editor.org/rfc/rfc9768#section-3 RFC 9768 §3
public final class Ecn {
  /// The codepoints of what a router may mark (RFC 3168 §5).
  static final int ECT_1 = 1;

  static final int ECT_0 = 2;
  /// The codepoint of what a router has marked.
  static final int CE = 3;
  /// The bits of a traffic class that hold it.
  static final int CODEPOINT = 3;

  private static final EcnMode[] MODES = EcnMode.values();

  private final TcpSettings settings;
  private final CounterSet<TcpCounter> counters;
  private final ClassicEcn classic = new ClassicEcn();
  private final MarkCounters received = new MarkCounters();
  private final MarkFeedback feedback = new MarkFeedback();
  private EcnMode mode = EcnMode.OFF;
  private boolean markable;
  private boolean capableSeen;
  private boolean ackOfAck;
  private boolean handshakeAckDue;
  private boolean handshakeAckAwaited;
  private int synCodepoint;
  private boolean optionSeen;
  private boolean firstTextUnacknowledged = true;
  private boolean optionsLost;
  private boolean tsSeen;
  private int latestTsVal;
  private boolean reduced;
  private int reducedAt;
  private long deliveredMarked;
  private long receivedMarked;

  /// @param settings which option to send, and what may be marked
  /// @param counters the stack's counters
  public Ecn(TcpSettings settings, CounterSet<TcpCounter> counters) {
    this.settings = settings;
    this.counters = counters;
  }

  // ---- the handshake

  /// The peer's SYN-ACK came, in answer to our SYN.
  ///
  /// @return whether our SYN got a mark on its way: the first window should be smaller
  public boolean onSynAck(Segment in, EcnMode asked) {
    if (mode != EcnMode.OFF) {
      return false; // both opened at once: the SYN has decided (RFC 9768 §3.1.5)
    }
    agree(EcnNegotiation.agreedBy(asked, in.flags));
    if (mode != EcnMode.ACCURATE) {
      return false;
    }
    noteSynAck(in);
    feedback.onHandshakeOption(in);
    optionSeen = in.accEcnOrder != Segment.ABSENT;
    received.requireOption(1);
    int arrived = EcnNegotiation.reflectedBy(in.flags, 0);
    markable = arrived == 0; // a SYN goes out as not capable: all else is mangling (§3.2.2.3)
    return arrived == CE;
  }

  private void noteSynAck(Segment in) {
    synCodepoint = in.trafficClass & CODEPOINT;
    handshakeAckDue = true;
    if (synCodepoint == CE) {
      received.onMarkedSynAck();
    }
  }

  /// The SYN-ACK came once more: the ACK of it tells how (RFC 9768 §3.2.2.1).
  public void onSynAckAgain(Segment in) {
    if (mode == EcnMode.ACCURATE) {
      noteSynAck(in);
    }
  }

  /// A SYN came that we answer: from a half-open peer, or both opened at once.
  ///
  /// @param agreed what our SYN-ACK says
  /// @param codepoint of the latest SYN
  /// @param mayMark whether no SYN or SYN-ACK denied it (RFC 9768 §3.1.5)
  public void onSyn(EcnMode agreed, int codepoint, boolean mayMark) {
    agree(agreed);
    synCodepoint = codepoint & CODEPOINT;
    markable = agreed != EcnMode.OFF && mayMark;
    handshakeAckAwaited = agreed == EcnMode.ACCURATE;
  }

  private void agree(EcnMode agreed) {
    mode = agreed;
    markable = agreed != EcnMode.OFF;
    switch (agreed) {
      case OFF -> {
        // nothing to count
      }
      case CLASSIC -> counters.increment(TcpCounter.ECN_AGREED);
      case ACCURATE -> counters.increment(TcpCounter.ACC_ECN_AGREED);
    }
  }

  /// The flags of our SYN-ACK.
  public int synAckFlags() {
    return EcnNegotiation.synAckFlags(mode, synCodepoint);
  }

  /// Puts the option on a SYN-ACK that goes out for the first time.
  public void writeSynAckOption(Segment out) {
    if (mode == EcnMode.ACCURATE && settings.accEcnOption != AccEcnOptionUse.NEVER) {
      received.writeOption(out);
    }
  }

  public EcnMode mode() {
    return mode;
  }

  // ---- what arrives

  /// An acceptable segment came that is no SYN.
  ///
  /// @param unacknowledged whether text waits for its ACK, or an ACK is due anyhow
  /// @return whether the peer should hear of it at once
  public boolean onPacket(Segment in, boolean unacknowledged) {
    if (mode == EcnMode.OFF) {
      return false;
    }
    boolean marked = (in.trafficClass & CODEPOINT) == CE;
    int packets = marked ? packets(in) : 0;
    capableSeen |= (in.trafficClass & CODEPOINT) != 0;
    if (mode == EcnMode.ACCURATE) {
      noteReceived(packets);
      boolean bare = in.payloadLength == 0 && !in.has(Flags.FIN);
      boolean due = received.onPacket(in, packets, unacknowledged || in.payloadLength > 0);
      ackOfAck = bare && (ackOfAck || (due && !unacknowledged));
      return due;
    }
    if (in.payloadLength == 0) {
      return false; // RFC 3168 knows no marks on bare ACKs
    }
    noteReceived(packets);
    return classic.onText(in, marked);
  }

  private void noteReceived(int packets) {
    if (packets > 0) {
      receivedMarked += packets;
      counters.add(TcpCounter.ECN_MARKS_RECEIVED, packets);
    }
  }

  private static int packets(Segment in) {
    int size = in.segmentSize;
    return size > 0 ? (in.payloadLength + size - 1) / size : 1;
  }

  /// An acceptable ACK came: did the peer see marks on what we sent?
  ///
  /// @param moved whether SND.UNA moved
  /// @param octets that it says have arrived, in whatever way
  /// @param segments of ours that it says have arrived; a link may have cut each in many
  /// @param mss octets in a segment
  public boolean onAck(Segment in, boolean moved, int octets, int segments, int mss) {
    if (mode == EcnMode.OFF || in.has(Flags.SYN)) {
      return false;
    }
    int full = (octets + mss - 1) / mss;
    int packets = octets > 0 ? Math.max(full, segments) : 0;
    boolean accurate = mode == EcnMode.ACCURATE;
    boolean superseded = accurate && isSuperseded(in, moved, segments > 0);
    int marks = accurate ? marks(in, superseded, packets, mss) : full;
    if (mode == EcnMode.CLASSIC ? !in.has(Flags.ECE) : marks == 0) {
      return false;
    }
    deliveredMarked += marks;
    counters.add(TcpCounter.ECN_MARKS_ECHOED, marks);
    return true;
  }

  /// Whether a later ACK has come before, which told of later counters (RFC 9768 §A.1).
  ///
  /// @param sacked whether it tells of text that had arrived selectively, at least
  private boolean isSuperseded(Segment in, boolean moved, boolean sacked) {
    if (!in.hasTimestamps) {
      return !moved && !sacked;
    }
    boolean newer = !tsSeen || Seq.gt(in.tsVal, latestTsVal);
    if (newer || moved) {
      tsSeen = true;
      latestTsVal = in.tsVal;
      return false;
    }
    return !sacked || in.tsVal != latestTsVal;
  }

  private int marks(Segment in, boolean superseded, int packets, int mss) {
    optionSeen |= in.accEcnOrder != Segment.ABSENT;
    if (packets > 0) {
      firstTextUnacknowledged = false;
    }
    if (handshakeAckAwaited) {
      handshakeAckAwaited = false;
      feedback.onHandshakeOption(in);
      if (in.payloadLength == 0 && in.sackCount == 0) {
        return handshakeMarks(in);
      }
    }
    if (superseded) {
      return 0;
    }
    int marks = feedback.onAck(in, packets, mss);
    markable &= !feedback.isBroken() && !feedback.isContradictory();
    return marks;
  }

  /// The ACK of our SYN-ACK tells how that arrived (RFC 9768 §3.2.2.1, table 4).
  private int handshakeMarks(Segment in) {
    int ace = EcnNegotiation.ace(in.flags);
    if (ace == 0) {
      feedback.distrust();
      markable = false;
      return 0;
    }
    int arrived = EcnNegotiation.reflectedBy(in.flags, 0);
    markable &= arrived == 0; // a SYN-ACK goes out as not capable (§3.2.2.3)
    if (arrived == CE) {
      feedback.onMarkedSynAck();
      return 1;
    }
    return 0;
  }

  /// Whether an echo asks for a smaller window: once for each window of text (RFC 3168
  /// §6.1.2).
  ///
  /// @param una SND.UNA after the ACK
  public boolean mayReduce(int una) {
    return !reduced || Seq.gt(una, reducedAt);
  }

  /// The congestion window shrank because of an echo, a loss or a timeout.
  ///
  /// @param nxt SND.NXT: echoes of what went out before it tell nothing new
  public void onWindowReduced(int nxt) {
    if (mode != EcnMode.OFF) {
      reduced = true;
      reducedAt = nxt;
      classic.onWindowReduced();
    }
  }

  /// An ACK came: the numbers in which the last reduction is remembered move on.
  public void onNewAck(int una) {
    reduced &= Seq.leq(una, reducedAt);
  }

  // ---- what goes out

  /// Fills in what a segment tells of marks that is neither SYN nor RST.
  public void stamp(Segment out) {
    switch (mode) {
      case OFF -> {
        // nothing to tell
      }
      case CLASSIC -> out.flags |= classic.flags();
      case ACCURATE -> {
        out.flags |= EcnNegotiation.flagsOf(received.ace());
        received.onAckSent();
        ackOfAck = false;
        out.trafficClass |= settings.ecnOnAll && markable ? ECT_0 : 0;
      }
    }
  }

  /// A segment without text is complete but for this: the first one tells how the SYN-ACK
  /// came, and the option may go with it.
  public void onBareAck(Segment out) {
    if (mode != EcnMode.ACCURATE) {
      return;
    }
    if (handshakeAckDue && out.sackCount == 0) {
      handshakeAckDue = false;
      out.flags = (out.flags & ~EcnNegotiation.ALL) | EcnNegotiation.reflecting(synCodepoint);
    }
    if (wantsOption()) {
      received.writeOption(out);
    }
  }

  /// Whether a bare ACK has to go out before text does, because only it can tell how the
  /// SYN-ACK came (RFC 9768 §3.2.2.1).
  public boolean isHandshakeAckDue() {
    return handshakeAckDue;
  }

  /// Whether the ACK that is due tells of marks on ACKs and of nothing else: it must not
  /// carry selective acknowledgments, so that nobody takes it for a duplicate ACK (RFC
  /// 9768 §3.2.2.5.1).
  public boolean isAckOfAck() {
    return ackOfAck;
  }

  private boolean wantsOption() {
    return switch (settings.accEcnOption) {
      case NEVER -> false;
      case WHEN_CHANGED -> !optionsLost && received.isOptionDue();
      case ALWAYS -> !optionsLost && optionSeen;
    };
  }

  /// Octets that the option takes from new text.
  public int optionOctets() {
    boolean wanted = mode == EcnMode.ACCURATE
        && (wantsOption()
            || (firstTextUnacknowledged
                && settings.accEcnOption != AccEcnOptionUse.NEVER
                && !optionsLost));
    return wanted ? MarkCounters.fullOptionOctets() : 0;
  }

  /// Makes new text one that may be marked, and tells the peer of a smaller window.
  ///
  /// @param option whether [#optionOctets] were left for the option
  public void onNewText(Segment out, boolean option) {
    if (mode == EcnMode.OFF) {
      return;
    }
    out.trafficClass |= markable ? ECT_0 : 0;
    if (mode == EcnMode.CLASSIC) {
      classic.onNewText(out);
    } else if (option) {
      received.writeOption(out);
    }
  }

  /// Text is sent again: if it was the first and carried the option, a path may lose
  /// such segments, and it goes without from now on (RFC 9768 §3.2.3.2.2).
  public void onRepeat() {
    optionsLost |= mode == EcnMode.ACCURATE && firstTextUnacknowledged;
  }

  /// Whether a link may cut the segment: it would take CWR for the classic signal and
  /// clear it on all but the first piece.
  public boolean mayBeCut() {
    return mode != EcnMode.ACCURATE || (EcnNegotiation.flagsOf(received.ace()) & Flags.CWR) == 0;
  }

  // ---- what is counted

  /// Whether a packet came that a router might mark, or had.
  public boolean isCapableSeen() {
    return capableSeen;
  }

  /// What is known at this moment.
  public EcnInfo info() {
    return new EcnInfo(
        mode,
        deliveredMarked,
        feedback.markedOctets(),
        feedback.ect0Octets(),
        feedback.ect1Octets(),
        receivedMarked);
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    mode = archive.keep(mode, MODES);
    if (mode == EcnMode.OFF) {
      synCodepoint = archive.keep(synCodepoint);
      return; // nothing was counted
    }
    classic.keep(archive);
    received.keep(archive);
    feedback.keep(archive);
    markable = archive.keep(markable);
    capableSeen = archive.keep(capableSeen);
    ackOfAck = archive.keep(ackOfAck);
    handshakeAckDue = archive.keep(handshakeAckDue);
    handshakeAckAwaited = archive.keep(handshakeAckAwaited);
    synCodepoint = archive.keep(synCodepoint);
    optionSeen = archive.keep(optionSeen);
    firstTextUnacknowledged = archive.keep(firstTextUnacknowledged);
    optionsLost = archive.keep(optionsLost);
    tsSeen = archive.keep(tsSeen);
    latestTsVal = archive.keep(latestTsVal);
    reduced = archive.keep(reduced);
    reducedAt = archive.keep(reducedAt);
    deliveredMarked = archive.keep(deliveredMarked);
    receivedMarked = archive.keep(receivedMarked);
  }
}
