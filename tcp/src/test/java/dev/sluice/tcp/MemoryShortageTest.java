package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a connection gives back when the stack asks for memory, and what it costs it.
class MemoryShortageTest {
  private final Script s = new Script();

  @Test
  @Tag("SCENARIO-28")
  void octetsOutOfOrderThatWereDroppedAgainAreReportedNoMoreAndTakenWhenTheyComeAgain() {
    s.settings.selectiveAcks = true;
    s.establishedWith("mss 1460 sackOK 1");
    s.receive("P. 1001:1000 ack 1").expect(". 1:0 ack 1 win 65535 sack 1001:2001");
    s.receive("P. 40001:1000 ack 1").drain();
    assertThat(s.connection.heldBytes()).isEqualTo(2 * 16_384);

    s.connection.pruneOutOfOrder();
    assertThat(s.connection.heldBytes()).isZero();
    assertThat(s.counters.get(TcpCounter.OUT_OF_ORDER_PRUNED)).isEqualTo(2_000);
    s.receive("P. 3001:1000 ack 1").expect(". 1:0 ack 1 win 65535 sack 3001:4001");
    s.receive("P. 1:3000 ack 1").expectStart(". 1:0 ack 4001");
    assertThat(s.read(10_000)).as("each octet is the right one").isEqualTo(4_000);
  }

  /// The other side of it: a peer may do as we do, and then all goes out again in time.
  @Test
  void aPeerThatTakesItsReportsBackGetsEverythingAgain() {
    s.settings.selectiveAcks = true;
    s.settings.tailLossProbe = false;
    s.establishedWith("mss 1000 sackOK 1");
    s.write(5_000).drain();
    s.receive(". 1:0 ack 1 sack 1001:5001").drain();
    s.receive(". 1:0 ack 1001").drain(); // the gap is filled, and nothing of the rest is here
    int got = 1_001;
    for (int i = 0; i < 40 && got < 5_001; i++) {
      for (String line : s.after(500).takeSent()) {
        got += line.contains(" " + got + ":1000 ") ? 1_000 : 0;
      }
      s.receive(". 1:0 ack " + got);
    }
    assertThat(got).isEqualTo(5_001);
    assertThat(s.connection.info(s.now).sendQueue()).isZero();
  }

  @Test
  void whatIsInOrderAndUnreadStays() {
    s.established();
    s.receive("P. 1:100 ack 1").receive("P. 201:100 ack 1").drain();
    s.connection.pruneOutOfOrder();
    assertThat(s.connection.heldBytes()).isEqualTo(16_384);
    s.receive("P. 101:200 ack 1");
    assertThat(s.read(1_000)).isEqualTo(300);
  }

  @Test
  void aFinBeyondTheGapIsRememberedThoughTheTextIsNot() {
    s.established();
    s.receive("FP. 101:100 ack 1").drain();
    s.connection.pruneOutOfOrder();
    s.receive("P. 1:200 ack 1").in(State.CLOSE_WAIT);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSING", "LAST_ACK"})
  @Tag("ATTACK-18")
  void whoIsEvictedTellsThePeerByAReset(State state) {
    s.to(state);
    s.connection.evict();
    s.settle().in(State.CLOSED).expectStart("R");
    assertThat(s.events).endsWith(new Event.Closed(new CloseReason.OutOfMemory()));
    assertThat(s.connection.heldBytes()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"FIN_WAIT_1", "CLOSING", "LAST_ACK"})
  void anOrphanIsWhomItsUserHasClosedAndThePeerDoesNotLetGo(State state) {
    s.to(state);
    assertThat(s.connection.isOrphan()).as("half closed: its user still reads").isFalse();
    s.connection.close(s.now);
    assertThat(s.connection.isOrphan()).isTrue();
  }
}
