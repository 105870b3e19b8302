package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.CloseReason.Waiting;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// How connections end: CLOSE, half-close, ABORT, orphans (RFC 9293 §3.6, §3.10.4,
/// §3.10.5).
class CloseTest {
  private final Script s = new Script();

  private CloseReason reason() {
    Event last = s.events.getLast();
    return ((Event.Closed) last).reason();
  }

  /// §3.10.5: which states send a RST, and it carries SND.NXT.
  @ParameterizedTest
  @CsvSource({
    "SYN_SENT, -",
    "SYN_RECEIVED, R. 1:0 ack 1 win 0",
    "ESTABLISHED, R. 1:0 ack 1 win 0",
    "FIN_WAIT_1, R. 2:0 ack 1 win 0",
    "FIN_WAIT_2, R. 2:0 ack 1 win 0",
    "CLOSE_WAIT, R. 1:0 ack 2 win 0",
    "CLOSING, -",
    "LAST_ACK, -"
  })
  void abortInEachState(State state, String reset) {
    s.to(state).abort().in(State.CLOSED);
    if (!reset.equals("-")) {
      s.expect(reset);
    }
    s.quiet();
    assertThat(reason()).isEqualTo(new CloseReason.Aborted());
    assertThat(s.next()).isEqualTo(Long.MAX_VALUE);
    assertThat(s.connection.writableBytes()).isZero();
    s.receive("P. 1:10 ack 1").quiet(); // the stack answers for those it does not know
    s.after(1_000_000).quiet();
  }

  @Test
  void abortInTimeWaitChangesNothing() {
    s.to(State.TIME_WAIT).abort().in(State.TIME_WAIT).quiet();
  }

  @Test
  void abortWithDataInFlightForgetsIt() {
    s.established().write(5_000).drain().abort();
    s.expect("R. 5001:0 ack 1 win 0").quiet().after(10_000).quiet();
  }

  @Test
  @Tag("MUST-12")
  void inOrderAndAbortedEndsAreToldApart() {
    s.to(State.CLOSE_WAIT);
    assertThat(s.read(1)).isEqualTo(-1);
    Script other = new Script().to(State.ESTABLISHED);
    other.receive("R 1:0");
    assertThat(other.events).endsWith(new Event.Closed(new CloseReason.ResetByPeer()));
    assertThat(other.connection.read(ByteBuffer.allocate(1))).isZero();
  }

  @Test
  @Tag("MAY-1")
  @Tag("SHLD-3")
  @Tag("SCENARIO-12")
  void closeWithUnreadDataResetsInEachStateThatReceives() {
    for (State state : new State[] {State.ESTABLISHED, State.FIN_WAIT_1, State.FIN_WAIT_2}) {
      Script each = new Script().to(state);
      each.receive("P. 1:5 ack " + (state == State.FIN_WAIT_2 ? 2 : 1)).drain();
      each.close().in(State.CLOSED).expectStart("R. ").quiet();
    }
    Script waiting = new Script().established();
    waiting.receive("FP. 1:5 ack 1").drain();
    waiting.close().in(State.CLOSED).expect("R. 1:0 ack 7 win 0").quiet();
  }

  @Test
  @Tag("SHLD-3")
  @Tag("SCENARIO-12")
  void partlyReadDataIsUnreadData() {
    s.established().receive("P. 1:5 ack 1").drain();
    s.read(4);
    s.close().expectStart("R. 1:0 ack 6").in(State.CLOSED);
  }

  @Test
  @Tag("SHLD-3")
  @Tag("SCENARIO-12")
  void dataAfterCloseResetsButAnOldDuplicateDoesNot() {
    s.established().receive("P. 1:5 ack 1");
    s.read(5);
    s.drain().close().expectStart("F. 1:0 ack 6");
    s.receive("P. 1:5 ack 2").expectStart(". 2:0 ack 6").in(State.FIN_WAIT_1);
    s.receive("P. 6:5 ack 2").expect("R 2:0 win 0").in(State.CLOSED);
  }

  @Test
  void halfCloseGoesOnReceivingForAsLongAsThePeerLikes() {
    s.established().shutdown().drain().receive(". 1:0 ack 2").in(State.FIN_WAIT_2);
    s.after(24 * 3_600_000L).in(State.FIN_WAIT_2).quiet();
    s.receive("P. 1:1000 ack 2").after(50).expectStart(". 2:0 ack 1001");
    assertThat(s.read(2_000)).isEqualTo(1_000);
    s.receive("F. 1001:0 ack 2").in(State.TIME_WAIT).expectStart(". 2:0 ack 1002");
  }

  @Test
  void inCloseWaitTheUserMayStillSend() {
    s.to(State.CLOSE_WAIT).write(100).expectStart("P. 1:100 ack 2");
    s.receive(". 2:0 ack 101").shutdown().expectStart("F. 101:0 ack 2").in(State.LAST_ACK);
  }

  @Test
  void afterCloseNothingCanBeWritten() {
    s.established().shutdown().drain();
    s.write(10).quiet();
    assertThat(s.connection.writableBytes()).isZero();
  }

  @Test
  void closingTwiceSendsOneFin() {
    s.established().shutdown().expectStart("F. 1:0");
    s.shutdown().close().close().quiet();
  }

  @Test
  @Tag("ATTACK-18")
  void anOrphanInFinWait2IsGivenUpAfterItsTime() {
    s.established().close().drain().receive(". 1:0 ack 2").in(State.FIN_WAIT_2);
    s.after(59_999).in(State.FIN_WAIT_2).after(1).in(State.CLOSED).quiet();
    assertThat(reason()).isEqualTo(new CloseReason.TimedOut(Waiting.FIN));
  }

  @Test
  void closeAfterHalfCloseStartsTheOrphansTime() {
    s.to(State.FIN_WAIT_2).after(300_000).close().in(State.FIN_WAIT_2);
    s.after(60_000).in(State.CLOSED);
  }

  @Test
  @Tag("ATTACK-18")
  void anOrphanWhosePeerKeepsItsWindowClosedIsGivenUp() {
    s.settings.r2Nanos = 100_000 * Script.MS;
    s.established().receive(". 1:0 ack 1 win 0");
    s.write(100).close().in(State.FIN_WAIT_1);
    for (int i = 0; i < 400 && s.state() != State.CLOSED; i++) {
      s.after(500);
      if (s.sentCount() > 0 && s.state() != State.CLOSED) {
        s.drain().receive(". 1:0 ack 1 win 0");
      }
    }
    s.in(State.CLOSED);
    assertThat(reason()).isEqualTo(new CloseReason.TimedOut(Waiting.ZERO_WINDOW_PROBE));
  }

  @Test
  @Tag("SCENARIO-10")
  void closeWithAClosedWindowKeepsTheFinBehindTheData() {
    s.established().receive(". 1:0 ack 1 win 0");
    s.write(100).shutdown().in(State.FIN_WAIT_1).quiet();
    s.after(200).expectStart(". 1:1").quiet();
    s.receive(". 1:0 ack 2 win 1000").expectStart("FP. 2:99 ack 1");
    s.receive(". 1:0 ack 102").in(State.FIN_WAIT_2);
  }

  @Test
  void aFinAloneBehindAClosedWindowIsProbedWith() {
    s.established().receive(". 1:0 ack 1 win 0").shutdown().quiet();
    s.after(200).expect("F. 1:0 ack 1 win 65535").after(400).expectStart("F. 1:0");
    s.receive(". 1:0 ack 2 win 0").in(State.FIN_WAIT_2).after(100_000).quiet();
  }

  @Test
  void finAckedWithoutItsDataIsNotAcked() {
    s.established().write(100).drain().shutdown().expectStart("F. 101:0");
    s.receive(". 1:0 ack 101").in(State.FIN_WAIT_1).receive(". 1:0 ack 102").in(State.FIN_WAIT_2);
  }

  @Test
  @Tag("SCENARIO-15")
  void finInOrderBehindAHoleWaitsForIt() {
    s.established().receive("F. 11:0 ack 1").expectStart(". 1:0 ack 1").in(State.ESTABLISHED);
    s.receive("P. 6:5 ack 1").expectStart(". 1:0 ack 1");
    s.receive("P. 1:5 ack 1").expectStart(". 1:0 ack 12").in(State.CLOSE_WAIT);
    assertThat(s.read(20)).isEqualTo(10);
    assertThat(s.read(20)).isEqualTo(-1);
  }

  @Test
  void textBeyondAFinIsNotTaken() {
    s.established().receive("F. 11:0 ack 1").receive("P. 6:30 ack 1").receive("P. 1:5 ack 1");
    s.in(State.CLOSE_WAIT);
    assertThat(s.read(100)).isEqualTo(10);
    assertThat(s.read(100)).isEqualTo(-1);
  }

  @Test
  @Tag("SCENARIO-15")
  void finWithAClosedReceiveWindowIsTaken() {
    s.options.receiveBufferBytes = 1_000;
    s.activeOpen().drain().receive("S. 0:0 ack 1").drain();
    s.receive("P. 1:1000 ack 1").after(50).expect(". 1:0 ack 1001 win 0");
    s.receive("F. 1001:0 ack 1").in(State.CLOSE_WAIT).expect(". 1:0 ack 1002 win 0");
    assertThat(s.read(2_000)).isEqualTo(1_000);
    assertThat(s.read(1)).isEqualTo(-1);
  }

  @Test
  void afterShutdownOfInputWhatArrivesIsDroppedAcknowledgedAndKeepsTheWindowOpen() {
    s.established();
    s.connection.shutdownInput(s.now);
    for (int i = 0; i < 200; i++) {
      s.receive("P. " + (1 + i * 1_000) + ":1000 ack 1").after(50);
    }
    assertThat(s.takeSent()).last().isEqualTo(". 1:0 ack 200001 win 65535");
    assertThat(s.connection.readableBytes()).isZero();
    s.close().expectStart("F. 1:0").in(State.FIN_WAIT_1);
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"ESTABLISHED", "FIN_WAIT_2", "CLOSE_WAIT"})
  @Tag("SCENARIO-36")
  void aResetAfterwardsFreesEverything(State state) {
    s.options.keepAlive = true;
    s.to(state).write(100).drain();
    s.receive("R " + (state == State.CLOSE_WAIT ? 2 : 1) + ":0").in(State.CLOSED);
    assertThat(s.next()).isEqualTo(Long.MAX_VALUE);
    s.after(10L * 24 * 3_600_000).quiet();
  }

  @Test
  void whatArrivedBeforeTheResetCanStillBeRead() {
    s.established().receive("P. 1:100 ack 1").receive("R 101:0").in(State.CLOSED);
    assertThat(s.read(1_000)).isEqualTo(100);
  }

  @Test
  @Tag("SCENARIO-15")
  void dataWithTheFinIsDelivered() {
    s.established().receive("FP. 1:100 ack 1").in(State.CLOSE_WAIT);
    assertThat(s.read(1_000)).isEqualTo(100);
    assertThat(s.read(1_000)).isEqualTo(-1);
  }
}
