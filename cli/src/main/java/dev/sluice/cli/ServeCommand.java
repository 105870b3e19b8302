package dev.sluice.cli;

import dev.sluice.cli.control.ControlDirectory;
import dev.sluice.cli.control.ControlServer;
import dev.sluice.cli.run.Controls;
import dev.sluice.cli.run.ServeConfig;
import dev.sluice.cli.run.Serving;
import dev.sluice.cli.run.Wording;
import dev.sluice.cli.watch.LinePrinter;
import dev.sluice.cli.watch.Watcher;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice serve`.
@Command(
    name = "serve",
    description = {
      "Runs Sluice and lets your own tools talk to it.",
      "",
      "Without privilege: two hosts in this process, joined by a wire in memory. Front doors on",
      "127.0.0.1 carry what nc, curl and telnet send across that wire. With --tun: one host on a",
      "TUN device, which the kernel's clients reach by its address; ping works too.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Sluice.Version.class,
    sortOptions = false,
    abbreviateSynopsis = true,
    footer = {
      "",
      "Examples:",
      "  ./sluice serve                              then: nc 127.0.0.1 7007, curl http://127.0.0.1:7080/",
      "  ./sluice serve --delay 20ms --loss 1%% --reorder 1%% --duplicate 0.1%% --seed 7",
      "  ./sluice serve --trace --capture wire.pcapng",
      "  sudo ./sluice serve --tun sl0 --address 198.18.0.2/24 --address6 fd5a::2/64",
      "                                              then: curl http://198.18.0.2/, ping 198.18.0.2"
    })
final class ServeCommand implements Runnable {
  @Mixin
  private ServeOptions options = new ServeOptions();

  @Option(names = "--quiet", description = "Do not print the connections' transitions.")
  private boolean quiet;

  @Option(names = "--trace", description = "Print every segment as well.")
  private boolean trace;

  @Override
  public void run() {
    ServeConfig config = options.config();
    LinePrinter printer = new LinePrinter(System.out).start();
    config.warnings = line -> printer.print("sluice: " + line);
    if (!quiet || trace) {
      int idWidth = config.tun == null ? "server/1000".length() : "1000".length();
      Watcher watcher =
          new Watcher(printer, new Watcher.Look(!quiet, trace, Terminals.showsColour(), idWidth));
      config.observers = watcher::of;
    }
    StopSignal stop = StopSignal.install();
    try {
      serve(config, printer, stop);
      printer.close();
      stop.finished();
    } catch (IOException | IllegalArgumentException e) {
      stop.disarm();
      throw new Failure(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      printer.close();
    }
  }

  private static void serve(ServeConfig config, LinePrinter printer, StopSignal stop)
      throws IOException, InterruptedException {
    Serving serving = Serving.start(config);
    try (serving;
        ControlServer control = ControlServer.start(
            ControlDirectory.ofUser().claim(config.name), new Controls(serving).requests())) {
      assert control.stack().name().equals(config.name);
      Wording.opening(serving).forEach(printer::print);
      stop.await();
      printer.print("closing connections ...");
    }
    Wording.totals(serving).forEach(printer::print);
  }
}
