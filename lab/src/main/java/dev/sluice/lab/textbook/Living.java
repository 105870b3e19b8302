package dev.sluice.lab.textbook;

import dev.sluice.lab.ladder.Ladder;
import dev.sluice.lab.ladder.Side;
import dev.sluice.lab.ladder.TimeText;
import dev.sluice.lab.page.Page;
import dev.sluice.lab.plan.Experiment;
import dev.sluice.lab.plan.Order;
import dev.sluice.lab.plan.Setting;
import dev.sluice.tcp.tcb.TcpCounter;
import java.time.Duration;
import java.util.List;

/// What keeps a connection going while it stands.
public final class Living {
  private static final List<String> PEERS = List.of("alive", "dead", "restarted");

  private Living() {}

  /// All of them.
  public static List<Experiment> experiments() {
    return List.of(
        new Experiment(
            "keepalive",
            "how a connection finds out that its peer is gone",
            TwoEnds.settings(
                "",
                new Setting("idle", "SECONDS", "7200", "Silence before the first probe."),
                new Setting("interval", "SECONDS", "75", "Time between probes."),
                new Setting("count", "N", "9", "Unanswered probes that end the connection."),
                new Setting(
                    "peer", "WHAT", "dead", "What became of the server: alive, dead, restarted.")),
            Living::keepAlive),
        new Experiment(
            "window",
            "a slow reader closes its window, and probes find out when it opens",
            TwoEnds.settings(
                "",
                new Setting("buffer", "OCTETS", "4344", "The server's receive buffer."),
                new Setting("data", "OCTETS", "8000", "What the client writes."),
                new Setting("pause", "SECONDS", "2", "When the server's program begins to read.")),
            Living::window),
        new Experiment(
            "loss",
            "a segment is lost, and how the sender finds out",
            TwoEnds.settings(
                "",
                new Setting("segments", "N", "6", "How many segments the client sends."),
                new Setting("lose", "N", "2", "Which of them is lost; the last one is special.")),
            Living::loss));
  }

  private static Page keepAlive(Order order) {
    TwoEnds ends = new TwoEnds(order);
    Duration idle = order.seconds("idle", 100_000);
    Duration interval = order.seconds("interval", 10_000);
    int count = (int) order.number("count", 2, 100);
    String peer = order.word("peer", PEERS);
    ends.options().keepAlive = true;
    ends.options().keepIdleNanos = idle.toNanos();
    ends.options().keepIntervalNanos = interval.toNanos();
    ends.options().keepCount = count;
    User server = ends.listen();
    ends.options().keepAlive = false; // the server's listener has its own view of them
    User client = ends.established();
    client.connection().options().keepAlive = true;
    client.connection().onOptionsChanged(ends.world().nowNanos());
    ends.client().attend(client.connection());
    switch (peer) {
      case "dead" -> ends.world().network().cut(ends.client(), ends.server());
      case "restarted" -> {
        ends.world().network().cut(ends.client(), ends.server());
        ends.recorder().pause(true);
        server.abortNow("");
        ends.runMillis(10);
        ends.recorder().pause(false);
        ends.world().network().mend(ends.client(), ends.server());
      }
      default -> {
        // it lives
      }
    }
    ends.run(Duration.ofSeconds(1));
    ends.netstat("the timer runs");
    ends.run(
        peer.equals("alive")
            ? idle.multipliedBy(2).plusSeconds(1)
            : idle.plus(interval.multipliedBy(count)).plusSeconds(1));
    ends.netstat("in the end");
    return ends.page(
        "Nobody says anything for " + TimeText.of(idle.toNanos()) + ". The client has keep-alive"
            + " switched on (off unless asked for, MUST-25) and its server is " + peer + ".",
        "- A probe repeats a number that was acknowledged long ago (one less than the next) and"
            + " carries no text: whoever has the connection answers with an ACK (RFC 9293 §3.8.4).",
        keepAliveWords(peer, interval, count),
        "- Try --peer alive or restarted, --idle 10 --interval 1 --count 3.");
  }

  private static String keepAliveWords(String peer, Duration interval, int count) {
    return switch (peer) {
      case "dead" ->
        "- Nobody answers. After "
            + count
            + " probes, "
            + TimeText.of(interval.toNanos())
            + " apart, the connection ends, and the program hears: timed out. One lost probe must"
            + " never be enough (MUST-29).";
      case "restarted" ->
        "- The server was switched off and on again and knows nothing of the connection: it answers"
            + " the first probe with RST, and the client knows at once.";
      default -> "- The peer answers, and the silence is counted from there again.";
    };
  }

  private static Page window(Order order) {
    TwoEnds ends = new TwoEnds(order, (side, config) -> config.tcp.maxReceiveBufferBytes = 65_535);
    int buffer = (int) order.number("buffer", 1_000, 65_535);
    int data = (int) order.number("data", 1, 100_000);
    Duration pause = order.seconds("pause", 3_600);
    ends.options().receiveBufferBytes = buffer;
    User server = ends.listen();
    User client = ends.established();
    ends.detail(Ladder.Detail.WINDOWS);
    server.reading(false);
    client.write(data);
    ends.after(pause, () -> server.readNow("begins to read"));
    ends.run(Duration.ofNanos(ends.delayNanos() * 6).plusMillis(100));
    ends.netstat("the window is closed");
    ends.run(pause.plusSeconds(10));
    long probes = ends.client().host().tcpCounters().get(TcpCounter.ZERO_WINDOW_PROBES);
    return ends.page(
        "The server's program does not read for a while, and its buffer has room for "
            + String.format("%,d", buffer) + " octets.",
        "- Each ACK says in win how much room is left; win=0 closes the window, and the client"
            + " stops (RFC 9293 §3.8.6). Recv-Q at the server and Send-Q at the client show in"
            + " netstat where the octets wait.",
        "- The ACK that opens the window again is not acknowledged by anybody: were it lost, both"
            + " would wait for ever. So the client asks from time to time with a probe, after twice"
            + " as long each time (RFC 9293 §3.8.6.1, MUST-36). Here there "
            + (probes == 1 ? "was 1 probe." : "were " + probes + " probes."),
        "- The window opens only when it is worth a segment, or the buffer's half: else both ends"
            + " would work for a few octets each (silly window syndrome, RFC 9293 §3.8.6.2).");
  }

  private static Page loss(Order order) {
    TwoEnds ends = new TwoEnds(order);
    int segments = (int) order.number("segments", 1, 10);
    int lost = (int) order.number("lose", 1, segments);
    ends.listen();
    User client = ends.established();
    ends.detail(Ladder.Detail.SACKS);
    int[] seen = {0};
    ends.lose(Side.CLIENT, 1, packet -> packet.payloadLength() > 0 && ++seen[0] == lost);
    int each = client.connection().info(ends.world().nowNanos()).effectiveMss();
    client.write(segments * each);
    ends.run(Duration.ofSeconds(10));
    boolean last = segments - lost < 1;
    return ends.page(
        "The client sends " + segments + " segments at once, and number " + lost + " is lost.",
        "- Each segment behind the gap makes the server say again which octet it waits for; SACK"
            + " blocks in these ACKs tell what it has beyond the gap (RFC 2018).",
        last
            ? "- The last segment was lost: nothing comes behind it that could tell. After two"
                + " round trips, and the time for which a receiver may delay an ACK if only one"
                + " segment is out, the client sends it once more as a probe (tail loss probe,"
                + " RFC 8985 §7)."
            : "- A segment is taken for lost when one that was sent clearly later has arrived, by a"
                + " fraction of the round trip (RACK, RFC 8985); it goes out again at once, long"
                + " before the retransmission timeout of at least 200 ms.",
        "- Then one ACK covers everything. Try --lose " + segments + ".");
  }
}
