package dev.sluice.wire;

/// The octets that the AccECN options carry: three counters of 24 bits, of which those at
/// the end may be left out.
///
/// ```
///   kind 172   length   ECT(0)  CE  ECT(1)       order 0
///   kind 174   length   ECT(1)  CE  ECT(0)       order 1
/// ```
///
/// @spec https://www.rfc-editor.org/rfc/rfc9768#section-3.2.3 RFC 9768 §3.2.3
final class AccEcnOption {
  static final int ORDER_0 = 172;
  static final int ORDER_1 = 174;

  private static final int HEAD = 2;
  private static final int FIELD = 3;
  private static final int NOP = 1;

  private AccEcnOption() {}

  /// Reads the whole fields that there are; what is left over is padding. On a SYN the
  /// option means nothing (§3.2.3.2.1).
  static void parse(PacketBuffer packet, int at, int kind, int size, Segment out) {
    if (out.has(Flags.SYN) && !out.has(Flags.ACK)) {
      return;
    }
    out.accEcnOrder = kind == ORDER_0 ? 0 : 1;
    out.accEcnCount = Math.min(Segment.MAX_ACC_ECN_FIELDS, (size - HEAD) / FIELD);
    for (int i = 0; i < out.accEcnCount; i++) {
      int field = at + HEAD + FIELD * i;
      out.accEcnFields[i] = packet.u8(field) << 16 | packet.u16(field + 1);
    }
  }

  /// Octets with padding to whole words, 0 if there is none.
  static int length(Segment segment) {
    return segment.accEcnOrder == Segment.ABSENT
        ? 0
        : (HEAD + FIELD * segment.accEcnCount + 3) & ~3;
  }

  /// Writes [#length] octets.
  ///
  /// @return index after them
  static int write(Segment segment, PacketBuffer out, int at) {
    int end = at + length(segment);
    if (end == at) {
      return at;
    }
    out.u8(at, segment.accEcnOrder == 0 ? ORDER_0 : ORDER_1);
    out.u8(at + 1, HEAD + FIELD * segment.accEcnCount);
    int next = at + HEAD;
    for (int i = 0; i < segment.accEcnCount; i++) {
      out.u8(next, segment.accEcnFields[i] >>> 16 & 0xff);
      out.u16(next + 1, segment.accEcnFields[i] & 0xffff);
      next += FIELD;
    }
    while (next < end) {
      out.u8(next++, NOP);
    }
    return end;
  }
}
