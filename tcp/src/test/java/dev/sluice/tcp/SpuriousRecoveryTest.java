package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.TcpCounter;
import org.junit.jupiter.api.Test;

/// A recovery that was needless is taken back (RFC 5682, RFC 3522, RFC 2883, RFC 4015).
class SpuriousRecoveryTest {
  private final Script s = new Script();

  private Script established(boolean sack) {
    s.settings.selectiveAcks = sack;
    s.settings.tailLossProbe = false; // the timer is what this is about
    s.options.sendBufferBytes = 1 << 20;
    s.activeOpen().drain().after(100);
    s.receive("S. 0:0 ack 1 win 65535 mss 1000" + (sack ? " sackOK 1" : "")).drain();
    return s;
  }

  private ConnectionInfo info() {
    return s.connection.info(s.now);
  }

  private long undone() {
    return s.counters.get(TcpCounter.TIMEOUTS_UNDONE);
  }

  private void timeoutOfTwenty(boolean sack) {
    established(sack).write(20_000);
    assertThat(s.takeSent()).hasSize(10);
    s.after(300).expectStart(". 1:1000").quiet();
    assertThat(info().cwnd()).isEqualTo(1_000);
  }

  @Test
  void theFirstAckAfterATimeoutLetsTwoNewSegmentsOutBeforeAnyRepeat() {
    timeoutOfTwenty(true);
    s.receive(". 1:0 ack 1001")
        .expectStart(". 10001:1000")
        .expectStart(". 11001:1000")
        .quiet();
  }

  @Test
  void whatWasSentOnceAndArrivesProvesTheTimeoutNeedless() {
    timeoutOfTwenty(true);
    s.receive(". 1:0 ack 1001").drain();
    s.receive(". 1:0 ack 2001");
    assertThat(undone()).isEqualTo(1);
    assertThat(info().cwnd()).isGreaterThanOrEqualTo(10_000);
    assertThat(info().ssthresh()).isEqualTo(Long.MAX_VALUE);
    s.receive(". 1:0 ack 10001");
    assertThat(s.everything).filteredOn(line -> line.startsWith(". 1001:")).hasSize(1);
    assertThat(s.counters.get(TcpCounter.SEGMENTS_RETRANSMITTED)).isEqualTo(1);
  }

  @Test
  void withoutSelectiveAcksTheSecondAckThatMovesProvesIt() {
    timeoutOfTwenty(false);
    s.receive(". 1:0 ack 1001")
        .expectStart(". 10001:1000")
        .expectStart(". 11001:1000")
        .quiet();
    s.receive(". 1:0 ack 2001");
    assertThat(undone()).isEqualTo(1);
    assertThat(info().cwnd()).isGreaterThanOrEqualTo(10_000);
  }

  @Test
  void withoutSelectiveAcksAnAckThatCoversTheRepeatProvesNothing() {
    timeoutOfTwenty(false);
    s.receive(". 1:0 ack 5001");
    assertThat(undone()).isZero();
  }

  @Test
  void aDuplicateAfterTheNewSegmentsMeansThatTheLossIsReal() {
    timeoutOfTwenty(true);
    s.receive(". 1:0 ack 1001").drain();
    s.receive(". 1:0 ack 1001 sack 10001:11001").expectStart(". 1001:1000");
    assertThat(undone()).isZero();
  }

  @Test
  void withNothingNewToSendTheRestIsSentAgainAtOnce() {
    established(true).write(10_000).drain().after(300).expectStart(". 1:1000").quiet();
    s.receive(". 1:0 ack 1001")
        .expectStart(". 1001:1000")
        .expectStart(". 2001:1000")
        .quiet();
    s.receive(". 1:0 ack 3001");
    assertThat(undone()).isZero();
  }

  @Test
  void itCanBeSwitchedOff() {
    s.settings.forwardRto = false;
    timeoutOfTwenty(true);
    s.receive(". 1:0 ack 1001").expectStart(". 1001:1000");
  }

  @Test
  void anEchoOfBeforeTheRepeatProvesATimeoutNeedless() {
    s.settings.forwardRto = false;
    s.establishedWithTimestamps().write(3 * 1_448).drain();
    int original = s.last.tsVal;
    s.after(200).expectStart(". 1:1448").quiet();
    s.receive(". 1:0 ack 1449 ecr " + original).quiet();
    assertThat(undone()).isEqualTo(1);
    assertThat(info().ssthresh()).isEqualTo(Long.MAX_VALUE);
    s.receive(". 1:0 ack 4345 ecr " + original).after(5_000).quiet();
  }

  @Test
  void anEchoOfTheRepeatProvesNothing() {
    s.settings.forwardRto = false;
    s.establishedWithTimestamps().write(3 * 1_448).drain();
    s.after(200).expectStart(". 1:1448").quiet();
    s.receive(". 1:0 ack 1449");
    assertThat(undone()).isZero();
    assertThat(info().ssthresh()).isLessThan(Long.MAX_VALUE);
  }

  @Test
  void aRepeatThatThePeerHadAlreadyUndoesAFastRecovery() {
    established(true).write(20_000).drain().after(100);
    s.receive(". 1:0 ack 1 sack 1001:4001").expectStart(". 1:1000");
    assertThat(info().ssthresh()).isLessThan(Long.MAX_VALUE);
    s.drain().after(10).receive(". 1:0 ack 10001").drain(); // it was only late
    s.after(90).receive(". 1:0 ack 10001 sack 1:1001").drain();
    assertThat(s.counters.get(TcpCounter.RECOVERIES_UNDONE)).isEqualTo(1);
    assertThat(info().ssthresh()).isEqualTo(Long.MAX_VALUE);
    assertThat(info().cwnd()).isGreaterThanOrEqualTo(10_000);
  }

  @Test
  void aReportOfOneOfTwoRepeatsUndoesNothing() {
    established(true).write(20_000).drain().after(100);
    s.receive(". 1:0 ack 1 sack 2001:7001").drain();
    s.receive(". 1:0 ack 1 sack 2001:8001").drain();
    s.after(100).receive(". 1:0 ack 10001 sack 1:1001").drain();
    assertThat(s.counters.get(TcpCounter.RECOVERIES_UNDONE)).isZero();
    s.receive(". 1:0 ack 10001 sack 1001:2001").drain();
    assertThat(s.counters.get(TcpCounter.RECOVERIES_UNDONE)).isEqualTo(1);
  }

  @Test
  void aSampleEndsTheBackOff() {
    timeoutOfTwenty(true);
    long backedOff = info().rtoNanos();
    s.receive(". 1:0 ack 1001").after(50).receive(". 1:0 ack 2001");
    assertThat(info().rtoNanos()).isLessThan(backedOff);
  }
}
