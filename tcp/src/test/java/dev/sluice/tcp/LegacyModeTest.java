package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.close.TimeWait;
import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The rules of RFC 793 for RST and SYN in the window, which RFC 5961 took back: they are
/// off unless asked for. And what an open does with a SYN that is a FIN as well.
class LegacyModeTest {
  private final Script s = new Script();

  /// Where the segment is judged, in states in which RCV.NXT is 1 or, after the peer's
  /// FIN, 2.
  private static int next(State state) {
    return switch (state) {
      case CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> 2;
      default -> 1;
    };
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "SYN_RECEIVED",
        "ESTABLISHED",
        "FIN_WAIT_1",
        "FIN_WAIT_2",
        "CLOSE_WAIT",
        "CLOSING",
        "LAST_ACK"
      })
  void aRstAnywhereInTheWindowResetsIfSoSet(State state) {
    s.settings.rstInWindowResets = true;
    int next = next(state);
    s.to(state).receive("R " + (next - 1) + ":0").in(state).quiet();
    s.receive("R " + (next + 65_535) + ":0").in(state).quiet();
    s.receive("R " + (next + 65_534) + ":0").in(State.CLOSED).quiet();
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "SYN_RECEIVED",
        "ESTABLISHED",
        "FIN_WAIT_1",
        "FIN_WAIT_2",
        "CLOSE_WAIT",
        "CLOSING",
        "LAST_ACK"
      })
  void aRstElsewhereThanAtTheLeftEdgeIsChallengedOtherwise(State state) {
    s.to(state).receive("R " + (next(state) + 65_534) + ":0").in(state);
    assertThat(s.counters.get(TcpCounter.CHALLENGE_ACKS)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK"})
  void aSynInTheWindowResetsIfSoSet(State state) {
    s.settings.synInWindowResets = true;
    int next = next(state);
    s.to(state).receive("S " + (next - 1) + ":0").in(state).expectStart(". ");
    s.receive("S " + (next + 65_534) + ":0").in(State.CLOSED).expectStart("R. ").quiet();
    assertThat(s.events).contains(new Event.Closed(new CloseReason.ResetByPeer()));
    assertThat(s.counters.get(TcpCounter.CHALLENGE_ACKS)).isZero();
  }

  @Test
  void theResetForASynHasBothNumbersThatThePeerExpects() {
    s.settings.synInWindowResets = true;
    s.established().write(10).drain();
    s.receive("S. 500:0 ack 77").expect("R. 11:0 ack 1 win 0");
  }

  @ParameterizedTest
  @CsvSource({"1, LISTEN", "0, SYN_RECEIVED", "65536, SYN_RECEIVED", "65535, LISTEN"})
  void aHalfOpenPeerIsResetByARstInTheWindowIfSoSet(int seq, State expected) {
    s.settings.rstInWindowResets = true;
    s.listen(8).receive("S 0:0 mss 1460").expectStart("S. 0:0 ack 1");
    s.receive("R " + seq + ":0").quiet();
    assertThat(s.listener.halfOpenCount()).isEqualTo(expected == State.LISTEN ? 0 : 1);
  }

  @Test
  void aHalfOpenPeerIsResetByASynInTheWindowIfSoSet() {
    s.settings.synInWindowResets = true;
    s.listen(8).receive("S 0:0 mss 1460").expectStart("S. 0:0 ack 1");
    s.receive("S 0:0 mss 1460").expectStart("S. 0:0 ack 1");
    s.receive("S 70000:0").expectStart(". 1:0 ack 1");
    s.receive("S 100:0").expectStart("R. 1:0 ack 1").quiet();
    assertThat(s.listener.halfOpenCount()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"true, 2, true", "true, 1, false", "true, 65537, false", "false, 2, false"})
  void aSynInTheWindowEndsATimeWaitIfSoSet(boolean set, int seq, boolean ends) {
    s.settings.synInWindowResets = set;
    s.settings.shortenTimeWait = false;
    s.to(State.TIME_WAIT);
    TimeWait record = Objects.requireNonNull(s.connection.timeWait());
    record.onSegment(s.parse("S " + seq + ":0"), s.now);
    Segment out = new Segment();
    assertThat(record.pollTransmit(out, s.now)).isTrue();
    assertThat(out.flags).isEqualTo(ends ? Flags.RST | Flags.ACK : Flags.ACK);
    assertThat(out.seq - s.iss).isEqualTo(2);
    assertThat(out.ack - s.peerIss).isEqualTo(2);
    assertThat(record.pollTransmit(out, s.now)).isFalse();
    assertThat(record.expired()).isEqualTo(ends);
    assertThat(record.cause()).contains(ends ? "SYN" : "2MSL");
  }

  @ParameterizedTest
  @CsvSource({"R", "R."})
  void aRstDoesNotEndATimeWaitInAnyMode(String flags) {
    s.settings.rstInWindowResets = true;
    s.to(State.TIME_WAIT);
    TimeWait record = Objects.requireNonNull(s.connection.timeWait());
    record.onSegment(s.parse(flags + " 2:0 ack 2"), s.now);
    assertThat(record.pollTransmit(new Segment(), s.now)).isFalse();
    assertThat(record.expired()).isFalse();
  }

  @Test
  void aSynWithFinOpensNothing() {
    s.listen(8).receive("SF 0:0 mss 1460").quiet();
    assertThat(s.counters.get(TcpCounter.DROPPED_IMPOSSIBLE_FLAGS)).isEqualTo(1);
    s.receive("S 0:0 mss 1460").expectStart("S. 0:0 ack 1");
  }

  @Test
  void aSynWithFinOpensIfSoSetAndTheFinIsLeftForLater() {
    s.settings.dropSynFin = false;
    s.listen(8).receive("SF 0:0 mss 1460").expectStart("S. 0:0 ack 1").quiet();
    s.receive(". 1:0 ack 1").in(State.ESTABLISHED).quiet();
    s.receive("F. 1:0 ack 1").in(State.CLOSE_WAIT).expectStart(". 1:0 ack 2");
  }

  @Test
  void aSynWithFinDoesNotCrossAnOpen() {
    s.activeOpen().drain();
    s.receive("SF 0:0 mss 1460").in(State.SYN_SENT).quiet();
  }

  @Test
  void aSynWithFinCrossesAnOpenIfSoSet() {
    s.settings.dropSynFin = false;
    s.activeOpen().drain();
    s.receive("SF 0:0 mss 1460").in(State.SYN_RECEIVED).expectStart("S. 0:0 ack 1");
    s.receive("F. 1:0 ack 1").in(State.CLOSE_WAIT).expectStart(". 1:0 ack 2");
  }

  @Test
  void theFinOfASynAckIsTaken() {
    s.activeOpen().drain();
    s.receive("SF. 0:0 ack 1 mss 1460").in(State.CLOSE_WAIT).expectStart(". 1:0 ack 2");
  }
}
