package dev.sluice.cli;

import dev.sluice.cli.control.RunningStack;
import dev.sluice.cli.run.Offer;
import dev.sluice.cli.run.Rules;
import dev.sluice.cli.run.ServeConfig;
import dev.sluice.cli.text.DurationText;
import dev.sluice.cli.text.ShareText;
import dev.sluice.cli.text.SizeText;
import dev.sluice.link.Impairments;
import dev.sluice.tcp.tcb.MemoryLimits;
import dev.sluice.tcp.tcb.SynCookieMode;
import dev.sluice.tcp.tcb.TcpSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options of `serve` that say what is built.
final class ServeOptions {
  @Mixin
  private TunOptions tun = new TunOptions();

  @Mixin
  private AlarmOptions alarms = new AlarmOptions();

  @Option(names = "--delay", paramLabel = "TIME", description = "The wire's delay, each way.")
  private String delay = "0";

  @Option(names = "--loss", paramLabel = "SHARE", description = "Packets lost, such as 1%%.")
  private String loss = "0";

  @Option(names = "--reorder", paramLabel = "SHARE", description = "Packets overtaken.")
  private String reorder = "0";

  @Option(names = "--duplicate", paramLabel = "SHARE", description = "Packets that come twice.")
  private String duplicate = "0";

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "From which the wire's chance comes. Default: another one each time, printed.")
  private @Nullable Long seed;

  @Option(
      names = "--www",
      paramLabel = "DIR",
      description = "Files for HTTP. Default: a page that explains what one is talking to.")
  private @Nullable Path www;

  @Option(
      names = "--front-base",
      paramLabel = "PORT",
      description = "Front doors at PORT+7, +9, +13, +19 and +80. Default: ${DEFAULT-VALUE}.",
      defaultValue = "7000")
  private int frontBase = 7_000;

  @Option(
      names = "--front-port",
      paramLabel = "SERVICE=PORT",
      description = "Another front door for one service, such as http=8080. May be repeated.")
  private Map<String, Integer> frontPorts = new LinkedHashMap<>();

  @Option(names = "--no-echo", description = "Without echo.")
  private boolean noEcho;

  @Option(names = "--no-discard", description = "Without discard.")
  private boolean noDiscard;

  @Option(names = "--no-daytime", description = "Without daytime.")
  private boolean noDaytime;

  @Option(names = "--no-chargen", description = "Without chargen.")
  private boolean noChargen;

  @Option(names = "--no-http", description = "Without HTTP.")
  private boolean noHttp;

  @Option(
      names = "--msl",
      paramLabel = "TIME",
      description = "Maximum segment lifetime; TIME-WAIT lasts twice that. Default: 60s.")
  private @Nullable String msl;

  @Option(
      names = "--syn-retries",
      paramLabel = "N",
      description = "SYNs sent again before an open fails. Default: 7.")
  private @Nullable Integer synRetries;

  @Option(
      names = "--synack-retries",
      paramLabel = "N",
      description = "SYN-ACKs sent again before a half-open peer is forgotten. Default: 5.")
  private @Nullable Integer synAckRetries;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "What the buffers of all connections may take, such as 64M; at three quarters "
          + "of it they get smaller, at all of it connections are reset. Default: a quarter of the "
          + "heap.")
  private @Nullable String memory;

  @Option(
      names = "--syn-cookies",
      paramLabel = "MODE",
      description = "auto, always or never: when a SYN is answered without keeping its peer in"
          + " mind. Default: auto.")
  private String synCookies = "auto";

  @Option(
      names = "--syn-timeout",
      paramLabel = "TIME",
      description = "How long a half-open peer is kept. Default: what --synack-retries take, 63s.")
  private @Nullable String synTimeout;

  @Option(
      names = "--max-half-open",
      paramLabel = "N",
      description = "Half-open peers that a listener keeps. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1024")
  private int maxHalfOpen = 1_024;

  @Option(
      names = "--backlog",
      paramLabel = "N",
      description = "Connections that may wait to be accepted. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1024")
  private int backlog = 1_024;

  @Option(
      names = "--firewall",
      paramLabel = "FILE",
      description = "Rules for the host with the services (docs/firewall.md). Default: all passes.")
  private @Nullable Path firewall;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The name other commands find it by. Default: ${DEFAULT-VALUE}.",
      defaultValue = "serve")
  private String name = "serve";

  /// What was asked for.
  ///
  /// @throws Failure in a line for the person
  ServeConfig config() {
    ServeConfig config = new ServeConfig();
    tun.applyTo(config);
    if (!RunningStack.isName(name)) {
      throw new Failure("--name is letters, digits and _, at most 32: " + name, Failure.USAGE);
    }
    config.name = name;
    config.alarms = alarms.post(name);
    config.www = www;
    setFirewall(config);
    config.maxHalfOpen = (int) within("--max-half-open", maxHalfOpen, 1, 1 << 24);
    config.backlog = (int) within("--backlog", backlog, 0, 65_535);
    removeOffers(config);
    setDoors(config);
    setWire(config);
    settings(); // so that a mistake is found now
    config.settings = this::settings;
    return config;
  }

  private void setFirewall(ServeConfig config) {
    if (firewall != null) {
      try {
        config.firewall = Rules.read(firewall);
        config.firewallFile = firewall.toAbsolutePath();
      } catch (IOException e) {
        throw new Failure("--firewall: " + e.getMessage());
      }
    }
  }

  private void removeOffers(ServeConfig config) {
    boolean[] without = {noEcho, noDiscard, noDaytime, noChargen, noHttp};
    Offer[] offers = Offer.values();
    for (int i = 0; i < offers.length; i++) {
      if (without[i]) {
        config.offers.remove(offers[i]);
      }
    }
  }

  private void setDoors(ServeConfig config) {
    config.frontPortsFrom((int) within("--front-base", frontBase, 0, 65_535 - 80));
    frontPorts.forEach((service, port) -> {
      int checked = (int) within("--front-port", port, 0, 65_535);
      config.frontPorts.put(offer(service), checked);
    });
  }

  private static Offer offer(String service) {
    List<String> names = new ArrayList<>();
    for (Offer offer : Offer.values()) {
      if (offer.text().equals(service)) {
        return offer;
      }
      names.add(offer.text());
    }
    throw new Failure(
        "--front-port: no service is called '" + service + "'; there are "
            + String.join(", ", names),
        Failure.USAGE);
  }

  private void setWire(ServeConfig config) {
    config.impairments = Impairments.NONE
        .withDelay(parsed("--delay", delay, DurationText::parseNanos))
        .withLoss(parsed("--loss", loss, ShareText::parse))
        .withReorder(parsed("--reorder", reorder, ShareText::parse))
        .withDuplicate(parsed("--duplicate", duplicate, ShareText::parse));
    config.seed = seed == null ? System.nanoTime() & 0xffff_ffffL : seed;
  }

  private TcpSettings settings() {
    TcpSettings settings = new TcpSettings();
    if (msl != null) {
      settings.mslNanos = parsed("--msl", msl, DurationText::parseNanos);
    }
    if (synRetries != null) {
      settings.synRetries = synRetries;
    }
    if (synAckRetries != null) {
      settings.synAckRetries = synAckRetries;
    }
    if (memory != null) {
      settings.memory = parsed("--memory", memory, text -> MemoryLimits.upTo(SizeText.parse(text)));
    }
    settings.synCookies = synCookieMode();
    if (synTimeout != null) {
      settings.synTimeoutNanos = parsed("--syn-timeout", synTimeout, DurationText::parseNanos);
    }
    try {
      return settings.validated();
    } catch (IllegalArgumentException e) {
      throw new Failure(String.valueOf(e.getMessage()), Failure.USAGE);
    }
  }

  private SynCookieMode synCookieMode() {
    return switch (synCookies) {
      case "auto" -> SynCookieMode.AUTOMATIC;
      case "always" -> SynCookieMode.ALWAYS;
      case "never" -> SynCookieMode.NEVER;
      default ->
        throw new Failure(
            "--syn-cookies is auto, always or never, and not '" + synCookies + "'", Failure.USAGE);
    };
  }

  private static <T> T parsed(String option, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new Failure(option + ": " + e.getMessage(), Failure.USAGE);
    }
  }

  private static long within(String option, long value, long lowest, long highest) {
    if (value < lowest || value > highest) {
      throw new Failure(
          option + " is " + lowest + " to " + highest + ", and not " + value, Failure.USAGE);
    }
    return value;
  }
}
