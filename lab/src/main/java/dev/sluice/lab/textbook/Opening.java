package dev.sluice.lab.textbook;

import dev.sluice.lab.ladder.Ladder;
import dev.sluice.lab.ladder.Side;
import dev.sluice.lab.page.Page;
import dev.sluice.lab.plan.Experiment;
import dev.sluice.lab.plan.Order;
import dev.sluice.lab.plan.Setting;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.wire.Flags;
import java.time.Duration;
import java.util.List;

/// How connections begin, or do not.
public final class Opening {
  private static final List<String> LOSABLE = List.of("nothing", "syn", "syn-ack", "ack");

  private Opening() {}

  /// All of them.
  public static List<Experiment> experiments() {
    return List.of(
        new Experiment(
            "handshake",
            "how a connection begins: SYN, SYN-ACK, ACK",
            TwoEnds.settings(
                "",
                new Setting("lose", "WHAT", "nothing", "What gets lost once: syn, syn-ack or ack."),
                new Setting("data", "OCTETS", "0", "What the client writes when it is connected.")),
            Opening::handshake),
        new Experiment(
            "simultaneous-open",
            "both ends connect to each other at once, and one connection comes of it",
            TwoEnds.settings("100,300"),
            Opening::simultaneousOpen),
        new Experiment(
            "refused",
            "a port where nobody listens answers with RST, a filtered one with silence",
            TwoEnds.settings(
                "", Setting.flag("filtered", "SYNs are dropped on the way, as firewalls do.")),
            Opening::refused));
  }

  private static Page handshake(Order order) {
    TwoEnds ends = new TwoEnds(order);
    int data = (int) order.number("data", 0, 100_000);
    String lost = order.word("lose", LOSABLE);
    switch (lost) {
      case "syn" -> ends.lose(Side.CLIENT, 1, packet -> packet.has(Flags.SYN));
      case "syn-ack" -> ends.lose(Side.SERVER, 1, packet -> packet.has(Flags.SYN));
      case "ack" -> ends.lose(Side.CLIENT, 1, packet -> !packet.has(Flags.SYN));
      default -> {
        // nothing gets lost
      }
    }
    ends.detail(Ladder.Detail.OPTIONS);
    ends.listen();
    User client = ends.connect();
    ends.run(Duration.ofNanos(ends.delayNanos() * 3 / 2));
    if (lost.equals("nothing")) {
      ends.netstat("the SYN-ACK is under way");
    }
    ends.run(Duration.ofNanos(ends.delayNanos() * 2));
    if (!lost.equals("nothing")) {
      ends.runMillis(1_100);
    }
    if (data > 0) {
      client.write(data);
    }
    ends.runMillis(data > 0 || !lost.equals("nothing") ? 4_000 : 100);
    ends.netstat("the connection stands");
    return ends.page(
        "Before two ends can talk, each has to learn the number from which the other counts its"
            + " octets, and to know that its own number arrived (RFC 9293 §3.5).",
        "- The client sends SYN with its initial sequence number. It knows nothing yet: SYN-SENT.",
        "- The server answers with its own SYN and acknowledges the client's in the same segment:"
            + " ack is one more than the client's number, for a SYN counts as one octet."
            + " It waits in SYN-RECEIVED; netstat shows SYN_RECV. This is the half-open"
            + " connection that a SYN flood is after (try: syn-flood).",
        "- The client acknowledges and is ESTABLISHED. The server is when that ACK arrives: one"
            + " way later. What the client sends next may come with it or right behind it.",
        "- Options such as the MSS can be agreed on here only: they stand on SYNs (RFC 9293"
            + " §3.7.1, RFC 7323 §2.2).",
        lostWords(lost));
  }

  private static String lostWords(String lost) {
    return switch (lost) {
      case "syn" ->
        "- The first SYN was lost. After the initial retransmission timeout of 1 s (RFC 6298"
            + " §2) it goes out again; the times after that double.";
      case "syn-ack" ->
        "- The SYN-ACK was lost. Neither side knows which of the two segments it was: both"
            + " repeat their own after 1 s (RFC 6298 §2).";
      case "ack" ->
        "- The last ACK was lost. The client believes in the connection, the server still waits"
            + " and repeats its SYN-ACK; the client answers that with an ACK again. Had the client"
            + " sent text, its first segment would have done the same.";
      default ->
        "- Try --lose syn, syn-ack or ack, --data 1000, and --isn 10,100 for the numbers of a"
            + " textbook.";
    };
  }

  private static Page simultaneousOpen(Order order) {
    TwoEnds ends = new TwoEnds(order);
    User one = new User(Side.CLIENT, ends.recorder());
    User other = new User(Side.SERVER, ends.recorder());
    ends.recorder().call(Side.CLIENT, "connect", 0);
    ends.client().connect(TwoEnds.CLIENT_PORT, TwoEnds.SERVER, TwoEnds.PORT, ends.options(), one);
    ends.recorder().call(Side.SERVER, "connect", 0);
    ends.server().connect(TwoEnds.PORT, "10.0.0.1", TwoEnds.CLIENT_PORT, ends.options(), other);
    ends.runMillis(1_000);
    ends.netstat("one connection");
    return ends.page(
        "Nobody listens. Each end connects from the port that the other connects to, and the two"
            + " SYNs pass each other (RFC 9293 §3.5, figure 7; MUST-10).",
        "- Each gets a SYN where it waits for a SYN-ACK, and goes from SYN-SENT to SYN-RECEIVED.",
        "- Each answers with SYN and ACK; the other's number is acknowledged, and both are"
            + " ESTABLISHED. It is one connection, not two: four segments instead of three.",
        "- Programs that get through address translators rely on this.");
  }

  private static Page refused(Order order) {
    TwoEnds ends = new TwoEnds(order);
    if (order.flag("filtered")) {
      ends.lose(Side.CLIENT, Integer.MAX_VALUE, packet -> packet.has(Flags.SYN));
    }
    User client = ends.connect();
    ends.run(Duration.ofMinutes(5));
    ends.netstat("nothing is left");
    CloseReason reason = client.closeReason();
    String error = reason instanceof CloseReason.Refused ? "Connection refused" : "timed out";
    if (order.flag("filtered")) {
      return ends.page(
          "Something on the way drops the SYNs and says nothing.",
          "- The client cannot tell this from a slow path. It repeats its SYN, each time after"
              + " twice as long, for more than three minutes (RFC 9293 §3.8.3, MUST-23).",
          "- Then the program hears: " + error + ". A scanner calls such a port filtered.");
    }
    return ends.page(
        "The client connects to port 80, and nobody listens there.",
        "- The server's TCP, not a program, answers with RST. It has no number of its own, so seq"
            + " is 0, and ack acknowledges the SYN: only so does the client believe it (RFC 9293"
            + " §3.5.2 and §3.10.7.3).",
        "- The program hears at once: " + error + ". A scanner calls such a port closed.",
        "- Try --filtered: no answer at all is much slower to find out.");
  }
}
