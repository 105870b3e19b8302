package dev.sluice.packetdrill.language;

import dev.sluice.packetdrill.language.PacketLine.IcmpLine;
import dev.sluice.packetdrill.language.PacketLine.Ports;
import dev.sluice.packetdrill.language.PacketLine.Quoted;
import dev.sluice.packetdrill.language.PacketLine.Sequence;
import dev.sluice.packetdrill.language.PacketLine.TcpLine;
import dev.sluice.packetdrill.language.PacketLine.UdpLine;
import dev.sluice.wire.Flags;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a packet, from behind `<` or `>`.
final class PacketParser {
  private static final long MAX_U32 = 0xffff_ffffL;

  private final Cursor cursor;
  private final TcpOptionParser options;

  PacketParser(Cursor cursor) {
    this.cursor = cursor;
    this.options = new TcpOptionParser(cursor);
  }

  PacketLine packet() throws ScriptException {
    IpFields ip = ipFields();
    List<String> around = encapsulations();
    if (!around.isEmpty() && ip.equals(IpFields.NONE)) {
      ip = ipFields();
    }
    if (cursor.acceptWord("icmp")) {
      return icmp(ip, around);
    }
    if (cursor.acceptWord("udp")) {
      return udp(ip, around);
    }
    return tcp(ip, around);
  }

  // ---- the IP header

  private IpFields ipFields() throws ScriptException {
    String end;
    if (cursor.accept("[")) {
      end = "]";
    } else if (cursor.accept("(")) {
      end = ")";
    } else {
      return IpFields.NONE;
    }
    IpFields fields = IpFields.NONE;
    do {
      fields = ipField(fields);
    } while (cursor.accept(",") || !cursor.at(end));
    cursor.expect(end);
    return fields;
  }

  private IpFields ipField(IpFields fields) throws ScriptException {
    cursor.blanks();
    Position at = cursor.position();
    String name = cursor.word("an IP field: ect0, ect1, ect01, ce, noecn, tos, ttl, flowlabel");
    return switch (name) {
      case "tos", "class" -> fields.withTrafficClass(cursor.number(name, 0, 255));
      case "ttl", "hlim" -> fields.withTtl(cursor.number(name, 0, 255));
      case "flowlabel" -> fields.withFlowLabel(cursor.number(name, 0, 0xfffff));
      case "dscp" -> fields.withDscp(dscp());
      case "ecn" -> fields.withEcn(ecn(cursor.word("an ECN code point"), at));
      default -> fields.withEcn(ecn(name, at));
    };
  }

  private static IpFields.Ecn ecn(String name, Position at) throws ScriptException {
    return switch (name) {
      case "noecn" -> IpFields.Ecn.NOECN;
      case "ect0" -> IpFields.Ecn.ECT0;
      case "ect1" -> IpFields.Ecn.ECT1;
      case "ect01" -> IpFields.Ecn.ECT01;
      case "ce" -> IpFields.Ecn.CE;
      default -> throw new ScriptException(at, "unknown IP field '" + name + "'");
    };
  }

  private int dscp() throws ScriptException {
    if (cursor.atNumber()) {
      return cursor.number("dscp", 0, 63);
    }
    Position at = cursor.position();
    String name = cursor.word("a DSCP");
    Integer value = Codes.DSCP.get(name);
    if (value == null) {
      throw new ScriptException(at, "unknown DSCP '" + name + "'");
    }
    return value;
  }

  private List<String> encapsulations() throws ScriptException {
    List<String> around = new ArrayList<>();
    while (true) {
      if (cursor.acceptWord("encap")) {
        around.add(
            "encap " + cursor.word("psp") + " " + cursor.word("spi") + " " + cursor.number("spi"));
      } else if (cursor.acceptWord("gre")) {
        around.add("gre");
        cursor.until(":", "gre header");
      } else if (cursor.acceptWord("mpls")) {
        around.add("mpls");
        cursor.until("):", "mpls header");
      } else if (cursor.at("ipv4 ") || cursor.at("ipv6 ")) {
        around.add(cursor.word("ipv4") + cursor.until(": ", "outer IP header").stripTrailing());
      } else {
        return List.copyOf(around);
      }
    }
  }

  // ---- TCP

  private TcpLine tcp(IpFields ip, List<String> around) throws ScriptException {
    @Nullable Ports ports = frontPorts();
    int[] ace = {-1};
    int flags = flags(ace);
    Sequence sequence = sequence();
    @Nullable Integer ack = null;
    if (cursor.acceptWord("ack")) {
      ack = (int) u32("an acknowledgment number");
    }
    @Nullable Integer window = null;
    if (cursor.acceptWord("win")) {
      window = cursor.number("a window", 0, 65_535);
    }
    int urgent = cursor.acceptWord("urg") ? cursor.number("an urgent pointer", 0, 65_535) : 0;
    @Nullable List<TcpOption> list = List.of();
    if (cursor.accept("<")) {
      list = options.list();
    }
    @Nullable Ports udp = cursor.accept("/udp") ? bracketedPorts() : null;
    return new TcpLine(ip, around, ports, flags, ace[0], sequence, ack, window, urgent, list, udp);
  }

  private @Nullable Ports frontPorts() throws ScriptException {
    cursor.blanks();
    int digits = 0;
    while (Cursor.isDigit(cursor.peek(digits))) {
      digits++;
    }
    int after = digits;
    while (cursor.peek(after) == ' ') {
      after++;
    }
    return digits > 0 && cursor.peek(after) == '>' ? ports() : null;
  }

  private Ports bracketedPorts() throws ScriptException {
    cursor.expect("(");
    Ports ports = ports();
    cursor.expect(")");
    return ports;
  }

  private Ports ports() throws ScriptException {
    int source = cursor.number("a port", 0, 65_535);
    cursor.expect(">");
    return new Ports(source, cursor.number("a port", 0, 65_535));
  }

  private int flags(int[] ace) throws ScriptException {
    cursor.blanks();
    if (cursor.peek() == '-') {
      cursor.next();
      return 0;
    }
    Position at = cursor.position();
    int flags = flagRun(ace);
    if (flags < 0) {
      throw cursor.unexpected("TCP flags (. F S R P E W A U 0-7 or -)");
    }
    cursor.blanks();
    if (cursor.peek() == '.' && !cursor.startsWith("...")) {
      flags |= Math.max(flagRun(ace), 0);
    }
    if (ace[0] >= 0 && (flags & (Flags.ECE | Flags.CWR | Flags.AE)) != 0) {
      throw new ScriptException(at, "an ACE digit and E, W or A exclude each other");
    }
    return ace[0] > 0 ? flags | aceBits(ace[0]) : flags;
  }

  /// The ACE counter in the bits AE, CWR, ECE (RFC 9768 §3.1).
  private static int aceBits(int ace) {
    return ((ace & 4) != 0 ? Flags.AE : 0)
        | ((ace & 2) != 0 ? Flags.CWR : 0)
        | ((ace & 1) != 0 ? Flags.ECE : 0);
  }

  private int flagRun(int[] ace) {
    int flags = -1;
    while (true) {
      char c = cursor.peek();
      int bit = flag(c);
      if (c >= '0' && c <= '7') {
        ace[0] = c - '0';
        bit = 0;
      } else if (bit < 0) {
        return flags;
      }
      flags = Math.max(flags, 0) | bit;
      cursor.next();
    }
  }

  private static int flag(char c) {
    return switch (c) {
      case '.' -> Flags.ACK;
      case 'F' -> Flags.FIN;
      case 'S' -> Flags.SYN;
      case 'R' -> Flags.RST;
      case 'P' -> Flags.PSH;
      case 'E' -> Flags.ECE;
      case 'W' -> Flags.CWR;
      case 'A' -> Flags.AE;
      case 'U' -> Flags.URG;
      default -> -1;
    };
  }

  private Sequence sequence() throws ScriptException {
    if (cursor.accept("...")) {
      return new Sequence(0, bracketedLength(), false, true);
    }
    cursor.blanks();
    Position at = cursor.position();
    long start = u32("a sequence number");
    cursor.expect(":");
    long end = u32("an end of sequence numbers");
    int length = bracketedLength();
    if ((int) end != (int) (start + length)) {
      throw new ScriptException(at, "the end " + end + " is not " + start + " + " + length);
    }
    boolean absolute = cursor.peek() == '!';
    if (absolute) {
      cursor.next();
    }
    return new Sequence((int) start, length, absolute, false);
  }

  private int bracketedLength() throws ScriptException {
    cursor.expect("(");
    int length = cursor.number("a length", 0, 65_535);
    cursor.expect(")");
    return length;
  }

  private long u32(String what) throws ScriptException {
    cursor.blanks();
    Position at = cursor.position();
    long value = cursor.number(what);
    if (value < Integer.MIN_VALUE || value > MAX_U32) {
      throw new ScriptException(at, what + " has 32 bits, found " + value);
    }
    return value;
  }

  // ---- UDP and ICMP

  private UdpLine udp(IpFields ip, List<String> around) throws ScriptException {
    cursor.expect("(");
    int number = cursor.number("a length or port", 0, 65_535);
    @Nullable Ports ports = null;
    if (cursor.accept(">")) {
      ports = new Ports(number, cursor.number("a port", 0, 65_535));
      cursor.expect(")");
      cursor.expect("(");
      number = cursor.number("a length", 0, 65_507);
    }
    cursor.expect(")");
    return new UdpLine(ip, around, ports, number);
  }

  private IcmpLine icmp(IpFields ip, List<String> around) throws ScriptException {
    cursor.blanks();
    Position at = cursor.position();
    String type = name("an ICMP type");
    @Nullable String code = null;
    if (cursor.atNumberOnThisLine()
        || (cursor.atWord() && !cursor.at("mtu ") && !cursor.at("id "))) {
      code = name("an ICMP code");
    }
    int mtu = cursor.acceptWord("mtu") ? cursor.number("an MTU", 0, 65_535) : 0;
    int id = cursor.acceptWord("id") ? cursor.number("an identifier", 0, 65_535) : 0;
    @Nullable Quoted quoted = cursor.accept("[") ? quoted() : null;
    return new IcmpLine(ip, around, type, code, mtu, id, quoted, at);
  }

  private String name(String what) throws ScriptException {
    return cursor.atNumber() ? Long.toString(cursor.number(what)) : cursor.word(what);
  }

  private Quoted quoted() throws ScriptException {
    Quoted quoted;
    if (cursor.acceptWord("udp")) {
      quoted = new Quoted.Udp(bracketedLength());
    } else if (cursor.acceptWord("raw")) {
      quoted = new Quoted.Raw(bracketedLength());
    } else {
      Sequence sequence = sequence();
      quoted = new Quoted.Tcp(sequence, cursor.accept("/udp") ? bracketedPorts() : null);
    }
    cursor.expect("]");
    return quoted;
  }
}
