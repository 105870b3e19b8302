package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.IcmpError;
import dev.sluice.tcp.tcb.IcmpError.Kind;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// ICMP errors that quote a segment (RFC 9293 §3.9.2.2, RFC 5927, RFC 1191, RFC 8201).
class IcmpTest {
  private final Script s = new Script();

  private Script error(Kind kind, int mtu, int quoted) {
    s.connection.onIcmpError(new IcmpError(kind, 3, 1, mtu, s.iss + quoted), s.now);
    return s.settle();
  }

  private int mss() {
    return s.connection.info(s.now).effectiveMss();
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"CLOSED", "LISTEN", "TIME_WAIT", "FIN_WAIT_2"},
      mode = EnumSource.Mode.EXCLUDE)
  @Tag("MUST-47")
  @Tag("MUST-54")
  @Tag("MUST-56")
  @Tag("SHLD-25")
  void aSoftErrorIsToldAndEndsNothing(State state) {
    s.to(state);
    if (state == State.ESTABLISHED || state == State.CLOSE_WAIT) {
      s.write(100).drain();
    }
    boolean early = state == State.SYN_SENT || state == State.SYN_RECEIVED;
    error(Kind.SOFT, 0, early ? 0 : 1).in(state).quiet();
    assertThat(s.events).hasSize(1).first().isInstanceOf(Event.SoftError.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"ESTABLISHED", "FIN_WAIT_1", "CLOSE_WAIT", "CLOSING", "LAST_ACK"})
  @Tag("SHLD-26")
  @Tag("ATTACK-8")
  void aHardErrorIsSoftOnceSynchronized(State state) {
    s.to(state);
    if (state == State.ESTABLISHED || state == State.CLOSE_WAIT) {
      s.write(100).drain();
    }
    error(Kind.HARD, 0, 1).in(state).quiet();
    assertThat(s.events).hasSize(1).first().isInstanceOf(Event.SoftError.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"SYN_SENT", "SYN_RECEIVED"})
  @Tag("SHLD-26")
  @Tag("SCENARIO-22")
  void aHardErrorEndsAnOpen(State state) {
    s.to(state);
    error(Kind.HARD, 0, 0).in(State.CLOSED).quiet();
    assertThat(((Event.Closed) s.events.getLast()).reason())
        .isInstanceOf(CloseReason.Unreachable.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 101, 102, 1_000_000_000})
  @Tag("MUST-54")
  @Tag("ATTACK-8")
  void aQuoteThatIsNotInFlightIsIgnored(int quoted) {
    s.established().write(100).drain();
    for (Kind kind : Kind.values()) {
      error(kind, 600, quoted).in(State.ESTABLISHED).quiet();
    }
    assertThat(s.events).isEmpty();
    assertThat(mss()).isEqualTo(1_460);
    assertThat(s.counters.get(TcpCounter.ICMP_ERRORS_IGNORED)).isEqualTo(3);
  }

  @Test
  @Tag("ATTACK-8")
  void withNothingInFlightEveryQuoteIsIgnored() {
    s.established();
    error(Kind.PACKET_TOO_BIG, 600, 1);
    error(Kind.PACKET_TOO_BIG, 600, 0);
    assertThat(mss()).isEqualTo(1_460);
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"SYN_SENT", "SYN_RECEIVED"})
  void aHardErrorEndsNoOpenIfSoSet(State state) {
    s.settings.icmpEndsOpen = false;
    s.to(state);
    error(Kind.HARD, 0, 0).in(state).quiet();
    assertThat(s.events).hasSize(1).first().isInstanceOf(Event.SoftError.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"SYN_SENT", "SYN_RECEIVED"})
  void aSoftErrorEndsAnOpenIfSoSet(State state) {
    s.settings.softErrorsEndOpen = true;
    s.to(state);
    error(Kind.SOFT, 0, 0).in(State.CLOSED);
  }

  @Test
  void aSoftErrorEndsNothingOnceTheHandshakeIsOver() {
    s.settings.softErrorsEndOpen = true;
    s.established().write(100).drain();
    error(Kind.SOFT, 0, 1).in(State.ESTABLISHED);
  }

  @Test
  void aSynIsNeverTooBig() {
    s.activeOpen().drain();
    error(Kind.PACKET_TOO_BIG, 1_000, 0).quiet();
    assertThat(s.counters.get(TcpCounter.ICMP_ERRORS_IGNORED)).isEqualTo(1);
    s.receive("S. 0:0 ack 1 mss 1460").drain();
    assertThat(mss()).isEqualTo(1_460);
  }

  @Test
  @Tag("SCENARIO-32")
  void tooBigResendsInSmallerSegmentsWithoutBlamingCongestion() {
    s.established().write(2_920).drain();
    long cwnd = s.connection.info(s.now).cwnd();
    error(Kind.PACKET_TOO_BIG, 1_000, 1);
    assertThat(mss()).isEqualTo(960);
    assertThat(s.takeSent())
        .hasSize(4)
        .allMatch(text -> !text.matches(".*:(9[7-9]\\d|1\\d{3}) .*"));
    assertThat(s.connection.info(s.now).ssthresh()).isEqualTo(Long.MAX_VALUE);
    assertThat(s.connection.info(s.now).cwnd()).isGreaterThanOrEqualTo(Math.min(cwnd, 9_600));
    s.receive(". 1:0 ack 2921").after(100_000).quiet();
  }

  @ParameterizedTest(name = "v4 {0}, told {1}: {2}")
  @CsvSource({
    "true, 1400, 1360",
    "true, 1500, 1460",
    "true, 9000, 1460", // never raised
    "true, 68, 512", // a floor against dwarfs
    "true, 1, 512",
    "true, 0, 1452", // the next plateau, 1,492
    "false, 1400, 1340",
    "false, 1280, 1220",
    "false, 1279, 1440", // RFC 8201 §4: discarded
    "false, 68, 1440",
    "false, 0, 1440"
  })
  @Tag("ATTACK-8")
  @Tag("ATTACK-37")
  void thePathMtuIsLoweredToWhatIsBelievable(boolean v4, int told, int mss) {
    if (!v4) {
      s.ipv6();
    }
    s.established().write(100).drain();
    error(Kind.PACKET_TOO_BIG, told, 1);
    assertThat(mss()).isEqualTo(mss);
  }

  @Test
  @Tag("SCENARIO-37")
  void aRouterThatDoesNotSayLeadsDownThePlateaus() {
    s.established().write(100).drain();
    int[] expected = {1_452, 966, 512, 512};
    for (int mss : expected) {
      error(Kind.PACKET_TOO_BIG, 0, 1).drain();
      assertThat(mss()).isEqualTo(mss);
    }
  }

  @Test
  void tenMinutesLaterTheLinksMtuIsTriedAgain() {
    s.established().write(100).drain();
    error(Kind.PACKET_TOO_BIG, 1_000, 1).drain().receive(". 1:0 ack 101");
    s.after(599_999);
    assertThat(mss()).isEqualTo(960);
    s.after(1);
    assertThat(mss()).isEqualTo(1_460);
    s.write(3_000).expectStart(". 101:1460").drain();
    error(Kind.PACKET_TOO_BIG, 1_000, 101).expectStart(". 101:960").drain();
    assertThat(mss()).isEqualTo(960);
  }

  @Test
  void aLoweredPathIsKeptOnLinksThatCut() {
    s.path = new dev.sluice.tcp.tcb.Path(1_500, 65_535);
    s.established().write(9_600).drain();
    error(Kind.PACKET_TOO_BIG, 1_000, 1).drain().receive(". 1:0 ack 9601").drain();
    s.write(9_600);
    assertThat(s.last.segmentSize).isEqualTo(960);
  }

  @Test
  void aLoweredPathIsKeptOnLinksThatDoNotCut() {
    s.established().write(100).drain();
    error(Kind.PACKET_TOO_BIG, 600, 1).drain().receive(". 1:0 ack 101");
    s.write(5_600);
    assertThat(s.takeSent()).hasSize(10).allMatch(text -> text.contains(":560 "));
  }
}
