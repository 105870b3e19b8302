package dev.sluice.bench.flood;

import dev.sluice.tcp.tcb.SynCookieMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// How honest clients fare while SYNs pour in: the page.
public final class Flood {
  private static final long[] RATES = {0, 10_000, 100_000, 1_000_000};

  private Flood() {}

  /// Makes the page.
  ///
  /// @param isQuick a second for each cell instead of five
  /// @param progress told each line as soon as it is there
  public static String page(boolean isQuick, Consumer<String> progress) throws IOException {
    double seconds = isQuick ? 1 : 5;
    StringBuilder page = new StringBuilder(preface(seconds));
    SynSource source = new SynSource(1);
    new Run(new EngineTarget(SynCookieMode.AUTOMATIC), source).flood(1_000_000, 2); // warm-up
    page.append(ENGINE);
    for (SynCookieMode mode : SynCookieMode.values()) {
      for (long rate : RATES) {
        try (EngineTarget target = new EngineTarget(mode)) {
          Run.Result result = new Run(target, source).flood(rate, seconds);
          String name = mode.name().toLowerCase(Locale.ROOT);
          append(page, progress, engineLine(name, rate, result));
        }
      }
    }
    if (!TunTarget.isPossible()) {
      page.append("\nOver TUN: not measured, this machine does not permit it.\n");
      return page.toString();
    }
    page.append(TUN);
    for (TunTarget.Server server : TunTarget.Server.values()) {
      for (long rate : RATES) {
        try (TunTarget target = new TunTarget(server)) {
          Run.Result result = new Run(target, source).flood(rate, seconds);
          append(page, progress, tunLine(server.text(), rate, result));
        }
      }
    }
    return page.toString();
  }

  private static void append(StringBuilder page, Consumer<String> progress, String line) {
    progress.accept(line);
    page.append(line).append('\n');
  }

  private static String engineLine(String mode, long rate, Run.Result result) {
    long capacity = result.sent() == 0 ? 0 : result.sent() * 1_000_000_000L / result.busyNanos();
    return String.format(
        Locale.ROOT,
        "| %s | %,d | %,.0f | %s | %,d | %s |",
        mode,
        rate,
        result.rate(),
        rate < 100_000 ? "" : String.format(Locale.ROOT, "%,d", capacity),
        result.stateOctets(),
        honest(result));
  }

  private static String tunLine(String server, long rate, Run.Result result) {
    return String.format(
        Locale.ROOT,
        "| %s | %,d | %,.0f | %,.0f | %s |",
        server,
        rate,
        result.rate(),
        result.answers() / result.seconds(),
        honest(result));
  }

  private static String honest(Run.Result result) {
    return String.format(
        Locale.ROOT,
        "%d of %d | %.1f %% | %.2f | %.2f",
        result.connected(),
        result.tried(),
        result.success(),
        result.p50Nanos() / 1e6,
        result.p99Nanos() / 1e6);
  }

  private static final String ENGINE = """
      ## The engine over a line in memory

      A host, its flood and its honest clients share one thread. *Handled* is what the host alone
      could take in a second, by the time that it worked; *state* is what all tables of half-open
      peers take together, 96 octets for each place, at the end of the flood.

      | cookies | SYN/s wanted | SYN/s sent | SYN/s handled | state, octets | honest clients \
      | success | p50, ms | p99, ms |
      |---|---:|---:|---:|---:|---:|---:|---:|---:|
      """;

  private static final String TUN = """

      ## Over TUN, beside the kernel

      The flood and the honest clients come through a TUN device into a network namespace of the
      run's own. There the kernel's TCP listens, with `tcp_syncookies` 0, 1 and 2 in turn, or the
      kernel hands the packets on to a second TUN device, behind which a Sluice listens: it pays for
      that hop, and for two system calls a packet. Both have a backlog of 1,024 (`somaxconn` and
      `tcp_max_syn_backlog` too), 4,096 packets fit into a device's queue, and the kernel saves no
      metrics (`tcp_no_metrics_save`): it would keep the last quarter of its table for addresses
      that it has had a connection with, as honest clients of one address soon are.

      | server | SYN/s wanted | SYN/s sent | answers/s | honest clients \
      | success | p50, ms | p99, ms |
      |---|---:|---:|---:|---:|---:|---:|---:|
      """;

  private static String preface(double seconds) throws IOException {
    return """
        # Floods of SYNs, and the honest clients meanwhile

        For %s s SYNs pour in from random addresses of 198.18.0.0/15, at the rate wanted or as
        many as this machine sends; every 5 ms an honest client connects, sends an octet and a FIN,
        and has connected when those are acknowledged. Who has not within 3 s after the flood has
        failed. Connect times are of those who connected. No packet leaves the process or its own
        namespaces. A flood from the honest clients' own /24 or /64 is another matter: SYN-ACKs to
        one prefix have a limit of their own (decision 71), and clients there wait for their SYN to
        be sent again.

        Measured on %s: Linux %s, %d processors (%s), Java %s.
        `sudo ./sluice bench flood --write` makes this page anew; `--quick` takes a second for
        each line.

        """.formatted(
            String.format(Locale.ROOT, "%.0f", seconds),
            LocalDate.now(java.time.ZoneOffset.UTC),
            Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip(),
            Runtime.getRuntime().availableProcessors(),
            processor(),
            Runtime.version());
  }

  private static String processor() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
    return lines.stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }
}
