package dev.sluice.cli;

import dev.sluice.cli.run.ConnectionSetting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sluice set ID NAME=VALUE ...`.
@Command(
    name = "set",
    description = "Changes options of a live connection, or settings of the stack.",
    mixinStandardHelpOptions = true,
    versionProvider = Sluice.Version.class,
    sortOptions = false,
    abbreviateSynopsis = false,
    footer = {
      "",
      "A connection:  nodelay, keepalive, keepidle, keepintvl, keepcnt, user-timeout, ttl, dscp,",
      "               sndbuf, rcvbuf, quickack",
      "The stack:     msl, syn-retries, synack-retries, initial-rto, min-rto, max-rto,",
      "               delayed-ack, r2, fin-timeout, initial-window",
      "",
      "Examples:",
      "  ./sluice set server/3 nodelay=on keepalive=on keepidle=10s keepintvl=1s keepcnt=3",
      "  ./sluice set 3 user-timeout=30s ttl=64 dscp=46 sndbuf=64k rcvbuf=64k quickack=on",
      "  ./sluice set stack msl=5s         for connections that are closed or opened from now on"
    })
final class SetCommand implements Runnable {
  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "The ID that netstat shows, or 'stack'.")
  private String id = "";

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME=VALUE")
  private List<String> changes = new ArrayList<>();

  @Mixin
  private Asking asking = new Asking();

  @Override
  public void run() {
    if (!id.equals("stack")) {
      try {
        ConnectionSetting.Change.parseAll(changes);
      } catch (IllegalArgumentException e) {
        throw new Failure(String.valueOf(e.getMessage()), Failure.USAGE);
      }
    }
    Map<String, Object> question = new LinkedHashMap<>();
    question.put("do", "set");
    question.put("id", id);
    question.put("changes", changes);
    asking.askAndPrint(question);
  }
}
