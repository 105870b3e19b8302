package dev.sluice.bench.million;

import dev.sluice.stack.HostConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// The page of a million connections: what they take, how long they take to open, and
/// what a packet costs among them.
public final class MillionTable {
  private static final int[] SIZES = {1_000, 10_000, 100_000, 1_000_000};
  private static final int EXCHANGES = 300_000;
  private static final int ROUNDS = 7;
  /// Connections that carry traffic while all others are quiet.
  private static final int BUSY = 400;

  private static final int WARM_UP = 2_000;
  private static final int BAR_NANOS = 40;
  private static final double SECOND = 1e9;
  private static final long MIB = 1024 * 1024;

  private MillionTable() {}

  /// One line.
  ///
  /// @param connections how many
  /// @param openSeconds to open them, beginning with none
  /// @param heapBytes that they take
  /// @param busyNanos for a packet, where a few take turns
  /// @param anyNanos for a packet, where each exchange is another's
  private record Line(
      int connections, double openSeconds, long heapBytes, double busyNanos, double anyNanos) {}

  /// Measures and writes the page.
  ///
  /// @param most connections in the last line, for a shorter run
  /// @param progress hears of each line
  /// @throws IllegalStateException if a connection does not open or answers wrongly
  public static String page(int most, Consumer<String> progress) throws IOException {
    Crowd warm = new Crowd(WARM_UP, BUSY / 2);
    warm.openUpTo(WARM_UP);
    for (int i = 0; i < ROUNDS; i++) {
      warm.echoAnywhere(EXCHANGES / 2, WARM_UP);
    }
    List<Line> lines = new ArrayList<>();
    for (int connections : SIZES) {
      if (connections <= most) {
        Line line = measure(connections);
        progress.accept(line.toString());
        lines.add(line);
      }
    }
    return write(lines);
  }

  private static Line measure(int connections) throws IOException {
    Crowd crowd = new Crowd(connections, new HostConfig().maxQuietAwake);
    long before = crowd.heapBytes();
    long began = System.nanoTime();
    crowd.openUpTo(connections);
    double openSeconds = (System.nanoTime() - began) / SECOND;
    crowd.echoAll();
    long heap = crowd.heapBytes() - before;
    double busy = median(crowd, Math.min(BUSY, connections));
    double any = median(crowd, connections);
    crowd.echoAll(); // each is still able to
    return new Line(connections, openSeconds, heap, busy, any);
  }

  private static double median(Crowd crowd, int among) {
    double[] rounds = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      rounds[i] = crowd.echoAnywhere(EXCHANGES, among);
    }
    Arrays.sort(rounds);
    return rounds[ROUNDS / 2];
  }

  private static String write(List<Line> lines) {
    StringBuilder page = new StringBuilder("""
        # A million connections

        Made by `./sluice bench million --write`. One host on one thread with 1 GiB of heap
        (SerialGC) has so many connections to its echo service, whose handler runs on the loop. The
        far end is a peer that knows just enough TCP and remembers eight octets for each (their 8 MB
        are not counted). Packets are handed over in memory; a packet's time counts both ends:
        making it, parsing it, and the peer's part. An exchange is three packets: an octet, the
        octet back with an ACK, an ACK. After each line every connection has echoed once more.

        Counted is the growth of the used heap after garbage collection: connection, buffers,
        options, addresses, tables, deadlines, the connections that are awake, all but the handler,
        of which there is one for all. No connection holds data then.

        | connections | opened in, s | heap, MiB | octets each | ns a packet, 400 of them busy \
        | ns a packet, each exchange another's |
        |---:|---:|---:|---:|---:|---:|
        """);
    for (Line line : lines) {
      page.append(String.format(
          Locale.ROOT,
          "| %,d | %.2f | %d | %,d | %.0f | %.0f |%n",
          line.connections,
          line.openSeconds,
          line.heapBytes / MIB,
          line.heapBytes / line.connections,
          line.busyNanos,
          line.anyNanos));
    }
    Line first = lines.getFirst();
    Line last = lines.getLast();
    page.append(String.format(
        Locale.ROOT,
        "%nFrom %,d to %,d connections a packet costs %.2f times as much where the same 400 are"
            + " busy, and%n%.2f times where each exchange wakes another connection (and puts"
            + " one to sleep).%n%n",
        first.connections,
        last.connections,
        last.busyNanos / first.busyNanos,
        last.anyNanos / first.anyNanos));
    page.append("```\nns a packet, 400 busy\n");
    lines.forEach(line -> bar(page, line.connections, line.busyNanos));
    page.append("ns a packet, each exchange another's\n");
    lines.forEach(line -> bar(page, line.connections, line.anyNanos));
    page.append("```\n");
    return page.toString();
  }

  private static void bar(StringBuilder page, int connections, double nanos) {
    int length = Math.clamp(Math.round(nanos / BAR_NANOS), 1, 100);
    page.append(
        String.format(Locale.ROOT, "%,10d | %s %.0f%n", connections, "#".repeat(length), nanos));
  }
}
