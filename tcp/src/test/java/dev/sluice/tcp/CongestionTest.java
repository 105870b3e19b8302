package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.SlowStartExit;
import dev.sluice.tcp.tcb.TcpCounter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How much is in flight: RFC 5681, 6582, 3042, 6928.
@Tag("MUST-19")
class CongestionTest {
  private static final int MSS = 1_000;
  private final Script s = new Script();
  private int nextAck = 1;

  /// The numbers here are those of RFC 5681: half the window after a loss, one segment a
  /// window, slow start until a loss.
  CongestionTest() {
    s.settings.congestion = CongestionAlgorithm.NEW_RENO;
    s.settings.slowStartExit = SlowStartExit.LOSS;
  }

  private CongestionTest open() {
    s.options.sendBufferBytes = 1 << 20;
    s.settings.windowScaling = true;
    s.establishedWith("mss 1000 wscale 7");
    s.receive(". 1:0 ack 1 win 65535"); // 8 MB: never the limit here
    return this;
  }

  private ConnectionInfo info() {
    return s.connection.info(s.now);
  }

  private int acked(int segments) {
    nextAck += segments * MSS;
    s.receive(". 1:0 ack " + nextAck + " win 65535");
    return s.takeSent().size();
  }

  private int duplicate() {
    s.receive(". 1:0 ack " + nextAck + " win 65535");
    return s.takeSent().size();
  }

  @ParameterizedTest(name = "MSS {0}: {1} octets")
  @CsvSource({"48, 480", "536, 5360", "1000, 10000", "1460, 14600", "2190, 14600", "8000, 16000"})
  void theInitialWindowIsThatOfRfc6928(int mss, int octets) {
    s.path = new dev.sluice.tcp.tcb.Path(9_000, 9_000);
    s.activeOpen().drain().receive("S. 0:0 ack 1 mss " + mss).drain().write(60_000);
    assertThat(info().bytesSent()).isEqualTo((long) (octets / mss) * mss);
  }

  @Test
  void slowStartSendsTwoForEachSegmentAcknowledged() {
    open().s.write(500_000);
    assertThat(s.takeSent()).hasSize(10);
    long cwnd = 10_000;
    for (int i = 0; i < 50; i++) {
      assertThat(acked(1)).isEqualTo(2);
      cwnd += MSS;
      assertThat(info().cwnd()).isEqualTo(cwnd);
    }
    assertThat(acked(2)).isEqualTo(4);
    assertThat(acked(3)).isEqualTo(3 + 2); // one ACK adds two segments at most (RFC 3465 §2.1)
  }

  @Test
  @Tag("ATTACK-25")
  void dividedAcksDoNotOpenTheWindowFaster() {
    open().s.write(500_000).drain();
    for (int i = 1; i <= 1_000; i++) {
      s.receive(". 1:0 ack " + (1 + i) + " win 65535");
    }
    assertThat(info().cwnd()).isEqualTo(11_000);
  }

  @Test
  void aWindowThatIsNotUsedDoesNotGrow() {
    open();
    for (int i = 0; i < 50; i++) {
      s.write(1_000).drain();
      acked(1);
    }
    assertThat(info().cwnd()).isLessThanOrEqualTo(11_000);
  }

  @Test
  void theThirdDuplicateRetransmitsAndTheFirstTwoLetNewSegmentsOut() {
    open().s.write(500_000).drain();
    s.receive(". 1:0 ack 1 win 65535");
    s.expectStart(". 10001:1000").quiet();
    s.receive(". 1:0 ack 1 win 65535").expectStart(". 11001:1000").quiet();
    assertThat(info().cwnd()).isEqualTo(10_000);
    s.receive(". 1:0 ack 1 win 65535").expectStart(". 1:1000").quiet();
    // half of ten: what limited transmit lent does not count (RFC 5681 §3.2)
    assertThat(info().ssthresh()).isEqualTo(5_000);
    assertThat(s.counters.get(TcpCounter.FAST_RETRANSMITS)).isEqualTo(1);
  }

  @Test
  void aFullAckEndsRecoveryAtSsthresh() {
    open().s.write(12_000).drain();
    for (int i = 0; i < 3; i++) {
      duplicate();
    }
    nextAck = 12_001;
    s.receive(". 1:0 ack 12001 win 65535");
    assertThat(info().cwnd()).isEqualTo(2_000); // min(ssthresh, max(FlightSize, SMSS) + SMSS)
    assertThat(info().ssthresh()).isEqualTo(5_000);
  }

  @Test
  void duringRecoveryEachDuplicateLetsOneSegmentOutOnceHalfHasLeft() {
    open().s.write(500_000).drain();
    int sent = 0;
    for (int i = 0; i < 9; i++) {
      sent += duplicate(); // nine of the ten arrived
    }
    // two by limited transmit, the repeat, then what RFC 5681's inflated window lets out:
    // ssthresh 5 + 9 duplicates = 14, of which 12 were out
    assertThat(sent).isEqualTo(2 + 1 + 2);
  }

  @Test
  void aPartialAckRetransmitsTheNextHoleAndStaysInRecovery() {
    open().s.write(10_000).drain();
    for (int i = 0; i < 3; i++) {
      duplicate();
    }
    nextAck = 3_001;
    s.receive(". 1:0 ack 3001 win 65535").expectStart(". 3001:1000").quiet();
    nextAck = 5_001;
    s.receive(". 1:0 ack 5001 win 65535").expectStart(". 5001:1000").quiet();
    long ssthresh = info().ssthresh();
    for (int i = 0; i < 5; i++) {
      duplicate(); // no second fast retransmit below "recover"
    }
    assertThat(info().ssthresh()).isEqualTo(ssthresh);
    assertThat(s.counters.get(TcpCounter.FAST_RETRANSMITS)).isEqualTo(1);
    nextAck = 10_001;
    s.receive(". 1:0 ack 10001 win 65535").quiet().after(100_000).quiet();
  }

  @Test
  void onlyTheFirstPartialAckRestartsTheTimer() {
    open().s.write(10_000).drain();
    for (int i = 0; i < 3; i++) {
      duplicate();
    }
    s.after(100).receive(". 1:0 ack 3001 win 65535").drain();
    s.after(100).receive(". 1:0 ack 5001 win 65535").drain();
    long rto = info().rtoNanos() / Script.MS;
    long left = info().timerNanos() / Script.MS;
    assertThat(left).isLessThan(rto);
  }

  @Test
  void aTimeoutLeavesOneSegmentAndHalfTheFlightAsThreshold() {
    open().s.write(500_000).drain();
    s.after(200).expectStart(". 1:1000").quiet();
    assertThat(info().cwnd()).isEqualTo(1_000);
    assertThat(info().ssthresh()).isEqualTo(5_000);
    s.after(400).expectStart(". 1:1000").quiet();
    assertThat(info().ssthresh()).isEqualTo(5_000); // only the first time
    assertThat(acked(1)).isEqualTo(2); // slow start again
    assertThat(info().cwnd()).isEqualTo(2_000);
  }

  @Test
  void afterATimeoutDuplicatesOfWhatIsRepeatedStartNoFastRetransmit() {
    open().s.write(10_000).drain().after(200).drain();
    for (int i = 0; i < 6; i++) {
      duplicate();
    }
    assertThat(s.counters.get(TcpCounter.FAST_RETRANSMITS)).isZero();
  }

  @Test
  void congestionAvoidanceAddsOneSegmentAWindow() {
    s.settings.forwardRto = false; // all was lost, though the peer here acknowledges it
    open().s.write(900_000).drain();
    s.after(200).drain(); // ssthresh 5,000
    for (int i = 0; i < 5; i++) {
      acked(1);
    }
    long before = info().cwnd();
    assertThat(before).isBetween(5_000L, 6_000L);
    for (int round = 0; round < 10; round++) {
      long cwnd = info().cwnd();
      for (int i = 0; i < cwnd / MSS; i++) {
        acked(1);
      }
      assertThat(info().cwnd()).isBetween(cwnd, cwnd + MSS);
    }
    assertThat(info().cwnd()).isBetween(before + 8_000, before + 10_000);
  }

  @Test
  void anIdleConnectionStartsAgainFromTheInitialWindow() {
    open().s.write(100_000).drain();
    while (nextAck < 100_001) {
      acked(1);
    }
    assertThat(info().cwnd()).isGreaterThan(20_000);
    s.after(199).write(500_000);
    assertThat(s.takeSent()).hasSizeGreaterThan(20);
  }

  @Test
  void acksOfOursDoNotHideIdleness() {
    open().s.write(100_000).drain();
    while (nextAck < 100_001) {
      acked(1);
    }
    for (int i = 0; i < 50; i++) {
      s.receive(". " + (1 + i * 2_000) + ":2000 ack " + nextAck + " win 65535").after(100);
    }
    s.drain().write(500_000);
    assertThat(s.takeSent()).hasSize(10);
  }

  @Test
  void twoLossesInTwoWindowsHalveTwice() {
    open().s.write(900_000).drain();
    for (int i = 0; i < 3; i++) {
      duplicate();
    }
    nextAck = 12_001;
    s.receive(". 1:0 ack 12001 win 65535").drain();
    long first = info().ssthresh();
    acked(1);
    acked(1);
    for (int i = 0; i < 3; i++) {
      duplicate();
    }
    assertThat(info().ssthresh()).isLessThan(first);
    assertThat(s.counters.get(TcpCounter.FAST_RETRANSMITS)).isEqualTo(2);
  }

  @Test
  void dataFromThePeerAndWindowUpdatesAreNoDuplicates() {
    open().s.write(10_000).drain();
    for (int i = 0; i < 5; i++) {
      s.receive("P. " + (1 + i * 10) + ":10 ack 1 win 65535");
      s.receive(". " + (11 + i * 10) + ":0 ack 1 win " + (65_000 + i));
    }
    assertThat(s.counters.get(TcpCounter.FAST_RETRANSMITS)).isZero();
  }

  @Test
  @Tag("ATTACK-25")
  void anOptimisticAckIsDroppedAndChallenged() {
    open().s.write(10_000).drain();
    long cwnd = info().cwnd();
    s.receive(". 1:0 ack 10002 win 65535").expectStart(". 10001:0 ack 1").quiet();
    assertThat(info().cwnd()).isEqualTo(cwnd);
  }
}
