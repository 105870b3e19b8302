package dev.sluice.bench.kernel;

import dev.sluice.bench.line.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Goodput of Sluice beside that of the kernel's CUBIC over the same bottleneck, in real
/// time. Needs root.
public final class KernelTable {
  private static final long SECOND = 1_000_000_000L;
  private static final long MS = 1_000_000L;
  private static final long BITS_PER_SECOND = 100_000_000L;
  private static final String CONTROL = "cubic";

  private KernelTable() {}

  /// Who is at the ends.
  private enum Pair {
    KERNELS("kernel to kernel"),
    SLUICE_SENDS("Sluice to kernel"),
    SLUICE_READS("kernel to Sluice"),
    SLUICES("Sluice to Sluice");

    private final String text;

    Pair(String text) {
      this.text = text;
    }

    Side sender(Plan plan) throws IOException {
      return this == SLUICE_SENDS || this == SLUICES
          ? new SluiceSide(true, plan)
          : new KernelSide(true, CONTROL);
    }

    Side receiver(Plan plan) throws IOException {
      return this == SLUICE_READS || this == SLUICES
          ? new SluiceSide(false, plan)
          : new KernelSide(false, CONTROL);
    }
  }

  /// A path of the table.
  private record Route(String title, Plan plan) {}

  private static List<Route> paths() {
    List<Route> paths = new ArrayList<>();
    for (int rtt : new int[] {10, 50}) {
      Plan clean = Plan.clean(BITS_PER_SECOND, rtt * MS);
      paths.add(new Route(rtt + " ms, no loss", clean));
      paths.add(new Route(rtt + " ms, 0.1 % lost", clean.losing(0.001, 1)));
      paths.add(new Route(rtt + " ms, 1 % lost", clean.losing(0.01, 1)));
      paths.add(new Route(rtt + " ms, 1 % lost in bursts", clean.losing(0.01, 4)));
      paths.add(new Route(rtt + " ms, 1 % overtaken", clean.reordering(0.01)));
    }
    return paths;
  }

  /// Makes the table.
  ///
  /// @param rounds how often each is measured, one after the other in turn
  /// @param seconds how long each run is counted
  /// @param progress told each line as soon as it is there
  public static String page(int rounds, int seconds, Consumer<String> progress) throws IOException {
    StringBuilder page = new StringBuilder(preface(rounds, seconds));
    for (Route path : paths()) {
      double[][] measures = new double[Pair.values().length][rounds]; // by pair
      for (int round = 0; round < rounds; round++) {
        for (Pair pair : Pair.values()) {
          measures[pair.ordinal()][round] = measure(pair, path.plan(), round, seconds);
        }
      }
      String line = line(path, measures);
      progress.accept(line);
      page.append(line).append('\n');
    }
    return page.toString();
  }

  private static double measure(Pair pair, Plan plan, int seed, int seconds) throws IOException {
    try (Side receiver = pair.receiver(plan);
        Side sender = pair.sender(plan)) {
      return new Wire(plan, seed, sender, receiver).run(2 * SECOND, seconds * SECOND);
    }
  }

  private static String line(Route path, double[][] measures) {
    double kernel = median(measures[Pair.KERNELS.ordinal()]);
    StringBuilder line = new StringBuilder("| " + path.title());
    for (Pair pair : Pair.values()) {
      double[] all = measures[pair.ordinal()];
      line.append(String.format(
          Locale.ROOT,
          " | %.1f (%.1f to %.1f)",
          median(all) / 1e6,
          Arrays.stream(all).min().orElse(0) / 1e6,
          Arrays.stream(all).max().orElse(0) / 1e6));
      if (pair != Pair.KERNELS) {
        line.append(String.format(Locale.ROOT, " | %.2f", median(all) / kernel));
      }
    }
    return line.append(" |").toString();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String preface(int rounds, int seconds) throws IOException {
    StringBuilder head = new StringBuilder("| path");
    StringBuilder rule = new StringBuilder("|---");
    for (Pair pair : Pair.values()) {
      head.append(" | ").append(pair.text).append(", Mbit/s");
      rule.append("|---:");
      if (pair != Pair.KERNELS) {
        head.append(" | ratio");
        rule.append("|---:");
      }
    }
    String version = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    return """
      # Sluice beside the kernel on the same wire

      Each end is either the Linux kernel's TCP in a network of its own behind a TUN device, or a
      Sluice; between them one thread in real time is the bottleneck: %d Mbit/s, a queue of one
      bandwidth-delay product, then loss, delay and reordering, the same code as that of
      [`throughput.md`](throughput.md). All pairs take turns, %d rounds of %d s after 2 s that are
      not counted; a cell is the median, with the least and the most behind it, and a ratio is
      that of the medians to kernel and kernel. Ratios say more than the numbers: machines are busy.

      Measured on %s: Linux %s (%s), %d processors (%s), Java %s.
      `sudo ./sluice bench kernel --write` makes this page anew.

      """.formatted(
                BITS_PER_SECOND / 1_000_000,
                rounds,
                seconds,
                LocalDate.now(java.time.ZoneOffset.UTC),
                version,
                CONTROL,
                Runtime.getRuntime().availableProcessors(),
                processor(),
                Runtime.version())
        + head + " |\n" + rule + "|\n";
  }

  private static String processor() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }
}
