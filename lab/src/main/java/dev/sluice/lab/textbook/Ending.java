package dev.sluice.lab.textbook;

import dev.sluice.lab.ladder.Side;
import dev.sluice.lab.ladder.TimeText;
import dev.sluice.lab.page.Page;
import dev.sluice.lab.plan.Experiment;
import dev.sluice.lab.plan.Order;
import dev.sluice.lab.plan.Setting;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.wire.Flags;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// What remains of connections after their end, and ends that are not in order.
public final class Ending {
  private Ending() {}

  /// All of them.
  public static List<Experiment> experiments() {
    return List.of(
        new Experiment(
            "time-wait",
            "why whoever closes first waits for 2MSL",
            TwoEnds.settings(
                "",
                Setting.flag("reuse", "A new connection from the same port ends the wait."),
                new Setting("msl", "SECONDS", "60", "The maximum segment lifetime.")),
            Ending::timeWait),
        new Experiment(
            "linger",
            "what close() does to data that is still under way: SO_LINGER",
            TwoEnds.settings(
                "",
                new Setting(
                    "seconds", "N", "off", "SO_LINGER: off, 0 to abort, or how long to wait."),
                new Setting("data", "OCTETS", "3000", "What was written just before the close."),
                Setting.flag("cut", "The cable is cut, and nothing is acknowledged.")),
            Ending::linger),
        new Experiment(
            "reset",
            "one end aborts, and the other loses what it has not read",
            TwoEnds.settings("", new Setting("data", "OCTETS", "1000", "What is under way.")),
            Ending::reset));
  }

  private static Page timeWait(Order order) {
    long msl = order.number("msl", 1, 120) * 1_000_000_000L;
    TwoEnds ends = new TwoEnds(order, (side, config) -> config.tcp.mslNanos = msl);
    return order.flag("reuse") ? reused(ends) : lastAckLost(ends, msl);
  }

  private static Page lastAckLost(TwoEnds ends, long msl) {
    User server = ends.listen();
    User client = ends.established();
    boolean[] serverHasClosed = {false};
    server.whenPeerEnds(() -> ends.after(Duration.ofMillis(10), () -> {
      serverHasClosed[0] = true;
      server.closeNow();
    }));
    ends.lose(Side.CLIENT, 1, packet -> serverHasClosed[0] && !packet.has(Flags.FIN));
    ends.after(Duration.ZERO, client::closeNow);
    ends.run(Duration.ofNanos(ends.delayNanos() * 4).plusMillis(20));
    ends.netstat("the last ACK was lost");
    String again;
    try {
      ends.client()
          .connect(TwoEnds.CLIENT_PORT, TwoEnds.SERVER, TwoEnds.PORT, ends.options(), client);
      again = "nothing at all, for the port was free";
    } catch (UncheckedIOException e) {
      again = Objects.requireNonNullElse(e.getCause(), e).getMessage();
    }
    ends.run(Duration.ofNanos(2 * msl).plusSeconds(10));
    ends.netstat("after 2MSL");
    return ends.page(
        "The client closes first. The last ACK, which nobody acknowledges, is lost: somebody has to"
            + " be there to send it again (RFC 9293 §3.6.1, §3.4.2).",
        "- The server hears nothing and repeats its FIN from LAST-ACK. The client answers from"
            + " TIME-WAIT, and its wait of 2MSL = "
            + TimeText.of(2 * msl)
            + " begins anew.",
        "- Without TIME-WAIT the repeated FIN would meet a closed port and be answered by RST: the"
            + " server could not tell whether all it sent had been read.",
        "- The second reason: as long as the pair of sockets is taken, segments of the old"
            + " connection that are still somewhere in the network cannot be taken for text of a"
            + " new one.",
        "- The client cannot connect from the same port to the same server meanwhile; the program"
            + " that tried heard: " + again + ".",
        "- Try --reuse: if the peer's new SYN is provably newer, nobody has to wait.");
  }

  private static Page reused(TwoEnds ends) {
    User first = new User(Side.SERVER, ends.recorder());
    User second = new User(Side.SERVER, ends.recorder());
    int[] accepted = {0};
    ends.listen(() -> accepted[0]++ == 0 ? first : second);
    User client = ends.established();
    client.whenPeerEnds(() -> ends.after(Duration.ofMillis(10), client::closeNow));
    ends.after(Duration.ZERO, first::closeNow);
    ends.run(Duration.ofNanos(ends.delayNanos() * 4).plusSeconds(1));
    ends.netstat("the server waits");
    ends.connect();
    ends.run(Duration.ofNanos(ends.delayNanos() * 4).plusSeconds(1));
    ends.netstat("a new connection on the same pair of sockets");
    return ends.page(
        "The server closed first and is in TIME-WAIT. A second later the same client connects from"
            + " the same port.",
        "- A SYN that is provably newer than all of the old connection, by its timestamp or its"
            + " sequence number, ends the TIME-WAIT at once and begins a new connection (RFC 9293"
            + " §3.6.1, MAY-2; RFC 6191).",
        "- The server's new initial number lies above all numbers of the old connection, so that"
            + " nothing old fits into the new one.");
  }

  private static Page linger(Order order) {
    TwoEnds ends = new TwoEnds(order);
    int data = (int) order.number("data", 1, 100_000);
    String text = order.text("seconds");
    long seconds = text.equals("off") ? -1 : order.number("seconds", 0, 600);
    boolean cut = order.flag("cut");
    User server = ends.listen();
    User client = ends.established();
    server.whenPeerEnds(() -> ends.after(Duration.ofMillis(10), server::closeNow));
    if (cut) {
      ends.world().network().cut(ends.client(), ends.server());
    }
    client.write(data);
    if (seconds == 0) {
      client.abortNow("close, linger 0");
    } else {
      client.closeNow();
    }
    if (seconds > 0) {
      ends.after(Duration.ofSeconds(seconds), () -> {
        if (cut) {
          client.abortNow("linger is over: abort");
        }
      });
    }
    ends.run(Duration.ofNanos(ends.delayNanos() / 2));
    ends.netstat("just after close()");
    ends.run(Duration.ofSeconds(Math.max(seconds, 0) + 30));
    ends.netstat("half a minute later");
    CloseReason reason = server.closeReason();
    String fate = reason instanceof CloseReason.ResetByPeer ? "Connection reset" : "the end";
    return ends.page(
        "The client writes " + String.format("%,d", data) + " octets and closes at once."
            + (cut ? " The cable has just been cut." : ""),
        lingerWords(seconds, cut),
        "- The server's program read "
            + String.format("%,d", server.octetsRead())
            + " octets"
            + (reason == null ? ", and hears nothing." : ", then " + fate + "."),
        "- Try --seconds 0, --seconds 5 --cut, and --cut alone.");
  }

  private static String lingerWords(long seconds, boolean cut) {
    if (seconds < 0) {
      return "- SO_LINGER is off, the usual case: close() returns at once, and TCP goes on by"
          + " itself: it sends what is left, repeats what is lost, and says FIN behind it (RFC"
          + " 9293 §3.10.4). The program never hears whether it arrived.";
    }
    if (seconds == 0) {
      return "- SO_LINGER of 0 is an ABORT: what is not sent yet is thrown away, and RST ends the"
          + " connection (RFC 9293 §3.10.5). There is no TIME-WAIT, which is why some use it; what"
          + " it costs is the data.";
    }
    if (cut) {
      return "- SO_LINGER of " + seconds + " s: close() waits until all is acknowledged, but no"
          + " longer than that; then it aborts, and the RST says so, if it arrives.";
    }
    return "- SO_LINGER of " + seconds + " s: close() returns when all is acknowledged, FIN"
        + " included, which here was long before its time was over. On the wire nothing differs"
        + " from linger off.";
  }

  private static Page reset(Order order) {
    TwoEnds ends = new TwoEnds(order);
    int data = (int) order.number("data", 1, 100_000);
    User server = ends.listen();
    User client = ends.established();
    server.reading(false);
    client.write(data);
    ends.after(Duration.ofNanos(ends.delayNanos()).plusMillis(1), () -> client.abortNow("abort"));
    ends.after(Duration.ofNanos(ends.delayNanos()).plusMillis(2), () -> server.write(500));
    ends.run(Duration.ofSeconds(10));
    ends.netstat("nothing is left, and there is no TIME-WAIT");
    return ends.page(
        "The client aborts while the server's answer is about to leave.",
        "- RST ends a connection at once at both ends, without ACK and without TIME-WAIT. It is"
            + " believed only if its number is the very next one expected; one that is merely in"
            + " the window is answered by a challenge (RFC 9293 §3.5.3, RFC 5961 §3).",
        "- Text for a connection that is no more is answered by RST as well, so that a peer that"
            + " has not heard yet does not wait for ever (RFC 9293 §3.5.2).",
        "- The server's program hears: Connection reset.");
  }
}
