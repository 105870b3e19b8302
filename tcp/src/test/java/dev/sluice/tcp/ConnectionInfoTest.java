package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CongestionState;
import dev.sluice.tcp.tcb.ConnectionDetail;
import org.junit.jupiter.api.Test;

/// What a connection tells of itself (RFC 9293 §3.10.6, STATUS, and what users have come
/// to expect beyond that).
class ConnectionInfoTest {
  private static final long MS = Script.MS;
  private final Script s = new Script();

  private ConnectionDetail detail() {
    return s.connection.info(s.now).detail();
  }

  @Test
  void whatBothEndsAgreedOnIsTold() {
    s.settings.windowScaling = true;
    s.settings.selectiveAcks = true;
    s.settings.timestamps = true;
    s.peerTimestamps = true;
    s.options.receiveBufferBytes = 1 << 20;
    s.establishedWith("mss 1460 wscale 3 sackOK 1");
    ConnectionDetail.Agreed agreed = detail().agreed();
    assertThat(agreed.timestamps()).isTrue();
    assertThat(agreed.selectiveAcks()).isTrue();
    assertThat(agreed.windowScaling()).isTrue();
    assertThat(agreed.sendShift()).isEqualTo(3);
    assertThat(agreed.receiveShift()).isEqualTo(5);
  }

  @Test
  void segmentsAreCountedBothWays() {
    s.established().write(3_000).receive("P. 1:10 ack 1").receive(". 11:0 ack 3001");
    ConnectionDetail.Traffic traffic = detail().traffic();
    assertThat(traffic.segmentsIn()).isEqualTo(3); // SYN,ACK, text, ACK
    assertThat(traffic.textSegmentsIn()).isEqualTo(1);
    assertThat(traffic.textSegmentsOut()).isEqualTo(3);
    assertThat(traffic.segmentsOut()).isEqualTo(5); // SYN, ACK, text
    assertThat(traffic.segmentsRetransmitted()).isZero();
  }

  @Test
  void whatIsSentAgainIsCountedTwice() {
    s.established().write(10).after(200);
    assertThat(detail().traffic().textSegmentsOut()).isEqualTo(2);
    assertThat(detail().traffic().segmentsRetransmitted()).isEqualTo(1);
    assertThat(detail().timing().backoff()).isEqualTo(1);
    assertThat(detail().sending().state()).isEqualTo(CongestionState.LOSS);
  }

  @Test
  void timesCountFromTheHandshakeUntilSomethingHappens() {
    s.established().after(100);
    assertThat(detail().timing().sinceTextReceivedNanos()).isEqualTo(100 * MS);
    s.receive("P. 1:10 ack 1")
        .after(20)
        .write(5)
        .after(7)
        .receive(". 11:0 ack 6")
        .after(3);
    ConnectionDetail.Timing timing = detail().timing();
    assertThat(timing.sinceTextReceivedNanos()).isEqualTo(30 * MS);
    assertThat(timing.sinceTextSentNanos()).isEqualTo(10 * MS);
    assertThat(timing.sinceAckReceivedNanos()).isEqualTo(3 * MS);
    assertThat(timing.minRttNanos()).isLessThanOrEqualTo(7 * MS);
  }

  @Test
  void whatIsInFlightIsToldInSegments() {
    s.settings.selectiveAcks = true;
    s.activeOpen().drain().after(100);
    s.receive("S. 0:0 ack 1 win 65535 mss 1460 sackOK 1").drain().write(20_000).drain();
    s.after(100).receive(". 1:0 ack 1 sack 1461:2921");
    ConnectionDetail.Sending sending = detail().sending();
    assertThat(sending.unackedSegments() - sending.sackedSegments()).isGreaterThanOrEqualTo(9);
    assertThat(sending.sackedSegments()).isEqualTo(1);
    assertThat(sending.state()).isEqualTo(CongestionState.DISORDER);
    assertThat(sending.notSentBytes()).isEqualTo(20_000 - 1_460L * sending.unackedSegments());
  }

  @Test
  void textBeyondAGapIsCounted() {
    s.established().receive("P. 11:10 ack 1").receive("P. 31:10 ack 1").receive("P. 1:10 ack 1");
    assertThat(detail().receiving().outOfOrderSegments()).isEqualTo(2);
  }

  // ---- what loss recovery met with

  @Test
  void timeoutsInARowAreOneRunThatEndsWithTheNextAck() {
    s.established().write(10).after(200).after(400).after(50);
    assertThat(detail().recovery().timeouts()).isEqualTo(2);
    assertThat(detail().recovery().timeoutRuns()).isEqualTo(1);
    assertThat(detail().recovery().timeoutNanos()).isEqualTo(450 * MS);
    s.receive(". 1:0 ack 11").after(3_000);
    assertThat(detail().recovery().timeoutNanos()).isEqualTo(450 * MS);
    s.write(10).after(10_000);
    assertThat(detail().recovery().timeoutRuns()).isEqualTo(2);
  }

  @Test
  void timeoutsOfTheSynCountToo() {
    s.activeOpen()
        .drain()
        .after(1_000)
        .receive("S. 0:0 ack 1 win 65535 mss 1460")
        .after(5_000);
    assertThat(detail().recovery().timeouts()).isEqualTo(1);
    assertThat(detail().recovery().timeoutNanos()).isZero();
  }

  @Test
  void segmentsThatOvertookOthersAndThoseThatCameTwiceAreCounted() {
    s.settings.selectiveAcks = true;
    s.activeOpen().drain().after(100);
    s.receive("S. 0:0 ack 1 win 65535 mss 1460 sackOK 1").drain().write(5_840).drain();
    s.after(100).receive(". 1:0 ack 1 sack 1461:2921").receive(". 1:0 ack 2921");
    assertThat(detail().recovery().reorderings()).isEqualTo(1);
    assertThat(detail().recovery().duplicatesReported()).isZero();
    s.receive(". 1:0 ack 5841 sack 1:2921");
    assertThat(detail().recovery().duplicatesReported()).isEqualTo(2);
  }

  @Test
  void tailLossProbesAreCounted() {
    s.settings.selectiveAcks = true;
    s.activeOpen().drain().after(10);
    s.receive("S. 0:0 ack 1 win 65535 mss 1460 sackOK 1").drain().write(5_000).drain();
    s.after(100);
    assertThat(detail().recovery().tailProbes()).isEqualTo(1);
    assertThat(detail().recovery().timeouts()).isZero();
  }

  // ---- the receiver

  @Test
  void aRoundTripIsMeasuredFromOneWindowToTheNext() {
    s.options.receiveBufferBytes = 4_000;
    s.settings.maxReceiveBufferBytes = 8_000;
    s.options.receiveAutoTuning = true;
    s.activeOpen().drain().after(30).receive("S. 0:0 ack 1 win 65535 mss 1460").drain();
    assertThat(detail().receiving().roundTripNanos()).isZero();
    assertThat(detail().receiving().readBytes()).isZero();
    for (int seq = 1; seq <= 4_001; seq += 2_000) {
      s.after(30).receive("P. " + seq + ":2000 ack 1");
      s.read(2_000);
    }
    assertThat(detail().receiving().roundTripNanos()).isEqualTo(30 * MS);
    assertThat(detail().receiving().readBytes()).isEqualTo(2_000);
  }

  @Test
  void theWindowMayGrowToWhatBufferAndUserAllow() {
    s.options.receiveBufferBytes = 50_000;
    s.establishedWith("mss 1460").receive("P. 1:2000 ack 1");
    assertThat(detail().receiving().windowLimitBytes()).isEqualTo(50_000);
    s.connection.options().windowClampBytes = 9_000;
    s.connection.onOptionsChanged(s.now);
    assertThat(detail().receiving().windowLimitBytes()).isEqualTo(9_000);
  }

  // ---- what sending waited for

  @Test
  void aConnectionWithoutAnythingToSendIsNotBusy() {
    s.established().after(100);
    assertThat(detail().limits()).isEqualTo(new ConnectionDetail.Limits(0, 0, 0));
  }

  @Test
  void itIsBusyUntilAllIsAcknowledged() {
    s.established().write(10).after(30).receive(". 1:0 ack 11").after(50);
    assertThat(detail().limits()).isEqualTo(new ConnectionDetail.Limits(30 * MS, 0, 0));
  }

  @Test
  void aWindowThatIsTooSmallIsWhatItWaitsFor() {
    s.established().receive(". 1:0 ack 1 win 0").write(10).after(30);
    assertThat(detail().limits()).isEqualTo(new ConnectionDetail.Limits(30 * MS, 30 * MS, 0));
    s.receive(". 1:0 ack 1 win 1000").after(20);
    assertThat(detail().limits()).isEqualTo(new ConnectionDetail.Limits(50 * MS, 30 * MS, 0));
  }

  @Test
  void aSendBufferThatIsTooSmallIsWhatItWaitsFor() {
    s.options.sendBufferBytes = 2_920;
    s.established().write(4_000).after(30); // takes 2,920 of them
    assertThat(detail().limits()).isEqualTo(new ConnectionDetail.Limits(30 * MS, 0, 30 * MS));
  }

  @Test
  void theNetworkIsWhatItWaitsForWhenTheCongestionWindowIsFull() {
    s.established().write(40_000).after(30);
    assertThat(detail().limits()).isEqualTo(new ConnectionDetail.Limits(30 * MS, 0, 0));
  }
}
