package dev.sluice.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The `sluice` command.
///
/// Only the sub-command that is asked for is looked into: that halves the time to the
/// first line.
@Command(
    name = "sluice",
    description = "TCP/IP as a Java program, in user space.",
    mixinStandardHelpOptions = true,
    versionProvider = Sluice.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Start here:",
      "  ./sluice serve                      two hosts on a wire; prints what to try with curl and nc",
      "  ./sluice netstat -a -o              what they are doing, from another terminal",
      "  sudo ./sluice serve --tun sl0 --address 198.18.0.2/24",
      "                                      one host that the kernel talks to directly",
      "",
      "./sluice COMMAND --help explains a command and shows examples."
    })
public final class Sluice implements Runnable {
  private static final Map<String, Supplier<Object>> COMMANDS =
      Map.of(
          "serve", ServeCommand::new,
          "netstat", NetstatCommand::new,
          "connect", ConnectCommand::new,
          "close", CloseCommand::new,
          "set", SetCommand::new);
  private static final List<String> ORDER = List.of("serve", "netstat", "connect", "close", "set");

  @Spec private @Nullable CommandSpec spec;

  /// Runs the command and ends the process with its exit code: 0 done, 1 failed, 2 asked
  /// for something that does not exist.
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /// Runs the command.
  ///
  /// @return its exit code
  static int run(String... args) {
    CommandLine line = new CommandLine(new Sluice());
    Supplier<Object> wanted = args.length == 0 ? null : COMMANDS.get(args[0]);
    if (wanted != null) {
      line.addSubcommand(args[0], wanted.get());
    } else {
      ORDER.forEach(name -> line.addSubcommand(name, COMMANDS.get(name).get()));
      line.addSubcommand(new HelpCommand());
    }
    line.setExecutionExceptionHandler(
        (failure, command, result) -> explain(failure, command.getErr()));
    line.setUsageHelpWidth(100);
    return line.execute(args);
  }

  private static int explain(Exception failure, PrintWriter err) throws Exception {
    if (failure instanceof Failure explained) {
      err.println("sluice: " + explained.getMessage());
      err.flush();
      return explained.exitCode();
    }
    throw failure;
  }

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  /// What `--version` prints.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version =
          Sluice.class.getModule().isNamed()
              ? Sluice.class.getModule().getDescriptor().rawVersion().orElse("unknown")
              : "development";
      return new String[] {
        "Sluice " + version,
        "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " "
            + System.getProperty("os.arch")
      };
    }
  }
}
