package dev.sluice.lab.textbook;

import dev.sluice.lab.ladder.Tap;
import dev.sluice.lab.ladder.TimeText;
import dev.sluice.lab.page.Page;
import dev.sluice.lab.page.Part;
import dev.sluice.lab.page.Plot;
import dev.sluice.lab.page.Prose;
import dev.sluice.lab.page.Table;
import dev.sluice.lab.page.Table.Cell;
import dev.sluice.lab.plan.Experiment;
import dev.sluice.lab.plan.Order;
import dev.sluice.lab.plan.Setting;
import dev.sluice.sim.Impairments;
import dev.sluice.sim.SimHost;
import dev.sluice.sim.World;
import dev.sluice.sim.actor.Actors;
import dev.sluice.sim.actor.Pattern;
import dev.sluice.sim.actor.Talker;
import dev.sluice.sim.law.Seed;
import dev.sluice.tcp.Connection;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.CongestionState;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.ConnectionOptions;
import dev.sluice.tcp.tcb.SlowStartExit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How a sender finds out what the path carries: the congestion window over time.
public final class Congestion {
  private static final Pattern PATTERN = new Pattern(1);
  private static final int COLUMNS = 80;
  /// How often a column looks for what happens in it.
  private static final int LOOKS = 8;
  private static final List<String> ALGORITHMS = List.of("both", "cubic", "reno");

  private final Order order;
  private final long bitsPerSecond;
  private final Duration delay;
  private final int queueBytes;
  private final long totalNanos;
  private final Tap tap;

  private Congestion(Order order) {
    this.order = order;
    tap = new Tap(order);
    bitsPerSecond = order.number("mbit", 1, 100) * 1_000_000;
    delay = order.millis("delay", 500);
    queueBytes = (int) order.number("queue", 2, 10_000) * 1_000;
    totalNanos = order.number("seconds", 1, 120) * 1_000_000_000L;
  }

  /// The experiment.
  public static List<Experiment> experiments() {
    return List.of(new Experiment(
        "congestion",
        "slow start, loss and recovery: the congestion window over time, CUBIC and Reno",
        List.of(
            new Setting("algorithm", "NAME", "both", "cubic, reno or both."),
            new Setting("mbit", "N", "10", "The bottleneck, Mbit/s."),
            new Setting("delay", "MS", "20", "How long a segment travels, one way."),
            new Setting("queue", "KB", "50", "Room at the bottleneck, in 1,000 octets."),
            new Setting("seconds", "N", "12", "How long the client sends."),
            Setting.flag("hystart", "Slow start ends when the round trip grows (RFC 9406).")),
        order -> new Congestion(order).run()));
  }

  private Page run() {
    String which = order.word("algorithm", ALGORITHMS);
    List<Part> parts = new ArrayList<>();
    long pipe = bitsPerSecond / 8 * 2 * delay.toMillis() / 1_000;
    parts.add(Prose.of(
        "",
        "A client sends as much as it may over a bottleneck of " + order.text("mbit")
            + " Mbit/s with a round trip of " + TimeText.of(2 * delay.toNanos())
            + ": the path holds " + String.format("%,d", pipe)
            + " octets, the queue in front of it "
            + String.format("%,d", queueBytes) + " more. Nobody tells the client. What does not fit"
            + " into the queue is lost, and that is how it learns."));
    Table table = new Table("What came of it")
        .left("Rules", "rules")
        .right("goodput", "bitsPerSecond")
        .right("of the line", "sharePercent")
        .right("sent again", "segmentsRetransmitted")
        .right("queue, on average", "meanQueueNanos");
    for (CongestionAlgorithm algorithm : CongestionAlgorithm.values()) {
      if (which.equals("both") || which.equals(algorithm.socketName())) {
        parts.add(transfer(algorithm, table));
      }
    }
    parts.add(Prose.of(
        "",
        "(below the columns: s slow start, . congestion avoidance, R recovery after a loss, T after"
            + " a timeout)"));
    parts.add(table);
    parts.add(Prose.of(
        "What you see",
        "- Slow start is fast: the window doubles in every round trip (RFC 5681 §3.1) until the"
            + " queue overflows. By then it is twice what fits, and much is lost at once.",
        "- In recovery the lost segments are sent again and the window is cut: by half with Reno"
            + " (RFC 5681 §3.2), to 70 % with CUBIC (RFC 9438 §4.6).",
        "- In congestion avoidance Reno adds about one segment in a round trip: straight teeth."
            + " CUBIC comes back fast towards where the last loss was, stays flat there, and then"
            + " probes faster and faster: curved teeth (RFC 9438 §4.1).",
        "- Try --hystart, --queue 10 (a short queue leaves the line idle) and --queue 500 (a long"
            + " one makes everybody wait: bufferbloat)."));
    return order.page(parts, tap.packets());
  }

  private Part transfer(CongestionAlgorithm algorithm, Table table) {
    World world = new World(new Seed(order.seed()));
    tap.listen(world);
    world.network().usually(Impairments.NONE.delay(delay));
    SimHost client = world.host(
        "client",
        config -> config.tcp.slowStartExit =
            order.flag("hystart") ? SlowStartExit.HYSTART_PLUS_PLUS : SlowStartExit.LOSS,
        "10.0.0.1/24");
    SimHost server = world.host("server", "10.0.0.2/24");
    world
        .network()
        .oneWay(client, server, Impairments.NONE.delay(delay).rate(bitsPerSecond, queueBytes));
    ConnectionOptions options = new ConnectionOptions();
    options.congestion = algorithm;
    options.sendBufferBytes = 4_000_000;
    options.receiveBufferBytes = 4_000_000;
    long much = bitsPerSecond / 8 * (totalNanos / 1_000_000_000L + 1) * 2;
    Talker sink = Actors.sink(PATTERN, much);
    server.listen(80, options, SimHost.USUAL_LIMITS, () -> sink);
    Connection connection =
        client.connect(0, "10.0.0.2", 80, options, Actors.bulkSender(PATTERN, much));
    double[] windows = new double[COLUMNS];
    StringBuilder marks = new StringBuilder();
    for (int i = 0; i < COLUMNS; i++) {
      char mark = '.';
      for (int look = 0; look < LOOKS; look++) {
        world.run(Duration.ofNanos(totalNanos / COLUMNS / LOOKS));
        ConnectionInfo info = connection.info(world.nowNanos());
        windows[i] = (double) info.cwnd() / info.effectiveMss();
        mark = graver(mark, mark(info));
      }
      marks.append(mark);
    }
    tell(
        table,
        algorithm,
        sink,
        connection.info(world.nowNanos()),
        world.network().meanQueueNanos(client, server));
    String name = algorithm.socketName().toUpperCase(Locale.ROOT);
    return new Plot(
        "Congestion window of " + name + ", in segments",
        "segments",
        totalNanos / COLUMNS,
        windows,
        marks.toString());
  }

  private static char graver(char one, char other) {
    return ".sRT".indexOf(one) > ".sRT".indexOf(other) ? one : other;
  }

  private static char mark(ConnectionInfo info) {
    CongestionState state = info.detail().sending().state();
    return switch (state) {
      case RECOVERY -> 'R';
      case LOSS -> 'T';
      default -> info.cwnd() < info.ssthresh() ? 's' : '.';
    };
  }

  private void tell(
      Table table,
      CongestionAlgorithm algorithm,
      Talker sink,
      ConnectionInfo info,
      long queueNanos) {
    double rate = sink.octetsRead() * 8.0 / (totalNanos / 1e9);
    double share = 100 * rate / bitsPerSecond;
    table.row(List.of(
        Cell.of(algorithm.socketName()),
        new Cell(String.format(Locale.ROOT, "%.2f Mbit/s", rate / 1e6), rate),
        new Cell(String.format(Locale.ROOT, "%.0f %%", share), share),
        Cell.of(info.detail().traffic().segmentsRetransmitted()),
        new Cell(TimeText.of(queueNanos), queueNanos)));
  }
}
