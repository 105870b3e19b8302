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
  private static final int USER_TIMEOUT = 28;
  private static final int FAST_OPEN = 34;
  private static final int EXPERIMENT = 254;

  private static final int MSS_LENGTH = 4;
  private static final int WINDOW_SCALE_LENGTH = 3;
  private static final int SACK_PERMITTED_LENGTH = 2;
  private static final int TIMESTAMPS_LENGTH = 10;
  private static final int USER_TIMEOUT_LENGTH = 4;
  private static final int FAST_OPEN_LENGTH = 2;
  private static final int EXPERIMENT_LENGTH = 4;

  /// What tells the experiment of fast open from others (RFC 7413 appendix A, RFC 6994).
  private static final int FAST_OPEN_EXPERIMENT = 0xf989;

  private static final int MIN_COOKIE = 4;

  /// NOP, NOP, kind 8, length 10: how nearly every segment's options begin (RFC 7323
  /// appendix A).
  private static final int ALIGNED_TIMESTAMPS = 0x0101_080a;

  private static final int ALIGNED_WINDOW_SCALE = 0x0103_0300;
  private static final int ALIGNED_SACK_PERMITTED = 0x0101_0402;
  private static final int SACK_PERMITTED_AND_TIMESTAMPS = 0x0402_080a;
  private static final int MSS_WORD = 0x0204_0000;
  private static final int USER_TIMEOUT_WORD = 0x1c04_0000;
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
      case USER_TIMEOUT -> {
        if (size == USER_TIMEOUT_LENGTH) { // of another length it is as if it were not there
          out.userTimeout = packet.u16(at + 2);
        }
      }
      case FAST_OPEN -> setFastOpen(packet, at + 2, size - FAST_OPEN_LENGTH, false, out);
      case EXPERIMENT -> {
        if (size >= EXPERIMENT_LENGTH && packet.u16(at + 2) == FAST_OPEN_EXPERIMENT) {
          setFastOpen(packet, at + 4, size - EXPERIMENT_LENGTH, true, out);
        }
      }
      case AccEcnOption.ORDER_0, AccEcnOption.ORDER_1 ->
        AccEcnOption.parse(packet, at, kind, size, out);
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

  /// A cookie of a length that cannot be is ignored (RFC 7413 §4.1.1); and so is one on
  /// a segment without SYN.
  private static void setFastOpen(
      PacketBuffer packet, int at, int cookie, boolean experiment, Segment out) {
    boolean legal =
        cookie == 0 || (cookie >= MIN_COOKIE && cookie <= Segment.MAX_COOKIE && cookie % 2 == 0);
    if (!legal || !out.has(Flags.SYN)) {
      return;
    }
    out.fastOpenLength = cookie;
    out.fastOpenExperimental = experiment;
    for (int i = 0; i < cookie; i++) {
      out.fastOpenCookie[i] = (byte) packet.u8(at + i);
    }
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
    length += fastOpenLength(segment, length);
    length += userTimeoutLength(segment, length);
    int blocks = sackBlocks(segment, length);
    return blocks == 0 ? length : length + 4 + 8 * blocks;
  }

  private static int lengthWithoutSack(Segment segment) {
    int length = segment.mss == Segment.ABSENT ? 0 : 4;
    length += segment.windowScale == Segment.ABSENT ? 0 : 4;
    length += AccEcnOption.length(segment);
    if (segment.hasTimestamps) {
      return length + 12; // SACK-permitted finds room in the padding
    }
    return segment.sackPermitted ? length + 4 : length;
  }

  /// Octets of the fast open option with its padding, 0 if it finds no room.
  private static int fastOpenLength(Segment segment, int lengthOfOthers) {
    if (segment.fastOpenLength == Segment.ABSENT) {
      return 0;
    }
    int head = segment.fastOpenExperimental ? EXPERIMENT_LENGTH : FAST_OPEN_LENGTH;
    int length = (head + segment.fastOpenLength + 3) & ~3;
    return lengthOfOthers + length <= MAX_LENGTH ? length : 0;
  }

  /// Octets of the user timeout option, 0 if it finds no room: it may come on a later
  /// segment just as well (RFC 5482 §3).
  private static int userTimeoutLength(Segment segment, int lengthOfOthers) {
    boolean fits = lengthOfOthers + USER_TIMEOUT_LENGTH <= MAX_LENGTH;
    return segment.userTimeout != Segment.ABSENT && fits ? USER_TIMEOUT_LENGTH : 0;
  }

  /// How many of the SACK blocks fit; with timestamps three (RFC 2018 §3).
  private static int sackBlocks(Segment segment, int lengthOfOthers) {
    return Math.clamp((MAX_LENGTH - 4 - lengthOfOthers) >> 3, 0, segment.sackCount);
  }

  /// Writes the options from index `at`, [#length] octets of them.
  static void write(Segment segment, OptionLayout layout, PacketBuffer out, int at) {
    int next = switch (layout) {
      case LINUX -> writeLinux(segment, out, at);
      case FREEBSD -> writeFreeBsd(segment, out, at);
    };
    int fastOpen = fastOpenLength(segment, next - at);
    if (userTimeoutLength(segment, next - at + fastOpen) > 0) {
      out.i32(next, USER_TIMEOUT_WORD | segment.userTimeout);
      next += USER_TIMEOUT_LENGTH;
    }
    int blocks = sackBlocks(segment, next - at + fastOpen);
    if (fastOpen > 0) {
      boolean last = layout == OptionLayout.FREEBSD && blocks == 0;
      writeFastOpen(segment, last ? END : NOP, out, next, next + fastOpen);
      next += fastOpen;
    }
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
      next = AccEcnOption.write(segment, out, writeTimestampValues(segment, out, next + 4));
    } else {
      next = AccEcnOption.write(segment, out, next);
    }
    if (segment.sackPermitted && !segment.hasTimestamps) {
      out.i32(next, ALIGNED_SACK_PERMITTED);
      next += 4;
    }
    return writeWindowScale(segment, out, next);
  }

  private static int writeFreeBsd(Segment segment, PacketBuffer out, int at) {
    int next = writeWindowScale(segment, out, writeMss(segment, out, at));
    next = AccEcnOption.write(segment, out, next);
    if (segment.hasTimestamps) {
      out.i32(next, segment.sackPermitted ? SACK_PERMITTED_AND_TIMESTAMPS : ALIGNED_TIMESTAMPS);
      next = writeTimestampValues(segment, out, next + 4);
    } else if (segment.sackPermitted) {
      boolean last =
          segment.fastOpenLength == Segment.ABSENT && segment.userTimeout == Segment.ABSENT;
      int filler = last ? 0 : NOP << 8 | NOP; // end of list, zero
      out.i32(next, SACK_PERMITTED << 24 | SACK_PERMITTED_LENGTH << 16 | filler);
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

  private static void writeFastOpen(
      Segment segment, int filler, PacketBuffer out, int at, int end) {
    int cookie = segment.fastOpenLength;
    int next = at + FAST_OPEN_LENGTH;
    if (segment.fastOpenExperimental) {
      out.i32(at, EXPERIMENT << 24 | (EXPERIMENT_LENGTH + cookie) << 16 | FAST_OPEN_EXPERIMENT);
      next = at + EXPERIMENT_LENGTH;
    } else {
      out.u16(at, FAST_OPEN << 8 | (FAST_OPEN_LENGTH + cookie));
    }
    for (int i = 0; i < cookie; i++) {
      out.u8(next + i, segment.fastOpenCookie[i] & 0xff);
    }
    for (int i = next + cookie; i < end; i++) {
      out.u8(i, filler);
    }
  }

  private static int writeTimestampValues(Segment segment, PacketBuffer out, int at) {
    out.i32(at, segment.tsVal);
    out.i32(at + 4, segment.tsEcr);
    return at + 8;
  }
}
