package dev.sluice.bench.peers;

import java.util.List;
import java.util.Locale;

/// The measurements as `docs/benchmarks.md`.
final class Page {
  /// What each row is held against: ours, the peer, the least ratio.
  private record Target(String row, String ours, String peer, double least) {}

  private static final List<Target> TARGETS = List.of(
      new Target("send-1", "sluice", "kernel", 1.2),
      new Target("receive-1", "sluice", "kernel", 1.2),
      new Target("send-8", "sluice", "kernel", 1.0),
      new Target("receive-8", "sluice", "kernel", 1.0),
      new Target("send-1", "sluice-plain", "lwip", 2.0),
      new Target("receive-1", "sluice-plain", "lwip", 1.1),
      new Target("send-8", "sluice-plain", "gvisor", 1.5),
      new Target("receive-8", "sluice-plain", "gvisor", 1.5),
      new Target("ping-1-core", "sluice-loop", "lwip", 0.95),
      new Target("ping-1-core", "sluice", "jdk", 1.0),
      new Target("ping-2-cores", "sluice-loop", "lwip", 1.0),
      new Target("ping-2-cores", "sluice", "jdk", 1.0),
      new Target("connect-1", "sluice-loop", "kernel", 1.0),
      new Target("connect-4", "sluice-loop", "kernel", 1.0));

  private final Measurements measured;
  private final List<Contender> contenders;
  private final StringBuilder out = new StringBuilder();

  Page(Measurements measured, List<Contender> contenders) {
    this.measured = measured;
    this.contenders = contenders;
  }

  /// The whole page.
  ///
  /// @param more a table made elsewhere
  String text(Setting setting, String more) {
    out.append("# Sluice and its peers\n\n");
    out.append("Made by `./sluice bench").append(setting.options()).append("`. ");
    out.append(setting.sentence()).append("\n\n");
    out.append("""
        One small C client for all (blocking kernel sockets, 64 KiB writes, cubic). The servers run
        side by side, each in a network namespace of its own, and are asked in turn, round after
        round. A cell is the median, [least..most] and the processor seconds a second that client
        and server used together; a ratio is the median of the ratios of the rounds. gVisor and
        lwIP are Debian's packages behind small servers of ours; both move packets of 1,500
        octets, since the first cannot be told of offload and the second has none.

        """);
    table("With offload: segments of up to 64 KiB between kernel and stack", false);
    table("Without: packets of 1,500 octets", true);
    out.append(more);
    ratios();
    out.append("""
        Where a target is missed, [benchmarks-why.md](benchmarks-why.md) has profiles, the reason in
        numbers, and what would be needed. smoltcp takes no part: Debian 12 has no package of it.
        "The path" answers TCP without being TCP: no window, no options but its scale, no loss, no
        timer; what it reaches is the most that a Java program can get out of the device.

        """);
    missing();
    return out.toString();
  }

  private void table(String title, boolean isPlain) {
    List<Contender> columns =
        contenders.stream().filter(c -> c.isPlain() == isPlain).toList();
    out.append("## ").append(title).append("\n\n| |");
    columns.forEach(c -> out.append(' ').append(c.title()).append(" |"));
    out.append("\n|---|").append("---|".repeat(columns.size())).append('\n');
    for (Row row : Row.all()) {
      out.append("| ").append(row.title()).append(", ").append(row.mode().unit).append(" |");
      columns.forEach(c -> out.append(' ').append(measured.cell(row, c)).append(" |"));
      out.append('\n');
    }
    out.append('\n');
  }

  private void ratios() {
    out.append("## Ratios, and what they are held against\n\n");
    out.append("More than 1 is better than the peer, also for ping-pong.\n\n");
    out.append(
        "The last column is what Sluice gets out of a second of processor time, client and\n");
    out.append("server together, as a multiple of what the peer gets.\n\n");
    out.append("| row | Sluice | peer | ratio | target | | a processor second |\n");
    out.append("|---|---|---|---|---|---|---|\n");
    for (Target target : TARGETS) {
      Row row = Row.all().stream()
          .filter(r -> r.id().equals(target.row()))
          .findFirst()
          .orElseThrow();
      double ratio = measured.ratio(row, target.ours(), target.peer());
      String verdict = Double.isNaN(ratio) ? "?" : ratio >= target.least() ? "met" : "missed";
      out.append(String.format(
          Locale.ROOT,
          "| %s | %s | %s | %.2f | %.2f | %s | %.2f |%n",
          row.title(),
          title(target.ours()),
          title(target.peer()),
          ratio,
          target.least(),
          verdict,
          measured.thrift(row, target.ours(), target.peer())));
    }
    out.append('\n');
  }

  private String title(String id) {
    return contenders.stream()
        .filter(c -> c.id().equals(id))
        .map(Contender::title)
        .findFirst()
        .orElse(id);
  }

  private void missing() {
    for (Contender contender : contenders) {
      if (!contender.isHere()) {
        out.append("- ").append(contender.title()).append(" took no part: ");
        out.append(contender.missing()).append('\n');
      }
      for (Row row : Row.all()) {
        String why = measured.failure(row, contender.id());
        if (!why.isEmpty()) {
          out.append("- ").append(contender.title()).append(", ").append(row.title());
          out.append(": ").append(why).append('\n');
        }
      }
    }
  }
}
