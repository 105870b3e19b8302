package dev.sluice.tcp.ecn;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.wire.Segment;

/// What the peer's counters tell a sender: how many more of its packets got a mark.
///
/// Three flags count to seven. Where an ACK covers more packets than that, and no option
/// tells better, the largest number that fits is taken, because too few would be unfair
/// to others (RFC 9768 §3.2.2.5.2).
///
/// @spec https://www.rfc-editor.org/rfc/rfc9768#section-3.2.2.2 RFC 9768 §3.2.2.2
final class MarkFeedback {
  private static final int MASK_24 = 0xff_ffff;

  private int packets = MarkCounters.FIRST_PACKETS;
  private long ect0Octets = MarkCounters.FIRST_OCTETS;
  private long ect1Octets = MarkCounters.FIRST_OCTETS;
  private long markedOctets;
  private boolean optionSeen;
  private boolean optionBroken;
  private boolean aceSeen;
  private boolean broken;
  private boolean contradictory;
  private int marksSinceOption;
  private int deliveredSinceOption;

  /// The SYN-ACK of ours came with a mark, says the ACK of it (§3.2.2.1, table 4).
  void onMarkedSynAck() {
    packets++;
  }

  /// The counters of this peer cannot be believed: nothing it says is answered any more.
  void distrust() {
    broken = true;
  }

  /// A first option came with the handshake: it must not be zero (§3.2.3.2.4).
  void onHandshakeOption(Segment in) {
    if (!optionSeen) {
      checkFirstOption(in);
    }
  }

  /// Takes the counters of an ACK that is newer than all before it.
  ///
  /// @param delivered packets that it says have arrived
  /// @param mss octets in a segment
  /// @return marks that are new
  int onAck(Segment in, int delivered, int mss) {
    int ace = EcnNegotiation.ace(in.flags);
    if (!aceSeen) {
      aceSeen = true;
      broken |= ace == 0; // §3.2.2.4: the first is not zero, unless somebody clears it
    }
    long before = markedOctets;
    boolean told = readOption(in);
    if (broken) {
      return 0;
    }
    int least = (ace - packets) & EcnNegotiation.ACE_MAX;
    int marks = marks(least, delivered, told, markedOctets - before, mss);
    packets += marks;
    compare(marks, delivered, told, markedOctets > before);
    return marks;
  }

  /// Octets with a mark but no packet with one, and too few packets for the flags to have
  /// come round: somebody changes them on the way (§3.2.3.2.5).
  private void compare(int marks, int delivered, boolean told, boolean markedText) {
    marksSinceOption = Math.min(1, marksSinceOption + marks);
    deliveredSinceOption = Math.min(EcnNegotiation.ACE_MAX + 1, deliveredSinceOption + delivered);
    if (told) {
      boolean certain = deliveredSinceOption <= EcnNegotiation.ACE_MAX;
      contradictory |= markedText && marksSinceOption == 0 && certain;
      marksSinceOption = 0;
      deliveredSinceOption = 0;
    }
  }

  private static int marks(int least, int delivered, boolean told, long octets, int mss) {
    if (delivered <= EcnNegotiation.ACE_MAX) {
      return least;
    }
    int most = delivered - ((delivered - least) & EcnNegotiation.ACE_MAX);
    if (!told) {
      return most;
    }
    if (octets <= (long) least * mss) {
      return least;
    }
    long estimate = (octets + mss - 1) / mss;
    long wraps = (estimate - least + EcnNegotiation.ACE_MAX) / (EcnNegotiation.ACE_MAX + 1);
    return (int) Math.min(most, least + wraps * (EcnNegotiation.ACE_MAX + 1));
  }

  /// @return whether the option was there, and told of marks
  private boolean readOption(Segment in) {
    if (in.accEcnOrder == Segment.ABSENT) {
      return false;
    }
    if (!optionSeen) {
      checkFirstOption(in);
    }
    if (optionBroken) {
      return false;
    }
    boolean ect1First = in.accEcnOrder == 1;
    for (int i = 0; i < in.accEcnCount; i++) {
      int field = in.accEcnFields[i];
      if (i == 1) {
        markedOctets += advance(markedOctets, field);
      } else if (ect1First == (i == 0)) {
        ect1Octets += advance(ect1Octets, field);
      } else {
        ect0Octets += advance(ect0Octets, field);
      }
    }
    return in.accEcnCount > 1;
  }

  private void checkFirstOption(Segment in) {
    if (in.accEcnOrder != Segment.ABSENT && in.accEcnCount > 0) {
      optionSeen = true;
      optionBroken = in.accEcnFields[0] == 0 || (in.accEcnCount == 3 && in.accEcnFields[2] == 0);
    }
  }

  /// By how much a counter has grown whose lower 24 bits are `field` now; an older value
  /// than the last does not count.
  private static long advance(long counter, int field) {
    int difference = (field - (int) counter) & MASK_24;
    return difference < 1 << 23 ? difference : 0;
  }

  boolean isBroken() {
    return broken;
  }

  /// Whether flags and option contradicted each other: what we send must not be marked
  /// any more.
  boolean isContradictory() {
    return contradictory;
  }

  long markedOctets() {
    return markedOctets;
  }

  long ect0Octets() {
    return ect0Octets - MarkCounters.FIRST_OCTETS;
  }

  long ect1Octets() {
    return ect1Octets - MarkCounters.FIRST_OCTETS;
  }

  /// What stays of it while the connection sleeps.
  void keep(Archive archive) {
    packets = archive.keep(packets, MarkCounters.FIRST_PACKETS);
    ect0Octets = archive.keep(ect0Octets, MarkCounters.FIRST_OCTETS);
    ect1Octets = archive.keep(ect1Octets, MarkCounters.FIRST_OCTETS);
    markedOctets = archive.keep(markedOctets);
    optionSeen = archive.keep(optionSeen);
    optionBroken = archive.keep(optionBroken);
    aceSeen = archive.keep(aceSeen);
    broken = archive.keep(broken);
    contradictory = archive.keep(contradictory);
    marksSinceOption = archive.keep(marksSinceOption);
    deliveredSinceOption = archive.keep(deliveredSinceOption);
  }
}
