package dev.sluice.bench;

import dev.sluice.bench.flood.Flood;
import dev.sluice.bench.kernel.KernelTable;
import dev.sluice.bench.million.MillionTable;
import dev.sluice.bench.table.Cell;
import dev.sluice.bench.table.Fairness;
import dev.sluice.bench.table.Throughput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `./sluice bench`.
public final class Bench {
  private static final String USAGE = """
      ./sluice bench throughput [--write]   one connection on every path, beside the models
      ./sluice bench fairness [--write]     several connections on one bottleneck
      sudo ./sluice bench kernel [--write]  Sluice and the kernel on the same wire, ten minutes
      ./sluice bench million [--quick] [--write]  a million connections on one host
      sudo ./sluice bench flood [--quick] [--write]
                                            honest clients in a flood of SYNs, beside the kernel

      --write puts the page into docs/.
      """;

  private static final int ROUNDS = 3;
  private static final int SECONDS = 3;
  private static final int QUICK_CONNECTIONS = 100_000;

  private Bench() {}

  /// Makes a table.
  ///
  /// @param args which one; exit code 2 if there is none of that name
  public static void main(String[] args) throws Exception {
    List<String> words = List.of(args);
    boolean write = words.contains("--write");
    switch (words.isEmpty() ? "" : words.getFirst()) {
      case "throughput" -> throughput(write);
      case "fairness" -> fairness(write);
      case "kernel" -> kernel(write);
      case "flood" -> flood(words.contains("--quick"), write);
      case "million" -> million(write, words.contains("--quick"));
      default -> {
        System.err.print(USAGE);
        System.exit(2);
      }
    }
  }

  private static void throughput(boolean write) throws InterruptedException, IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    String page = Throughput.page(Cell.all(), threads, System.out::println);
    if (write) {
      Files.writeString(Path.of("docs/throughput.md"), page);
    }
  }

  private static void fairness(boolean write) throws IOException {
    String page = Fairness.page(System.out::println);
    if (write) {
      Files.writeString(Path.of("docs/fairness.md"), page);
    }
  }

  private static void million(boolean write, boolean quick) throws IOException {
    String page = MillionTable.page(quick ? QUICK_CONNECTIONS : 1_000_000, System.out::println);
    System.out.println(page);
    if (write) {
      Files.writeString(Path.of("docs/million.md"), page);
    }
  }

  private static void kernel(boolean write) throws IOException {
    String page = KernelTable.page(ROUNDS, SECONDS, System.out::println);
    if (write) {
      Files.writeString(Path.of("docs/kernel.md"), page);
    }
  }

  private static void flood(boolean isQuick, boolean write) throws IOException {
    String page = Flood.page(isQuick, System.out::println);
    if (write) {
      Files.writeString(Path.of("docs/flood.md"), page);
    }
  }
}
