package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.TcpCounter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Losses found by time, and the probe of the tail (RFC 8985), over a path with a round
/// trip of 100 ms.
class RackTest {
  private final Script s = new Script();

  private Script established() {
    s.settings.selectiveAcks = true;
    s.options.sendBufferBytes = 1 << 20;
    s.activeOpen().drain().after(100);
    s.receive("S. 0:0 ack 1 win 65535 mss 1000 sackOK 1").drain();
    return s;
  }

  private ConnectionInfo info() {
    return s.connection.info(s.now);
  }

  private long count(TcpCounter counter) {
    return s.counters.get(counter);
  }

  // ---- RACK

  @Test
  void threeSegmentsBeyondAGapAreEnoughWhereNothingWasEverReordered() {
    established().write(10_000).drain().after(100);
    s.receive(". 1:0 ack 1 sack 1001:2001").quiet();
    s.receive(". 1:0 ack 1 sack 1001:3001").quiet();
    s.receive(". 1:0 ack 1 sack 1001:4001").expectStart(". 1:1000").quiet();
    assertThat(count(TcpCounter.FAST_RETRANSMITS)).isEqualTo(1);
  }

  @Test
  void whatIsLateByLessThanAQuarterOfTheRoundTripIsNotSentAgain() {
    established().write(10_000).drain().after(100);
    s.receive(". 1:0 ack 1 sack 1001:2001").after(24).quiet();
    s.receive(". 1:0 ack 10001").after(5_000).quiet();
    assertThat(count(TcpCounter.SEGMENTS_RETRANSMITTED)).isZero();
  }

  @Test
  void whatStaysOutForLongerIsLost() {
    established().write(2_000).drain().after(100);
    s.receive(". 1:0 ack 1 sack 1001:2001").after(26).quiet();
    s.after(1).expectStart(". 1:1000").quiet(); // a quarter, and two ticks of the timer
    assertThat(count(TcpCounter.RETRANSMISSION_TIMEOUTS)).isZero();
    s.receive(". 1:0 ack 2001").after(5_000).quiet();
  }

  @Test
  void aPathThatReordersGetsTheWindowThoughThreeArrived() {
    established().write(10_000).drain().after(100);
    s.receive(". 1:0 ack 1 sack 1001:2001").receive(". 1:0 ack 10001");
    s.write(10_000).drain().after(100);
    s.receive(". 1:0 ack 10001 sack 11001:16001").quiet();
    s.after(26).quiet().after(1).expectStart(". 10001:1000");
  }

  @Test
  void aRepeatThatWasLostIsFoundByWhatWasSentAfterIt() {
    established().write(20_000).drain().after(100);
    s.receive(". 1:0 ack 1 sack 1001:4001").drain();
    s.after(10).receive(". 1:0 ack 1 sack 1001:10001").drain();
    s.after(100).receive(". 1:0 ack 1 sack 1001:11001").expectStart(". 1:1000");
    assertThat(count(TcpCounter.RETRANSMISSIONS_LOST)).isEqualTo(1);
    assertThat(count(TcpCounter.FAST_RETRANSMITS)).isEqualTo(1);
    assertThat(count(TcpCounter.RETRANSMISSION_TIMEOUTS)).isZero();
  }

  @Test
  @Tag("SCENARIO-26")
  void theTimeOfArrivalCountsAndNotThatOfProcessing() {
    established().write(2_000).drain().after(100);
    s.receive(". 1:0 ack 1 sack 1001:2001");
    s.receive(". 1:0 ack 2001").after(5_000).quiet();
    assertThat(count(TcpCounter.SEGMENTS_RETRANSMITTED)).isZero();
  }

  @Test
  void limitedTransmitNeedsNewsOfTheBlocks() {
    established().write(20_000).drain().after(100);
    s.receive(". 1:0 ack 1 sack 1001:2001").expectStart(". 10001:1000").quiet();
    s.receive(". 1:0 ack 1 sack 1001:2001").quiet();
    s.receive(". 1:0 ack 1").quiet();
    s.receive(". 1:0 ack 1 sack 1001:3001").expectStart(". 11001:1000").quiet();
  }

  // ---- the tail

  @Test
  void aTailIsProbedAfterTwoRoundTripsAndRepairedWithoutATimeout() {
    established().write(3_000).drain();
    s.after(201).quiet().after(1).expectStart("P. 2001:1000").quiet();
    s.after(100).receive(". 1:0 ack 1 sack 2001:3001").expectStart(". 1:1000").quiet();
    s.after(100)
        .receive(". 1:0 ack 1001 sack 2001:3001")
        .expectStart(". 1001:1000")
        .quiet();
    s.after(100).receive(". 1:0 ack 3001").after(5_000).quiet();
    assertThat(count(TcpCounter.TAIL_LOSS_PROBES)).isEqualTo(1);
    assertThat(count(TcpCounter.RETRANSMISSION_TIMEOUTS)).isZero();
  }

  @Test
  void newTextIsTheBetterProbeWhateverTheCongestionWindowSays() {
    established().write(15_000);
    assertThat(s.takeSent()).hasSize(10);
    s.after(202).expectStart(". 10001:1000").quiet();
    s.receive(". 1:0 ack 11001").drain();
    assertThat(info().ssthresh()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aSingleSegmentIsGivenTheTimeThatItsAckMayBeDelayed() {
    s.settings.minRtoNanos = 1_000 * Script.MS;
    established().write(100).drain();
    s.after(399).quiet().after(1).expectStart("P. 1:100").quiet();
  }

  @Test
  void aProbeNeverGoesOutLaterThanTheTimeoutWould() {
    established().write(100).drain();
    s.after(299).quiet().after(1).expectStart("P. 1:100").quiet();
    assertThat(count(TcpCounter.TAIL_LOSS_PROBES)).isEqualTo(1);
    assertThat(count(TcpCounter.RETRANSMISSION_TIMEOUTS)).isZero();
  }

  @Test
  void anUnansweredProbeIsFollowedByATimeoutAndNotByAnother() {
    established().write(3_000).drain().after(202).drain();
    s.after(299).quiet().after(1).expectStart(". 1:1000").quiet();
    assertThat(count(TcpCounter.TAIL_LOSS_PROBES)).isEqualTo(1);
    assertThat(count(TcpCounter.RETRANSMISSION_TIMEOUTS)).isEqualTo(1);
  }

  @Test
  void aProbeThatRepairedALossReducesTheWindowOnce() {
    established().write(3_000).drain().after(100).receive(". 1:0 ack 2001").after(300);
    s.expectStart("P. 2001:1000").quiet();
    s.receive(". 1:0 ack 3001").write(1_000).drain().receive(". 1:0 ack 4001");
    assertThat(info().ssthresh()).isLessThan(10_000);
    long once = info().ssthresh();
    s.write(1_000).drain().receive(". 1:0 ack 5001");
    assertThat(info().ssthresh()).isEqualTo(once);
  }

  @Test
  void aNeedlessProbeReducesNothing() {
    established()
        .write(3_000)
        .drain()
        .after(100)
        .receive(". 1:0 ack 2001")
        .after(300)
        .drain();
    s.receive(". 1:0 ack 3001 sack 2001:3001").write(1_000).drain().receive(". 1:0 ack 4001");
    assertThat(info().ssthresh()).isEqualTo(Long.MAX_VALUE);
    assertThat(count(TcpCounter.DUPLICATES_REPORTED)).isEqualTo(1);
  }

  @Test
  void twoAcksOfAProbeSayThatNothingWasLost() {
    established()
        .write(3_000)
        .drain()
        .after(100)
        .receive(". 1:0 ack 2001")
        .after(300)
        .drain();
    s.receive(". 1:0 ack 3001").receive(". 1:0 ack 3001").write(1_000).drain();
    s.receive(". 1:0 ack 4001");
    assertThat(info().ssthresh()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aDuplicateOfSomethingElseDoesNotSayThatTheProbeWasNeedless() {
    established()
        .write(3_000)
        .drain()
        .after(100)
        .receive(". 1:0 ack 2001")
        .after(300)
        .drain();
    s.receive(". 1:0 ack 3001 sack 1:1001").write(1_000).drain().receive(". 1:0 ack 4001");
    assertThat(info().ssthresh()).isLessThan(10_000);
  }

  @Test
  void thereIsNoSecondProbeBeforeARoundTripWasMeasured() {
    established().write(3_000).drain().after(100).receive(". 1:0 ack 2001").after(300);
    s.expectStart("P. 2001:1000").quiet();
    s.receive(". 1:0 ack 3001").write(3_000).drain(); // the answer to a repeat measures nothing
    s.after(249).quiet().after(1).expectStart(". 3001:1000");
    assertThat(count(TcpCounter.TAIL_LOSS_PROBES)).isEqualTo(1);
    assertThat(count(TcpCounter.RETRANSMISSION_TIMEOUTS)).isEqualTo(1);
  }

  @Test
  void aLoneFinTakesTheTextBeforeItAlongSoThatTheProbeTellsOfTheLoss() {
    established().write(3_000).drain().close().drain();
    s.after(202).expectStart("FP. 2001:1000").quiet();
    s.after(100).receive(". 1:0 ack 1 sack 2001:3001").expectStart(". 1:1000").quiet();
    s.after(100).receive(". 1:0 ack 1001 sack 2001:3001").drain();
    s.receive(". 1:0 ack 3002").after(5_000).quiet();
    assertThat(count(TcpCounter.RETRANSMISSION_TIMEOUTS)).isZero();
  }

  @Test
  void aLoneFinWhoseTextIsAcknowledgedIsProbedAlone() {
    established().write(1_000).drain().after(100).receive(". 1:0 ack 1001");
    s.close().drain().after(300).expectStart("F. 1001:0").quiet();
  }

  @Test
  void withoutSelectiveAcksThereIsNoProbe() {
    s.established().write(3_000).drain().after(1_000);
    assertThat(count(TcpCounter.TAIL_LOSS_PROBES)).isZero();
  }

  // ---- the window during recovery

  @Test
  void theWindowShrinksBitByBitAndEndsAtTheThreshold() {
    established().write(40_000).drain().after(100);
    s.receive(". 1:0 ack 1 sack 1001:4001").drain();
    int sent = 0;
    for (int right = 5_001; right <= 10_001; right += 1_000) {
      s.receive(". 1:0 ack 1 sack 1001:" + right);
      int now = s.takeSent().size();
      assertThat(now).isLessThanOrEqualTo(1); // never a burst
      sent += now;
    }
    assertThat(sent).isBetween(3, 6);
    s.after(100).receive(". 1:0 ack 10001").drain();
    assertThat(info().cwnd()).isEqualTo(info().ssthresh());
  }

  @Test
  void aPeerThatGoesBackOnItsWordGetsEverythingAgain() {
    established().write(3_000).drain().after(100);
    s.receive(". 1:0 ack 1 sack 1001:3001").after(27).expectStart(". 1:1000").quiet();
    s.after(100).receive(". 1:0 ack 1001").after(10_000);
    assertThat(s.takeSent()).anyMatch(line -> line.startsWith(". 1001:1000"));
  }
}
