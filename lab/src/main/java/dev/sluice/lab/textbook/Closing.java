package dev.sluice.lab.textbook;

import dev.sluice.lab.ladder.TimeText;
import dev.sluice.lab.page.Page;
import dev.sluice.lab.plan.Experiment;
import dev.sluice.lab.plan.Order;
import dev.sluice.lab.plan.Setting;
import java.time.Duration;
import java.util.List;

/// How connections end in order.
public final class Closing {
  private Closing() {}

  /// All of them.
  public static List<Experiment> experiments() {
    return List.of(
        new Experiment(
            "close",
            "how a connection ends: each side says FIN, each FIN is acknowledged",
            TwoEnds.settings(
                "",
                new Setting("by", "WHO", "client", "Who closes first: client or server."),
                new Setting(
                    "think", "MS", "50", "How long the other end takes until it closes, too.")),
            Closing::close),
        new Experiment(
            "simultaneous-close",
            "both ends close at once, and both wait in TIME-WAIT",
            TwoEnds.settings(""),
            Closing::simultaneous),
        new Experiment(
            "half-close",
            "one side has said all it will, and still listens",
            TwoEnds.settings(
                "", new Setting("data", "OCTETS", "3000", "What the server still sends.")),
            Closing::half));
  }

  private static Page close(Order order) {
    TwoEnds ends = new TwoEnds(order);
    boolean byClient = order.word("by", List.of("client", "server")).equals("client");
    Duration think = order.millis("think", 50_000);
    User server = ends.listen();
    User client = ends.established();
    User first = byClient ? client : server;
    User second = byClient ? server : client;
    second.whenPeerEnds(() -> {
      if (think.isZero()) {
        second.closeNow();
      } else {
        ends.after(think, second::closeNow);
      }
    });
    ends.after(Duration.ZERO, first::closeNow);
    ends.run(Duration.ofNanos(ends.delayNanos() * 2).plus(think.dividedBy(2)).plusMillis(1));
    ends.netstat("one side has closed");
    ends.run(think.plusNanos(ends.delayNanos() * 3).plusMillis(100));
    ends.netstat("both have closed");
    ends.run(Duration.ofSeconds(150));
    String who = byClient ? "client" : "server";
    String other = byClient ? "server" : "client";
    return ends.page(
        "Each direction of a connection ends by itself: whoever has nothing more to say sends FIN,"
            + " which counts as one octet and is acknowledged like one (RFC 9293 §3.6).",
        "- The " + who + " closes first: FIN-WAIT-1 until its FIN is acknowledged, then"
            + " FIN-WAIT-2 until the other's FIN comes.",
        "- The " + other + " is told of the end and is in CLOSE-WAIT until its own program closes."
            + " CLOSE-WAITs that stay in netstat are always a program that forgot to.",
        think.isZero()
            ? "- It closes at once, so that its FIN and the ACK go out as one: three segments."
            : "- It closes "
                + TimeText.of(think.toNanos())
                + " later: four segments. Try --think 0 for three.",
        "- Whoever closed first ends in TIME-WAIT and stays there for 2MSL, 120 s here, so that it"
            + " can repeat the last ACK and old duplicates die out (MUST-13; see time-wait). The"
            + " other end is gone at once. Try --by server: that is why busy servers let clients"
            + " close first.");
  }

  private static Page simultaneous(Order order) {
    TwoEnds ends = new TwoEnds(order);
    User server = ends.listen();
    User client = ends.established();
    ends.after(Duration.ZERO, client::closeNow);
    ends.after(Duration.ZERO, server::closeNow);
    ends.run(Duration.ofNanos(ends.delayNanos() * 3 / 2));
    ends.netstat("the FINs have passed each other");
    ends.run(Duration.ofNanos(ends.delayNanos() * 2));
    ends.netstat("both wait");
    ends.run(Duration.ofSeconds(150));
    return ends.page(
        "Both programs close before either hears of the other's FIN (RFC 9293 §3.6, figure 13).",
        "- Each gets a FIN where it waits for the ACK of its own: FIN-WAIT-1 goes to CLOSING, a"
            + " state that is seldom seen.",
        "- The ACKs arrive, and both go to TIME-WAIT: here nobody was first, so both wait 2MSL.");
  }

  private static Page half(Order order) {
    TwoEnds ends = new TwoEnds(order);
    int data = (int) order.number("data", 1, 100_000);
    User server = ends.listen();
    User client = ends.established();
    server.whenPeerEnds(() -> ends.after(Duration.ofMillis(20), () -> {
      server.write(data);
      ends.after(Duration.ofMillis(30), server::closeNow);
    }));
    ends.after(Duration.ZERO, client::shutdownNow);
    ends.run(Duration.ofNanos(ends.delayNanos() * 2).plusMillis(5));
    ends.netstat("half closed");
    ends.run(Duration.ofMillis(105).plusNanos(ends.delayNanos() * 6));
    ends.netstat("closed");
    ends.run(Duration.ofSeconds(150));
    return ends.page(
        "The client sends FIN but goes on reading, as in 'send me the sum of these lines': the end"
            + " of the question is not the end of the talk (RFC 9293 §3.6).",
        "- The server reads the end of the stream and is in CLOSE-WAIT; it may still send, and"
            + " sends "
            + String.format("%,d", data)
            + " octets. The client acknowledges them from FIN-WAIT-2.",
        "- When the server closes, too, all is over. A program does this with shutdown(SHUT_WR),"
            + " in Java shutdownOutput(); close() would not do, for then nobody would read what"
            + " still comes, and it would be answered by RST (RFC 9293 §3.6.1, RFC 2525 §2.17).");
  }
}
