package dev.sluice.wire;

/// Reads and writes the options of a TCP header.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9293#section-3.2 RFC 9293 §3.2
final class TcpOptions {
  /// Octets of options that fit into a header.
  static final int MAX_LENGTH = 40;

  private static final int END = 0;
  private static final int NOP = 1;
  private static final int MSS = 2;
  private static final int WINDOW_SCALE = 3;
  private static final int SACK_PERMITTED = 4;
  private static final int SACK = 5;
  private static final int TIMESTAMPS = 8;

  private static final int MSS_LENGTH = 4;
  private static final int WINDOW_SCALE_LENGTH = 3;
  private static final int SACK_PERMITTED_LENGTH = 2;
  private static final int TIMESTAMPS_LENGTH = 10;

  /// NOP, NOP, kind 8, length 10: how nearly every segment's options begin (RFC 7323
  /// appendix A).
  private static final int ALIGNED_TIMESTAMPS = 0x0101_080a;

  private static final int ALIGNED_WINDOW_SCALE = 0x0103_0300;
  private static final int ALIGNED_SACK_PERMITTED = 0x0101_0402;
  private static final int SACK_PERMITTED_AND_TIMESTAMPS = 0x0402_080a;
  private static final int MSS_WORD = 0x0204_0000;
  private static final int ALIGNED_SACK = 0x0101_0500;

  private TcpOptions() {}

  // ---- parsing

  /// Reads `[from, end)` into the option fields of a cleared segment whose flags are set.
  ///
  /// Any option may come on any segment (MUST-5) at any offset (MUST-64); unknown kinds
  /// are passed over (MUST-6), whatever follows the end of the list is not looked at,
  /// and of an option that comes twice the last counts.
  ///
  /// @return `NONE` or `TCP_OPTION_LENGTH` (MUST-7), which leaves the fields half filled
  static DropReason parse(PacketBuffer packet, int from, int end, Segment out) {
    if (end - from == 12 && packet.i32(from) == ALIGNED_TIMESTAMPS) {
      setTimestamps(packet, from + 4, out);
      return DropReason.NONE;
    }
    int at = from;
    while (at < end) {
      int kind = packet.u8(at);
      if (kind == END) {
        break;
      }
      if (kind == NOP) {
        at++;
        continue;
      }
      int size = at + 1 < end ? packet.u8(at + 1) : 0;
      if (size < 2 || size > end - at || !readOption(packet, at, kind, size, out)) {
        return DropReason.TCP_OPTION_LENGTH;
      }
      at += size;
    }
    return DropReason.NONE;
  }

  /// Reads one option that lies within the header; false if its kind has another length.
  private static boolean readOption(PacketBuffer packet, int at, int kind, int size, Segment out) {
    switch (kind) {
      case MSS -> {
        if (size != MSS_LENGTH) {
          return false;
        }
        if (out.has(Flags.SYN)) { // MUST-65
          out.mss = packet.u16(at + 2);
        }
      }
      case WINDOW_SCALE -> {
        if (size != WINDOW_SCALE_LENGTH) {
          return false;
        }
        if (out.has(Flags.SYN)) { // RFC 7323 §2.2
          out.windowScale = packet.u8(at + 2);
        }
      }
      case SACK_PERMITTED -> {
        if (size != SACK_PERMITTED_LENGTH) {
          return false;
        }
        out.sackPermitted = out.has(Flags.SYN); // RFC 2018 §2
      }
      case SACK -> {
        return readSack(packet, at, size, out);
      }
      case TIMESTAMPS -> {
        if (size != TIMESTAMPS_LENGTH) {
          return false;
        }
        setTimestamps(packet, at + 2, out);
      }
      default -> {
        return true;
      }
    }
    return true;
  }

  private static boolean readSack(PacketBuffer packet, int at, int size, Segment out) {
    int count = (size - 2) >> 3;
    if (count == 0 || size != 2 + 8 * count) {
      return false;
    }
    // A header has no room for a fifth block: 2 + 5 * 8 octets are more than 40.
    for (int i = 0; i < count; i++) {
      out.sackLeft[i] = packet.i32(at + 2 + 8 * i);
      out.sackRight[i] = packet.i32(at + 6 + 8 * i);
    }
    out.sackCount = count;
    return true;
  }

  private static void setTimestamps(PacketBuffer packet, int at, Segment out) {
    out.hasTimestamps = true;
    out.tsVal = packet.i32(at);
    out.tsEcr = packet.i32(at + 4);
  }

  // ---- writing

  /// Octets of the options of a segment, a multiple of 4 and the same in every layout.
  static int length(Segment segment) {
    int length = lengthWithoutSack(segment);
    int blocks = sackBlocks(segment, length);
    return blocks == 0 ? length : length + 4 + 8 * blocks;
  }

  private static int lengthWithoutSack(Segment segment) {
    int length = segment.mss == Segment.ABSENT ? 0 : 4;
    length += segment.windowScale == Segment.ABSENT ? 0 : 4;
    if (segment.hasTimestamps) {
      return length + 12; // SACK-permitted finds room in the padding
    }
    return segment.sackPermitted ? length + 4 : length;
  }

  /// How many of the SACK blocks fit; with timestamps three (RFC 2018 §3).
  private static int sackBlocks(Segment segment, int lengthOfOthers) {
    return Math.min(segment.sackCount, (MAX_LENGTH - 4 - lengthOfOthers) >> 3);
  }

  /// Writes the options from index `at`, [#length] octets of them.
  static void write(Segment segment, OptionLayout layout, PacketBuffer out, int at) {
    int next = switch (layout) {
      case LINUX -> writeLinux(segment, out, at);
      case FREEBSD -> writeFreeBsd(segment, out, at);
    };
    int blocks = sackBlocks(segment, next - at);
    if (blocks > 0) {
      out.i32(next, ALIGNED_SACK | 2 + 8 * blocks);
      next += 4;
    }
    for (int i = 0; i < blocks; i++) {
      out.i32(next, segment.sackLeft[i]);
      out.i32(next + 4, segment.sackRight[i]);
      next += 8;
    }
    assert next - at == length(segment) : next - at + " octets of options";
  }

  private static int writeLinux(Segment segment, PacketBuffer out, int at) {
    int next = writeMss(segment, out, at);
    if (segment.hasTimestamps) {
      out.i32(next, segment.sackPermitted ? SACK_PERMITTED_AND_TIMESTAMPS : ALIGNED_TIMESTAMPS);
      next = writeTimestampValues(segment, out, next + 4);
    } else if (segment.sackPermitted) {
      out.i32(next, ALIGNED_SACK_PERMITTED);
      next += 4;
    }
    return writeWindowScale(segment, out, next);
  }

  private static int writeFreeBsd(Segment segment, PacketBuffer out, int at) {
    int next = writeWindowScale(segment, out, writeMss(segment, out, at));
    if (segment.hasTimestamps) {
      out.i32(next, segment.sackPermitted ? SACK_PERMITTED_AND_TIMESTAMPS : ALIGNED_TIMESTAMPS);
      next = writeTimestampValues(segment, out, next + 4);
    } else if (segment.sackPermitted) {
      out.i32(next, SACK_PERMITTED << 24 | SACK_PERMITTED_LENGTH << 16); // end of list, zero
      next += 4;
    }
    return next;
  }

  private static int writeMss(Segment segment, PacketBuffer out, int at) {
    if (segment.mss == Segment.ABSENT) {
      return at;
    }
    out.i32(at, MSS_WORD | segment.mss);
    return at + 4;
  }

  private static int writeWindowScale(Segment segment, PacketBuffer out, int at) {
    if (segment.windowScale == Segment.ABSENT) {
      return at;
    }
    out.i32(at, ALIGNED_WINDOW_SCALE | segment.windowScale);
    return at + 4;
  }

  private static int writeTimestampValues(Segment segment, PacketBuffer out, int at) {
    out.i32(at, segment.tsVal);
    out.i32(at + 4, segment.tsEcr);
    return at + 8;
  }
}
