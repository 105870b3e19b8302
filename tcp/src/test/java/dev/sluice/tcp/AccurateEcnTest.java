package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.AccEcnOptionUse;
import dev.sluice.tcp.tcb.EcnMode;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Accurate congestion feedback (RFC 9768 §3). The counter in the flags AE, CWR and ECE
/// begins at 5, which is `EA`.
class AccurateEcnTest {
  private final Script s = new Script();

  private Script asked() {
    return asked("SW.");
  }

  private Script asked(String synAck) {
    s.settings.ecnAsk = EcnMode.ACCURATE;
    s.settings.accEcnOption = AccEcnOptionUse.NEVER;
    s.activeOpen().expect("SEWA 0:0 win 65535 mss 1460");
    s.receive(synAck + " 0:0 ack 1 win 65535 mss 1000").expectStart("W. 1:0 ack 1");
    return s.in(State.ESTABLISHED);
  }

  private long marks() {
    return s.connection.ecnInfo().deliveredMarked();
  }

  // ---- §3.1.1, §3.1.2: table 2

  @ParameterizedTest
  @CsvSource({
    "SW., ACCURATE",
    "SEW., ACCURATE",
    "SA., ACCURATE",
    "SWA., ACCURATE",
    "SEA., ACCURATE",
    "SE., CLASSIC",
    "S., OFF",
    "SEWA., OFF"
  })
  void theAnswerDecidesOnTheKindOfFeedback(String synAck, EcnMode mode) {
    s.settings.ecnAsk = EcnMode.ACCURATE;
    s.activeOpen().expectStart("SEWA 0:0");
    s.receive(synAck + " 0:0 ack 1 mss 1000");
    assertThat(s.connection.ecnInfo().mode()).isEqualTo(mode);
  }

  @ParameterizedTest
  @CsvSource({
    "SEWA, 0, SW.",
    "SEWA, 1, SEW.",
    "SEWA, 2, SA.",
    "SEWA, 3, SWA.",
    "SEW, 0, SE.",
    "S, 0, S.",
    "SA, 0, SW.",
    "SE, 0, SW.",
    "SWA, 0, SW.", // §3.1.3: all that is new asks for it
  })
  void aListenerAnswersWithWhatItSaw(String syn, int codepoint, String synAck) {
    s.listen(8).receive(syn + " 0:0 mss 1000 ecn " + codepoint).expectStart(synAck + " 0:0 ack 1");
  }

  @ParameterizedTest
  @CsvSource({"CLASSIC, SEWA, SE.", "CLASSIC, SA, S.", "OFF, SEWA, S."})
  void aListenerThatKnowsLessGrantsLess(EcnMode most, String syn, String synAck) {
    s.settings.ecnAccept = most;
    s.listen(8).receive(syn + " 0:0 mss 1000").expectStart(synAck + " 0:0 ack 1");
  }

  @Test
  void whereBothOpenEachAnswersAsAListenerWould() {
    s.settings.ecnAsk = EcnMode.ACCURATE;
    s.activeOpen().expectStart("SEWA 0:0");
    s.receive("SEWA 0:0 mss 1000").expectStart("SW. 0:0 ack 1");
    s.receive("SW. 0:0 ack 1 mss 1000").in(State.ESTABLISHED);
    assertThat(s.connection.ecnInfo().mode()).isEqualTo(EcnMode.ACCURATE);
  }

  // ---- §3.1.4, §3.1.5: SYNs and SYN-ACKs that are sent again

  @Test
  void aSynThatIsLostTwiceAsksNoMore() {
    s.settings.ecnAsk = EcnMode.ACCURATE;
    s.activeOpen().expectStart("SEWA 0:0");
    s.after(1_000).expectStart("SEWA 0:0");
    s.after(2_000).expectStart("S 0:0");
  }

  /// §3.2.3.2.2: first without the option, then without flags; and nothing may be marked
  /// then.
  @Test
  void aSynAckThatIsLostGoesWithoutTheOptionThenWithoutTheFlags() {
    s.listen(8).receive("SEWA 0:0 mss 1000").expectStart("SW. 0:0 ack 1 win 65535 mss 1460 acc1");
    s.after(1_000).expect("SW. 0:0 ack 1 win 65535 mss 1460");
    s.after(2_000).expect("S. 0:0 ack 1 win 65535 mss 1460");
    s.receive("W. 1:0 ack 1").in(State.ESTABLISHED).drain();
    s.write(500);
    assertThat(s.last.trafficClass).isZero();
    s.receive("EAP. 1:100 ack 501 ecn 3").drain();
    assertThat(s.connection.ecnInfo().receivedMarked())
        .as("but tells what it sees")
        .isEqualTo(1);
  }

  @Test
  void theLatestSynIsFedBack() {
    s.listen(8).receive("SEWA 0:0 mss 1000 ecn 0").expectStart("SW. 0:0");
    s.receive("SEWA 0:0 mss 1000 ecn 3").expect("SWA. 0:0 ack 1 win 65535 mss 1460");
  }

  @Test
  void aSynWithoutARequestAfterOneIsAnsweredAsAgreedAndForbidsMarks() {
    s.listen(8).receive("SEWA 0:0 mss 1000").expectStart("SW. 0:0");
    s.receive("S 0:0 mss 1000").expectStart("SW. 0:0");
    s.receive("W. 1:0 ack 1").in(State.ESTABLISHED).drain();
    s.write(500);
    assertThat(s.last.trafficClass).isZero();
  }

  @ParameterizedTest
  @CsvSource({"SEWA, SEW", "SEW, SEWA"})
  void twoKindsOfRequestsInOneHandshakeAreReset(String first, String second) {
    s.listen(8).receive(first + " 0:0 mss 1000").drain();
    s.receive(second + " 0:0 mss 1000").expectStart("R");
  }

  @Test
  void aRequestAfterASynWithoutOneComesTooLate() {
    s.listen(8).receive("S 0:0 mss 1000").expectStart("S. 0:0");
    s.receive("SEWA 0:0 mss 1000").expectStart("S. 0:0");
  }

  // ---- §3.2.2.1: the ACK of the SYN-ACK

  @ParameterizedTest
  @CsvSource({"0, W.", "1, EW.", "2, A.", "3, WA."})
  void theAckOfTheSynAckTellsHowThatCame(int codepoint, String ack) {
    s.settings.ecnAsk = EcnMode.ACCURATE;
    s.activeOpen().expectStart("SEWA 0:0");
    s.receive("SW. 0:0 ack 1 mss 1000 ecn " + codepoint).expectStart(ack + " 1:0 ack 1");
    s.write(500);
    String counter = codepoint == 3 ? "PWA." : "PEA."; // six, or five
    s.expectStart(counter + " 1:500 ack 1");
  }

  @Test
  void aBareAckGoesBeforeTextThatWaited() {
    s.settings.ecnAsk = EcnMode.ACCURATE;
    s.activeOpen().expectStart("SEWA 0:0");
    s.write(500).quiet();
    s.receive("SW. 0:0 ack 1 mss 1000").expectStart("W. 1:0 ack 1").expectStart("PEA. 1:500");
  }

  @Test
  void aSynAckThatComesAgainIsToldOfAgain() {
    asked().receive("SW. 0:0 ack 1 mss 1000 ecn 3").expectStart("WA. 1:0 ack 1");
  }

  @Test
  void aMarkOnOurSynAckCounts() {
    s.listen(8).receive("SEWA 0:0 mss 1000").drain();
    s.receive("WA. 1:0 ack 1");
    assertThat(marks()).isEqualTo(1);
  }

  /// Table 4, note 1.
  @Test
  void withoutACounterOnTheFirstAckNothingIsBelieved() {
    s.listen(8).receive("SEWA 0:0 mss 1000").drain();
    s.receive(". 1:0 ack 1").in(State.ESTABLISHED).drain();
    s.write(1_000);
    assertThat(s.last.trafficClass).isZero();
    s.receive("WA. 1:0 ack 1001");
    assertThat(marks()).isZero();
  }

  // ---- §3.2.2.3, §3.2.2.4: mangling

  @ParameterizedTest
  @ValueSource(strings = {"SEW.", "SA.", "SWA."})
  void aSynThatWasChangedOnItsWayForbidsMarks(String synAck) {
    asked(synAck).write(500).expectStart("PEA. 1:500");
    assertThat(s.last.trafficClass).isZero();
  }

  @Test
  void aFirstCounterOfZeroForbidsMarksAndIsNotBelieved() {
    asked().write(1_000).drain();
    s.receive(". 1:0 ack 1001").write(1_000);
    assertThat(s.last.trafficClass).isZero();
    s.receive("E. 1:0 ack 2001");
    assertThat(marks()).isZero();
  }

  // ---- §3.2.2.2: decoding

  @Test
  void theCounterWrapsAtEight() {
    asked();
    String[] flags = {"WA", "EWA", "", "E", "W", "EW", "A", "EA", "WA"};
    for (int i = 0; i < flags.length; i++) {
      s.write(1_000).drain();
      s.receive(flags[i] + ". 1:0 ack " + (1_001 + 1_000 * i)).drain();
      assertThat(marks()).isEqualTo(i + 1);
    }
  }

  @Test
  void anAckThatTellsNothingNewIsNotLookedAt() {
    asked().write(1_000).drain();
    s.receive("WA. 1:0 ack 1");
    assertThat(marks()).isZero();
  }

  /// §3.2.2.5.2.
  @Test
  @Tag("ATTACK-30")
  void marksThatMayHaveWrappedAreCountedSafely() {
    asked().write(1_000).drain();
    s.receive("EA. 1:0 ack 1001").write(10_000).drain();
    s.receive("WA. 1:0 ack 11001");
    assertThat(marks()).as("one, or nine of ten").isEqualTo(9);
  }

  /// §3.2.2.5.2: packets wrap the counter, not octets.
  @Test
  void shortSegmentsWrapTheCounterAsWellAsFullOnes() {
    s.options.noDelay = true;
    asked().write(1_000).drain();
    s.receive("EA. 1:0 ack 1001");
    for (int i = 0; i < 10; i++) {
      s.write(100).drain();
    }
    s.receive("WA. 1:0 ack 2001");
    assertThat(marks()).as("one, or nine of ten").isEqualTo(9);
  }

  /// §A.1: an ACK that was overtaken tells of counters from before.
  @Test
  void anOvertakenAckWithAnotherSelectiveBlockTellsNoMarks() {
    s.settings.selectiveAcks = true;
    s.settings.timestamps = true;
    s.settings.ecnAsk = EcnMode.ACCURATE;
    s.settings.accEcnOption = AccEcnOptionUse.NEVER;
    s.activeOpen()
        .drain()
        .receive("SW. 0:0 ack 1 mss 1000 sackOK 1 ts 100 ecr 1")
        .drain();
    s.write(8_000).drain();
    s.receive("PWA. 2001:100 ack 1 ts 103 ecr 1 sack 4941:5929");
    assertThat(marks()).isEqualTo(1);
    s.receive("PEA. 1001:100 ack 1 ts 102 ecr 1 sack 1977:2965");
    assertThat(marks()).isEqualTo(1);
  }

  /// §3.2.3.2.5.
  @Test
  @Tag("ATTACK-30")
  void markedOctetsWithoutAMarkedPacketForbidMarks() {
    asked().write(1_000).drain();
    s.receive("EA. 1:0 ack 1001 acc0 1001 acc0 0 acc0 1").write(1_000).drain();
    s.receive("EA. 1:0 ack 2001 acc0 1001 acc0 1000 acc0 1").write(1_000);
    assertThat(s.last.trafficClass).isZero();
    s.drain().receive("WA. 1:0 ack 3001");
    assertThat(marks()).as("what it tells is answered still").isEqualTo(1);
  }

  @Test
  void octetsThatAreToldLaterThanTheirPacketAreNoContradiction() {
    asked().write(1_000).drain();
    s.receive("EA. 1:0 ack 1001 acc0 1001 acc0 0 acc0 1").write(2_000).drain();
    s.receive("WA. 1:0 ack 2001"); // without the option
    s.receive("WA. 1:0 ack 3001 acc0 2001 acc0 1000 acc0 1").write(1_000);
    assertThat(s.last.trafficClass).isEqualTo(2);
  }

  @Test
  void theOptionSettlesWhetherTheCounterWrapped() {
    asked().write(1_000).drain();
    s.receive("EA. 1:0 ack 1001 acc0 1001 acc0 0 acc0 1").write(10_000).drain();
    s.receive("WA. 1:0 ack 11001 acc0 10001 acc0 1000 acc0 1");
    assertThat(marks()).isEqualTo(1);
    assertThat(s.connection.ecnInfo().deliveredMarkedOctets()).isEqualTo(1_000);
    assertThat(s.connection.ecnInfo().deliveredEct0Octets()).isEqualTo(10_000);
  }

  /// §3.2.3.2.4.
  @Test
  @Tag("ATTACK-30")
  void anOptionThatBeginsWithZeroIsIgnored() {
    asked().write(1_000).drain();
    s.receive("EA. 1:0 ack 1001 acc0 0 acc0 0 acc0 0").write(1_000).drain();
    s.receive("WA. 1:0 ack 2001 acc0 0 acc0 1000 acc0 0");
    assertThat(s.connection.ecnInfo().deliveredMarkedOctets()).isZero();
    assertThat(marks()).isEqualTo(1);
  }

  @Test
  void aMarkShrinksTheWindowOnceAndNoCwrIsSent() {
    asked().write(8_000).drain();
    s.receive("WA. 1:0 ack 2001").receive("EWA. 1:0 ack 4001");
    assertThat(s.counters.get(TcpCounter.ECN_REDUCTIONS)).isEqualTo(1);
    s.receive("EWA. 1:0 ack 8001").write(1_000).expectStart("PEA. 8001:1000");
  }

  // ---- §3.2.2.5.1: when to acknowledge

  @Test
  void aMarkAfterNoneAndNoneAfterAMarkAreToldAtOnce() {
    asked().receive("PEA. 1:100 ack 1 ecn 3").expectStart("WA. 1:0 ack 101");
    s.receive("PEA. 101:100 ack 1 ecn 2").expectStart("WA. 1:0 ack 201");
    s.receive("PEA. 201:100 ack 1 ecn 2").quiet();
  }

  @Test
  void everySecondMarkIsToldAtOnce() {
    asked().receive("PEA. 1:100 ack 1 ecn 3").expectStart("WA. 1:0 ack 101");
    s.receive("PEA. 101:100 ack 1 ecn 3").quiet();
    s.receive("PEA. 201:100 ack 1 ecn 3").expectStart(". 1:0 ack 301"); // eight
  }

  @Test
  void marksOnBareAcksCountToo() {
    asked().receive("EA. 1:0 ack 1 ecn 3").quiet();
    s.receive("EA. 1:0 ack 1 ecn 3").quiet();
    s.receive("EA. 1:0 ack 1 ecn 3").expectStart(". 1:0 ack 1"); // §3.2.2.5.1: three
  }

  /// An ACK of nothing but ACKs must not look like a duplicate ACK.
  @Test
  void anAckOfMarkedAcksCarriesNoSelectiveBlocks() {
    s.settings.selectiveAcks = true;
    s.settings.ecnAsk = EcnMode.ACCURATE;
    s.settings.accEcnOption = AccEcnOptionUse.NEVER;
    s.activeOpen().drain().receive("SW. 0:0 ack 1 mss 1000 sackOK 1").drain();
    s.receive("PEA. 1001:100 ack 1").expectStart("EA. 1:0 ack 1 win 65535 sack 1001:1101");
    s.receive("EA. 1:0 ack 1 ecn 3").receive("EA. 1:0 ack 1 ecn 3").quiet();
    s.receive("EA. 1:0 ack 1 ecn 3").expect(". 1:0 ack 1 win 65535");
    s.receive("P. 2001:100 ack 1");
    s.expect(". 1:0 ack 1 win 65535 sack 2001:2101 1001:1101");
  }

  /// As Linux has it in TCP_INFO: what a router might mark tells that ECN works.
  @ParameterizedTest
  @CsvSource({"0, false", "1, true", "2, true", "3, true"})
  void anyCapablePacketCountsAsSeen(int codepoint, boolean seen) {
    asked().receive("PEA. 1:100 ack 1 ecn " + codepoint);
    assertThat(s.connection.info(s.now).detail().agreed().ecnSeen()).isEqualTo(seen);
  }

  // ---- §3.2.3: the option

  private Script withOption(AccEcnOptionUse use) {
    s.settings.ecnAsk = EcnMode.ACCURATE;
    s.settings.accEcnOption = use;
    s.activeOpen().expect("SEWA 0:0 win 65535 mss 1460"); // §3.2.3.2.1: not on a SYN
    s.receive("SW. 0:0 ack 1 win 65535 mss 1000 acc0 1 acc0 0 acc0 1");
    s.expect("W. 1:0 ack 1 win 65535 acc1 1:0:1");
    return s;
  }

  @Test
  void theFirstTextCarriesTheOptionAndIsShorterForIt() {
    withOption(AccEcnOptionUse.WHEN_CHANGED).write(1_000);
    s.expect("EA. 1:988 ack 1 win 65535 ecn 2 acc1 1:0:1");
    s.receive("EA. 1:0 ack 989 acc0 989").drain();
    s.write(1_000).expect("PEA. 1001:1000 ack 1 win 65535 ecn 2");
  }

  /// §3.2.3.2.3: what the peer sends tells nothing about what comes through to it.
  @Test
  void theFirstTextCarriesTheOptionThoughTheSynAckHadNone() {
    s.settings.ecnAsk = EcnMode.ACCURATE;
    s.activeOpen().drain().receive("SW. 0:0 ack 1 mss 1000").drain();
    s.write(500).expect("PEA. 1:500 ack 1 win 65535 ecn 2 acc1 1:0:1");
  }

  @Test
  void firstTextThatIsLostGoesWithoutTheOptionFromThenOn() {
    withOption(AccEcnOptionUse.WHEN_CHANGED).write(500).drain();
    s.after(1_000);
    assertThat(s.last.accEcnOrder).isEqualTo(-1);
    s.drain().receive("PEA. 1:100 ack 501 ecn 3").expect("WA. 501:0 ack 101 win 65435");
  }

  @Test
  void whatChangedIsTold() {
    withOption(AccEcnOptionUse.WHEN_CHANGED);
    s.receive("PEA. 1:100 ack 1 ecn 3").expect("WA. 1:0 ack 101 win 65435 acc1 1:100:1");
    s.receive("PEA. 101:100 ack 1 ecn 2").expect("WA. 1:0 ack 201 win 65335 acc1 1:100:101");
  }

  /// §3.2.3.3: two blocks of SACK come first.
  @Test
  void selectiveAcksGoBeforeTheOption() {
    s.settings.selectiveAcks = true;
    s.settings.timestamps = true;
    s.peerTimestamps = true;
    s.settings.ecnAsk = EcnMode.ACCURATE;
    s.activeOpen()
        .drain()
        .receive("SW. 0:0 ack 1 mss 1000 sackOK 1 acc0 1 acc0 0 acc0 1")
        .drain();
    s.receive("PEA. 1001:100 ack 1 ecn 2");
    s.expectStart("EA. 1:0 ack 1 win 65535 ts sack 1001:1101 acc1 1:0:101");
    s.receive("PEA. 2001:100 ack 1 ecn 2")
        .expect("EA. 1:0 ack 1 win 65535 ts sack 2001:2101 1001:1101");
    s.receive("PEA. 3001:100 ack 1 ecn 3");
    s.expectStart("WA. 1:0 ack 1 win 65535 ts sack 3001:3101 2001:2101 1001:1101");
  }

  @Test
  void bareAcksMayBeMarkedOnlyWhereTheExperimentIsOn() {
    s.settings.ecnOnAll = true;
    asked();
    assertThat(s.last.trafficClass).isEqualTo(2);
  }
}
