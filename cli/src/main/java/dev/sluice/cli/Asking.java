package dev.sluice.cli;

import dev.sluice.cli.control.ControlDirectory;
import dev.sluice.cli.control.ControlServer;
import dev.sluice.cli.control.ControlServer.RefusedException;
import dev.sluice.cli.control.LineChannel;
import dev.sluice.cli.control.NoStackException;
import dev.sluice.cli.json.Fields;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The option `--stack`, and questions to the stack it names.
final class Asking {
  @Option(
      names = "--stack",
      paramLabel = "NAME",
      description = "Which running stack: its name or process id. Default: the only one.")
  @Nullable
  String stack;

  /// A channel to the running stack.
  ///
  /// @throws Failure in a line for the person, if there is none
  LineChannel open() {
    ControlDirectory directory = ControlDirectory.ofUser();
    try {
      return ControlDirectory.connect(directory.find(stack));
    } catch (NoStackException e) {
      throw new Failure(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new Failure("the running stack cannot be reached: " + e.getMessage());
    }
  }

  /// Asks on an open channel.
  ///
  /// @throws Failure with the running stack's own words if it said no
  static Fields ask(LineChannel channel, Map<String, Object> question) {
    try {
      return ControlServer.ask(channel, question);
    } catch (RefusedException e) {
      throw new Failure(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new Failure("the running stack does not answer: " + e.getMessage());
    }
  }

  /// Asks one question and prints what was said.
  void askAndPrint(Map<String, Object> question) {
    try (LineChannel channel = open()) {
      System.out.println(ask(channel, question).string("said"));
    } catch (IOException e) {
      // closing a channel that has done its work
    }
  }
}
