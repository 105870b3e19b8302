package dev.sluice.cli;

import dev.sluice.cli.control.LineChannel;
import dev.sluice.cli.json.Fields;
import dev.sluice.cli.json.Json;
import dev.sluice.cli.view.NetstatTable;
import dev.sluice.cli.view.StackView;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice netstat`.
@Command(
    name = "netstat",
    description = "Shows the connections of the running stack.",
    mixinStandardHelpOptions = true,
    versionProvider = Sluice.Version.class,
    sortOptions = false,
    abbreviateSynopsis = false,
    footer = {
      "",
      "States are spelled as netstat on Linux spells them: SYN_RECV, FIN_WAIT1, FIN_WAIT2. The ID",
      "is what close and set take. For a listener, Recv-Q is how many connections wait to be",
      "accepted, and Send-Q how many may. Timer reads name (seconds/retransmissions/probes).",
      "",
      "--json prints one object: format (1), stack, pid, hosts; each host has name, addresses,",
      "sockets and counters; each socket id, proto, state (RFC 9293's names with _), addresses,",
      "ports, receiveQueue, sendQueue, timer, and a connection the values of its engine, times in",
      "nanoseconds.",
      "",
      "Examples:",
      "  ./sluice netstat            connections, half-open ones and TIME-WAITs too",
      "  ./sluice netstat -a -n -o   listeners as well, digits, timers, RTT and window",
      "  ./sluice netstat -s         counters, and why packets were dropped",
      "  ./sluice netstat --watch    once a second until Ctrl-C",
      "  ./sluice netstat -i 3       all that one connection tells of itself, in groups",
      "  ./sluice netstat -i 3 --csv cwnd.csv --every 10ms --count 500"
    })
final class NetstatCommand implements Runnable {
  private static final long WATCH_MILLIS = 1_000;
  private static final String CLEAR = "\u001b[H\u001b[2J";

  @Option(
      names = {"-a", "--all"},
      description = "Listeners as well.")
  private boolean all;

  @Option(
      names = {"-l", "--listening"},
      description = "Listeners only.")
  private boolean listening;

  @Option(
      names = {"-t", "--tcp"},
      description = "TCP only; there is nothing else yet.")
  @SuppressWarnings("UnusedVariable") // there is nothing else to leave out
  private boolean tcp;

  @Option(
      names = {"-n", "--numeric"},
      description = "Ports as digits, not as names.")
  private boolean numeric;

  @Option(
      names = {"-o", "--timers"},
      description = "The armed timer, retransmissions, RTT and congestion window.")
  private boolean timers;

  @Option(
      names = {"-s", "--statistics"},
      description = "Counters, drop reasons among them.")
  private boolean statistics;

  @Option(names = "--json", description = "All of it as one JSON object, for programs.")
  private boolean json;

  @Option(
      names = {"-c", "--watch", "--continuous"},
      description = "Again each second.")
  private boolean watch;

  @Mixin
  private Asking asking = new Asking();

  @Mixin
  private InfoReport info = new InfoReport();

  @Override
  public void run() {
    try (LineChannel channel = asking.open()) {
      if (info.id != null) {
        info.run(channel, json);
        return;
      }
      print(channel, "");
      boolean terminal = watch && !json && Terminals.isTerminal();
      while (watch && !System.out.checkError()) { // an error: nobody reads any more
        Thread.sleep(WATCH_MILLIS);
        print(channel, terminal ? CLEAR : "");
      }
    } catch (java.nio.file.FileSystemException e) {
      throw new Failure("the file cannot be written: " + e.getMessage());
    } catch (IOException e) {
      // closing a channel that has done its work
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void print(LineChannel channel, String before) {
    Fields answer = Asking.ask(channel, Map.of("do", "netstat"));
    String text = json ? Json.text(answer.object("view").map()) + "\n" : table(answer);
    System.out.print(before + text);
    System.out.flush();
  }

  private String table(Fields answer) {
    StackView view = StackView.of(answer.object("view"));
    if (statistics) {
      return NetstatTable.statistics(view);
    }
    return NetstatTable.sockets(
        view, new NetstatTable.Choice(all || listening, !listening, numeric, timers));
  }
}
