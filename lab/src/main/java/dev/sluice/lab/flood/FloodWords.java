package dev.sluice.lab.flood;

import dev.sluice.tcp.tcb.TcpCounter;
import java.util.List;

/// What a table of floods teaches, with its own numbers.
final class FloodWords {
  private FloodWords() {}

  static String[] of(List<Outcome> outcomes, boolean spread) {
    Outcome none = outcomes.get(0);
    Outcome bigger = outcomes.get(1);
    Outcome shorter = outcomes.get(2);
    Outcome perSource = outcomes.get(3);
    Outcome firewall = outcomes.get(4);
    Outcome cookies = outcomes.get(5);
    return new String[] {
      "- No defence: each SYN takes a place for 63 s, while the server repeats its SYN-ACK. The"
          + " table is full after " + fullAfter(none) + ", and from then on nobody gets in,"
          + " also when the flood is over: " + percent(none, Outcome.Phase.DURING)
          + " are served during it, "
          + percent(none, Outcome.Phase.AFTER) + " after it.",
      "- A table 16 times as big is full 16 times as late, if at all ("
          + percent(bigger, Outcome.Phase.DURING) + "), and then stays full as long.",
      "- A timeout of 3 s frees places sooner: those who repeat their SYN at the right moment get"
          + " in (" + percent(shorter, Outcome.Phase.DURING) + "), late. Honest clients far away,"
          + " or with a lost SYN-ACK, lose their places as well.",
      spread
          ? "- A limit of 8 half-open connections for each source meets nobody: no source needs"
              + " more (" + percent(perSource, Outcome.Phase.DURING) + ")."
          : "- A limit of 8 half-open connections for each source holds as long as there are few"
              + " sources (" + percent(perSource, Outcome.Phase.DURING) + "). Try ddos.",
      spread
          ? "- A firewall drops a network that somebody has written down, 198.51.100.0/24. These"
              + " sources are everywhere (" + percent(firewall, Outcome.Phase.DURING) + ")."
          : "- A firewall drops the network that somebody has written down, 198.51.100.0/24 ("
              + percent(firewall, Outcome.Phase.DURING) + "). Source addresses are easily forged,"
              + " though, and then the list keeps out those who own them.",
      "- SYN cookies: the number in the SYN-ACK is a keyed hash of the connection, so the server"
          + " can forget the peer and know it again by its ACK (RFC 4987 §3.6). "
          + percent(cookies, Outcome.Phase.DURING) + " are served with the small table. Of the"
          + " SYN-ACKs "
          + String.format("%,d", cookies.last().tcp().getOrDefault(TcpCounter.SYN_COOKIES_SENT, 0L))
          + " were left to their cookie when the table was needed for others, and "
          + String.format(
              "%,d", cookies.last().tcp().getOrDefault(TcpCounter.SYN_COOKIES_VALID, 0L))
          + " cookies came back (more with --rate 2000 --table 16: then no honest client's place"
          + " lasts until its ACK is there). It is what Sluice does unless told otherwise.",
    };
  }

  private static String fullAfter(Outcome outcome) {
    long most = outcome.mostHalfOpen();
    int begins = (int) (outcome.pace().beginNanos() / 1_000_000_000L);
    for (int i = begins; i < outcome.halfOpen().size(); i++) {
      if (outcome.halfOpen().get(i) == most) {
        int seconds = i + 1 - begins;
        return seconds == 1 ? "less than a second" : seconds + " s";
      }
    }
    return "a while";
  }

  private static String percent(Outcome outcome, Outcome.Phase phase) {
    return Math.round(outcome.served(phase)) + " %";
  }
}
