package dev.sluice.lab.flood;

import dev.sluice.lab.ladder.Tap;
import dev.sluice.lab.ladder.TimeText;
import dev.sluice.lab.page.Page;
import dev.sluice.lab.page.Part;
import dev.sluice.lab.page.Prose;
import dev.sluice.lab.page.Series;
import dev.sluice.lab.page.Table;
import dev.sluice.lab.page.Table.Cell;
import dev.sluice.lab.plan.Experiment;
import dev.sluice.lab.plan.Order;
import dev.sluice.lab.plan.Setting;
import dev.sluice.sim.law.Seed;
import dev.sluice.stack.HostConfig;
import dev.sluice.stack.firewall.Firewall;
import dev.sluice.stack.firewall.FirewallSyntaxException;
import dev.sluice.tcp.listen.ListenerLimits;
import dev.sluice.tcp.tcb.SynCookieMode;
import dev.sluice.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// The same flood against one defence after another.
public final class Floods {
  private static final long SECOND = 1_000_000_000L;
  private static final int BEGINS = 5;
  private static final int VISITORS = 10;
  private static final int AFTER = 15;
  private static final int BACKLOG = 1_024;
  /// Octets that a half-open peer takes.
  private static final int OCTETS_EACH = 96;

  /// Somebody has seen where it comes from and written it down.
  private static final String BLOCK_LIST = "drop in from 198.51.100.0/24\n";

  private Floods() {}

  /// All of them.
  public static List<Experiment> experiments() {
    return List.of(
        new Experiment(
            "syn-flood",
            "SYNs without a third segment, and honest clients: one defence after another",
            settings("500", "8"),
            order -> run(order, false)),
        new Experiment(
            "ddos",
            "the same from ten thousand sources: what does not help any more",
            settings("500", "10000"),
            order -> run(order, true)));
  }

  private static List<Setting> settings(String rate, String sources) {
    return List.of(
        new Setting("rate", "N", rate, "SYNs in a second, 1 to 5000."),
        new Setting("sources", "N", sources, "How many addresses they come from."),
        new Setting("lasts", "SECONDS", "20", "How long the flood goes on, 1 to 60."),
        new Setting("table", "N", "256", "Half-open connections that the server remembers."));
  }

  private static Page run(Order order, boolean spread) {
    int rate = (int) order.number("rate", 1, 5_000);
    int lasts = (int) order.number("lasts", 1, 60);
    int table = (int) order.number("table", 1, 100_000);
    List<IpAddress> sources = sources(
        (int) order.number("sources", 1, spread ? 100_000 : 250),
        spread,
        new Seed(order.seed()).random("sources"));
    Pace pace = new Pace(rate, BEGINS * SECOND, lasts * SECOND);
    List<Outcome> outcomes = new ArrayList<>();
    Tap tap = new Tap(order);
    for (Defence defence : defences(table)) {
      outcomes.add(new Trial(defence, order.seed(), tap)
          .run(sources, pace, VISITORS, BEGINS + lasts + AFTER));
    }
    return order.page(parts(outcomes, order, spread), tap.packets());
  }

  private static List<IpAddress> sources(int count, boolean spread, RandomGenerator random) {
    List<IpAddress> sources = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sources.add(
          spread
              ? IpAddress.ofV4((random.nextInt(11, 190) << 24) | random.nextInt(1 << 24))
              : IpAddress.parse("198.51.100." + (1 + i)));
    }
    return sources;
  }

  private static List<Defence> defences(int table) {
    ListenerLimits usual = new ListenerLimits(BACKLOG, table);
    ListenerLimits big = new ListenerLimits(BACKLOG, 16 * table);
    Consumer<HostConfig> plain = config -> config.tcp.synCookies = SynCookieMode.NEVER;
    Defence none = new Defence("no defence", usual, plain);
    Defence bigger = new Defence("bigger table", big, plain);
    Defence shorter = new Defence(
        "shorter timeout", usual, plain.andThen(config -> config.tcp.synTimeoutNanos = 3 * SECOND));
    Defence perSource = new Defence(
        "per-source limit",
        usual,
        plain.andThen(rules("allow in tcp to port 80 limit half-open 8 per source\n")));
    Defence firewall = new Defence("firewall", usual, plain.andThen(rules(BLOCK_LIST)));
    Defence cookies = new Defence(
        "SYN cookies", usual, config -> config.tcp.synCookies = SynCookieMode.AUTOMATIC);
    Consumer<HostConfig> everything = config -> {
      config.tcp.synCookies = SynCookieMode.AUTOMATIC;
      config.tcp.synTimeoutNanos = 3 * SECOND;
    };
    Defence all = new Defence(
        "all of them",
        big,
        everything.andThen(
            rules(BLOCK_LIST + "allow in tcp to port 80 limit half-open 8 per source\n")));
    return List.of(none, bigger, shorter, perSource, firewall, cookies, all);
  }

  private static Consumer<HostConfig> rules(String text) {
    try {
      Firewall firewall = Firewall.parse("default in allow\n" + text);
      return config -> config.firewall = firewall;
    } catch (FirewallSyntaxException e) {
      throw new AssertionError("the laboratory's own rules: " + text, e);
    }
  }

  private static List<Part> parts(List<Outcome> outcomes, Order order, boolean spread) {
    List<Part> parts = new ArrayList<>();
    parts.add(Prose.of(
        "",
        "A server, " + VISITORS
            + " honest clients a second that give up after 10 s, and from second "
            + BEGINS + " on, for " + order.text("lasts") + " s, " + order.text("rate")
            + " SYNs a second from " + order.text("sources")
            + " addresses that never answer. Each row is the same flood against another defence,"
            + " in a simulated network."));
    parts.add(table(outcomes));
    parts.add(Prose.of(
        "",
        "(before, during, after: how many of those who came then got an answer; p50, p99: how long"
            + " those of them waited for their connection who came during the flood and got one."
            + " A half-open connection takes " + OCTETS_EACH + " octets.)"));
    Series series = new Series(
        "Half-open connections, one bar for each second (netstat shows them as SYN_RECV)",
        axis(Integer.parseInt(order.text("lasts"))));
    outcomes.forEach(it -> series.row(it.defence().name(), it.halfOpen()));
    parts.add(series);
    parts.add(Prose.of("What you see", FloodWords.of(outcomes, spread)));
    return parts;
  }

  private static String axis(int lasts) {
    return " ".repeat(BEGINS) + "flood begins" + " ".repeat(Math.max(1, lasts - 12)) + "ends";
  }

  private static Table table(List<Outcome> outcomes) {
    Table table = new Table("Honest clients")
        .left("Defence", "defence")
        .right("before", "servedBeforePercent")
        .right("during", "servedDuringPercent")
        .right("after", "servedAfterPercent")
        .right("connect p50", "connectP50Nanos")
        .right("p99", "connectP99Nanos")
        .right("half-open", "mostHalfOpen")
        .right("memory", "memoryBytes");
    for (Outcome it : outcomes) {
      long half = it.connectNanos(Outcome.Phase.DURING, 0.5);
      long most = it.connectNanos(Outcome.Phase.DURING, 0.99);
      long octets = it.mostHalfOpen() * OCTETS_EACH;
      table.row(List.of(
          Cell.of(it.defence().name()),
          percent(it.served(Outcome.Phase.BEFORE)),
          percent(it.served(Outcome.Phase.DURING)),
          percent(it.served(Outcome.Phase.AFTER)),
          time(half),
          time(most),
          Cell.of(it.mostHalfOpen()),
          new Cell(String.format(Locale.ROOT, "%.1f kB", octets / 1e3), octets)));
    }
    return table;
  }

  private static Cell percent(double value) {
    return new Cell(String.format(Locale.ROOT, "%.0f %%", value), value);
  }

  private static Cell time(long nanos) {
    return new Cell(nanos < 0 ? "-" : TimeText.of(nanos), nanos);
  }
}
