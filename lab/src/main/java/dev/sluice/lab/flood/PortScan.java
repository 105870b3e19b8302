package dev.sluice.lab.flood;

import dev.sluice.lab.ladder.Tap;
import dev.sluice.lab.page.Page;
import dev.sluice.lab.page.Part;
import dev.sluice.lab.page.Prose;
import dev.sluice.lab.page.Table;
import dev.sluice.lab.page.Table.Cell;
import dev.sluice.lab.plan.Experiment;
import dev.sluice.lab.plan.Order;
import dev.sluice.lab.plan.Setting;
import dev.sluice.sim.Impairments;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.law.Seed;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.stack.firewall.FirewallSyntaxException;
import dev.sluice.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A scan of all ports up to some, and what it tells about the host, with and without a
/// firewall.
public final class PortScan {
  private static final IpAddress SCANNER = IpAddress.parse("198.51.100.9");
  /// Where somebody listens.
  private static final List<Integer> SERVICES = List.of(22, 80, 443);
  /// No reply limit is to blur what the rules do.
  private static final int UNLIMITED = 1_000_000_000;

  private static final String OFFERED = """
      default in allow
      allow in tcp to port 80,443
      allow in tcp from 192.0.2.0/24 to port 22
      """;

  private PortScan() {}

  /// The experiment.
  public static List<Experiment> experiments() {
    return List.of(new Experiment(
        "scan",
        "a port scan, and what it learns with the firewall off and on",
        List.of(new Setting("ports", "N", "1024", "Knocks at ports 1 to N, 100 to 65535.")),
        PortScan::run));
  }

  private static Page run(Order order) {
    int ports = (int) order.number("ports", 100, 65_535);
    Tap tap = new Tap(order);
    Map<String, Scanner> scans = new LinkedHashMap<>();
    scans.put("no firewall", scan(order, tap, "default in allow\n", ports));
    scans.put("reject by RST", scan(order, tap, OFFERED + "reject in tcp with rst\n", ports));
    scans.put("reject by ICMP", scan(order, tap, OFFERED + "reject in with icmp\n", ports));
    scans.put("drop", scan(order, tap, OFFERED + "drop in\n", ports));
    List<Part> parts = new ArrayList<>();
    parts.add(Prose.of(
        "",
        "Somebody at " + SCANNER + " sends a SYN to each of the ports 1 to " + ports
            + " and looks at what comes back. Programs listen at 22, 80 and 443. The rules allow 80"
            + " and 443 to everybody, 22 to 192.0.2.0/24 only, and refuse everything else: by"
            + " RST, by an ICMP error, or without a word."));
    parts.add(summary(scans));
    parts.add(details(scans));
    parts.add(Prose.of(
        "What you see",
        "- Without a firewall every port answers: SYN-ACK where somebody listens, RST where nobody"
            + " does (RFC 9293 §3.5.2). The scanner has a full list in one round trip, and it never"
            + " completes a handshake, so no program hears of it.",
        "- Reject by RST makes a guarded port look like a closed one. An ICMP error says that"
            + " somebody forbids it (RFC 1122 §3.2.2.1), and so gives the firewall away.",
        "- Drop is silent: the scanner cannot tell a closed port from a guarded one or from a lost"
            + " packet, and has to wait and to ask again at each. It calls that filtered.",
        "- Either way an open port is open: a firewall hides what is not offered, and nothing else."
            + " Port 22 is there only for those it is meant for.",
        "- The server keeps count: netstat -s shows the segments for ports that are not open."));
    return order.page(parts, tap.packets());
  }

  private static Scanner scan(Order order, Tap tap, String rules, int ports) {
    World world = new World(new Seed(order.seed()));
    tap.listen(world);
    world.network().usually(Impairments.NONE.delay(Duration.ofMillis(10)));
    Firewall firewall = parse(rules);
    SimHost server = world.host(
        "server",
        config -> {
          config.firewall = firewall;
          config.resetsPerSecond = UNLIMITED;
          config.icmpErrorsPerSecond = UNLIMITED;
          config.synAcksPerSecond = UNLIMITED;
        },
        Trial.SERVER + "/24");
    SERVICES.forEach(port -> server.listen(port, Talker::new));
    Scanner scanner = new Scanner(SCANNER, Trial.SERVER);
    world.attach(scanner);
    world.network().attach(scanner, SCANNER);
    for (int i = 1; i <= ports; i++) {
      int port = i;
      world.at(i * 1_000_000L, () -> scanner.knock(port));
    }
    world.run(Duration.ofMillis(ports + 5_000L));
    return scanner;
  }

  private static Firewall parse(String rules) {
    try {
      return Firewall.parse(rules);
    } catch (FirewallSyntaxException e) {
      throw new AssertionError("the laboratory's own rules: " + rules, e);
    }
  }

  private static Table summary(Map<String, Scanner> scans) {
    Table table = new Table("What the scanner sees")
        .left("What comes back", "answer")
        .left("which it calls", "look");
    scans.keySet().forEach(it -> table.right(it, it.replace(' ', '-')));
    for (Scanner.Look look : Scanner.Look.values()) {
      List<Cell> cells = new ArrayList<>();
      cells.add(Cell.of(look.answer()));
      cells.add(Cell.of(name(look)));
      for (Scanner scanner : scans.values()) {
        cells.add(
            Cell.of(scanner.looks().values().stream().filter(it -> it == look).count()));
      }
      table.row(cells);
    }
    return table;
  }

  private static String name(Scanner.Look look) {
    return switch (look) {
      case OPEN -> "open";
      case CLOSED -> "closed";
      case FORBIDDEN, FILTERED -> "filtered";
    };
  }

  private static Table details(Map<String, Scanner> scans) {
    Table table = new Table("Some ports").right("port", "port");
    scans.keySet().forEach(it -> table.left(it, it.replace(' ', '-')));
    for (int port : List.of(21, 22, 80, 100)) {
      List<Cell> cells = new ArrayList<>();
      cells.add(new Cell(Integer.toString(port), port));
      scans.values().forEach(it -> cells.add(Cell.of(look(it, port))));
      table.row(cells);
    }
    return table;
  }

  private static String look(Scanner scanner, int port) {
    Scanner.Look look = scanner.looks().getOrDefault(port, Scanner.Look.FILTERED);
    return name(look);
  }
}
