package dev.sluice.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rounds of [BothEnds], Sluice and the JDK's sockets in turn, and their table.
final class InOneMachine {
  private static final List<String> KINDS = List.of("sluice", "jdk");

  /// A line of the table.
  private record Line(String field, String title, String unit, double target) {
    boolean isLessBetter() {
      return unit.equals("µs");
    }
  }

  private static final List<Line> LINES = List.of(
      new Line("bulk", "bulk, 1 flow", "Gbit/s", 1.2),
      new Line("channel", "ping-pong, 1 octet, virtual threads", "µs", 1.0),
      new Line("loop", "ping-pong, 1 octet, the server a handler on the loop", "µs", 1.0));

  /// What was printed, by kind and round.
  private final List<List<String>> printed = List.of(new ArrayList<>(), new ArrayList<>());

  /// Measures.
  ///
  /// @param milliseconds of each of nine measurements, six of which only warm up
  void run(int rounds, int milliseconds) throws IOException {
    for (int round = 0; round < rounds; round++) {
      for (int kind = 0; kind < KINDS.size(); kind++) {
        List<String> command = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            BothEnds.class.getName(),
            KINDS.get(kind),
            Integer.toString(milliseconds));
        printed.get(kind).add(Child.run(60, command));
      }
    }
  }

  private double[] values(int kind, Line line) {
    Pattern field = Pattern.compile("\"" + line.field() + "\":([0-9.]+)");
    return printed.get(kind).stream()
        .map(field::matcher)
        .filter(Matcher::find)
        .mapToDouble(found -> Double.parseDouble(found.group(1)))
        .toArray();
  }

  /// The table of the page.
  String text() {
    StringBuilder out = new StringBuilder("## Both ends in one virtual machine\n\n");
    out.append(
        "Two Sluice hosts on a wire in memory, a loop each, against the JDK's sockets over\n");
    out.append("loopback; both on virtual threads. Medians of the rounds.\n\n");
    out.append("| | Sluice | JDK | ratio | target | |\n|---|---|---|---|---|---|\n");
    for (Line line : LINES) {
      double ours = Measurements.median(values(0, line));
      double theirs = Measurements.median(values(1, line));
      double ratio = line.isLessBetter() ? theirs / ours : ours / theirs;
      out.append(String.format(
          Locale.ROOT,
          "| %s, %s | %.1f | %.1f | %.2f | %.2f | %s |%n",
          line.title(),
          line.unit(),
          ours,
          theirs,
          ratio,
          line.target(),
          ratio >= line.target() ? "met" : "missed"));
    }
    return out.append('\n').toString();
  }

  /// One line of the history for each kind.
  ///
  /// @param setting [Setting#json]
  List<String> history(String setting) {
    List<String> lines = new ArrayList<>();
    for (int kind = 0; kind < KINDS.size(); kind++) {
      lines.add("{" + setting + ",\"row\":\"both-ends\",\"contender\":\"" + KINDS.get(kind)
          + "\",\"unit\":\"Gbit/s, µs, µs\",\"rounds\":["
          + String.join(",", printed.get(kind)) + "]}");
    }
    return lines;
  }
}
