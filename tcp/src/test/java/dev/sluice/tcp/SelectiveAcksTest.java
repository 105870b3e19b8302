package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Selective acknowledgments both ways (RFC 2018, RFC 2883, RFC 6675).
class SelectiveAcksTest {
  private static Script established() {
    Script s = new Script();
    s.settings.selectiveAcks = true;
    s.settings.rack = false; // losses are found by counting, as RFC 6675 does
    s.activeOpen();
    s.expect("S 0:0 win 65535 mss 1460 sackOK");
    s.receive("S. 0:0 ack 1 win 65535 mss 1460 sackOK 1");
    return s.expect(". 1:0 ack 1 win 65535");
  }

  @Test
  void isUsedOnlyIfBothWantIt() {
    Script s = new Script().activeOpen();
    s.expect("S 0:0 win 65535 mss 1460");
    s.receive("S. 0:0 ack 1 mss 1460 sackOK 1").drain();
    s.receive("P. 1001:1000 ack 1").expect(". 1:0 ack 1 win 65535");
  }

  @Test
  void aListenerAgreesToWhatThePeerOffers() {
    Script s = new Script();
    s.settings.selectiveAcks = true;
    s.listen(8).receive("S 0:0 mss 1460 sackOK 1").expect("S. 0:0 ack 1 win 65535 mss 1460 sackOK");
    s.receive(". 1:0 ack 1");
    s.receive("P. 1001:1000 ack 1").expect(". 1:0 ack 1 win 65535 sack 1001:2001");
  }

  @Test
  void theLatestRangeComesFirst() {
    Script s = established();
    s.receive(". 1001:1000 ack 1").expect(". 1:0 ack 1 win 65535 sack 1001:2001");
    s.receive(". 4001:1000 ack 1").expect(". 1:0 ack 1 win 65535 sack 4001:5001 1001:2001");
    s.receive(". 6001:1000 ack 1")
        .expect(". 1:0 ack 1 win 65535 sack 6001:7001 4001:5001 1001:2001");
    s.receive(". 2001:1000 ack 1")
        .expect(". 1:0 ack 1 win 65535 sack 1001:3001 6001:7001 4001:5001");
    s.receive(". 1:1000 ack 1").expectStart(". 1:0 ack 3001").quiet();
  }

  @Test
  void aDuplicateIsReportedOnce() {
    Script s = established();
    s.receive("P. 1:1000 ack 1").after(50).drain();
    s.receive("P. 1:1000 ack 1").expect(". 1:0 ack 1001 win 64535 sack 1:1001");
    s.receive("P. 1:500 ack 1").expect(". 1:0 ack 1001 win 64535 sack 1:501");
  }

  @Test
  void aDuplicateBeyondTheGapIsFollowedByItsRange() {
    Script s = established();
    s.receive(". 1001:1000 ack 1").receive(". 2001:1000 ack 1").drain();
    s.receive(". 1001:1000 ack 1").expect(". 1:0 ack 1 win 65535 sack 1001:2001 1001:3001");
  }

  @Test
  void ofASegmentThatIsPartlyNewTheFirstOldRunIsReported() {
    Script s = established();
    s.receive("P. 1:1000 ack 1").after(50).drain();
    s.receive("P. 501:1000 ack 1")
        .expect(". 1:0 ack 1501 win 64035 sack 501:1001")
        .quiet();
    s.receive("P. 1501:10 ack 1").after(50).expect(". 1:0 ack 1511 win 64025");
  }

  @Test
  void aSegmentAcrossTwoRangesReportsTheFirst() {
    Script s = established();
    s.receive(". 1001:1000 ack 1").receive(". 3001:1000 ack 1").drain();
    s.receive(". 501:4000 ack 1").expect(". 1:0 ack 1 win 65535 sack 1001:2001 501:4501");
  }

  @Test
  void aSegmentThatFillsTheGapAndMoreReportsWhatWasThere() {
    Script s = established();
    s.receive(". 1001:1000 ack 1").receive(". 3001:1000 ack 1").drain();
    s.receive(". 1:1500 ack 1").expectStart(". 1:0 ack 2001").quiet();
    assertThat(s.everything.getLast()).endsWith("sack 1001:1501 3001:4001");
  }

  @Test
  void anOctetForWhichThereIsNoRoomIsNoDuplicate() {
    Script s = new Script();
    s.settings.selectiveAcks = true;
    s.options.receiveBufferBytes = 2_000;
    s.establishedWith("mss 1460 sackOK 1");
    s.receive("P. 1:2000 ack 1").after(40).expect(". 1:0 ack 2001 win 0");
    s.receive(". 2001:1 ack 1").expect(". 1:0 ack 2001 win 0");
  }

  @Test
  void onlyTheHolesAreSentAgain() {
    Script s = established();
    s.write(8 * 1460).drain();
    s.receive(". 1:0 ack 1 sack 1461:2921").quiet();
    s.receive(". 1:0 ack 1 sack 1461:2921 sack 4381:5841").quiet();
    s.receive(". 1:0 ack 1 sack 4381:7301 sack 1461:2921").expectStart(". 1:1460");
    s.receive(". 1:0 ack 1 sack 4381:11681 sack 1461:2921")
        .expectStart(". 2921:1460")
        .quiet();
    s.receive(". 1:0 ack 11681").after(5_000).quiet();
  }

  @Test
  void aRepeatOfTheLeftEdgeHasTheWholeTimeoutForItsAnswer() {
    Script s = established();
    s.write(8 * 1460).drain();
    s.after(150).drain().receive(". 1:0 ack 1 sack 1461:8761").expectStart(". 1:1460");
    s.drain().after(199).quiet();
    s.after(1).expectStart(". 1:1460");
  }

  @Test
  void aHoleWithLittleAboveItIsSentAgainWhenNothingElseIsLeft() {
    Script s = established();
    s.write(5 * 1460).drain();
    s.receive(". 1:0 ack 1 sack 1461:5841").expectStart(". 1:1460");
    s.expectStart("P. 5841:1460").quiet(); // the tail, once
    s.receive(". 1:0 ack 5841 sack 7301:7301").quiet();
    s.receive(". 1:0 ack 7301").after(5_000).quiet();
  }

  @Test
  void aTimeoutSendsOnlyWhatWasNotSacked() {
    Script s = established();
    s.write(3 * 1460).drain();
    s.receive(". 1:0 ack 1 sack 1461:2921").quiet();
    s.after(200).expectStart(". 1:1460").quiet();
    s.receive(". 1:0 ack 2921").expectStart("P. 2921:1460");
  }

  @Test
  void aPeerThatGoesBackOnItsWordGetsEverythingAgain() {
    Script s = established();
    s.write(3 * 1460).drain();
    s.receive(". 1:0 ack 1 sack 1461:4381").after(200).expectStart(". 1:1460").quiet();
    s.receive(". 1:0 ack 1461");
    s.after(60_000).expectStart(". 1461:1460");
  }

  @Test
  @Tag("ATTACK-34")
  void blocksOutsideTheFlightChangeNothing() {
    Script s = established();
    s.write(3 * 1460).drain();
    s.receive(". 1:0 ack 1 sack 9001:9501 sack 4381:1461").quiet();
    assertThat(s.connection.info(s.now).cwnd()).isEqualTo(14600);
  }

  /// RFC 6675 §4, NextSeg rule 4: where there is room and nothing else to send, the tail
  /// that no later segment tells of goes again, once in a recovery.
  @Test
  void theTailGoesAgainOnceInARecovery() {
    Script s = established();
    s.write(14_600).drain();
    s.receive(". 1:0 ack 1 win 65535 sack 1461:5841").expectStart(". 1:1460").quiet();
    s.receive(". 1:0 ack 1 win 65535 sack 1461:13141")
        .expectStart("P. 13141:1460")
        .quiet();
    s.receive(". 1:0 ack 13141 win 65535").quiet();
    s.receive(". 1:0 ack 14601 win 65535").quiet();
  }

  @Test
  void newTextGoesBeforeTheTail() {
    Script s = established();
    s.write(14_600).drain();
    s.receive(". 1:0 ack 1 win 65535 sack 1461:5841").expectStart(". 1:1460").quiet();
    s.write(10_000);
    s.receive(". 1:0 ack 1 win 65535 sack 1461:13141");
    assertThat(s.takeSent()).isNotEmpty().noneMatch(text -> text.contains(" 13141:"));
  }
}
