package dev.sluice.cli;

import dev.sluice.cli.control.LineChannel;
import dev.sluice.cli.json.Fields;
import dev.sluice.cli.json.Json;
import dev.sluice.cli.text.DurationText;
import dev.sluice.cli.view.InfoView;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The part of `sluice netstat` that tells all of one connection, once or over time.
final class InfoReport {
  private static final long MILLI_NANOS = 1_000_000;

  @Option(
      names = {"-i", "--info"},
      paramLabel = "ID",
      description = "All that one connection tells of itself, in groups.")
  @Nullable
  String id;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "With -i: a row for each sample into this file, for plots; - for here.")
  private @Nullable String csv;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      defaultValue = "100ms",
      description = "With --csv: time between samples. Default: ${DEFAULT-VALUE}.")
  private String every = "100ms";

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "0",
      description = "With --csv: samples. Default: until the connection ends.")
  private int count;

  /// Prints or writes what was asked for.
  ///
  /// @param json whether as one JSON object
  void run(LineChannel channel, boolean json) throws IOException, InterruptedException {
    if (csv != null) {
      sample(channel, csv);
      return;
    }
    Fields groups = ask(channel);
    System.out.print(json ? Json.text(groups.map()) + "\n" : InfoView.text(groups));
    System.out.flush();
  }

  private Fields ask(LineChannel channel) {
    return Asking.ask(channel, Map.of("do", "info", "id", String.valueOf(id))).object("info");
  }

  private void sample(LineChannel channel, String file) throws IOException, InterruptedException {
    long pauseNanos = Math.max(MILLI_NANOS, DurationText.parseNanos(every));
    boolean here = file.equals("-");
    PrintStream out = here
        ? System.out
        : new PrintStream(Files.newOutputStream(Path.of(file)), true, StandardCharsets.UTF_8);
    try {
      Fields groups = ask(channel); // an ID that is wrong is told, before anything is written
      out.println(InfoView.csvTitles(groups));
      long start = System.nanoTime();
      for (int i = 0; groups != null && (count <= 0 || i < count) && !out.checkError(); i++) {
        out.println(InfoView.csvRow(groups, System.nanoTime() - start));
        boolean last = count > 0 && i + 1 == count;
        if (!last) {
          long due = start + (i + 1) * pauseNanos;
          Thread.sleep(Math.max(0, (due - System.nanoTime()) / MILLI_NANOS));
          groups = askAgain(channel);
        }
      }
    } finally {
      if (!here) {
        out.close();
      }
    }
  }

  /// Null once the connection is over.
  private @Nullable Fields askAgain(LineChannel channel) {
    try {
      return ask(channel);
    } catch (Failure e) {
      return null;
    }
  }
}
