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
import dev.sluice.stack.HostConfig;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.SynCookieMode;
import dev.sluice.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// A server as the unwilling weapon: an attacker writes the victim's address into his
/// packets, and the server answers the victim.
public final class Reflection {
  private static final IpAddress SERVER = Trial.SERVER;
  private static final IpAddress VICTIM = IpAddress.parse("198.51.100.7");
  private static final int OPEN = 80;
  private static final int CLOSED = 81;
  private static final int UNLIMITED = 1_000_000_000;
  private static final long SECOND = 1_000_000_000L;

  private final Order order;
  private final Pace pace;
  private final Tap tap;

  private Reflection(Order order) {
    this.order = order;
    tap = new Tap(order);
    pace = new Pace(
        (int) order.number("rate", 1, 5_000), SECOND, order.number("lasts", 1, 30) * SECOND);
  }

  /// The experiment.
  public static List<Experiment> experiments() {
    return List.of(new Experiment(
        "drdos",
        "a server as reflector: what a victim gets for what is sent in its name",
        List.of(
            new Setting("rate", "N", "500", "Forged packets in a second, 1 to 5000."),
            new Setting("lasts", "SECONDS", "5", "How long they come."),
            new Setting(
                "limit", "N", "50", "Unwanted answers to one prefix in a second, at most.")),
        order -> new Reflection(order).run()));
  }

  /// What the attacker sends, and what the victim makes of the answers.
  private record Ruse(String name, int port, boolean syn, boolean victimAnswers) {}

  private Page run() {
    int limit = (int) order.number("limit", 1, 100_000);
    List<Ruse> ruses = List.of(
        new Ruse("SYN, open port, victim silent", OPEN, true, false),
        new Ruse("SYN, open port, victim says RST", OPEN, true, true),
        new Ruse("SYN, closed port", CLOSED, true, false),
        new Ruse("ACK of no connection", CLOSED, false, false));
    Table table = new Table("What reaches the victim for each octet that the attacker sends")
        .left("The attacker sends", "ruse")
        .left("limits", "limits")
        .right("packets in", "packetsIn")
        .right("out", "packetsOut")
        .right("octets in", "octetsIn")
        .right("out", "octetsOut")
        .right("out/in", "octetsOutPerIn");
    for (Ruse ruse : ruses) {
      table.row(row(ruse, "off", config -> {
        config.synAcksPerSecond = UNLIMITED;
        config.resetsPerSecond = UNLIMITED;
      }));
      table.row(row(ruse, limit + "/s", config -> {
        config.synAcksPerSecond = limit;
        config.resetsPerSecond = limit;
      }));
    }
    List<Part> parts = new ArrayList<>();
    parts.add(Prose.of(
        "",
        "An attacker sends " + pace.rate() + " packets a second for " + order.text("lasts")
            + " s with the victim's address as their source. All that the server answers goes to"
            + " the victim (distributed reflection, for an attacker uses many servers)."));
    parts.add(table);
    parts.add(Prose.of(
        "What you see",
        "- A SYN-ACK that nobody answers is sent again, here up to 5 times in 63 s: a silent victim"
            + " gets six packets for one. A victim that is there stops it with a RST each.",
        "- A RST or a single answer is no longer than what provoked it: the server hides the"
            + " attacker, but does not make him stronger.",
        "- The limit counts answers that no handshake follows, for each prefix (/24, or /64 of"
            + " IPv6) by itself, so that a flood in one name does not keep others from connecting."
            + " Usually it is 10,000 SYN-ACKs and 2,000 RSTs a second (HostConfig)."));
    return order.page(parts, tap.packets());
  }

  private List<Cell> row(Ruse ruse, String limits, Consumer<HostConfig> settings) {
    World world = new World(new Seed(order.seed()));
    tap.listen(world);
    world.network().usually(Impairments.NONE.delay(Duration.ofMillis(10)));
    Consumer<HostConfig> plain = config -> config.tcp.synCookies = SynCookieMode.NEVER;
    SimHost server = world.host("server", plain.andThen(settings), SERVER + "/24");
    ListenerLimits roomy = new ListenerLimits(1_024, 1_000_000);
    server.listen(OPEN, new ConnectionOptions(), roomy, Talker::new);
    Victim victim = new Victim(ruse.victimAnswers());
    world.attach(victim);
    world.network().attach(victim, VICTIM);
    Forged forged =
        new Forged(List.of(VICTIM), SERVER, ruse.port(), world.seed().random("flood"));
    Flooder flooder = new Flooder(pace, ruse.syn() ? forged::syn : forged::ack);
    world.attach(flooder);
    world.run(Duration.ofNanos(pace.endNanos()).plusSeconds(70));
    double ratio = (double) victim.octets() / flooder.octets();
    return List.of(
        Cell.of(ruse.name()),
        Cell.of(limits),
        Cell.of(flooder.sent()),
        Cell.of(victim.packets()),
        Cell.of(flooder.octets()),
        Cell.of(victim.octets()),
        new Cell(String.format(Locale.ROOT, "%.2f", ratio), ratio));
  }
}
