package dev.sluice.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CloseReason;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.ConnectionInfo;
import dev.sluice.tcp.tcb.Event;
import dev.sluice.tcp.tcb.State;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Options that a user may change while a connection lives, and what they change.
class LiveOptionsTest {
  private final Script s = new Script();

  private ConnectionInfo info() {
    return s.connection.info(s.now);
  }

  private void changed() {
    s.connection.onOptionsChanged(s.now);
    s.settle();
  }

  // ---- TCP_WINDOW_CLAMP

  @Test
  void aClampBoundsTheWindowOfTheSynAndItsScale() {
    s.settings.windowScaling = true;
    s.settings.maxReceiveBufferBytes = 1 << 20;
    s.options.windowClampBytes = 20_000;
    s.activeOpen().expect("S 0:0 win 20000 mss 1460 wscale 0");
  }

  @Test
  void aClampBoundsTheWindowOfASynAck() {
    s.options.windowClampBytes = 20_000;
    s.listen(8).receive("S 0:0 mss 1460").expectStart("S. 0:0 ack 1 win 20000");
  }

  @Test
  void aClampThatComesLaterTakesNoWindowBack() {
    s.established();
    s.connection.options().windowClampBytes = 4_000;
    changed();
    long edge = 65_536;
    for (int at = 1; at < 80_000; at += 1_000) {
      s.receive("P. " + at + ":1000 ack 1").drain();
      s.read(1_000);
      s.settle().drain();
      long now = at + 1_000 + info().receiveWindow();
      assertThat(now).isGreaterThanOrEqualTo(edge);
      assertThat(now).isLessThanOrEqualTo(Math.max(65_536, at + 1_000 + 4_000));
      edge = now;
    }
    assertThat(edge).isGreaterThan(80_000);
  }

  // ---- TCP_LINGER2

  @Test
  void theUsersTimeInFinWait2GoesBeforeTheStacks() {
    s.options.finWait2Nanos = 3_000 * Script.MS;
    s.established().close().drain();
    s.receive(". 1:0 ack 2").in(State.FIN_WAIT_2);
    s.after(2_900).in(State.FIN_WAIT_2).after(200).in(State.CLOSED);
  }

  @Test
  void whoWantsNoFinWait2ResetsThePeer() {
    s.options.finWait2Nanos = -1;
    s.established().close().drain();
    s.receive(". 1:0 ack 2").in(State.CLOSED).expectStart("R");
    assertThat(s.events)
        .endsWith(new Event.Closed(new CloseReason.TimedOut(CloseReason.Waiting.FIN)));
  }

  @Test
  void theTimeMayChangeWhileItRuns() {
    s.established().close().drain();
    s.receive(". 1:0 ack 2").in(State.FIN_WAIT_2);
    s.connection.options().finWait2Nanos = 1_000 * Script.MS;
    changed();
    s.after(1_100).in(State.CLOSED);
  }

  // ---- TCP_CONGESTION

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void windowAndThresholdOutliveAChangeOfRules(boolean toReno) {
    s.options.congestion = toReno ? CongestionAlgorithm.CUBIC : CongestionAlgorithm.NEW_RENO;
    s.established().write(40 * 1_460).drain();
    for (int i = 1; i <= 10; i++) {
      s.receive(". 1:0 ack " + (1 + i * 1_460)).drain();
    }
    for (int i = 0; i < 3; i++) {
      s.receive(". 1:0 ack " + (1 + 10 * 1_460)).drain(); // a loss, so that there is a threshold
    }
    s.receive(". 1:0 ack " + (1 + 30 * 1_460)).drain();
    ConnectionInfo before = info();
    assertThat(before.ssthresh()).isLessThan(1_000_000);

    s.connection.options().congestion =
        toReno ? CongestionAlgorithm.NEW_RENO : CongestionAlgorithm.CUBIC;
    changed();
    assertThat(info().cwnd()).isEqualTo(before.cwnd());
    assertThat(info().ssthresh()).isEqualTo(before.ssthresh());
    assertThat(info().detail().sending().congestion()).isEqualTo(s.connection.options().congestion);
  }

  @Test
  void whatFollowsALossIsForTheNewRulesToSay() {
    s.options.congestion = CongestionAlgorithm.CUBIC;
    s.established();
    s.connection.options().congestion = CongestionAlgorithm.NEW_RENO;
    changed();
    s.write(10 * 1_460)
        .drain()
        .after(2_000); // a timeout halves what was in flight, and CUBIC does not
    assertThat(info().ssthresh()).isEqualTo(5 * 1_460);
  }

  // ---- the bound of segments

  @Test
  void theClampOfTheStackIsOnTheSynAndNoPeerIsBelievedToTakeMore() {
    s.settings.mssClamp = 500;
    s.activeOpen().expect("S 0:0 win 65535 mss 500");
    s.receive("S. 0:0 ack 1 win 65535 mss 1460").drain().write(1_200);
    List<String> sent = s.takeSent();
    assertThat(sent).first().asString().startsWith(". 1:500");
  }

  @Test
  void theClampOfTheStackIsOnTheSynAck() {
    s.settings.mssClamp = 500;
    s.listen(8).receive("S 0:0 mss 1460").expectStart("S. 0:0 ack 1 win 65535 mss 500");
    s.receive(". 1:0 ack 1").drain().write(1_200);
    assertThat(s.takeSent()).first().asString().startsWith(". 1:500");
  }

  @Test
  void ofTheUsersBoundAndTheStacksTheSmallerCounts() {
    s.settings.mssClamp = 500;
    s.options.maxSegmentBytes = 400;
    s.activeOpen().expect("S 0:0 win 65535 mss 400");
  }
}
