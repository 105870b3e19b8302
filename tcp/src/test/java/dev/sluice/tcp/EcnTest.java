package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Explicit congestion notification (RFC 3168 §6.1).
class EcnTest {
  private final Script s = new Script();

  private Script asked() {
    s.settings.ecnAsk = EcnMode.CLASSIC;
    s.activeOpen().expectStart("SEW 0:0");
    s.receive("SE. 0:0 ack 1 win 65535 mss 1000").expect(". 1:0 ack 1 win 65535");
    s.events.clear();
    return s;
  }

  // ---- §6.1.1, the handshake

  @Test
  void nobodyAsksUnlessToldTo() {
    s.activeOpen().expectStart("S 0:0");
  }

  @Test
  void aSynThatAsksIsNotMarkable() {
    s.settings.ecnAsk = EcnMode.CLASSIC;
    s.activeOpen().expect("SEW 0:0 win 65535 mss 1460");
  }

  @ParameterizedTest
  @ValueSource(strings = {"S.", "SEW.", "SW.", "SEA."})
  void withoutTheRightAnswerNothingIsAgreed(String answer) {
    s.settings.ecnAsk = EcnMode.CLASSIC;
    s.activeOpen().expectStart("SEW 0:0");
    s.receive(answer + " 0:0 ack 1 mss 1000").expect(". 1:0 ack 1 win 65535");
    s.write(1_000).expect("P. 1:1000 ack 1 win 65535");
  }

  @Test
  void anAnswerToAQuestionThatNobodyAskedAgreesNothing() {
    s.activeOpen().expectStart("S 0:0");
    s.receive("SE. 0:0 ack 1 mss 1000").expect(". 1:0 ack 1 win 65535");
    s.write(1_000).expect("P. 1:1000 ack 1 win 65535");
  }

  @ParameterizedTest
  @CsvSource({
    "CLASSIC, SEW, SE.",
    "CLASSIC, S, S.",
    "CLASSIC, SE, S.",
    "CLASSIC, SW, S.",
    "OFF, SEW, S."
  })
  void aListenerAgreesToWhatItAcceptsOnly(EcnMode accepted, String syn, String synAck) {
    s.settings.ecnAccept = accepted;
    s.listen(8).receive(syn + " 0:0 mss 1000").expectStart(synAck + " 0:0 ack 1");
    s.receive(". 1:0 ack 1").in(State.ESTABLISHED);
    s.write(1_000).expect("P. 1:1000 ack 1 win 65535" + (synAck.equals("SE.") ? " ecn 2" : ""));
  }

  @Test
  void aListenerAgreesAgainWhenItsAnswerWasLost() {
    s.listen(8).receive("SEW 0:0 mss 1000").expectStart("SE. 0:0 ack 1");
    s.after(1_000).expectStart("SE. 0:0 ack 1");
  }

  @Test
  void whereBothOpenTheSecondSynIsAnswered() {
    s.settings.ecnAsk = EcnMode.CLASSIC;
    s.activeOpen().expectStart("SEW 0:0");
    s.receive("SEW 0:0 mss 1000").expectStart("SE. 0:0 ack 1");
    s.receive("SE. 0:0 ack 1 mss 1000").in(State.ESTABLISHED).drain();
    s.write(1_000).expect("P. 1:1000 ack 1 win 65535 ecn 2");
  }

  /// §6.1.1.1: a path that loses such SYNs is passed without.
  @Test
  void aSynThatIsLostTwiceAsksNoMore() {
    s.settings.ecnAsk = EcnMode.CLASSIC;
    s.activeOpen().expectStart("SEW 0:0");
    s.after(1_000).expectStart("SEW 0:0");
    s.after(2_000).expectStart("S 0:0");
    s.after(4_000).expectStart("S 0:0");
  }

  @Test
  void howOftenASynAsksAgainIsASetting() {
    s.settings.ecnAsk = EcnMode.CLASSIC;
    s.settings.ecnSynRetries = 0;
    s.activeOpen().expectStart("SEW 0:0");
    s.after(1_000).expectStart("S 0:0");
  }

  // ---- what may be marked

  @Test
  void newTextMayBeMarked() {
    asked().write(1_500).expect(". 1:1000 ack 1 win 65535 ecn 2");
    s.receive(". 1:0 ack 1001").expect("P. 1001:500 ack 1 win 65535 ecn 2");
  }

  /// §6.1.4.
  @Test
  void aBareAckMayNot() {
    asked().receive("P. 1:1000 ack 1").receive("P. 1001:1000 ack 1").expectStart(". 1:0 ack 2001");
    assertThat(s.last.trafficClass).isZero();
  }

  /// §6.1.5.
  @Test
  void whatIsSentAgainMayNot() {
    asked().write(500).expect("P. 1:500 ack 1 win 65535 ecn 2");
    s.after(1_000).expect("P. 1:500 ack 1 win 65535");
  }

  /// §6.1.6.
  @Test
  void aWindowProbeMayNot() {
    asked().receive(". 1:0 ack 1 win 0").write(500).quiet();
    s.after(1_000).expect(". 1:1 ack 1 win 65535");
  }

  @Test
  void aFinAloneMayNot() {
    asked().shutdown().expect("F. 1:0 ack 1 win 65535");
  }

  @Test
  void theServiceClassStays() {
    s.options.dscp = 10;
    asked().write(500).expectStart("P. 1:500");
    assertThat(s.last.trafficClass).isEqualTo(10 << 2 | 2);
  }

  // ---- §6.1.3, the receiver

  @Test
  void aMarkIsEchoedAtOnceAndOnAllThatFollowsUntilCwr() {
    asked().receive("P. 1:100 ack 1 ecn 3").expect("E. 1:0 ack 101 win 65435");
    s.receive("P. 101:100 ack 1 ecn 2").after(40).expectStart("E. 1:0 ack 201");
    s.write(500).expectStart("PE. 1:500 ack 201");
    s.receive("PW. 201:100 ack 501 ecn 2").expectStart(". 501:0 ack 301");
    s.receive("P. 301:100 ack 501 ecn 2").after(40).expectStart(". 501:0 ack 401");
  }

  @Test
  void aMarkOnTheVerySegmentWithCwrIsEchoed() {
    asked().receive("P. 1:100 ack 1 ecn 3").expectStart("E. 1:0 ack 101");
    s.receive("PW. 101:100 ack 1 ecn 3").expectStart("E. 1:0 ack 201");
  }

  @Test
  void aMarkOnWhatLiesOutsideTheWindowIsIgnored() {
    asked().receive("P. 1:100 ack 1 ecn 2").after(40).expectStart(". 1:0 ack 101");
    s.receive("P. 1:100 ack 1 ecn 3").expectStart(". 1:0 ack 101");
    s.receive("P. 90000:100 ack 1 ecn 3").expectStart(". 1:0 ack 101");
  }

  @Test
  void aMarkBeyondAGapIsEchoed() {
    asked().receive("P. 101:100 ack 1 ecn 3").expectStart("E. 1:0 ack 1 ");
  }

  @Test
  void aMarkOnABareAckIsNotEchoed() {
    asked().receive(". 1:0 ack 1 ecn 3").receive("P. 1:100 ack 1").after(40);
    s.expectStart(". 1:0 ack 101");
  }

  @Test
  @Tag("ATTACK-30")
  void withoutAgreementMarksAreIgnored() {
    s.established().receive("P. 1:100 ack 1 ecn 3").after(40).expectStart(". 1:0 ack 101");
  }

  @Test
  void theMarksOfMergedPacketsAreCounted() {
    asked().receive("P. 1:2500 ack 1 ecn 3 size 1000");
    assertThat(s.counters.get(TcpCounter.ECN_MARKS_RECEIVED)).isEqualTo(3);
  }

  // ---- §6.1.2, the sender

  private long cwnd() {
    return s.connection.info(s.now).cwnd();
  }

  @Test
  void anEchoShrinksTheWindowAsALossWouldAndIsAnsweredByCwrOnce() {
    asked().write(10_000);
    assertThat(s.takeSent()).hasSize(10);
    long before = cwnd();
    s.receive("E. 1:0 ack 2001");
    assertThat(cwnd()).isLessThan(before);
    s.drain();
    for (int acked = 4_001; acked <= 10_001; acked += 2_000) {
      s.receive("E. 1:0 ack " + acked);
    }
    s.write(2_000).expectStart("W. 10001:1000 ack 1").expectStart("P. 11001:1000 ack 1");
    assertThat(s.everything).filteredOn(line -> line.contains("W.")).hasSize(1);
  }

  @Test
  void theFirstNewTextAfterwardsCarriesCwr() {
    asked().write(1_000).expectStart("P. 1:1000");
    s.receive("E. 1:0 ack 1001").write(1_000).expect("PW. 1001:1000 ack 1 win 65535 ecn 2");
    s.receive(". 1:0 ack 2001").write(1_000).expect("P. 2001:1000 ack 1 win 65535 ecn 2");
  }

  @Test
  @Tag("ATTACK-30")
  void echoesOfOneWindowShrinkItOnce() {
    asked().write(10_000).drain();
    s.receive("E. 1:0 ack 1001");
    long once = s.connection.info(s.now).ssthresh();
    s.receive("E. 1:0 ack 3001").receive("E. 1:0 ack 5001").receive("E. 1:0 ack 7001");
    assertThat(s.connection.info(s.now).ssthresh()).isEqualTo(once);
    assertThat(cwnd()).isGreaterThanOrEqualTo(once);
    assertThat(s.counters.get(TcpCounter.ECN_REDUCTIONS)).isEqualTo(1);
  }

  @Test
  void anEchoOfTheNextWindowShrinksItAgain() {
    asked().write(10_000).drain();
    s.receive("E. 1:0 ack 10001").write(4_000).drain();
    s.receive("E. 1:0 ack 12001");
    assertThat(s.counters.get(TcpCounter.ECN_REDUCTIONS)).isEqualTo(2);
  }

  @Test
  void whatHadNothingInFlightShrinksNothing() {
    asked().receive("E. 1:0 ack 1");
    assertThat(s.counters.get(TcpCounter.ECN_REDUCTIONS)).isZero();
  }

  @Test
  void aLossIsToldByCwrAsWell() {
    asked().write(10_000).drain();
    s.receive(". 1:0 ack 1").receive(". 1:0 ack 1").receive(". 1:0 ack 1");
    s.expect(". 1:1000 ack 1 win 65535");
    s.receive(". 1:0 ack 10001").write(1_000).expectStart("PW. 10001:1000");
  }

  @Test
  void aTimeoutIsToldByCwrOnNewTextNotOnTheRepeat() {
    asked().write(1_000).expectStart("P. 1:1000");
    s.after(200).expect("P. 1:1000 ack 1 win 65535");
    s.receive(". 1:0 ack 1001").write(1_000).expectStart("PW. 1001:1000");
  }

  /// A window of one segment cannot shrink: the next segment waits for the timer.
  @Test
  void withAWindowOfOneSegmentAnEchoRestartsTheTimer() {
    asked().write(5_000).drain();
    s.after(200).expectStart(". 1:1000"); // cwnd is one segment now
    long before = s.connection.nextDeadlineNanos();
    s.now += 100 * Script.MS;
    s.receive("E. 1:0 ack 1");
    assertThat(s.connection.nextDeadlineNanos()).isGreaterThan(before);
  }

  @Test
  void withoutAgreementAnEchoMeansNothing() {
    s.established().write(10_000).drain();
    long before = cwnd();
    s.receive("E. 1:0 ack 2001");
    assertThat(cwnd()).isGreaterThanOrEqualTo(before);
    s.write(100);
    assertThat(s.everything).noneMatch(line -> line.contains("W."));
  }

  @Test
  void whatThePeerSawMarkedIsCounted() {
    asked().write(2_000).drain();
    s.receive("E. 1:0 ack 2001");
    assertThat(s.counters.get(TcpCounter.ECN_MARKS_ECHOED)).isEqualTo(2);
  }

  @Test
  void theModeIsTold() {
    assertThat(asked().connection.info(s.now).features()).contains("ecn");
  }
}
