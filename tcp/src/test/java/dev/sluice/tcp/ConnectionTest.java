package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The diagram's main roads, arrow by arrow.
class ConnectionTest {
  @Test
  void activeOpenWalksThroughSynSentToEstablished() {
    Script s = new Script().established();
    assertThat(s.transitions).containsExactly("CLOSED > SYN-SENT", "SYN-SENT > ESTABLISHED");
    s.quiet();
  }

  @Test
  void passiveOpenMakesAConnectionOnlyWithTheThirdSegment() {
    Script s = new Script().listen(8);
    s.receive("S 0:0 mss 1000").expect("S. 0:0 ack 1 win 65535 mss 1460").quiet();
    assertThat(s.connection).isNull();
    s.receive(". 1:0 ack 1").in(State.ESTABLISHED).quiet();
    assertThat(s.transitions).containsExactly("SYN-RECEIVED > ESTABLISHED");
    assertThat(s.events).contains(Event.Signal.CONNECTED);
  }

  @Test
  void theThirdSegmentMayCarryDataAndFin() {
    Script s = new Script().listen(8);
    s.receive("S 0:0").expectStart("S. 0:0");
    s.receive("FP. 1:5 ack 1").expect(". 1:0 ack 7 win 65530").in(State.CLOSE_WAIT);
    assertThat(s.read(10)).isEqualTo(5);
    assertThat(s.read(10)).isEqualTo(-1);
  }

  @Test
  void simultaneousOpenEndsEstablished() {
    Script s = new Script().activeOpen().expectStart("S 0:0");
    s.receive("S 0:0 mss 1460").expectStart("S. 0:0 ack 1").in(State.SYN_RECEIVED);
    s.receive("S. 0:0 ack 1").in(State.ESTABLISHED).quiet();
  }

  @Test
  @Tag("ATTACK-12")
  void simultaneousOpenAlsoEndsByABareAck() {
    Script s = new Script().activeOpen().expectStart("S 0:0");
    s.receive("S 0:0").expectStart("S. 0:0 ack 1");
    s.receive(". 1:0 ack 1").in(State.ESTABLISHED).quiet();
  }

  @Test
  void dataGoesBothWaysAndIsAcknowledged() {
    Script s = new Script().established();
    s.write(5).expect("P. 1:5 ack 1 win 65535");
    s.receive(". 1:0 ack 6").quiet();
    s.receive("P. 1:3 ack 6").quiet();
    s.after(50).expect(". 6:0 ack 4 win 65532");
    assertThat(s.read(100)).isEqualTo(3);
  }

  @Test
  void fourWayCloseFromOurSide() {
    Script s = new Script().established();
    s.close().expect("F. 1:0 ack 1 win 65535").in(State.FIN_WAIT_1);
    s.receive(". 1:0 ack 2").in(State.FIN_WAIT_2).quiet();
    s.receive("F. 1:0 ack 2").in(State.TIME_WAIT).expect(". 2:0 ack 2 win 65535");
    assertThat(s.connection.timeWait()).isNotNull();
    assertThat(s.events).endsWith(new Event.Closed(new CloseReason.Finished()));
  }

  @Test
  void finAndAckInFinWait1GoStraightToTimeWait() {
    Script s = new Script().established();
    s.close().expectStart("F. 1:0");
    s.receive("F. 1:0 ack 2").in(State.TIME_WAIT).expect(". 2:0 ack 2 win 65535");
    assertThat(s.transitions).endsWith("FIN-WAIT-1 > TIME-WAIT");
  }

  @Test
  void finBehindAGapWithTheAckOfOursPassesFinWait2() {
    Script s = new Script().established();
    s.close().expectStart("F. 1:0");
    s.receive("F. 6:0 ack 2").in(State.FIN_WAIT_2).expectStart(". 2:0 ack 1");
  }

  @Test
  void simultaneousCloseGoesThroughClosing() {
    Script s = new Script().established();
    s.close().expectStart("F. 1:0");
    s.receive("F. 1:0 ack 1").in(State.CLOSING).expect(". 2:0 ack 2 win 65535");
    s.receive(". 2:0 ack 2").in(State.TIME_WAIT).quiet();
  }

  @Test
  void fourWayCloseFromThePeersSide() {
    Script s = new Script().established();
    s.receive("F. 1:0 ack 1").in(State.CLOSE_WAIT).expect(". 1:0 ack 2 win 65535");
    assertThat(s.read(1)).isEqualTo(-1);
    s.close().expect("F. 1:0 ack 2 win 65535").in(State.LAST_ACK);
    s.receive(". 2:0 ack 2").in(State.CLOSED).quiet();
    assertThat(s.events).endsWith(new Event.Closed(new CloseReason.Finished()));
    assertThat(s.connection.timeWait()).isNull();
  }

  @Test
  @Tag("SCENARIO-14")
  @Tag("SCENARIO-32")
  void lastAckIsLeftOnlyByAnAckOfTheFin() {
    Script s = new Script().established();
    s.write(5).expectStart("P. 1:5");
    s.receive("F. 1:0 ack 1").expectStart(". 6:0 ack 2");
    s.close().expectStart("F. 6:0");
    s.receive(". 2:0 ack 6").in(State.LAST_ACK);
    s.receive(". 2:0 ack 7").in(State.CLOSED);
  }

  @Test
  void halfCloseGoesOnReceiving() {
    Script s = new Script().established();
    s.shutdown().expectStart("F. 1:0");
    s.receive(". 1:0 ack 2").in(State.FIN_WAIT_2);
    s.receive("P. 1:1000 ack 2").in(State.FIN_WAIT_2);
    assertThat(s.read(2000)).isEqualTo(1000);
  }

  @Test
  void dataQueuedAtCloseIsSentBeforeTheFin() {
    Script s = new Script().established();
    s.write(20_000);
    s.close().in(State.FIN_WAIT_1);
    s.drain();
    s.receive(". 1:0 ack 14601").expectStart(". 14601:1460");
    s.drain();
    s.receive(". 1:0 ack 20001");
    s.receive(". 1:0 ack 20002").in(State.FIN_WAIT_2);
  }

  @Test
  void closeWithUnreadDataResets() {
    Script s = new Script().established();
    s.receive("P. 1:5 ack 1");
    s.close().expectStart("R. 1:0 ack 6").in(State.CLOSED);
    assertThat(s.events).endsWith(new Event.Closed(new CloseReason.Aborted()));
  }

  @Test
  void dataAfterCloseIsAnsweredByReset() {
    Script s = new Script().established();
    s.close().expectStart("F. 1:0");
    s.receive("P. 1:5 ack 2").expectStart("R 2:0").in(State.CLOSED);
  }

  @Test
  void refusedWhenTheSynIsAnsweredByReset() {
    Script s = new Script().activeOpen().expectStart("S 0:0");
    s.receive("R. 0:0 ack 1").in(State.CLOSED).quiet();
    assertThat(s.events).containsExactly(new Event.Closed(new CloseReason.Refused()));
  }

  @Test
  void resetAtTheLeftEdgeEndsAndElsewhereIsChallenged() {
    Script s = new Script().established();
    s.receive("R 2:0").in(State.ESTABLISHED).expect(". 1:0 ack 1 win 65535");
    s.receive("R 70000:0").in(State.ESTABLISHED).quiet();
    s.receive("R 1:0").in(State.CLOSED).quiet();
    assertThat(s.events).containsExactly(new Event.Closed(new CloseReason.ResetByPeer()));
  }

  @Test
  void synOnALiveConnectionIsChallenged() {
    Script s = new Script().established();
    s.receive("S 1:0").in(State.ESTABLISHED).expect(". 1:0 ack 1 win 65535");
  }

  @Test
  void synIsRepeatedAndThenGivenUp() {
    Script s = new Script();
    s.settings.synRetries = 3;
    s.activeOpen().expectStart("S 0:0");
    s.after(999).quiet().after(1).expectStart("S 0:0");
    s.after(2_000).expectStart("S 0:0").after(4_000).expectStart("S 0:0").quiet();
    s.after(8_000).quiet().in(State.CLOSED);
    assertThat(s.events)
        .endsWith(new Event.Closed(new CloseReason.TimedOut(CloseReason.Waiting.OPEN)));
  }

  @Test
  void outOfOrderDataIsKeptAndAcknowledgedAtOnce() {
    Script s = new Script().established();
    s.receive("P. 1001:1000 ack 1").expectStart(". 1:0 ack 1");
    s.receive(". 1:1000 ack 1").expectStart(". 1:0 ack 2001");
    assertThat(s.read(4000)).isEqualTo(2000);
  }

  @Test
  void finBeforeDataIsAcknowledgedTogether() {
    Script s = new Script().established();
    s.receive("FP. 1001:1000 ack 1").expectStart(". 1:0 ack 1").in(State.ESTABLISHED);
    s.receive(". 1:1000 ack 1").expectStart(". 1:0 ack 2002").in(State.CLOSE_WAIT);
  }

  @Test
  void threeDuplicateAcksRetransmit() {
    Script s = new Script().established();
    s.write(10 * 1460);
    for (int i = 0; i < 10; i++) {
      s.expectStart((i == 9 ? "P" : "") + ". " + (1 + i * 1460) + ":1460");
    }
    s.receive(". 1:0 ack 1").receive(". 1:0 ack 1").quiet();
    s.receive(". 1:0 ack 1").expectStart(". 1:1460").quiet();
    s.receive(". 1:0 ack 14601").quiet();
    assertThat(s.connection.info(s.now).ssthresh())
        .isEqualTo(10_220); // 0.7 of what was in flight (RFC 9438 §4.6)
  }

  @Test
  void retransmissionTimeoutBacksOff() {
    Script s = new Script().established();
    s.write(100).expectStart("P. 1:100");
    s.after(199).quiet();
    s.after(1).expectStart("P. 1:100").after(400).expectStart("P. 1:100");
    s.receive(". 1:0 ack 101").after(100_000).quiet();
  }

  @Test
  void closedWindowIsProbedEverMoreSeldom() {
    Script s = new Script().established();
    s.receive(". 1:0 ack 1 win 0");
    s.write(3000).quiet();
    s.after(200).expectStart(". 1:1").receive(". 1:0 ack 1 win 0").quiet();
    s.after(400).expectStart(". 1:1").receive(". 1:0 ack 1 win 0");
    s.after(799).quiet().after(1).expectStart(". 1:1");
    s.receive(". 1:0 ack 2 win 3000").expectStart(". 2:1460");
  }

  @Test
  void anIdleConnectionIsSilentForADay() {
    Script s = new Script().established();
    s.after(24 * 3_600_000L).quiet();
    assertThat(s.next()).isEqualTo(Long.MAX_VALUE);
  }
}
