package dev.sluice.tcp.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.congestion.CongestionControl.Cause;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.SlowStartExit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What all controls share: slow start by octets (RFC 5681, 3465), windows that are not
/// used (RFC 7661), pauses, mistakes taken back.
class SlowStartTest {
  private static final int MSS = Bench.MSS;
  private static final long SECOND = 1_000 * Bench.MS;

  @ParameterizedTest
  @EnumSource
  void theInitialWindowIsBoundedInOctetsUnlessToldOtherwise(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start();
    b.control.onMssChanged(9_000);
    assertThat(b.control.cwnd()).isEqualTo(18_000);
    b.settings.boundInitialWindow = false;
    b.start().control.onMssChanged(9_000);
    assertThat(b.control.cwnd()).isEqualTo(90_000);
  }

  @ParameterizedTest
  @EnumSource
  void theWindowDoublesInARoundTrip(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start().fill();
    assertThat(b.window()).isEqualTo(10);
    assertThat(b.round().window()).isEqualTo(20);
    assertThat(b.round(2).window()).isEqualTo(40); // delayed ACKs do not slow it (RFC 3465)
  }

  @ParameterizedTest
  @EnumSource
  void anAckThatStandsForManyAddsTwoSegments(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start().fill();
    assertThat(b.acked(5 * MSS).window()).isEqualTo(12);
  }

  @ParameterizedTest
  @EnumSource
  void hyStartLetsAnAckAddEight(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm);
    b.settings.slowStartExit = SlowStartExit.HYSTART_PLUS_PLUS;
    assertThat(b.start().fill().acked(10 * MSS).window()).isEqualTo(18);
  }

  /// RFC 9406 §4.3: what is paced leaves in no burst.
  @ParameterizedTest
  @EnumSource
  void hyStartLetsAnAckAddAllThatItAcknowledgesWherePacingIsOn(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm);
    b.settings.slowStartExit = SlowStartExit.HYSTART_PLUS_PLUS;
    b.settings.pacing = true;
    assertThat(b.start().fill().acked(10 * MSS).window()).isEqualTo(20);
  }

  @ParameterizedTest
  @EnumSource
  void ofAnAckOfALinkThatMergesEverySecondSegmentCounts(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start().fill().round(2);
    assertThat(b.window()).isEqualTo(20);
    assertThat(b.acked(20 * MSS).window()).isEqualTo(30);
  }

  @ParameterizedTest
  @EnumSource
  void afterATimeoutAnAckAddsOneSegment(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start().fill().round().timeOut();
    assertThat(b.window()).isEqualTo(1);
    b.acked(MSS).fill().acked(2 * MSS);
    assertThat(b.window()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  void slowStartStopsAtTheThreshold(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start().fill().round().timeOut();
    while (b.control.inSlowStart()) {
      b.acked(MSS).fill();
    }
    assertThat(b.control.cwnd()).isEqualTo(b.control.ssthresh());
  }

  @ParameterizedTest
  @EnumSource
  void halfAWindowInFlightDoesNotGrowIt(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start();
    for (int i = 0; i < 5; i++) {
      b.send(MSS);
    }
    b.acked(2 * MSS).acked(3 * MSS);
    assertThat(b.window()).isEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource
  void theWindowGrowsToTwiceWhatWasInFlight(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start();
    for (int i = 0; i < 9; i++) {
      b.send(MSS);
    }
    for (int i = 0; i < 9; i++) {
      b.acked(MSS);
    }
    assertThat(b.window()).isEqualTo(18);
  }

  @ParameterizedTest
  @EnumSource
  void inAvoidanceAWindowThatIsNotFullDoesNotGrow(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start().fill().round().lose();
    long cwnd = b.control.cwnd();
    b.acked((int) b.inFlight());
    for (int i = 0; i < 200; i++) {
      b.send((int) (cwnd - 2 * MSS));
      b.now += b.rttNanos;
      b.acked((int) b.inFlight());
    }
    assertThat(b.control.cwnd()).isBetween(cwnd, cwnd + MSS);
  }

  @ParameterizedTest
  @EnumSource
  void aPauseLeadsBackToTheInitialWindow(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start().fill().rounds(3);
    b.control.onIdle(SECOND, b.now);
    assertThat(b.window()).isEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource
  void orTheWindowIsKeptForFiveMinutesAndThenHalvedForEachFiveMore(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm);
    b.settings.slowStartAfterIdle = false;
    b.start().fill().rounds(3);
    assertThat(b.window()).isEqualTo(80);
    b.control.onIdle(299 * SECOND, b.now);
    assertThat(b.window()).isEqualTo(80);
    b.now += 2 * SECOND;
    b.control.onIdle(301 * SECOND, b.now);
    assertThat(b.window()).isEqualTo(40);
    b.now += 600 * SECOND;
    b.control.onIdle(901 * SECOND, b.now);
    assertThat(b.window()).isEqualTo(10); // not below the initial window
  }

  @ParameterizedTest
  @EnumSource
  void whatAnUnusedWindowIsReducedFromIsWhatWasTried(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start().fill().rounds(3);
    b.acked((int) b.inFlight());
    b.now += 10 * SECOND;
    b.send(4 * MSS).acked(2 * MSS); // 80 were allowed, 4 are in flight
    b.control.onCongestion(Cause.LOSS, 4 * MSS, b.now);
    assertThat(b.window()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void whatWasAcknowledgedInARoundTripOfLateCountsAsTried(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start().fill().rounds(3);
    long full = b.control.cwnd();
    b.acked((int) b.inFlight() - 4 * MSS); // nothing is written for a moment
    b.control.onCongestion(Cause.LOSS, 4 * MSS, b.now);
    assertThat(b.control.cwnd()).isGreaterThan(full / 5);
  }

  @ParameterizedTest
  @EnumSource
  void orTheWindowItselfIsReduced(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm);
    b.settings.reduceFromWindow = true;
    b.start().send(MSS);
    b.control.onTimeout(MSS, b.now);
    assertThat(b.control.ssthresh())
        .isEqualTo(algorithm == CongestionAlgorithm.CUBIC ? 7 * MSS : 5 * MSS);
  }

  @ParameterizedTest
  @EnumSource
  void whatLimitedTransmitLentDoesNotCount(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start().fill();
    b.control.onCongestion(Cause.LOSS, 12 * MSS, b.now);
    assertThat(b.control.ssthresh())
        .isEqualTo(algorithm == CongestionAlgorithm.CUBIC ? 7 * MSS : 5 * MSS);
  }

  @ParameterizedTest
  @EnumSource
  void aLossLeavesTwoSegmentsAtLeastAndAMarkOne(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start().fill();
    for (int i = 0; i < 10; i++) {
      b.control.onCongestion(Cause.LOSS, 2 * MSS, b.now);
    }
    assertThat(b.window()).isEqualTo(2);
    for (int i = 0; i < 10; i++) {
      b.control.onCongestion(Cause.ECN, (int) b.control.cwnd(), b.now);
    }
    assertThat(b.window()).isEqualTo(1);
    assertThat(b.control.ssthresh()).isEqualTo(2 * MSS);
  }

  @ParameterizedTest
  @EnumSource
  void aMistakeIsTakenBackOnce(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start().fill().rounds(2);
    long cwnd = b.control.cwnd();
    b.control.onCongestion(Cause.LOSS, (int) b.inFlight(), b.now);
    b.control.setCwnd(3 * MSS); // as loss recovery has it for the moment
    b.control.undo(b.now);
    assertThat(b.control.cwnd()).isEqualTo(cwnd);
    assertThat(b.control.ssthresh()).isEqualTo(Long.MAX_VALUE);
    b.lose();
    long reduced = b.control.cwnd();
    b.control.undo(b.now);
    b.lose().control.setCwnd(reduced);
    b.control.onTimeout((int) b.inFlight(), b.now);
    b.control.undo(b.now);
    b.control.undo(b.now); // nothing is left to take back
    assertThat(b.control.cwnd()).isEqualTo(reduced);
  }

  @ParameterizedTest
  @EnumSource
  void aTimeoutThatWasAMistakeIsTakenBack(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start().fill().rounds(2);
    long cwnd = b.control.cwnd();
    b.timeOut();
    b.control.undo(b.now);
    assertThat(b.control.cwnd()).isEqualTo(cwnd);
    assertThat(b.control.inSlowStart()).isTrue();
    b.fill().acked(2 * MSS);
    assertThat(b.control.cwnd()).isEqualTo(cwnd + 2 * MSS); // two segments an ACK again
  }

  @ParameterizedTest
  @EnumSource
  void theWindowIsCountedInSegmentsOfTheNewSize(CongestionAlgorithm algorithm) {
    Bench b = new Bench(algorithm).start();
    b.control.onMssChanged(500);
    assertThat(b.control.cwnd()).isEqualTo(5_000); // untouched: the initial window again
  }
}
