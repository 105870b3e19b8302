package dev.sluice.cli;

import dev.sluice.cli.control.ControlDirectory;
import dev.sluice.cli.control.LineChannel;
import dev.sluice.cli.control.NoStackException;
import dev.sluice.cli.json.Fields;
import dev.sluice.cli.text.MomentText;
import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.log.AlarmFiles;
import dev.sluice.guard.log.AlarmLine;
import dev.sluice.guard.log.AlarmReader;
import dev.sluice.guard.log.AlarmWords;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice log`.
@Command(
    name = "log",
    description = {
      "Shows what the running stack has noticed: floods, scans, runs of resets.",
      "Jumps of the clock too. Without a running stack, what the last one has written."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Sluice.Version.class,
    sortOptions = false,
    abbreviateSynopsis = true,
    footer = {
      "",
      "Kinds: syn-flood, scan, resets, refused, filtered, clock. docs/alarms.md explains them and",
      "the fields of --json.",
      "",
      "Examples:",
      "  ./sluice log                        all that is kept, and what goes on now",
      "  ./sluice log --since 10m            the last ten minutes",
      "  ./sluice log --since 21:05 --kind syn-flood",
      "  ./sluice log --follow --json        as it happens, for programs"
    })
final class LogCommand implements Runnable {
  private static final long POLL_MILLIS = 250;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "What was written since then: 10m ago, 21:05, 2026-11-22T21:05.")
  private @Nullable String since;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "Of this kind only. May be repeated.")
  private List<String> kinds = new ArrayList<>();

  @Option(names = "--json", description = "The lines as they were written, for programs.")
  private boolean json;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until Ctrl-C.")
  private boolean follow;

  @Option(
      names = "--log-dir",
      paramLabel = "DIR",
      description = "Read the logs in a directory, whatever runs.")
  private @Nullable Path directory;

  @Mixin
  private Asking asking = new Asking();

  /// What is read.
  ///
  /// @param stacks whose logs, by name
  /// @param now what goes on now; null: there is nobody to ask
  private record Sources(
      Path directory, List<String> stacks, @Nullable List<String> now) {}

  @Override
  public void run() {
    Instant from = from();
    Set<AlarmKind> wanted = wanted();
    try {
      Sources sources = sources();
      List<AlarmReader> readers = new ArrayList<>();
      for (String stack : sources.stacks) {
        readers.add(new AlarmReader(sources.directory, stack));
      }
      int shown = show(readers, from, wanted);
      if (!json) {
        conclude(sources, shown);
      }
      while (follow && !System.out.checkError()) { // an error: nobody reads any more
        Thread.sleep(POLL_MILLIS);
        show(readers, from, wanted);
      }
    } catch (IOException e) {
      throw new Failure("the log cannot be read: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Instant from() {
    if (since == null) {
      return Instant.MIN;
    }
    try {
      return MomentText.parse(since, ZonedDateTime.now(ZoneId.systemDefault()));
    } catch (IllegalArgumentException e) {
      throw new Failure("--since: " + e.getMessage(), Failure.USAGE);
    }
  }

  private Set<AlarmKind> wanted() {
    Set<AlarmKind> wanted = EnumSet.noneOf(AlarmKind.class);
    for (String text : kinds) {
      AlarmKind kind = AlarmKind.of(text);
      if (kind == null) {
        List<String> all =
            Arrays.stream(AlarmKind.values()).map(AlarmKind::text).toList();
        throw new Failure(
            "--kind: there is no '" + text + "'; there are " + String.join(", ", all),
            Failure.USAGE);
      }
      wanted.add(kind);
    }
    return wanted.isEmpty() ? EnumSet.allOf(AlarmKind.class) : wanted;
  }

  private Sources sources() throws IOException {
    if (directory != null) {
      return written(directory);
    }
    ControlDirectory running = ControlDirectory.ofUser();
    try (LineChannel channel = ControlDirectory.connect(running.find(asking.stack))) {
      Fields answer = Asking.ask(channel, Map.of("do", "alarms"));
      return new Sources(
          Path.of(answer.string("directory")),
          List.of(answer.string("name")),
          answer.strings("now"));
    } catch (NoStackException e) {
      return written(LogDirectory.ofUser());
    }
  }

  private Sources written(Path where) throws IOException {
    List<String> names =
        asking.stack == null ? List.copyOf(AlarmFiles.stacks(where)) : List.of(asking.stack);
    return new Sources(where, names, null);
  }

  private int show(List<AlarmReader> readers, Instant from, Set<AlarmKind> wanted)
      throws IOException {
    List<AlarmLine> lines = new ArrayList<>();
    for (AlarmReader reader : readers) {
      lines.addAll(reader.read());
    }
    lines.removeIf(
        line -> line.time().isBefore(from) || !wanted.contains(line.alarm().kind()));
    lines.sort(Comparator.comparing(AlarmLine::time));
    ZoneId zone = ZoneId.systemDefault();
    for (AlarmLine line : lines) {
      System.out.println(json ? line.toJson() : AlarmWords.text(line, zone) + "\n");
    }
    System.out.flush();
    return lines.size();
  }

  private static void conclude(Sources sources, int shown) {
    if (shown == 0) {
      System.out.println("No such alarm is in the log in " + sources.directory + ".");
    }
    List<String> now = sources.now;
    if (now == null) {
      return;
    }
    System.out.println(now.isEmpty() ? "Nothing goes on now." : "Going on now:");
    now.forEach(line -> System.out.println("    " + line));
    System.out.flush();
  }
}
