package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.CloseReason.Waiting;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import dev.sluice.tcp.tcb.TcpCounter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Keep-alive (RFC 9293 §3.8.4).
@Tag("MAY-5")
class KeepAliveTest {
  private static final long HOUR = 3_600_000;
  private final Script s = new Script();

  private Script on() {
    s.options.keepAlive = true;
    return s.established();
  }

  @Test
  @Tag("MUST-25")
  void offByDefault() {
    s.established().after(10 * 24 * HOUR).quiet();
    assertThat(s.next()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @Tag("MUST-28")
  @Tag("SHLD-12")
  void theFirstProbeComesAfterTwoHoursAndIsEmptyAtSndNxtMinusOne() {
    on().after(2 * HOUR - 1).quiet().after(1).expect(". 0:0 ack 1 win 65535").quiet();
  }

  @Test
  @Tag("MUST-24")
  void itCanBeSwitchedOnAndOffOnALivingConnection() {
    s.established().after(HOUR);
    s.connection.options().keepAlive = true;
    s.connection.onOptionsChanged(s.now);
    s.after(HOUR).expectStart(". 0:0").receive(". 1:0 ack 1");
    s.connection.options().keepAlive = false;
    s.connection.onOptionsChanged(s.now);
    s.after(100 * HOUR).quiet();
  }

  @Test
  @Tag("MUST-27")
  void theIntervalIsTheUsers() {
    s.options.keepIdleNanos = 10_000 * Script.MS;
    on().after(9_999).quiet().after(1).expectStart(". 0:0").quiet();
  }

  @Test
  @Tag("MUST-29")
  void eightLostProbesAreNoHarmTheNinthIs() {
    on().after(2 * HOUR);
    for (int i = 1; i < 9; i++) {
      s.expectStart(". 0:0").quiet().after(75_000);
    }
    s.expectStart(". 0:0").in(State.ESTABLISHED);
    s.after(74_999).in(State.ESTABLISHED).after(1).in(State.CLOSED).expectStart("R. 1:0");
    assertThat(s.events).endsWith(new Event.Closed(new CloseReason.TimedOut(Waiting.KEEP_ALIVE)));
    s.after(100 * HOUR).quiet();
  }

  @Test
  @Tag("MUST-29")
  void oneAnswerToTheNinthSavesIt() {
    on().after(2 * HOUR + 8 * 75_000).drain().receive(". 1:0 ack 1");
    s.after(2 * HOUR - 1).quiet().after(1).expectStart(". 0:0").in(State.ESTABLISHED);
  }

  @Test
  @Tag("MUST-26")
  void trafficPutsTheProbeOff() {
    on().after(2 * HOUR - 1).receive("P. 1:10 ack 1").after(50).drain();
    s.after(2 * HOUR - 51).quiet().after(1).expectStart(". 0:0");
  }

  @Test
  @Tag("MUST-26")
  void outstandingDataIsWatchedByItsOwnTimer() {
    s.options.keepIdleNanos = 1_000 * Script.MS;
    on().write(100).drain().after(20_000);
    assertThat(s.takeSent()).allMatch(text -> text.startsWith("P. 1:100"));
    assertThat(s.counters.get(TcpCounter.KEEP_ALIVE_PROBES)).isZero();
  }

  @Test
  void aUserTimeoutDecidesInsteadOfTheCount() {
    s.options.keepIdleNanos = 10_000 * Script.MS;
    s.options.keepIntervalNanos = 1_000 * Script.MS;
    s.options.userTimeoutNanos = 30_000 * Script.MS;
    on().after(29_999).in(State.ESTABLISHED).after(1).in(State.CLOSED);
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"ESTABLISHED", "FIN_WAIT_2", "CLOSE_WAIT"})
  void itWatchesEveryStateThatMayBeIdle(State state) {
    s.options.keepAlive = true;
    s.to(state).after(2 * HOUR + 1);
    assertThat(s.takeSent()).hasSize(1);
    s.after(9 * 75_000).in(State.CLOSED);
  }

  @Test
  @Tag("SCENARIO-6")
  void aPeersProbeIsAnswered() {
    s.established().receive(". 0:0 ack 1").expect(". 1:0 ack 1 win 65535").quiet();
    s.after(1_000).receive(". 0:1 ack 1").expect(". 1:0 ack 1 win 65535").quiet();
  }

  @Test
  void aConnectionGoneMeanwhileIsFoundByAReset() {
    on().after(2 * HOUR).expectStart(". 0:0").receive("R 1:0").in(State.CLOSED);
    s.after(100 * HOUR).quiet();
  }
}
