package dev.sluice.cli;

import dev.sluice.cli.control.LineChannel;
import dev.sluice.cli.json.Json;
import dev.sluice.cli.view.PortsView;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice ports`.
@Command(
    name = "ports",
    description = {
      "Shows what is open on the running stack and who opened it.",
      "Warns of ports that no rule of the firewall names, and of rules for ports where nobody",
      "listens."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Sluice.Version.class,
    footer = {
      "",
      "Examples:",
      "  ./sluice ports          privileged ports and others apart",
      "  ./sluice ports --json   ports (port, privileged, id, address, owner, rules) and warnings"
    })
final class PortsCommand implements Runnable {
  @Option(names = "--json", description = "As one JSON object, for programs.")
  private boolean json;

  @Mixin
  private Asking asking = new Asking();

  @Override
  public void run() {
    try (LineChannel channel = asking.open()) {
      PortsView view = PortsView.of(Asking.ask(channel, Map.of("do", "ports")).object("ports"));
      System.out.print(json ? Json.text(view.toJson()) + "\n" : view.text());
    } catch (IOException e) {
      // closing a channel that has done its work
    }
  }
}
