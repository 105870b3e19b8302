package dev.sluice.fuzz;

import dev.sluice.packetdrill.language.Position;
import dev.sluice.packetdrill.language.Program;
import dev.sluice.packetdrill.language.Program.TimedStep;
import dev.sluice.packetdrill.language.ProgramParser;
import dev.sluice.packetdrill.language.ScriptException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// A packetdrill script: whatever stands in it, it is read or refused at a place that
/// exists, its steps come in the order of the text, and reading it again gives the same.
final class PacketdrillTarget {
  private static final Path SCRIPTS = Path.of("packetdrill/src/test/resources/pkt");
  /// Jazzer tries no longer ones.
  private static final int MAX_OCTETS = 2_048;

  private PacketdrillTarget() {}

  public static void fuzzerTestOneInput(byte[] octets) {
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    try {
      Program program = parse(text);
      Law.holds(!program.steps().isEmpty(), "a script without a step");
      checkOrder(program);
      Law.holds(parse(text).equals(program), "another script from the same text");
    } catch (ScriptException e) {
      checkPlace(text, e.at());
      Law.holds(e.getMessage() != null && !e.getMessage().isEmpty(), "a refusal without words");
    }
  }

  private static Program parse(String text) throws ScriptException {
    return ProgramParser.parse(text, Map.of("PORT", "8080"), Set.of("Sluice"));
  }

  private static void checkOrder(Program program) {
    Position last = new Position(1, 0);
    for (TimedStep step : program.steps()) {
      Position at = step.at();
      Law.holds(
          at.line() > last.line() || (at.line() == last.line() && at.column() > last.column()),
          "a step at " + at + " after one at " + last);
      last = at;
    }
  }

  private static void checkPlace(String text, Position at) {
    long lines = 1 + text.chars().filter(c -> c == '\n').count();
    Law.holds(at.line() >= 1 && at.column() >= 1, "a place before the text: " + at);
    Law.atMost(at.line(), lines, "the line of a refusal");
  }

  /// One line of each kind, and our own scripts: tests run in their module's folder, and
  /// `./sluice fuzz` in the one above.
  static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(octets("""
        --mss=1000
        `../common/defaults.sh`
        0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
        +0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
        +0 < S 0:0(0) win 1000 <mss 1000,sackOK,nop,nop,nop,wscale 7>
        +0 > S. 0:0(0) ack 1 <...>
        +.1~+.2 < [ecn ect0] P. 1:1001(1000) ack 1 win 257 urg 3
        * %{ assert tcpi_unacked == 1, tcpi_unacked }%
        +0...0.2 write(4, ..., 1000) = -1 EAGAIN (Resource temporarily unavailable)
        `rm -f /tmp/none`
        """));
    Path folder = Files.isDirectory(SCRIPTS) ? SCRIPTS : Path.of("..").resolve(SCRIPTS);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".pkt")).sorted().toList()) {
        byte[] script = Files.readAllBytes(file);
        if (script.length <= MAX_OCTETS) {
          seeds.add(script);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return seeds;
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
