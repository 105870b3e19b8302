package dev.sluice.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sluice close ID`.
@Command(
    name = "close",
    description = "Ends a connection or listener of the running stack.",
    mixinStandardHelpOptions = true,
    versionProvider = Sluice.Version.class,
    sortOptions = false,
    abbreviateSynopsis = false,
    footer = {
      "",
      "Examples:",
      "  ./sluice close server/3           FIN after what is queued; the peer may go on sending",
      "  ./sluice close server/3 --reset   RST, and nothing is kept",
      "  ./sluice close 1                  a listener: its port refuses from now on",
      "",
      "./sluice netstat -a shows the IDs."
    })
final class CloseCommand implements Runnable {
  @Parameters(paramLabel = "ID", description = "The ID that netstat shows.")
  private String id = "";

  @Option(names = "--reset", description = "Reset instead of closing in order.")
  private boolean reset;

  @Mixin
  private Asking asking = new Asking();

  @Override
  public void run() {
    Map<String, Object> question = new LinkedHashMap<>();
    question.put("do", "close");
    question.put("id", id);
    question.put("reset", reset);
    asking.askAndPrint(question);
  }
}
