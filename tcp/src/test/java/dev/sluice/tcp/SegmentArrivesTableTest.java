package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Event processing as a table: state by kind of segment, with the reaction that RFC
/// 9293 §3.10.7, RFC 5961 and RFC 7323 ask for, written from their text.
///
/// Numbers are relative: RCV.NXT is `n` (1, or 2 once the peer's FIN came), SND.NXT is
/// `m` (1, or 2 with our FIN), and the window is 65,535. In the reaction, `ack` is a bare
/// `<SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>`, `-` silence, `> X` a new state.
@Tag("MAY-12")
@Tag("MAY-13")
class SegmentArrivesTableTest {
  /// The kinds of segment; `@n` is RCV.NXT, `@m` SND.NXT, `@u` SND.UNA, `@w` the right
  /// edge of the window.
  private static final Map<String, String> KINDS = Map.ofEntries(
      Map.entry("SYN before", "S @n-1:0"),
      Map.entry("SYN at", "S @n:0"),
      Map.entry("SYN inside", "S @n+100:0"),
      Map.entry("SYN beyond", "S @w:0"),
      Map.entry("SYN,ACK at", "S. @n:0 ack @m"),
      Map.entry("SYN,ACK before", "S. @n-1:0 ack @m"),
      Map.entry("SYN,FIN at", "SF @n:0"),
      Map.entry("RST at", "R @n:0"),
      Map.entry("RST,ACK at", "R. @n:0 ack @m"),
      Map.entry("RST with data at", "R @n:10"),
      Map.entry("RST inside", "R @n+1:0"),
      Map.entry("RST last inside", "R @w-1:0"),
      Map.entry("RST at right edge", "R @w:0"),
      Map.entry("RST before", "R @n-1:0"),
      Map.entry("RST far", "R @n+1000000000:0"),
      Map.entry("ACK old", ". @n:0 ack @u-1"),
      Map.entry("ACK same", ". @n:0 ack @u"),
      Map.entry("ACK beyond", ". @n:0 ack @m+1"),
      Map.entry("ACK far old", ". @n:0 ack @u-70000"),
      Map.entry("ACK far beyond", ". @n:0 ack @m+1000000000"),
      Map.entry("ACK before window", ". @n-1:0 ack @u"),
      Map.entry("ACK beyond window", ". @w:0 ack @u"),
      Map.entry("no flags", "- @n:0"),
      Map.entry("no flags, data", "- @n:10"),
      Map.entry("FIN without ACK", "F @n:0"),
      Map.entry("data before", "P. @n-20:10 ack @u"),
      Map.entry("data beyond", "P. @w:10 ack @u"),
      Map.entry("data, ACK beyond", "P. @n:10 ack @m+1"),
      Map.entry("FIN before", "F. @n-1:0 ack @u"),
      Map.entry("FIN beyond", "F. @w:0 ack @u"));

  /// What holds in every synchronized state and in SYN-RECEIVED: first the kind, then
  /// the reaction.
  private static final String[][] IN_ALL = {
    {"SYN before", "ack"}, // unacceptable, and RFC 5961 §4 says the same
    {"SYN at", "ack"}, // RFC 5961 §4
    {"SYN inside", "ack"},
    {"SYN beyond", "ack"},
    {"SYN,FIN at", "ack"},
    {"RST inside", "ack"}, // RFC 5961 §3.2
    {"RST last inside", "ack"},
    {"RST at right edge", "-"},
    {"RST before", "-"},
    {"RST far", "-"},
    {"ACK before window", "ack"},
    {"ACK beyond window", "ack"},
    {"no flags", "-"}, // fifth: if the ACK bit is off, drop
    {"no flags, data", "-"},
    {"FIN without ACK", "-"},
    {"data before", "ack"},
    {"data beyond", "ack"},
    {"FIN before", "ack"},
    {"FIN beyond", "ack"},
  };

  private static final String[][] WHEN_SYNCHRONIZED = {
    {"SYN,ACK at", "ack"},
    {"SYN,ACK before", "ack"},
    {"ACK old", "-"}, // a duplicate is ignored
    {"ACK same", "-"},
    {"ACK beyond", "ack"}, // fifth: acks something not yet sent
    {"ACK far beyond", "ack"},
    {"ACK far old", "ack"}, // RFC 5961 §5
    {"data, ACK beyond", "ack"},
  };

  /// §3.10.7.4, fifth, SYN-RECEIVED: `<SEQ=SEG.ACK><CTL=RST>`, and the state stays.
  private static final String[][] IN_SYN_RECEIVED = {
    {"ACK old", "R -1"},
    {"ACK same", "R 0"},
    {"ACK beyond", "R 2"},
    {"ACK far old", "R -70000"},
    {"data, ACK beyond", "R 2"},
    {"RST at", "- > CLOSED"},
    {"RST,ACK at", "- > CLOSED"},
    {"RST with data at", "- > CLOSED"},
  };

  static Stream<Arguments> cells() {
    List<Arguments> cells = new ArrayList<>();
    for (int variant = 0; variant < 4; variant++) {
      boolean v4 = (variant & 1) == 0;
      boolean stamped = (variant & 2) != 0;
      for (State state : synchronizedStates()) {
        add(cells, v4, stamped, state, IN_ALL);
        add(cells, v4, stamped, state, WHEN_SYNCHRONIZED);
        for (String kind : List.of("RST at", "RST,ACK at", "RST with data at")) {
          cells.add(Arguments.of(v4, stamped, state, kind, "- > CLOSED"));
        }
      }
      if (!stamped) {
        add(cells, v4, false, State.SYN_RECEIVED, IN_ALL);
        add(cells, v4, false, State.SYN_RECEIVED, IN_SYN_RECEIVED);
      }
    }
    return cells.stream();
  }

  private static List<State> synchronizedStates() {
    return List.of(
        State.ESTABLISHED,
        State.FIN_WAIT_1,
        State.FIN_WAIT_2,
        State.CLOSE_WAIT,
        State.CLOSING,
        State.LAST_ACK);
  }

  private static void add(
      List<Arguments> cells, boolean v4, boolean stamped, State state, String[][] rows) {
    for (String[] row : rows) {
      cells.add(Arguments.of(v4, stamped, state, row[0], row[1]));
    }
  }

  @ParameterizedTest(name = "v4 {0}, timestamps {1}: {2}, {3}: {4}")
  @MethodSource("cells")
  @Tag("SHLD-2")
  void aSegmentInAStateHasTheReactionOfTheRfc(
      boolean v4, boolean stamped, State state, String kind, String reaction) {
    Script s = new Script();
    if (!v4) {
      s.ipv6();
    }
    s.settings.timestamps = stamped;
    s.peerTimestamps = stamped;
    s.to(state);
    String[] parts = reaction.split(" > ", -1);
    s.receive(resolve(KINDS.getOrDefault(kind, kind), state));
    s.in(parts.length == 2 ? State.CLOSED : state);
    judge(s, parts[0], state);
    s.quiet();
    if (parts.length == 1) {
      assertThat(s.events).isEmpty();
      assertThat(s.connection.info(s.now).bytesReceived()).isZero();
    } else {
      assertThat(s.events).last().isInstanceOf(Event.Closed.class);
    }
  }

  private static void judge(Script s, String reaction, State state) {
    if (reaction.equals("-")) {
      s.quiet();
    } else if (reaction.equals("ack")) {
      s.expectStart(". " + sndNxt(state) + ":0 ack " + rcvNxt(state) + " ");
    } else {
      s.expectStart(reaction + ":0 win 0");
    }
  }

  private static long rcvNxt(State state) {
    return switch (state) {
      case CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> 2;
      default -> 1;
    };
  }

  private static long sndNxt(State state) {
    return switch (state) {
      case FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> 2;
      default -> 1;
    };
  }

  private static long sndUna(State state) {
    return switch (state) {
      case FIN_WAIT_2, TIME_WAIT -> 2;
      case SYN_RECEIVED -> 0;
      default -> 1;
    };
  }

  private static String resolve(String kind, State state) {
    String[] words = kind.split(" ", -1);
    for (int i = 1; i < words.length; i++) {
      if (words[i].startsWith("@")) {
        words[i] = number(words[i], state);
      }
    }
    return String.join(" ", words);
  }

  private static String number(String word, State state) {
    long at = switch (word.charAt(1)) {
      case 'n' -> rcvNxt(state);
      case 'm' -> sndNxt(state);
      case 'u' -> sndUna(state);
      case 'w' -> rcvNxt(state) + 65_535;
      default -> throw new IllegalArgumentException(word);
    };
    String[] parts = word.substring(2).split(":", -1);
    long offset = parts[0].isEmpty() ? 0 : Long.parseLong(parts[0].replace("+", ""));
    return at + offset + (parts.length == 2 ? ":" + parts[1] : "");
  }

  /// §3.10.7.3, by kind of segment: what comes out, and the state after it.
  static Stream<Arguments> synSentCells() {
    return Stream.of(
        Arguments.of("S. 0:0 ack 1", ". 1:0 ack 1", State.ESTABLISHED),
        Arguments.of("S 0:0", "S. 0:0 ack 1", State.SYN_RECEIVED),
        Arguments.of("S. 0:0 ack 0", "R 0:0 win 0", State.SYN_SENT),
        Arguments.of("S. 0:0 ack 2", "R 2:0 win 0", State.SYN_SENT),
        Arguments.of(". 0:0 ack 0", "R 0:0 win 0", State.SYN_SENT),
        Arguments.of(". 0:0 ack 2", "R 2:0 win 0", State.SYN_SENT),
        Arguments.of(". 0:0 ack -5", "R -5:0 win 0", State.SYN_SENT),
        Arguments.of(". 0:0 ack 1", "-", State.SYN_SENT), // fifth: neither SYN nor RST
        Arguments.of("P. 0:10 ack 1", "-", State.SYN_SENT),
        Arguments.of("F. 0:0 ack 1", "-", State.SYN_SENT),
        Arguments.of("F 0:0", "-", State.SYN_SENT),
        Arguments.of("- 0:0", "-", State.SYN_SENT),
        Arguments.of("R 0:0", "-", State.SYN_SENT), // without ACK: drop
        Arguments.of("R. 0:0 ack 0", "-", State.SYN_SENT),
        Arguments.of("R. 0:0 ack 2", "-", State.SYN_SENT),
        Arguments.of("R. 12345:0 ack 1", "-", State.CLOSED),
        Arguments.of("R. 0:10 ack 1", "-", State.CLOSED),
        Arguments.of("SF 0:0", "-", State.SYN_SENT));
  }

  @ParameterizedTest(name = "{0}: {1}, {2}")
  @MethodSource("synSentCells")
  @Tag("MUST-10")
  @Tag("ATTACK-12")
  void inSynSent(String segment, String reaction, State after) {
    for (int family = 4; family <= 6; family += 2) {
      Script s = new Script();
      if (family == 6) {
        s.ipv6();
      }
      s.to(State.SYN_SENT);
      s.receive(segment).in(after);
      if (!reaction.equals("-")) {
        s.expectStart(reaction);
      }
      s.quiet();
    }
  }

  static Stream<Arguments> textCells() {
    return Stream.of(
        // acceptable text: what is in the window is taken, once (seventh)
        Arguments.of("P. 1:10 ack 1", 11, 10),
        Arguments.of("P. -9:20 ack 1", 11, 10),
        Arguments.of("P. -9:10 ack 1", 1, 0),
        Arguments.of("P. 1:70000 ack 1", 65536, 65535),
        Arguments.of("P. 65535:10 ack 1", 1, 0),
        Arguments.of("P. 65536:10 ack 1", 1, 0),
        Arguments.of("P. -99:70000 ack 1", 65536, 65535),
        Arguments.of("P. 2:10 ack 1", 1, 0));
  }

  @ParameterizedTest(name = "{0}: RCV.NXT {1}")
  @MethodSource("textCells")
  void onlyTextInTheWindowIsTaken(String segment, int rcvNxt, int readable) {
    for (State state : List.of(State.ESTABLISHED, State.FIN_WAIT_1, State.FIN_WAIT_2)) {
      Script s = new Script().to(state);
      String text = state == State.FIN_WAIT_2 ? segment.replace("ack 1", "ack 2") : segment;
      s.receive(text).after(100);
      assertThat(s.takeSent()).last().asString().contains(" ack " + rcvNxt + " ");
      assertThat(s.connection.readableBytes()).isEqualTo(readable);
      assertThat(s.read(100_000)).isEqualTo(readable);
    }
  }

  static Stream<Arguments> finCells() {
    return Stream.of(
        Arguments.of(State.ESTABLISHED, "F. 1:0 ack 1", State.CLOSE_WAIT),
        Arguments.of(State.ESTABLISHED, "FP. 1:10 ack 1", State.CLOSE_WAIT),
        Arguments.of(State.FIN_WAIT_1, "F. 1:0 ack 1", State.CLOSING),
        Arguments.of(State.FIN_WAIT_1, "F. 1:0 ack 2", State.TIME_WAIT),
        Arguments.of(State.FIN_WAIT_1, "FP. 1:10 ack 2", State.TIME_WAIT),
        Arguments.of(State.FIN_WAIT_2, "F. 1:0 ack 2", State.TIME_WAIT),
        Arguments.of(State.FIN_WAIT_1, ". 1:0 ack 2", State.FIN_WAIT_2),
        Arguments.of(State.CLOSING, ". 2:0 ack 2", State.TIME_WAIT),
        Arguments.of(State.LAST_ACK, ". 2:0 ack 2", State.CLOSED),
        Arguments.of(State.CLOSING, ". 2:0 ack 1", State.CLOSING),
        Arguments.of(State.LAST_ACK, ". 2:0 ack 1", State.LAST_ACK),
        Arguments.of(State.SYN_RECEIVED, ". 1:0 ack 1", State.ESTABLISHED),
        Arguments.of(State.SYN_RECEIVED, "S. 0:0 ack 1", State.ESTABLISHED),
        Arguments.of(State.SYN_RECEIVED, "F. 1:0 ack 1", State.CLOSE_WAIT),
        Arguments.of(State.SYN_RECEIVED, "FP. 1:10 ack 1", State.CLOSE_WAIT));
  }

  @ParameterizedTest(name = "{0}, {1}: {2}")
  @MethodSource("finCells")
  void theArrowsOfTheDiagram(State state, String segment, State after) {
    Script s = new Script().to(state);
    s.receive(segment).in(after);
    boolean finCame = segment.startsWith("F");
    assertThat(s.takeSent()).hasSize(finCame ? 1 : 0);
  }
}
