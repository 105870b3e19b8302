package dev.sluice.cli;

import picocli.CommandLine.Option;

/// `--help` of every command.
final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean wanted;
}
