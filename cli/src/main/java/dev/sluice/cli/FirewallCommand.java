package dev.sluice.cli;

import dev.sluice.cli.control.LineChannel;
import dev.sluice.cli.json.Json;
import dev.sluice.cli.run.Rules;
import dev.sluice.cli.view.FirewallView;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.stack.firewall.PortCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice firewall check|show|reload`.
@Command(
    name = "firewall",
    description = "Checks a file of rules; shows or replaces those of the running stack.",
    mixinStandardHelpOptions = true,
    versionProvider = Sluice.Version.class,
    synopsisSubcommandLabel = "check|show|reload",
    subcommands = {
      FirewallCommand.Check.class,
      FirewallCommand.Show.class,
      FirewallCommand.Reload.class
    },
    footer = {
      "",
      "Examples:",
      "  ./sluice firewall check web.rules    is it in the language? exit code 1 if not",
      "  ./sluice serve --firewall web.rules  from the beginning",
      "  ./sluice firewall show               the rules with their hits",
      "  ./sluice firewall reload             the same file again; open connections live on",
      "",
      "A file of rules:",
      "  default in drop",
      "  closed ports silent",
      "  allow in icmp limit new 10/s per /24",
      "  allow in tcp to port 80 limit new 50/s per /24 limit connections 100 per source",
      "  allow in tcp from 198.18.0.0/24 to port 7-19",
      "",
      "docs/firewall.md explains the language."
    })
final class FirewallCommand implements Runnable {
  @Spec
  private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  /// `sluice firewall check FILE`.
  @Command(
      name = "check",
      description = "Says whether a file of rules is right, or what is wrong and where.",
      mixinStandardHelpOptions = true)
  static final class Check implements Runnable {
    @Parameters(paramLabel = "FILE", description = "The rules.")
    private Path file = Path.of("");

    @Override
    public void run() {
      try {
        Firewall firewall = Rules.read(file);
        System.out.println(file + ": " + summary(firewall));
        for (String trap : new PortCheck(firewall).traps()) {
          System.out.println("warning: " + trap);
        }
      } catch (IOException e) {
        throw new Failure(String.valueOf(e.getMessage()));
      }
    }

    static String summary(Firewall firewall) {
      int count = firewall.rules().size();
      return count + (count == 1 ? " rule" : " rules")
          + ", default in " + firewall.defaultIn().word()
          + ", default out " + firewall.defaultOut().word()
          + ", closed ports " + (firewall.silentPorts() ? "silent" : "answer")
          + ", bogons " + (firewall.dropsBogons() ? "drop" : "allow");
    }
  }

  /// `sluice firewall show`.
  @Command(
      name = "show",
      description = "Shows the rules of the running stack with their hits.",
      mixinStandardHelpOptions = true)
  static final class Show implements Runnable {
    @Option(names = "--json", description = "As one JSON object, for programs.")
    private boolean json;

    @Mixin
    private Asking asking = new Asking();

    @Override
    public void run() {
      try (LineChannel channel = asking.open()) {
        FirewallView view =
            FirewallView.of(Asking.ask(channel, Map.of("do", "firewall")).object("firewall"));
        System.out.print(json ? Json.text(view.toJson()) + "\n" : view.table());
      } catch (IOException e) {
        // closing a channel that has done its work
      }
    }
  }

  /// `sluice firewall reload`.
  @Command(
      name = "reload",
      description = {
        "Puts the rules of a file in place of those of the running stack.",
        "Open connections live on. If anything is wrong with the file, the rules stay as they are."
      },
      mixinStandardHelpOptions = true)
  static final class Reload implements Runnable {
    @Parameters(
        paramLabel = "FILE",
        arity = "0..1",
        description = "The rules. Default: the file that the stack has its rules from.")
    private @Nullable Path file;

    @Mixin
    private Asking asking = new Asking();

    @Override
    public void run() {
      Map<String, Object> question = new LinkedHashMap<>();
      question.put("do", "firewall-reload");
      if (file != null) {
        question.put("file", file.toAbsolutePath().toString());
      }
      asking.askAndPrint(question);
    }
  }
}
