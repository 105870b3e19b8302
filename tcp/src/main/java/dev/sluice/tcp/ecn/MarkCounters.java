package dev.sluice.tcp.ecn;

import dev.sluice.tcp.tcb.Archive;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;

/// What a receiver counts for the other end, and how it tells: packets with a mark in the
/// three flags, octets of each codepoint in an option.
///
/// The counters begin at values that are not zero, so that a path which clears them is
/// found out (RFC 9768 §3.2.1).
///
/// @spec https://www.rfc-editor.org/rfc/rfc9768#section-3.2 RFC 9768 §3.2
final class MarkCounters {
  static final int FIRST_PACKETS = 5;
  static final int FIRST_OCTETS = 1;

  /// Field of each codepoint in the option of order 1; 0 for what has none.
  private static final int[] FIELD_OF = {0, 1, 3, 2};

  /// Room for all options (RFC 9293 §3.1).
  private static final int OPTIONS = 40;
  /// What SACK takes first: two blocks, if there are so many (§3.2.3.3).
  private static final int SACK_BLOCKS_FIRST = 2;

  private static final int TIMESTAMPS = 12;

  private int packets = FIRST_PACKETS;
  private long ect0Octets = FIRST_OCTETS;
  private long ect1Octets = FIRST_OCTETS;
  private long markedOctets;
  /// Fields that the option needs at least to tell what has changed.
  private int fieldsNeeded;
  private int optionsDue;
  private int marksSinceAck;
  private int lastCodepoint;

  /// A packet came, acceptable and no SYN.
  ///
  /// @param packetCount more than one where the link merged them
  /// @param unacknowledged whether text waits for its ACK
  /// @return whether the peer should hear of it at once (§3.2.2.5.1)
  boolean onPacket(Segment in, int packetCount, boolean unacknowledged) {
    int codepoint = in.trafficClass & Ecn.CODEPOINT;
    boolean marked = codepoint == Ecn.CE;
    boolean edge = codepoint != lastCodepoint && in.payloadLength > 0;
    boolean before = lastCodepoint == Ecn.CE;
    lastCodepoint = codepoint;
    if (marked) {
      packets += packetCount;
      marksSinceAck += packetCount;
    }
    if (in.payloadLength > 0) {
      count(codepoint, in.payloadLength);
    }
    boolean isChange = edge && (marked || before);
    return isChange || (marked && marksSinceAck >= (unacknowledged ? 2 : 3));
  }

  private void count(int codepoint, int octets) {
    switch (codepoint) {
      case Ecn.CE -> markedOctets += octets;
      case Ecn.ECT_0 -> ect0Octets += octets;
      case Ecn.ECT_1 -> ect1Octets += octets;
      default -> {
        return; // what may not be marked has no counter
      }
    }
    fieldsNeeded = Math.max(fieldsNeeded, FIELD_OF[codepoint]);
    optionsDue = 2; // the second tells which of them came last
  }

  /// The SYN-ACK came with a mark: counted once, however often it comes (§3.2.2.2).
  void onMarkedSynAck() {
    if (packets == FIRST_PACKETS) {
      packets++;
    }
  }

  /// The counter of packets, as far as three flags tell it.
  int ace() {
    return packets & EcnNegotiation.ACE_MAX;
  }

  /// A segment that tells [#ace] goes out.
  void onAckSent() {
    marksSinceAck = 0;
  }

  /// Whether the next ACK should carry the option.
  boolean isOptionDue() {
    return optionsDue > 0;
  }

  /// Asks for the option on the next `count` segments.
  void requireOption(int count) {
    optionsDue = Math.max(optionsDue, count);
  }

  /// Octets of the option with all its fields and padding.
  static int fullOptionOctets() {
    return 12;
  }

  /// Puts the option on a segment whose other options are there already: all three fields
  /// if there is room, else those that have changed, else none. The first two blocks of
  /// SACK go before it, further ones behind (§3.2.3.3).
  void writeOption(Segment out) {
    int blocks = Math.min(out.sackCount, SACK_BLOCKS_FIRST);
    int used = (out.hasTimestamps ? TIMESTAMPS : 0) + (blocks > 0 ? 4 + 8 * blocks : 0);
    used += out.has(Flags.SYN) ? 12 : 0; // MSS, window scale, SACK-permitted
    int fields = Segment.MAX_ACC_ECN_FIELDS;
    while (fields >= fieldsNeeded && used + padded(fields) > OPTIONS) {
      fields--;
    }
    if (fields < Math.max(1, fieldsNeeded)) {
      return;
    }
    optionsDue = Math.max(0, optionsDue - 1);
    out.accEcnOrder = 1;
    out.accEcnCount = fields;
    out.accEcnFields[0] = (int) ect1Octets & 0xff_ffff;
    out.accEcnFields[1] = (int) markedOctets & 0xff_ffff;
    out.accEcnFields[2] = (int) ect0Octets & 0xff_ffff;
  }

  private static int padded(int fields) {
    return (2 + 3 * fields + 3) & ~3;
  }

  /// What stays of it while the connection sleeps.
  void keep(Archive archive) {
    packets = archive.keep(packets, FIRST_PACKETS);
    ect0Octets = archive.keep(ect0Octets, FIRST_OCTETS);
    ect1Octets = archive.keep(ect1Octets, FIRST_OCTETS);
    markedOctets = archive.keep(markedOctets);
    fieldsNeeded = archive.keep(fieldsNeeded);
    optionsDue = archive.keep(optionsDue);
    marksSinceAck = archive.keep(marksSinceAck);
    lastCodepoint = archive.keep(lastCodepoint);
  }
}
