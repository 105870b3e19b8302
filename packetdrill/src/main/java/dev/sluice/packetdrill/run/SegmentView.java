package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.IpFields;
import dev.sluice.packetdrill.language.PacketLine.TcpLine;
import dev.sluice.packetdrill.language.TcpOption;
import dev.sluice.wire.Flags;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/// An expected and a seen segment, field by field, in the script's numbers.
final class SegmentView {
  /// One field of both.
  ///
  /// @param differs whether this field makes the segments unequal
  record Field(String name, String expected, String seen, boolean differs) {}

  private final List<Field> fields = new ArrayList<>();

  private SegmentView() {}

  List<Field> fields() {
    return fields;
  }

  boolean differs() {
    return fields.stream().anyMatch(Field::differs);
  }

  /// Both segments, one under the other, with the differing fields marked.
  String sideBySide() {
    StringBuilder expected = new StringBuilder("expected >");
    StringBuilder seen = new StringBuilder("    seen >");
    StringBuilder marks = new StringBuilder("          ");
    for (Field field : fields) {
      int width = Math.max(field.expected.length(), field.seen.length());
      if (width > 0) {
        expected.append(' ').append(padded(field.expected, width, ' '));
        seen.append(' ').append(padded(field.seen, width, ' '));
        marks.append(' ').append(padded("", width, field.differs ? '^' : ' '));
      }
    }
    return expected.toString().stripTrailing() + "\n" + seen.toString().stripTrailing() + "\n"
        + marks.toString().stripTrailing();
  }

  private static String padded(String text, int width, char with) {
    return text + String.valueOf(with).repeat(width - text.length());
  }

  private void add(String name, String expected, String seen) {
    fields.add(new Field(name, expected, seen, !expected.equals(seen)));
  }

  private void unchecked(String name, String seen) {
    fields.add(new Field(name, "", seen, false));
  }

  /// Compares.
  ///
  /// @param line what the script expects
  /// @param seen what the host sent
  /// @param flow maps the numbers
  static SegmentView of(TcpLine line, Aggregate seen, Flow flow) {
    SegmentView view = new SegmentView();
    LivePacket first = seen.first();
    view.ip(line.ip(), first, flow);
    view.flags(line, seen);
    view.sequence(line, seen, flow);
    boolean syn = (seen.flags() & Flags.SYN) != 0;
    boolean ack = (seen.flags() & Flags.ACK) != 0;
    String seenAck = ack ? "ack " + unsigned(flow.remoteSeqToScript(first.ack(), syn)) : "";
    view.add("ack", line.ack() == null ? "" : "ack " + unsigned(line.ack()), seenAck);
    if (line.window() == null) {
      view.unchecked("win", "win " + first.window());
    } else {
      view.add("win", "win " + line.window(), "win " + first.window());
    }
    view.add("urg", urgent(line.urgent()), urgent(first.urgentPointer()));
    view.options(line, first, flow, syn);
    if (!seen.payloadIsZero()) {
      view.add("payload", "zeros", "payload not zero");
    }
    if (!first.damage.isEmpty()) {
      view.add("octets", "intact", first.damage);
    }
    return view;
  }

  private static String urgent(int pointer) {
    return pointer == 0 ? "" : "urg " + pointer;
  }

  private static String unsigned(int value) {
    return Integer.toUnsignedString(value);
  }

  // ---- IP

  private void ip(IpFields ip, LivePacket seen, Flow flow) {
    int ecn = seen.trafficClass & 3;
    IpFields.Ecn wanted = ip.ecn();
    if (wanted != null) {
      IpFields.Ecn live = IpFields.Ecn.values()[ecn];
      boolean either = wanted == IpFields.Ecn.ECT01 && (ecn == 1 || ecn == 2);
      add("ecn", "[" + name(wanted) + "]", "[" + name(either ? wanted : live) + "]");
    }
    if (ip.trafficClass() != null) {
      add(
          "tos",
          "tos 0x" + Integer.toHexString(ip.trafficClass()),
          "tos 0x" + Integer.toHexString(seen.trafficClass));
    }
    if (ip.dscp() != null) {
      add("dscp", "dscp " + ip.dscp(), "dscp " + (seen.trafficClass >> 2));
    }
    if (ip.ttl() != null) {
      add("ttl", "ttl " + ip.ttl(), "ttl " + seen.ttl);
    }
    if (ip.flowLabel() != null && ip.flowLabel() != 0) {
      String text = "flowlabel 0x" + Integer.toHexString(ip.flowLabel());
      boolean fits = flow.flowLabelFits(ip.flowLabel(), seen.flowLabel);
      add("flowlabel", text, fits ? text : "flowlabel (other)");
    }
  }

  private static String name(IpFields.Ecn ecn) {
    return ecn.name().toLowerCase(java.util.Locale.ROOT);
  }

  // ---- TCP

  private void flags(TcpLine line, Aggregate seen) {
    boolean numeric = line.ace() > 0;
    add("flags", flagText(line.flags(), numeric), flagText(seen.flags(), numeric));
    if (seen.first().reservedBits() != 0) {
      add("reserved", "", "reserved " + seen.first().reservedBits());
    }
  }

  /// Flags as a script writes them.
  ///
  /// @param numericAce whether ECE, CWR and AE are one number
  static String flagText(int flags, boolean numericAce) {
    StringBuilder text = new StringBuilder();
    text.append((flags & Flags.FIN) != 0 ? "F" : "");
    text.append((flags & Flags.SYN) != 0 ? "S" : "");
    text.append((flags & Flags.RST) != 0 ? "R" : "");
    text.append((flags & Flags.PSH) != 0 ? "P" : "");
    if (!numericAce) {
      text.append((flags & Flags.ECE) != 0 ? "E" : "");
      text.append((flags & Flags.CWR) != 0 ? "W" : "");
      text.append((flags & Flags.AE) != 0 ? "A" : "");
    }
    text.append((flags & Flags.URG) != 0 ? "U" : "");
    text.append((flags & Flags.ACK) != 0 ? "." : "");
    if (numericAce) {
      text.append((flags >> 6) & 7);
    }
    return text.isEmpty() ? "-" : text.toString();
  }

  private void sequence(TcpLine line, Aggregate seen, Flow flow) {
    boolean syn = (seen.flags() & Flags.SYN) != 0;
    int length = seen.payloadLength();
    int live = seen.first().seq();
    int start = line.sequence().absolute() ? live : flow.localSeqToScript(live, syn);
    if (line.sequence().ignored()) {
      add("length", "...(" + line.sequence().length() + ")", "...(" + length + ")");
    } else {
      add("seq", range(line.sequence().start(), line.sequence().length()), range(start, length));
    }
  }

  private static String range(int start, int length) {
    return unsigned(start) + ":" + unsigned(start + length) + "(" + length + ")";
  }

  // ---- options

  private void options(TcpLine line, LivePacket first, Flow flow, boolean syn) {
    List<LivePacket.Option> live = first.options();
    String seen = liveText(live, flow);
    List<TcpOption> wanted = line.options();
    if (wanted == null) {
      fields.add(new Field("options", "<...>", seen, false));
      return;
    }
    OptionOctets.Mapping mapping = new OptionOctets.Mapping() {
      @Override
      public int sackEdge(int script) {
        return script - flow.remoteSeqToScript(0, syn);
      }

      @Override
      public int echo(TcpOption.Timestamps script) {
        return (int) script.ecr();
      }
    };
    boolean same = wanted.size() == live.size();
    for (int i = 0; same && i < wanted.size(); i++) {
      same = OptionOctets.fits(wanted.get(i), live.get(i), mapping);
    }
    StringJoiner text = new StringJoiner(",", "<", ">");
    wanted.forEach(option -> text.add(OptionOctets.text(option)));
    String expected = wanted.isEmpty() ? "" : text.toString();
    fields.add(new Field("options", expected, seen, !same));
  }

  private static String liveText(List<LivePacket.Option> options, Flow flow) {
    StringJoiner text = new StringJoiner(",", "<", ">");
    options.forEach(option -> text.add(OptionOctets.text(option, flow)));
    return options.isEmpty() ? "" : text.toString();
  }

  /// A segment of the host as a script would write it.
  static String text(LivePacket packet, Flow flow) {
    boolean syn = packet.has(Flags.SYN);
    StringBuilder text = new StringBuilder(flagText(packet.flags(), false));
    text.append(' ')
        .append(range(flow.localSeqToScript(packet.seq(), syn), packet.payloadLength()));
    if (packet.has(Flags.ACK)) {
      text.append(" ack ").append(unsigned(flow.remoteSeqToScript(packet.ack(), syn)));
    }
    text.append(" win ").append(packet.window());
    String options = liveText(packet.options(), flow);
    return options.isEmpty()
        ? text.toString()
        : text.append(' ').append(options).toString();
  }
}
