package dev.sluice.cli;

import dev.sluice.cli.json.Json;
import dev.sluice.lab.Laboratory;
import dev.sluice.lab.page.CaptureFile;
import dev.sluice.lab.page.Glyphs;
import dev.sluice.lab.page.Page;
import dev.sluice.lab.plan.Experiment;
import dev.sluice.lab.plan.Order;
import dev.sluice.lab.plan.OrderException;
import dev.sluice.lab.plan.Setting;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `sluice lab NAME`: a sub-command for each experiment, with the options that it has.
final class LabCommand implements Runnable {
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

  /// The command with all experiments below it.
  static CommandLine line() {
    return new LabCommand().build();
  }

  private CommandLine build() {
    spec.name("lab").mixinStandardHelpOptions(true);
    spec.usageMessage()
        .description("Experiments with TCP in virtual time that explain what happens. No packet"
            + " leaves the process.")
        .synopsisSubcommandLabel("NAME")
        .footer(
            "",
            "Examples:",
            "  ./sluice lab                               what there is",
            "  ./sluice lab handshake --isn 10,100        the numbers of a textbook",
            "  ./sluice lab handshake --lose syn-ack --capture handshake.pcapng",
            "",
            "./sluice lab NAME --help shows what can be varied; docs/lab.md shows all of them.");
    CommandLine line = new CommandLine(spec);
    line.addSubcommand("list", listCommand());
    for (Experiment experiment : Laboratory.experiments()) {
      line.addSubcommand(experiment.name(), new Run(experiment).spec);
    }
    return line;
  }

  private CommandSpec listCommand() {
    CommandSpec list = CommandSpec.wrapWithoutInspection(this);
    list.mixinStandardHelpOptions(true);
    list.usageMessage().description("One line for each experiment.");
    return list;
  }

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(listing());
    out.flush();
  }

  private static String listing() {
    StringBuilder text =
        new StringBuilder("Experiments, all in virtual time and in this process:\n");
    Laboratory.groups().forEach((title, experiments) -> {
      text.append('\n').append(title).append('\n');
      for (Experiment experiment : experiments) {
        text.append(String.format("  %-20s %s%n", experiment.name(), experiment.summary()));
      }
    });
    return text.append(
            "\n./sluice lab NAME runs one, ./sluice lab NAME --help says what can be varied.\n")
        .toString();
  }

  /// One experiment.
  private static final class Run implements Callable<Integer> {
    private final Experiment experiment;
    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

    Run(Experiment experiment) {
      this.experiment = experiment;
      spec.mixinStandardHelpOptions(true);
      String summary = experiment.summary();
      spec.usageMessage()
          .description(
              summary.substring(0, 1).toUpperCase(Locale.ROOT) + summary.substring(1) + ".")
          .sortOptions(false)
          .abbreviateSynopsis(true);
      for (Setting setting : experiment.settings()) {
        spec.addOption(option(setting));
      }
      spec.addOption(OptionSpec.builder("--seed")
          .paramLabel("N")
          .type(long.class)
          .defaultValue("1")
          .description("What everything random comes from; the same seed, the same run.")
          .build());
      spec.addOption(OptionSpec.builder("--capture")
          .paramLabel("FILE")
          .type(Path.class)
          .description("Write the packets as pcapng.")
          .build());
      spec.addOption(switchOption("--json", "Tell it as JSON (docs/lab.md has the shape)."));
      spec.addOption(switchOption("--ascii", "Draw with ASCII signs only."));
    }

    private static OptionSpec option(Setting setting) {
      if (setting.isFlag()) {
        return switchOption("--" + setting.name(), setting.description());
      }
      String usual = setting.usual().isEmpty() ? "" : " Usually " + setting.usual() + ".";
      return OptionSpec.builder("--" + setting.name())
          .paramLabel(setting.label())
          .type(String.class)
          .description(setting.description() + usual)
          .build();
    }

    private static OptionSpec switchOption(String name, String description) {
      return OptionSpec.builder(name)
          .type(boolean.class)
          .arity("0")
          .description(description)
          .build();
    }

    @Override
    public Integer call() throws IOException {
      Map<String, String> given = new LinkedHashMap<>();
      for (Setting setting : experiment.settings()) {
        Object value = spec.findOption("--" + setting.name()).getValue();
        if (value != null) {
          given.put(setting.name(), value.toString());
        }
      }
      Path capture = spec.findOption("--capture").getValue();
      Long seed = spec.findOption("--seed").getValue();
      Page page = page(given, seed, capture != null);
      if (capture != null) {
        write(page, capture);
      }
      PrintWriter out = spec.commandLine().getOut();
      out.print(isOn("--json") ? Json.text(page.json()) + "\n" : page.text(glyphs()));
      out.flush();
      return 0;
    }

    private boolean isOn(String name) {
      return Boolean.TRUE.equals(spec.findOption(name).getValue());
    }

    private Page page(Map<String, String> given, long seed, boolean capture) {
      try {
        return experiment.conduct().run(new Order(experiment, given, seed, capture));
      } catch (OrderException e) {
        throw new Failure(
            "lab " + experiment.name() + ": " + e.getMessage() + "; ./sluice lab "
                + experiment.name() + " --help explains",
            Failure.USAGE);
      }
    }

    private static void write(Page page, Path file) {
      try {
        CaptureFile.write(Files.newOutputStream(file), page);
      } catch (NoSuchFileException e) {
        throw new Failure("cannot write " + file + ": there is no such directory");
      } catch (IOException e) {
        throw new Failure("cannot write " + file + ": " + e.getMessage());
      }
    }

    /// The signs that standard output can show.
    private Glyphs glyphs() {
      boolean able = System.out.charset().newEncoder().canEncode("─►▁");
      return able && !isOn("--ascii") ? Glyphs.UNICODE : Glyphs.ASCII;
    }
  }
}
