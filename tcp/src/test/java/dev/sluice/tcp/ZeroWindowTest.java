package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.CloseReason.Waiting;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Closed and shrunken windows, on both sides (RFC 9293 §3.8.6).
@Tag("MUST-36")
class ZeroWindowTest {
  private final Script s = new Script();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("SHLD-29")
  @Tag("SHLD-30")
  @Tag("SCENARIO-2")
  @Tag("SCENARIO-6")
  void theFirstProbeComesAfterOneRtoAndTheIntervalsDoubleUpToTheirBound(boolean v4) {
    if (!v4) {
      s.ipv6();
    }
    s.established().receive(". 1:0 ack 1 win 0").write(3_000).quiet();
    long wait = 200;
    for (int i = 0; i < 14; i++) {
      s.after(wait - 1).quiet().after(1).expectStart(". 1:1 ack 1").quiet();
      s.receive(". 1:0 ack 1 win 0").quiet();
      wait = Math.min(120_000, wait * 2);
    }
    assertThat(s.counters.get(TcpCounter.ZERO_WINDOW_PROBES)).isEqualTo(14);
  }

  @Test
  void aProbeCarriesNothingIfSoSet() {
    s.settings.probeWithoutText = true;
    s.established().receive(". 1:0 ack 1 win 0").write(3_000).quiet();
    s.after(200).expectStart(". 0:0 ack 1").quiet().receive(". 1:0 ack 1 win 0").quiet();
    s.after(400).expectStart(". 0:0 ack 1").quiet();
    s.receive(". 1:0 ack 1 win 5000").expectStart(". 1:1460 ack 1");
  }

  @Test
  @Tag("MUST-37")
  void aPeerThatAnswersProbesKeepsTheConnectionForDays() {
    s.established().receive(". 1:0 ack 1 win 0").write(3_000);
    for (int i = 0; i < 3 * 24 * 30; i++) {
      s.after(120_000);
      if (s.sentCount() > 0) {
        s.drain().receive(". 1:0 ack 1 win 0");
      }
    }
    s.in(State.ESTABLISHED).receive(". 1:0 ack 1 win 5000").expectStart(". 1:1460");
    assertThat(s.events).noneMatch(Event.Closed.class::isInstance);
  }

  @Test
  void aPeerThatDoesNotAnswerProbesIsGivenUpAtR2() {
    s.settings.r2Nanos = 100_000 * Script.MS;
    s.established().receive(". 1:0 ack 1 win 0").write(3_000);
    s.after(99_000).in(State.ESTABLISHED).after(110_000).in(State.CLOSED);
    assertThat(s.events)
        .endsWith(new Event.Closed(new CloseReason.TimedOut(Waiting.ZERO_WINDOW_PROBE)));
  }

  @Test
  @Tag("MUST-37")
  void oneLostProbeDoesNotEndAConnectionThatWasIdleForLong() {
    s.established().receive(". 1:0 ack 1 win 0").after(24 * 3_600_000L);
    s.write(100).after(200).expectStart(". 1:1").after(400).expectStart(". 1:1");
    s.in(State.ESTABLISHED).after(800).in(State.ESTABLISHED);
  }

  @Test
  @Tag("SCENARIO-6")
  void aLostWindowUpdateIsRecoveredByTheNextProbe() {
    s.established().receive(". 1:0 ack 1 win 0").write(3_000).after(200).drain();
    s.receive(". 1:0 ack 1 win 0").after(400).expectStart(". 1:1");
    s.receive(". 1:0 ack 2 win 65535").expectStart(". 2:1460").expectStart(". 1462:1460");
  }

  @Test
  void aPeerThatTakesTheProbesOctetsGetsOneAtATime() {
    s.established().receive(". 1:0 ack 1 win 0").write(10);
    for (int i = 1; i <= 10; i++) {
      s.after(200).expectStart((i == 10 ? "P" : "") + ". " + i + ":1 ack 1").quiet();
      s.receive(". 1:0 ack " + (i + 1) + " win 0").quiet();
    }
    s.after(100_000).quiet();
  }

  @Test
  @Tag("MUST-34")
  @Tag("SHLD-15")
  @Tag("MUST-35")
  void aWindowTakenBackUnderDataInFlightIsProbedAndNoNewDataGoesOut() {
    s.established().write(5_000);
    assertThat(s.takeSent()).hasSize(4);
    s.write(5_000).drain();
    s.receive(". 1:0 ack 1 win 0").quiet();
    s.after(200).expectStart(". 1:1 ").quiet();
    s.receive(". 1:0 ack 1 win 0").after(400).expectStart(". 1:1 ").quiet();
    s.receive(". 1:0 ack 2 win 65535").expectStart(". 2:1459");
    assertThat(s.takeSent()).allMatch(text -> !text.startsWith("R"));
    assertThat(s.connection.info(s.now).sendWindow()).isEqualTo(65_535);
  }

  @Test
  @Tag("MUST-18")
  void theAckOfAProbedOctetGivesNoRoundTrip() {
    s.established().after(1_000);
    long before = s.connection.info(s.now).srttNanos();
    s.write(5_000).receive(". 1:0 ack 1 win 0").after(60_000);
    s.receive(". 1:0 ack 2 win 0");
    assertThat(s.connection.info(s.now).srttNanos()).isEqualTo(before);
  }

  @Test
  @Tag("SHLD-15")
  @Tag("SHLD-16")
  @Tag("SCENARIO-4")
  void aShrunkenWindowStillGetsItsRetransmissions() {
    s.established().write(14_600).drain();
    s.receive(". 1:0 ack 1461 win 1460").quiet();
    assertThat(s.connection.info(s.now).sendWindow()).isEqualTo(1_460);
    s.write(5_000).quiet(); // the usable window is negative
    s.after(200).expectStart(". 1461:1460");
  }

  @Test
  @Tag("MAY-7")
  @Tag("SCENARIO-4")
  void whatWentOutBeforeTheWindowShrankIsRepeatedBeyondItsEdge() {
    s.established().write(14_600).drain();
    s.receive(". 1:0 ack 1461 win 1000").quiet();
    s.after(200).expectStart(". 1461:1460");
  }

  @Test
  @Tag("SHLD-17")
  void aShrunkenWindowDoesNotTimeOutWhileThePeerAnswers() {
    s.settings.r2Nanos = 100_000 * Script.MS;
    s.established().write(14_600).drain();
    s.receive(". 1:0 ack 1 win 0");
    for (int i = 0; i < 1_000; i++) {
      s.after(1_000);
      if (s.sentCount() > 0) {
        s.drain().receive(". 1:0 ack 1 win 0");
      }
    }
    s.in(State.ESTABLISHED);
  }

  @Test
  @Tag("SCENARIO-3")
  void answersToProbesAreNoDuplicateAcks() {
    s.established().write(14_600).drain().receive(". 1:0 ack 1 win 0");
    long cwnd = s.connection.info(s.now).cwnd();
    for (int i = 0; i < 5; i++) {
      s.receive(". 1:0 ack 1 win 0");
    }
    assertThat(s.counters.get(TcpCounter.FAST_RETRANSMITS)).isZero();
    assertThat(s.connection.info(s.now).cwnd()).isEqualTo(cwnd);
  }

  // ---- our own window

  private Script smallBuffer(int octets) {
    s.options.receiveBufferBytes = octets;
    return s.activeOpen().drain().receive("S. 0:0 ack 1 mss 1460").drain();
  }

  @Test
  @Tag("SCENARIO-1")
  void aWindowThatOpensFromZeroIsToldAtOnce() {
    smallBuffer(4_000).receive("P. 1:4000 ack 1").after(50).drain();
    assertThat(s.last.window).isZero();
    s.read(4_000);
    s.expect(". 1:0 ack 4001 win 4000").quiet();
  }

  @Test
  @Tag("MUST-39")
  @Tag("SCENARIO-3")
  void aSlowReaderOpensTheWindowOnlyInWorthwhileSteps() {
    smallBuffer(4_000).receive("P. 1:4000 ack 1").after(50).drain();
    int opened = 0;
    for (int i = 1; i <= 4_000; i++) {
      s.read(1);
      for (String text : s.takeSent()) {
        int window = Integer.parseInt(text.replaceAll(".* win ", ""));
        assertThat(window - opened).isGreaterThanOrEqualTo(1_460);
        opened = window;
      }
    }
    assertThat(opened).isGreaterThanOrEqualTo(2_540);
  }

  @Test
  @Tag("MAY-8")
  void aProbeOfAClosedWindowIsAnsweredEachTime() {
    smallBuffer(1_000).receive("P. 1:1000 ack 1").after(50).drain();
    for (int i = 0; i < 100; i++) {
      s.receive("P. 1001:1 ack 1").expect(". 1:0 ack 1001 win 0").quiet();
    }
    s.receive(". 1000:0 ack 1").expect(". 1:0 ack 1001 win 0"); // keep-alive style
    assertThat(s.read(2_000)).isEqualTo(1_000);
  }

  @Test
  @Tag("MUST-66")
  void anAckAResetAndUrgencyPassAClosedWindow() {
    smallBuffer(1_000).write(100).drain();
    s.receive("P. 1:1000 ack 1").after(50).drain();
    s.receive(". 1001:0 ack 101");
    assertThat(s.connection.info(s.now).sendQueue()).isZero();
    s.receive("U. 1001:0 ack 101 urg 5");
    assertThat(s.events).contains(new Event.Urgent(1_005));
    s.receive("R 1000:0").in(State.ESTABLISHED).receive("R 1002:0").in(State.ESTABLISHED);
    s.receive("R 1001:0").in(State.CLOSED);
  }

  @Test
  @Tag("SCENARIO-5")
  void twoClosedWindowsDoNotTalkForEver() {
    smallBuffer(1_000).receive("P. 1:1000 ack 1 win 0").after(50).drain();
    for (int i = 0; i < 100; i++) {
      s.receive(". 1001:0 ack 1 win 0").quiet(); // what the other would say to that is up to it
    }
    for (int i = 0; i < 100; i++) {
      s.receive(". 1000:0 ack 1 win 0");
    }
    assertThat(s.takeSent()).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  @Tag("SCENARIO-6b")
  void singleOctetsDoNotCloseTheWindowEarlyNorOverrunIt() {
    s.settings.windowScaling = true;
    s.options.receiveBufferBytes = 1 << 20;
    s.establishedWith("mss 1460 wscale 7");
    long taken = 0;
    for (int i = 0; i < 5_000; i++) {
      s.receive("P. " + (1 + i) + ":1 ack 1").after(50).drain();
      taken++;
    }
    long edge = (s.last.ack - s.peerIss) + ((long) s.last.window << 5);
    assertThat(s.connection.readableBytes()).isEqualTo(taken);
    assertThat(edge).isLessThanOrEqualTo(1 + (1 << 20));
  }

  @Test
  void aPeerThatSendsSingleOctetsCannotOverrunTheBuffer() {
    s.settings.windowScaling = true;
    s.options.receiveBufferBytes = 200_000; // shift 2
    s.establishedWith("mss 1460 wscale 7");
    s.options.quickAck = true;
    int at = 1;
    while (at < 199_000) {
      s.receive("P. " + at + ":1000 ack 1").drain();
      at += 1_000;
    }
    for (int i = 0; i < 5_000; i++) {
      s.receive("P. " + (at + i) + ":1 ack 1").drain();
    }
    assertThat(s.connection.readableBytes()).isLessThanOrEqualTo(200_000);
  }
}
