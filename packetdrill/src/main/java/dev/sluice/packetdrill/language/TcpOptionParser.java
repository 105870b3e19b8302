package dev.sluice.packetdrill.language;

import dev.sluice.packetdrill.language.TcpOption.AccurateEcn;
import dev.sluice.packetdrill.language.TcpOption.Edges;
import dev.sluice.packetdrill.language.TcpOption.EndOfList;
import dev.sluice.packetdrill.language.TcpOption.FastOpen;
import dev.sluice.packetdrill.language.TcpOption.Generic;
import dev.sluice.packetdrill.language.TcpOption.Md5;
import dev.sluice.packetdrill.language.TcpOption.Mss;
import dev.sluice.packetdrill.language.TcpOption.Nop;
import dev.sluice.packetdrill.language.TcpOption.Sack;
import dev.sluice.packetdrill.language.TcpOption.SackPermitted;
import dev.sluice.packetdrill.language.TcpOption.Timestamps;
import dev.sluice.packetdrill.language.TcpOption.WindowScale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads the TCP options between `<` and `>`.
final class TcpOptionParser {
  private static final int KIND_ACC_ECN_0 = 172;
  private static final int KIND_ACC_ECN_1 = 174;
  private static final int KIND_EXPERIMENT = 254;
  private static final long MAX_U32 = 0xffff_ffffL;

  private final Cursor cursor;

  TcpOptionParser(Cursor cursor) {
    this.cursor = cursor;
  }

  /// The options, from behind `<`.
  ///
  /// @return null for `<...>`
  @Nullable
  List<TcpOption> list() throws ScriptException {
    if (cursor.accept("...")) {
      cursor.expect(">");
      return null;
    }
    List<TcpOption> options = new ArrayList<>();
    if (cursor.accept(">")) {
      return options;
    }
    do {
      options.add(option());
    } while (cursor.accept(","));
    if (!cursor.accept(">")) {
      throw cursor.unexpected("',' or '>' after a TCP option");
    }
    return List.copyOf(options);
  }

  private TcpOption option() throws ScriptException {
    cursor.blanks();
    Position at = cursor.position();
    String name = name();
    return switch (name) {
      case "mss" -> new Mss(cursor.number("mss", 0, 65_535));
      case "wscale" -> new WindowScale(cursor.number("wscale", 0, 255));
      case "sackOK" -> new SackPermitted();
      case "nop" -> new Nop();
      case "eol" -> new EndOfList();
      case "sack" -> sack();
      case "TS" -> timestamps();
      case "md5" -> cursor.acceptWord("valid") ? new Md5("", true) : new Md5(octets(16), false);
      case "FO" -> new FastOpen(octets(0), false);
      case "FOEXP", "exp-FO" -> new FastOpen(octets(0), true);
      case "ECN" -> ecnCounters();
      case "AccECN0", "AccECN1", "exp-AccECN0", "exp-AccECN1" -> accurateEcn(name);
      default -> generic(name, at);
    };
  }

  /// An option's name, which may have a dash inside, as `exp-FO`.
  private String name() throws ScriptException {
    String name = cursor.word("a TCP option");
    while (cursor.peek() == '-' && Cursor.isWordPart(cursor.peek(1))) {
      cursor.next();
      int start = cursor.index();
      while (Cursor.isWordPart(cursor.peek())) {
        cursor.next();
      }
      name = name + "-" + cursor.since(start);
    }
    return name;
  }

  private Sack sack() throws ScriptException {
    List<Edges> blocks = new ArrayList<>();
    while (cursor.atNumber()) {
      long left = cursor.number("a left edge") & MAX_U32;
      cursor.expect(":");
      blocks.add(new Edges(left, cursor.number("a right edge") & MAX_U32));
    }
    return new Sack(List.copyOf(blocks));
  }

  private Timestamps timestamps() throws ScriptException {
    cursor.expect("val");
    boolean ignoreVal = cursor.accept("...") || cursor.acceptWord("ignore");
    long val = ignoreVal ? 0 : cursor.number("a timestamp") & MAX_U32;
    if (!cursor.acceptWord("ecr")) {
      throw cursor.unexpected("ecr");
    }
    long ecr = cursor.number("a timestamp echo") & MAX_U32;
    return new Timestamps(val, ignoreVal, ecr, cursor.accept("!"));
  }

  private String octets(int count) throws ScriptException {
    cursor.blanks();
    Position at = cursor.position();
    String hex = cursor.hex();
    if (hex.length() % 2 != 0 || (count > 0 && hex.length() != 2 * count)) {
      throw new ScriptException(
          at, "expected " + (count > 0 ? 2 * count : "an even number of") + " hex digits");
    }
    return hex.toLowerCase(Locale.ROOT);
  }

  /// `ECN e1b n ceb n e0b n`: which counter comes first tells the kind (RFC 9768 §3.2.3).
  private AccurateEcn ecnCounters() throws ScriptException {
    cursor.blanks();
    Position at = cursor.position();
    List<Long> counters = new ArrayList<>();
    String first = "";
    while (cursor.atWord()) {
      String name = cursor.word("e0b, ceb or e1b");
      if (!name.equals("e0b") && !name.equals("ceb") && !name.equals("e1b")) {
        throw new ScriptException(at, "unknown ECN counter '" + name + "'");
      }
      first = first.isEmpty() ? name : first;
      counters.add((long) cursor.number(name, 0, 0xff_ffff));
    }
    boolean orderOne = first.equals("e1b");
    return new AccurateEcn(
        orderOne ? KIND_ACC_ECN_1 : KIND_ACC_ECN_0, orderOne ? 1 : 0, List.copyOf(counters));
  }

  private AccurateEcn accurateEcn(String name) throws ScriptException {
    int order = name.endsWith("1") ? 1 : 0;
    int kind = KIND_EXPERIMENT;
    if (!name.startsWith("exp-")) {
      kind = order == 1 ? KIND_ACC_ECN_1 : KIND_ACC_ECN_0;
    }
    List<Long> counters = new ArrayList<>();
    while (cursor.atWord()) {
      String counter = cursor.word("ee0b, eceb or ee1b");
      counters.add((long) cursor.number(counter, 0, 0xff_ffff));
    }
    return new AccurateEcn(kind, order, List.copyOf(counters));
  }

  private Generic generic(String name, Position at) throws ScriptException {
    try {
      if (name.startsWith("gen-")) {
        return new Generic(Integer.decode(name.substring("gen-".length())), octets(0));
      }
      if (name.startsWith("exp-")) {
        String identifier = name.substring("exp-".length()).toLowerCase(Locale.ROOT);
        Integer.parseInt(identifier, 16);
        return new Generic(KIND_EXPERIMENT, identifier + octets(0));
      }
    } catch (NumberFormatException e) {
      throw new ScriptException(at, "not an option kind: '" + name + "'");
    }
    throw new ScriptException(at, "unknown TCP option '" + name + "'");
  }
}
