package dev.sluice.bench.table;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The throughput table: every cell measured, beside what the models foretell.
public final class Throughput {
  /// How far a measure may be from the model where that applies.
  static final double TOLERANCE = 0.2;

  private Throughput() {}

  /// Measures cells, several at once.
  ///
  /// @param progress told each line as soon as it is there
  /// @return the page
  public static String page(List<Cell> cells, int threads, Consumer<String> progress)
      throws InterruptedException {
    Map<Cell, Measure> measures = new ConcurrentHashMap<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (Cell cell : cells) {
        pool.execute(() -> {
          Measure measure = Measure.of(cell);
          measures.put(cell, measure);
          progress.accept(line(cell, measure));
        });
      }
      pool.shutdown();
      pool.awaitTermination(1, TimeUnit.DAYS);
    }
    StringBuilder page = new StringBuilder(PREFACE);
    Map<String, Integer> verdicts = new TreeMap<>();
    for (Cell cell : cells) {
      Measure measure = Objects.requireNonNull(measures.get(cell));
      page.append(line(cell, measure)).append('\n');
      verdicts.merge(verdict(cell, measure), 1, Integer::sum);
    }
    page.append("\n").append(verdicts.getOrDefault("yes", 0)).append(" of ").append(cells.size());
    page.append(" lines are within 20 % of the model. The others:\n\n");
    verdicts.remove("yes");
    verdicts.forEach((verdict, count) ->
        page.append("- **").append(verdict).append("**, ").append(count).append(" lines.\n"));
    return page.toString();
  }

  /// One line of the table.
  static String line(Cell cell, Measure measure) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %.2f | %s | %.2f %% | %.2f %% | %d in %.0f s |",
        cell.name(),
        megabits(measure.bitsPerSecond()),
        megabits(cell.modelBitsPerSecond()),
        measure.bitsPerSecond() / cell.modelBitsPerSecond(),
        verdict(cell, measure),
        measure.retransmitted() * 100,
        measure.spurious() * 100,
        measure.timeouts(),
        measure.seconds());
  }

  private static String megabits(double bits) {
    return String.format(Locale.ROOT, bits < 99.5e6 ? "%.1f" : "%.0f", bits / 1e6);
  }

  /// Whether a measure is where the model says, or why not.
  static String verdict(Cell cell, Measure measure) {
    double ratio = measure.bitsPerSecond() / cell.modelBitsPerSecond();
    if (Math.abs(ratio - 1) <= TOLERANCE) {
      return "yes";
    }
    String beyond = cell.beyondModel();
    if (!beyond.isEmpty()) {
      return beyond;
    }
    return ratio > 1 ? "faster" : "slower";
  }

  private static final String PREFACE = """
      # Throughput, beside what the models foretell

      One connection in virtual time over a bottleneck of 1 Gbit/s whose queue holds one
      bandwidth-delay product, packets of 1,500 octets, timestamps, for some hundred losses or sixty
      round trips; the first quarter is not counted. "Bursts" are losses of four packets on
      average, so that there are a quarter as many loss events. Reordered packets are held back
      by up to an eighth of the round trip. The same command on any machine gives the same page:
      `./sluice bench throughput --write`, and a test measures some of its lines anew in every
      build.

      The model of `reno` is √(3/2p) segments in a round trip (Mathis et al. 1997), that of
      `cubic` the response function of RFC 9438 §5.1 or Reno's if that is more (§4.3); neither can
      be more than the line carries. Reasons why a line is not within 20 % of it:

      - **small window**: the model's window is under 16 segments. Models take every loss for one
        that a fast retransmit repairs; with so few segments in flight many have to wait for a
        timeout.
      - **queue**: the model's window is near what the line holds, so that some of the time the
        queue fills or the line is full, and neither is in the model.
      - **reordering**: no model knows of it.
      - **chance**: RFC 9438 §5.1 reckons with losses at equal distances. By chance some come
        late, and meanwhile the cube has time to grow; a test of the engine holds `cubic` to the
        function with equal distances (`ResponseFunctionTest`).
      - **faster**, **slower**: none of these. `reno` and, on short paths, `cubic` count octets
        and not ACKs (RFC 3465), while losses by chance are a few more than the periodic ones of
        the model; what is left is the luck of some hundred losses.

      "Spurious" is what arrived a second time, as part of all that was sent.

      | control | RTT | loss | reordering | goodput, Mbit/s | model | ratio | within 20 % | \
      retransmitted | spurious | timeouts |
      |---|---|---|---|---:|---:|---:|---|---:|---:|---:|
      """;
}
