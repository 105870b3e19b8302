package dev.sluice.tcp.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.SlowStartExit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9438, sentence by sentence.
class CubicTest {
  private static final int MSS = Bench.MSS;
  private static final long MS = Bench.MS;
  private final Bench b = new Bench(CongestionAlgorithm.CUBIC);

  /// A flow of so many segments that has just lost one.
  private double lostAt(int segments) {
    b.start().fill();
    b.control.setCwnd((long) segments * MSS);
    b.una = b.nxt;
    b.fill();
    double before = windows();
    b.lose();
    return before;
  }

  private double windows() {
    return (double) b.control.cwnd() / MSS;
  }

  private static double cube(double x) {
    return x * x * x;
  }

  @Test
  void aLossLeavesSevenTenths() {
    double before = lostAt(1_000);
    assertThat(windows()).isCloseTo(0.7 * before, within(0.01));
    assertThat(b.control.ssthresh()).isEqualTo(b.control.cwnd());
  }

  @Test
  void itIsBackWhereItWasLostAfterK() {
    double wMax = lostAt(2_000);
    double k = Math.cbrt(wMax * 0.3 / 0.4);
    b.round();
    long begun = b.now;
    while ((b.now - begun) / 1e9 < k / 2) {
      b.round();
    }
    double t = (b.now - begun) / 1e9 + 0.1;
    assertThat(windows()).isCloseTo(wMax + 0.4 * cube(t - k), within(wMax * 0.005));
    while ((b.now - begun) / 1e9 < k) {
      b.round();
    }
    assertThat(windows()).isCloseTo(wMax, within(wMax * 0.001));
  }

  @Test
  void itIsConcaveBeforeThatAndConvexAfter() {
    double wMax = lostAt(2_000);
    double lastStep = Double.MAX_VALUE;
    double last = windows();
    b.rounds(2);
    while (windows() < wMax * 0.99) {
      last = windows();
      b.rounds(5);
      assertThat(windows() - last).isLessThan(lastStep + 2);
      lastStep = windows() - last;
    }
    b.rounds(30);
    double step = 0;
    for (int i = 0; i < 10; i++) {
      last = windows();
      b.rounds(5);
      assertThat(windows() - last).isGreaterThan(step);
      step = windows() - last;
    }
  }

  @Test
  void theTargetIsAtMostOneAndAHalfWindows() {
    lostAt(2_000);
    b.rttNanos = 10_000 * MS; // so far ahead the cube is enormous
    b.round();
    double last = windows();
    for (int i = 0; i < 5; i++) {
      b.round();
      assertThat(windows() / last).isLessThan(1.66); // 1 + 1/2, compounded within the round
      last = windows();
    }
  }

  @Test
  @Tag("SCENARIO-30")
  void withoutALossTheWindowNeverShrinks() {
    lostAt(100);
    double last = windows();
    for (int i = 0; i < 500; i++) {
      b.rttNanos = (1 + i * 37 % 200) * MS;
      b.round();
      assertThat(windows()).isGreaterThanOrEqualTo(last);
      last = windows();
    }
  }

  @Test
  void whereRenoIsFasterItIsAsFastAsReno() {
    b.rttNanos = MS; // the cube has hardly begun when Reno has come far
    double before = lostAt(100);
    b.rounds(1);
    double start = windows();
    b.rounds(30);
    double alpha = 3 * 0.3 / 1.7;
    assertThat(windows() - start).isCloseTo(30 * alpha, within(1.5));
    while (windows() < before) {
      b.round();
    }
    start = windows();
    b.rounds(30); // beyond cwnd_prior one segment a round trip
    assertThat(windows() - start).isCloseTo(30, within(1.5));
  }

  @Test
  void aSecondLossBelowTheFirstLeavesRoomForOthers() {
    lostAt(2_000);
    b.rounds(3);
    double second = windows(); // less than W_max
    b.lose();
    double wMax = second * (1 + 0.7) / 2;
    double k = Math.cbrt((wMax - windows()) / 0.4);
    b.round();
    long begun = b.now;
    while ((b.now - begun) / 1e9 < k) {
      b.round();
    }
    assertThat(windows()).isCloseTo(wMax, within(wMax * 0.01));
  }

  @Test
  void timeInWhichTheWindowIsNotUsedDoesNotCount() {
    double wMax = lostAt(2_000);
    b.rounds(10);
    double before = windows();
    b.acked((int) b.inFlight());
    b.now += 3_600_000 * MS;
    b.fill().round();
    assertThat(windows()).isBetween(before, wMax);
    b.acked((int) b.inFlight());
    before = windows();
    for (int i = 0; i < 1_000; i++) { // an hour of using less than the window
      b.now += 3_600 * MS;
      b.send(10 * MSS).acked(10 * MSS);
    }
    assertThat(windows()).isEqualTo(before);
    b.fill().round();
    assertThat(windows()).isBetween(before, wMax);
  }

  @Test
  void afterATimeoutTheStageBeginsWhereSlowStartEnds() {
    lostAt(1_000);
    double before = windows();
    b.timeOut();
    assertThat(b.control.ssthresh() / 1000.0).isCloseTo(0.7 * before, within(1.0));
    while (b.control.inSlowStart()) {
      b.round();
    }
    double start = windows();
    b.round();
    long begun = b.now;
    b.rounds(40);
    double t = (b.now - begun) / 1e9;
    double cubic = start + 0.4 * cube(t + 0.1); // K = 0, W_max = where it began
    assertThat(windows()).isCloseTo(cubic, within(cubic * 0.02));
  }

  @Test
  void afterASlowStartWithoutLossTheCubeBeginsAtThisWindow() {
    b.settings.slowStartExit = SlowStartExit.HYSTART_PLUS_PLUS;
    b.start().fill().rounds(3);
    for (int i = 0; i < 20 && b.control.inSlowStart(); i++) {
      b.rttNanos = (200 + i) * MS;
      b.round();
    }
    assertThat(b.control.inSlowStart()).isFalse();
    b.rttNanos = 100 * MS;
    double start = windows();
    long begun = b.now;
    b.rounds(30);
    double t = (b.now - begun) / 1e9;
    assertThat(windows()).isCloseTo(start + 0.4 * cube(t + 0.1), within(start * 0.05));
  }

  @Test
  void aMistakeLeavesNoTrace() {
    Bench other = new Bench(CongestionAlgorithm.CUBIC);
    for (Bench each : new Bench[] {b, other}) {
      each.start().fill().rounds(6).lose().rounds(20);
    }
    other.control.onCongestion(CongestionControl.Cause.LOSS, (int) other.inFlight(), other.now);
    other.control.undo(other.now);
    assertThat(other.control.cwnd()).isEqualTo(b.control.cwnd());
    b.rounds(50);
    other.rounds(50);
    assertThat((double) other.control.cwnd())
        .isCloseTo((double) b.control.cwnd(), within(0.01 * (double) b.control.cwnd()));
  }

  @Test
  void aMistakeFoundTooLateChangesNothing() {
    lostAt(20);
    b.rounds(200);
    long cwnd = b.control.cwnd();
    b.control.undo(b.now);
    assertThat(b.control.cwnd()).isEqualTo(cwnd);
    assertThat(b.control.ssthresh()).isLessThan(cwnd);
  }

  @Test
  void oneAckForManySegmentsGrowsTheWindowAsMuchAsManyAcks() {
    Bench many = new Bench(CongestionAlgorithm.CUBIC).start().fill().rounds(5).lose();
    Bench few = new Bench(CongestionAlgorithm.CUBIC).start().fill().rounds(5).lose();
    for (int i = 0; i < 40; i++) {
      many.round(1);
      few.round(2);
    }
    assertThat((double) few.control.cwnd())
        .isCloseTo((double) many.control.cwnd(), within(0.03 * (double) many.control.cwnd()));
  }

  @Test
  void anotherSegmentSizeLeavesTheWindowInOctets() {
    lostAt(1_000);
    b.rounds(3);
    long cwnd = b.control.cwnd();
    b.control.onMssChanged(MSS / 2);
    assertThat(b.control.cwnd()).isEqualTo(cwnd);
    b.rounds(3);
    assertThat(b.control.cwnd()).isBetween(cwnd, 1_000L * MSS);
  }

  /// As in Linux what one more segment takes is reckoned anew after 31 ms only: with an
  /// ACK every 2 ms that is the seventeenth.
  @ParameterizedTest
  @CsvSource({"false, 15", "true, 17"})
  void linuxReckonsAnewAfterAPause(boolean asInLinux, int expected) {
    b.settings.cubicAsInLinux = asInLinux;
    b.start().fill().timeOut();
    while (b.control.cwnd() < b.control.ssthresh()) {
      b.now += 2 * MS;
      b.acked(MSS).fill();
    }
    int acks = 0;
    long before = b.window();
    while (b.window() == before) {
      acks++;
      b.now += 2 * MS;
      b.acked(MSS).fill();
    }
    assertThat(acks).isEqualTo(expected);
  }
}
