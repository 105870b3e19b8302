package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.TcpOption;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;

/// TCP options as octets, and as text.
final class OptionOctets {
  private static final int KIND_EXPERIMENT = 254;
  private static final String TFO_MAGIC = "f989";

  private OptionOctets() {}

  /// The octets of inbound options, numbers mapped to live ones.
  ///
  /// @param mapping takes SACK edges and timestamp echoes from script to wire
  static byte[] encode(List<TcpOption> options, Mapping mapping) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream(40);
    for (TcpOption option : options) {
      octets.writeBytes(encode(option, mapping));
    }
    if (octets.size() % 4 != 0 || octets.size() > 40) {
      throw new Failure("TCP options of " + octets.size()
          + " octets: not a multiple of 4 up to 40, pad them with nop or eol");
    }
    return octets.toByteArray();
  }

  /// How numbers inside options go from script to wire.
  interface Mapping {
    int sackEdge(int script);

    int echo(TcpOption.Timestamps script);
  }

  private static byte[] encode(TcpOption option, Mapping mapping) {
    return switch (option) {
      case TcpOption.EndOfList() -> new byte[] {0};
      case TcpOption.Nop() -> new byte[] {1};
      case TcpOption.Mss(int octets) -> tlv(2, hex(octets, 2));
      case TcpOption.WindowScale(int shift) -> tlv(3, hex(shift, 1));
      case TcpOption.SackPermitted() -> tlv(4, "");
      case TcpOption.Sack(List<TcpOption.Edges> blocks) -> {
        StringBuilder edges = new StringBuilder();
        for (TcpOption.Edges block : blocks) {
          edges.append(hex(mapping.sackEdge((int) block.left()), 4));
          edges.append(hex(mapping.sackEdge((int) block.right()), 4));
        }
        yield tlv(5, edges.toString());
      }
      case TcpOption.Timestamps ts -> tlv(8, hex(ts.val(), 4) + hex(mapping.echo(ts), 4));
      case TcpOption.Md5(String digest, boolean valid) -> {
        if (valid) {
          throw new NotRun("TCP option md5 valid");
        }
        yield tlv(19, digest);
      }
      case TcpOption.FastOpen(String cookie, boolean experimental) ->
        experimental ? tlv(KIND_EXPERIMENT, TFO_MAGIC + cookie) : tlv(34, cookie);
      case TcpOption.AccurateEcn ecn -> {
        StringBuilder counters = new StringBuilder(ecn.kind() == KIND_EXPERIMENT ? "acc" : "");
        if (ecn.kind() == KIND_EXPERIMENT) {
          counters.append(ecn.order());
        }
        ecn.counters().forEach(counter -> counters.append(hex(counter, 3)));
        yield tlv(ecn.kind(), counters.toString());
      }
      case TcpOption.Generic(int kind, String data) -> tlv(kind, data);
    };
  }

  private static String hex(long value, int octets) {
    return HexFormat.of().toHexDigits(value, octets * 2);
  }

  private static byte[] tlv(int kind, String dataHex) {
    byte[] data = HexFormat.of().parseHex(dataHex);
    byte[] octets = new byte[data.length + 2];
    octets[0] = (byte) kind;
    octets[1] = (byte) octets.length;
    System.arraycopy(data, 0, octets, 2, data.length);
    return octets;
  }

  /// Whether a live option is what the script wrote; timestamps compare elsewhere.
  static boolean fits(TcpOption script, LivePacket.Option live, Mapping mapping) {
    if (script instanceof TcpOption.Timestamps) {
      return live.kind() == 8 && live.data().length == 8;
    }
    byte[] wanted = encode(script, mapping);
    if ((wanted[0] & 0xff) != live.kind()) {
      return false;
    }
    return wanted.length < 2
        ? live.data().length == 0
        : java.util.Arrays.equals(wanted, 2, wanted.length, live.data(), 0, live.data().length);
  }

  // ---- text

  static String text(TcpOption option) {
    return switch (option) {
      case TcpOption.EndOfList() -> "eol";
      case TcpOption.Nop() -> "nop";
      case TcpOption.Mss(int octets) -> "mss " + octets;
      case TcpOption.WindowScale(int shift) -> "wscale " + shift;
      case TcpOption.SackPermitted() -> "sackOK";
      case TcpOption.Sack(List<TcpOption.Edges> blocks) -> {
        StringBuilder text = new StringBuilder("sack");
        blocks.forEach(b -> text.append(" ").append(b.left()).append(":").append(b.right()));
        yield text.toString();
      }
      case TcpOption.Timestamps ts ->
        "TS val " + (ts.ignoreVal() ? "..." : ts.val()) + " ecr " + ts.ecr();
      case TcpOption.Md5(String digest, boolean valid) -> "md5 " + (valid ? "valid" : digest);
      case TcpOption.FastOpen(String cookie, boolean experimental) ->
        (experimental ? "FOEXP " : "FO ") + cookie;
      case TcpOption.AccurateEcn ecn -> "AccECN" + ecn.order() + " " + ecn.counters();
      case TcpOption.Generic(int kind, String data) -> "gen-" + kind + " " + data;
    };
  }

  /// A live option as a script would write it.
  static String text(LivePacket.Option option, Flow flow) {
    byte[] data = option.data();
    return switch (option.kind()) {
      case 0 -> "eol";
      case 1 -> "nop";
      case 2 -> "mss " + unsigned(data, 0, 2);
      case 3 -> "wscale " + unsigned(data, 0, 1);
      case 4 -> "sackOK";
      case 5 -> {
        StringBuilder text = new StringBuilder("sack");
        for (int i = 0; i + 8 <= data.length; i += 8) {
          text.append(" ").append(edge(data, i, flow)).append(":").append(edge(data, i + 4, flow));
        }
        yield text.toString();
      }
      case 8 -> {
        int val = flow.tsValToScript((int) unsigned(data, 0, 4));
        yield "TS val " + Integer.toUnsignedString(val) + " ecr " + unsigned(data, 4, 4);
      }
      case 34 -> "FO " + HexFormat.of().formatHex(data);
      default -> "gen-" + option.kind() + " " + HexFormat.of().formatHex(data);
    };
  }

  private static String edge(byte[] data, int index, Flow flow) {
    return Integer.toUnsignedString(flow.remoteSeqToScript((int) unsigned(data, index, 4), false));
  }

  /// A big-endian number; octets that are missing count as 0.
  static long unsigned(byte[] data, int from, int octets) {
    long value = 0;
    for (int i = from; i < from + octets; i++) {
      value = (value << 8) | (i < data.length ? data[i] & 0xff : 0);
    }
    return value;
  }
}
