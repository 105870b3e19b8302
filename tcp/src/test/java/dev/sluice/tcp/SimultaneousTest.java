package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Both sides open, or close, at once (RFC 9293 §3.5 figure 7, §3.6 figure 13), with each
/// segment lost in turn.
@Tag("MUST-10")
class SimultaneousTest {
  private final Script s = new Script();

  /// RFC 9293 §3.10.7.3: text of a SYN is queued until the connection is established.
  @Test
  void textOfACrossedSynIsReadAfterTheHandshake() {
    s.activeOpen().drain();
    s.receive("S 0:3 mss 1460")
        .in(State.SYN_RECEIVED)
        .expectStart("S. 0:0 ack 1")
        .quiet();
    assertThat(s.read(100)).isZero();
    s.receive(". 4:0 ack 1").in(State.ESTABLISHED).quiet();
    assertThat(s.read(100)).isEqualTo(3);
    s.after(40).expectStart(". 1:0 ack 4").quiet();
  }

  @Test
  void textOfACrossedSynIsNoSelectiveAck() {
    s.settings.selectiveAcks = true;
    s.activeOpen().drain();
    s.receive("S 0:3 mss 1460 sackOK 1").expectStart("S. 0:0 ack 1");
    s.receive(". 70000:0 ack 1").expect(". 1:0 ack 1 win 65535").quiet();
    s.receive("P. 4:3 ack 1").in(State.ESTABLISHED);
    assertThat(s.read(100)).isEqualTo(6);
  }

  @Test
  void textOfACrossedSynThatNobodyCanReadIsReset() {
    s.activeOpen().drain();
    s.receive("S 0:3 mss 1460").drain();
    s.close().drain();
    s.receive(". 4:0 ack 1").in(State.CLOSED).expectStart("R. ");
  }

  @Test
  void aFinInSynReceivedDoesNotLoseTheTextOfTheSyn() {
    s.activeOpen().drain();
    s.receive("S 0:3 mss 1460").drain();
    s.shutdown().drain();
    s.receive(". 4:0 ack 1").in(State.FIN_WAIT_1);
    assertThat(s.read(100)).isEqualTo(3);
  }

  @Test
  void aLostSynOfThePeerMakesItAnOrdinaryOpen() {
    s.activeOpen().expectStart("S 0:0");
    s.receive("S. 0:0 ack 1").expectStart(". 1:0 ack 1").in(State.ESTABLISHED);
  }

  @Test
  void ourSynAckGoesOutAgainUntilItIsAcknowledged() {
    s.activeOpen().drain();
    s.receive("S 0:0").expectStart("S. 0:0 ack 1");
    s.after(999).quiet().after(1).expectStart("S. 0:0 ack 1");
    s.receive(". 1:0 ack 1").in(State.ESTABLISHED);
    s.after(100_000).quiet();
  }

  @Test
  void thePeersSynAckComingTwiceIsAcknowledged() {
    s.to(State.SYN_RECEIVED).receive("S. 0:0 ack 1").in(State.ESTABLISHED).quiet();
    s.receive("S. 0:0 ack 1").expectStart(". 1:0 ack 1").in(State.ESTABLISHED);
  }

  @Test
  void thePeersSynComingTwiceIsNoHarm() {
    s.to(State.SYN_RECEIVED).receive("S 0:0").expectStart(". 1:0 ack 1");
    s.in(State.SYN_RECEIVED).receive(". 1:0 ack 1").in(State.ESTABLISHED);
  }

  @Test
  void theOpenIsGivenUpWhenNobodyAnswersTheSynAck() {
    s.settings.synAckRetries = 2;
    s.to(State.SYN_RECEIVED).after(100_000).in(State.CLOSED);
    assertThat(s.events)
        .endsWith(new Event.Closed(new CloseReason.TimedOut(CloseReason.Waiting.OPEN)));
  }

  @Test
  @Tag("MUST-11")
  void aResetInSynReceivedAfterAnActiveOpenIsARefusal() {
    s.to(State.SYN_RECEIVED).receive("R 1:0").in(State.CLOSED).quiet();
    assertThat(s.events).containsExactly(new Event.Closed(new CloseReason.Refused()));
  }

  @Test
  void textWaitsForEstablished() {
    s.activeOpen().drain();
    s.write(500).quiet();
    s.receive("S 0:0 mss 1460").expectStart("S. 0:0 ack 1").quiet();
    s.receive("S. 0:0 ack 1")
        .in(State.ESTABLISHED)
        .expectStart("P. 1:500 ack 1")
        .quiet();
  }

  @Test
  @Tag("SCENARIO-11")
  void closeInSynReceivedWithNothingQueuedSendsTheFin() {
    s.to(State.SYN_RECEIVED)
        .shutdown()
        .in(State.FIN_WAIT_1)
        .expectStart("F. 1:0 ack 1")
        .quiet();
    s.receive(". 1:0 ack 1").in(State.FIN_WAIT_1).receive(". 1:0 ack 2").in(State.FIN_WAIT_2);
  }

  @Test
  void theCrossingSynAckIsTakenInFinWait1Too() {
    s.to(State.SYN_RECEIVED).shutdown().drain();
    s.receive("S. 0:0 ack 1").in(State.FIN_WAIT_1).quiet();
    s.receive("P. 1:10 ack 2").in(State.FIN_WAIT_2);
    assertThat(s.read(100)).isEqualTo(10);
  }

  @Test
  @Tag("SCENARIO-11")
  void closeInSynReceivedWithTextQueuedSendsBothAfterTheHandshake() {
    s.activeOpen().drain();
    s.write(100).receive("S 0:0 mss 1460").expectStart("S. 0:0");
    s.shutdown().quiet().in(State.SYN_RECEIVED);
    s.receive(". 1:0 ack 1").expectStart("FP. 1:100 ack 1").in(State.FIN_WAIT_1).quiet();
    s.receive(". 1:0 ack 102").in(State.FIN_WAIT_2);
  }

  @Test
  void closeInSynSentDeletesTheConnection() {
    s.activeOpen().drain();
    s.write(100).close().in(State.CLOSED).quiet();
    assertThat(s.events).containsExactly(new Event.Closed(new CloseReason.Finished()));
    s.after(100_000).quiet();
  }

  @Test
  @Tag("SCENARIO-11")
  @Tag("SCENARIO-12")
  void halfCloseInSynSentSendsWhatWasWrittenBeforeAndNothingAfter() {
    s.activeOpen().drain();
    s.write(100).shutdown().in(State.SYN_SENT).quiet();
    s.write(50);
    assertThat(s.connection.writableBytes()).isZero();
    s.receive("S. 0:0 ack 1 mss 1460")
        .in(State.FIN_WAIT_1)
        .expectStart("FP. 1:100 ack 1")
        .quiet();
    s.receive(". 1:0 ack 102").in(State.FIN_WAIT_2);
  }

  @Test
  void aSynAckThatWasLostComesAgainFromUsWhenThePeerRepeatsItsSyn() {
    s.activeOpen().drain();
    s.receive("S 0:0").drain();
    s.after(1_000).expectStart("S. 0:0 ack 1 win 65535 mss 1460").quiet();
  }

  // ---- closing

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("SCENARIO-13")
  void bothFinsCross(boolean v4) {
    if (!v4) {
      s.ipv6();
    }
    s.established().shutdown().expectStart("F. 1:0 ack 1");
    s.receive("F. 1:0 ack 1").in(State.CLOSING).expectStart(". 2:0 ack 2").quiet();
    s.receive(". 2:0 ack 2").in(State.TIME_WAIT).quiet();
  }

  @Test
  @Tag("SCENARIO-16")
  void ourFinIsRepeatedInClosing() {
    s.to(State.CLOSING).after(200).expectStart("F. 1:0 ack 2").after(400).expectStart("F. 1:0");
    s.receive(". 2:0 ack 2").in(State.TIME_WAIT).after(10_000).quiet();
  }

  @Test
  void thePeersFinRepeatedInClosingIsAcknowledged() {
    s.to(State.CLOSING).receive("F. 1:0 ack 1").expectStart(". 2:0 ack 2").in(State.CLOSING);
  }

  @Test
  void finWithTheAckOfOursEndsBothAtOnceEvenIfOursWasRepeated() {
    s.to(State.FIN_WAIT_1).after(200).expectStart("F. 1:0");
    s.receive("F. 1:0 ack 2").in(State.TIME_WAIT).expectStart(". 2:0 ack 2").quiet();
  }

  @Test
  @Tag("SCENARIO-16")
  @Tag("ATTACK-18")
  void ourFinIsRepeatedInLastAckUntilGivenUp() {
    s.settings.r2Nanos = 100_000 * Script.MS;
    s.to(State.LAST_ACK).after(200).expectStart("F. 1:0 ack 2");
    s.after(200_000).in(State.CLOSED);
    assertThat(s.events)
        .endsWith(new Event.Closed(new CloseReason.TimedOut(CloseReason.Waiting.RETRANSMISSION)));
  }

  @Test
  void thePeersFinRepeatedInCloseWaitAndLastAckIsAcknowledged() {
    s.to(State.CLOSE_WAIT).receive("F. 1:0 ack 1").expectStart(". 1:0 ack 2");
    s.after(1_000).shutdown().drain();
    s.receive("F. 1:0 ack 1").expectStart(". 2:0 ack 2").in(State.LAST_ACK);
  }
}
