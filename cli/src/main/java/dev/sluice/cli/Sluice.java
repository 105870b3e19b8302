package dev.sluice.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

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
      "  ./sluice serve                      two hosts on a wire; says what to try",
      "  ./sluice netstat -a -o              what they are doing, from another terminal",
      "  ./sluice lab handshake              how TCP works, drawn from a run of it",
      "  sudo ./sluice serve --tun sl0 --address 198.18.0.2/24",
      "                                      one host that the kernel talks to directly",
      "",
      "./sluice COMMAND --help explains a command and shows examples."
    })
public final class Sluice implements Runnable {
  /// A sub-command's name, and how it is made.
  private record Entry(String name, Supplier<Object> command) {}

  private static final List<Entry> COMMANDS = List.of(
      new Entry("serve", ServeCommand::new),
      new Entry("netstat", NetstatCommand::new),
      new Entry("log", LogCommand::new),
      new Entry("connect", ConnectCommand::new),
      new Entry("close", CloseCommand::new),
      new Entry("set", SetCommand::new),
      new Entry("firewall", FirewallCommand::new),
      new Entry("ports", PortsCommand::new),
      new Entry("packetdrill", PacketdrillCommand::new),
      new Entry("lab", LabCommand::line));

  @Spec
  private @Nullable CommandSpec spec;

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
    String first = args.length == 0 ? "" : args[0];
    List<Entry> wanted =
        COMMANDS.stream().filter(entry -> entry.name.equals(first)).toList();
    for (Entry entry : wanted.isEmpty() ? COMMANDS : wanted) {
      line.addSubcommand(entry.name, entry.command.get());
    }
    if (wanted.isEmpty()) {
      line.addSubcommand(new HelpCommand());
    }
    for (Class<Integer> type : List.of(Integer.class, int.class)) {
      line.registerConverter(type, text -> (int) wholeNumber(text, Integer.MAX_VALUE));
    }
    for (Class<Long> type : List.of(Long.class, long.class)) {
      line.registerConverter(type, text -> wholeNumber(text, Long.MAX_VALUE));
    }
    line.setExecutionExceptionHandler(
        (failure, command, result) -> explain(failure, command.getErr()));
    line.setParameterExceptionHandler((mistake, given) -> explain(mistake));
    line.setUsageHelpWidth(100);
    return line.execute(args);
  }

  private static long wholeNumber(String text, long highest) {
    try {
      long number = Long.parseLong(text);
      if (number <= highest && number >= -highest) {
        return number;
      }
    } catch (NumberFormatException e) {
      // falls through to the one message
    }
    throw new TypeConversionException("'" + text + "' is no whole number, or too large a one");
  }

  private static int explain(Exception failure, PrintWriter err) throws Exception {
    if (failure instanceof Failure explained) {
      err.println("sluice: " + explained.getMessage());
      err.flush();
      return explained.exitCode();
    }
    throw failure;
  }

  /// One line instead of the whole help, in which the mistake would scroll away.
  private static int explain(ParameterException mistake) {
    CommandLine command = mistake.getCommandLine();
    boolean isTop = command.getParent() == null;
    String path = isTop ? "" : command.getCommandSpec().qualifiedName().replaceFirst("sluice ", "");
    String name = isTop ? "" : path + ": ";
    String help = isTop ? "./sluice --help" : "./sluice " + path + " --help";
    String what = wording(mistake);
    command.getErr().println("sluice: " + name + what + "; " + help + " explains");
    command.getErr().flush();
    return Failure.USAGE;
  }

  private static String wording(ParameterException mistake) {
    if (mistake instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().getFirst();
      if (unmatched.isUnknownOption()) {
        return "there is no option '" + first + "'";
      }
      if (mistake.getCommandLine().getParent() == null) {
        return "there is no command '" + first + "'";
      }
      return mistake.getCommandLine().getSubcommands().isEmpty()
          ? "'" + first + "' is one argument too many"
          : "there is no '" + first + "'";
    }
    String text = String.valueOf(mistake.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
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
      String version = Sluice.class.getModule().isNamed()
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
