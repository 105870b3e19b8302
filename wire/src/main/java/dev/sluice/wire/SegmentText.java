package dev.sluice.wire;

import java.util.HexFormat;

/// A segment as one line in the manner of tcpdump.
///
/// ```
/// 198.18.0.1.43210 > 198.18.0.2.7: Flags [P.], seq 1:6, ack 1, win 502,
///     options [nop,nop,TS val 1 ecr 2], length 5
/// ```
///
/// Padding of a parsed segment is not kept; it is shown as Linux lays options out.
public final class SegmentText {
  /// Bits and letters in the order in which tcpdump prints them.
  private static final int[] FLAG_BITS = {
    Flags.FIN, Flags.SYN, Flags.RST, Flags.PSH, Flags.ACK, Flags.URG, Flags.ECE, Flags.CWR, Flags.AE
  };

  private static final String FLAG_LETTERS = "FSRP.UEWe";

  private SegmentText() {}

  /// The line, with sequence numbers as they are on the wire.
  public static String of(Segment segment) {
    return line(segment, segment.seq, segment.ack, 0);
  }

  /// The line, with sequence numbers counted from the initial ones; only a SYN shows
  /// its own as it is.
  ///
  /// @param sourceIsn initial sequence number of the segment's sender
  /// @param destinationIsn initial sequence number of its receiver
  public static String relative(Segment segment, int sourceIsn, int destinationIsn) {
    int seq = segment.has(Flags.SYN) ? segment.seq : segment.seq - sourceIsn;
    return line(segment, seq, segment.ack - destinationIsn, destinationIsn);
  }

  /// `S.`, `P.`, `none`: the flags as tcpdump writes them.
  public static String flags(int flags) {
    StringBuilder text = new StringBuilder(FLAG_BITS.length);
    for (int i = 0; i < FLAG_BITS.length; i++) {
      if ((flags & FLAG_BITS[i]) != 0) {
        text.append(FLAG_LETTERS.charAt(i));
      }
    }
    return text.isEmpty() ? "none" : text.toString();
  }

  private static String line(Segment segment, int seq, int ack, int sackOrigin) {
    StringBuilder text = new StringBuilder(160);
    text.append(segment.source()).append('.').append(segment.sourcePort).append(" > ");
    text.append(segment.destination()).append('.').append(segment.destinationPort);
    text.append(": Flags [").append(flags(segment.flags)).append(']');
    if (segment.payloadLength > 0) {
      text.append(", seq ").append(Integer.toUnsignedString(seq));
      text.append(':').append(Integer.toUnsignedString(seq + segment.payloadLength));
    } else if (segment.has(Flags.SYN | Flags.FIN | Flags.RST)) {
      text.append(", seq ").append(Integer.toUnsignedString(seq));
    }
    if (segment.has(Flags.ACK)) {
      text.append(", ack ").append(Integer.toUnsignedString(ack));
    }
    text.append(", win ").append(segment.window);
    if (segment.has(Flags.URG)) {
      text.append(", urg ").append(segment.urgentPointer);
    }
    appendOptions(text, segment, sackOrigin);
    return text.append(", length ").append(segment.payloadLength).toString();
  }

  private static void appendOptions(StringBuilder text, Segment segment, int sackOrigin) {
    int before = text.length();
    if (segment.mss != Segment.ABSENT) {
      text.append(",mss ").append(segment.mss);
    }
    if (segment.hasTimestamps) {
      text.append(segment.sackPermitted ? ",sackOK" : ",nop,nop");
      text.append(",TS val ").append(Integer.toUnsignedString(segment.tsVal));
      text.append(" ecr ").append(Integer.toUnsignedString(segment.tsEcr));
    } else if (segment.sackPermitted) {
      text.append(",nop,nop,sackOK");
    }
    if (segment.windowScale != Segment.ABSENT) {
      text.append(",nop,wscale ").append(segment.windowScale);
    }
    if (segment.accEcnOrder != Segment.ABSENT) {
      text.append(",acc-ecn-").append(segment.accEcnOrder);
    }
    for (int i = 0; i < segment.accEcnCount; i++) {
      text.append(' ').append(segment.accEcnFields[i]);
    }
    if (segment.userTimeout != Segment.ABSENT) {
      text.append(",uto 0x").append(HexFormat.of().toHexDigits((short) segment.userTimeout));
    }
    if (segment.fastOpenLength != Segment.ABSENT) {
      text.append(segment.fastOpenExperimental ? ",exp-tfo " : ",tfo ");
      text.append(segment.fastOpenLength == 0 ? "cookiereq" : "cookie ");
      text.append(
          HexFormat.of().formatHex(segment.fastOpenCookie, 0, Math.max(0, segment.fastOpenLength)));
    }
    if (segment.sackCount > 0) {
      text.append(",nop,nop,sack ").append(segment.sackCount).append(' ');
    }
    for (int i = 0; i < segment.sackCount; i++) {
      text.append('{').append(Integer.toUnsignedString(segment.sackLeft[i] - sackOrigin));
      text.append(':').append(Integer.toUnsignedString(segment.sackRight[i] - sackOrigin));
      text.append('}');
    }
    if (text.length() > before) {
      text.replace(before, before + 1, ", options [").append(']');
    }
  }
}
