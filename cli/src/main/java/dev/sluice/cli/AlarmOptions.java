package dev.sluice.cli;

import dev.sluice.cli.text.SizeText;
import dev.sluice.guard.Watchman;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of `serve` about floods, scans and what is written down of them.
final class AlarmOptions {
  @Option(
      names = "--log-dir",
      paramLabel = "DIR",
      description = "Where alarms are written. Default: $XDG_STATE_HOME/sluice, or"
          + " ~/.local/state/sluice.")
  private @Nullable Path logDirectory;

  @Option(
      names = "--alarm-capture",
      paramLabel = "SIZE",
      description =
          "Disk for the first packets of alarms; 0 for none." + " Default: $" + "{DEFAULT-VALUE}.",
      defaultValue = "64M")
  private String captureSize = "64M";

  @Option(
      names = "--no-alarms",
      description = "Do not watch for floods, scans and jumps of the clock.")
  private boolean noAlarms;

  /// What the watchman is told, or null if there is to be none.
  ///
  /// @param stack the stack's name
  /// @throws Failure in a line for the person
  Watchman.@Nullable Post post(String stack) {
    long bytes;
    try {
      bytes = SizeText.parse(captureSize);
    } catch (IllegalArgumentException e) {
      throw new Failure("--alarm-capture: " + e.getMessage(), Failure.USAGE);
    }
    if (noAlarms) {
      return null;
    }
    Path directory = logDirectory == null ? LogDirectory.ofUser() : logDirectory;
    return new Watchman.Post(directory.toAbsolutePath(), stack, bytes);
  }
}
