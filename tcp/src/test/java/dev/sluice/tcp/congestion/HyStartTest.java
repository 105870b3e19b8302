package dev.sluice.tcp.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.SlowStartExit;
import org.junit.jupiter.api.Test;

/// The older HyStart: slow start ends at once when round trips grow, or when ACKs come in
/// one train for half a round trip. And CUBIC's growth as Linux reckons it.
class HyStartTest {
  private static final int MSS = Bench.MSS;
  private static final long MS = Bench.MS;
  private final Bench b = new Bench(CongestionAlgorithm.CUBIC);

  HyStartTest() {
    b.settings.slowStartExit = SlowStartExit.HYSTART;
    b.settings.slowStartSegmentsPerAck = 1_000;
    b.start().fill();
  }

  /// One ACK with its own round trip, beside the shortest of all.
  private void acked(int segments, long rttMillis, long shortestMillis) {
    b.rttNanos = rttMillis * MS;
    b.acked(segments * MSS);
    b.ack.minRttNanos = shortestMillis * MS;
  }

  @Test
  void nineLongerRoundTripsOfARoundEndIt() {
    b.now += 100 * MS;
    b.acked(10 * MSS).fill(); // 20 in flight, each acknowledged alone and late
    for (int i = 0; i < 9; i++) {
      assertThat(b.control.ssthresh()).isEqualTo(Long.MAX_VALUE);
      b.now += 10 * MS;
      b.una += MSS;
      b.ack.nowNanos = b.now;
      b.ack.una = b.una;
      b.ack.nxt = b.nxt;
      b.ack.ackedBytes = MSS;
      b.ack.rttNanos = 113 * MS;
      b.ack.minRttNanos = 100 * MS;
      b.control.onAck(b.ack);
    }
    assertThat(b.control.ssthresh()).isEqualTo(28 * MSS);
    assertThat(b.control.inSlowStart()).isFalse();
  }

  @Test
  void oneShortRoundTripAmongThemKeepsItGoing() {
    b.now += 100 * MS;
    b.acked(10 * MSS).fill();
    for (int i = 0; i < 20; i++) {
      b.now += 10 * MS;
      acked(1, i == 5 ? 100 : 120, 100);
    }
    assertThat(b.control.ssthresh()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aTrainOfAcksForHalfARoundTripEndsIt() {
    b.now += 100 * MS;
    b.acked(10 * MSS).fill().rounds(2); // the last of them brought 40 ACKs, 2.5 ms apart
    assertThat(b.control.ssthresh()).isEqualTo(Long.MAX_VALUE);
    b.round(); // 80 of them, 1.25 ms apart
    assertThat(b.control.ssthresh()).isBetween(100L * MSS, 140L * MSS);
  }

  @Test
  void beforeTheFirstLossLinuxAddsATwentiethAtLeast() {
    Bench linux = new Bench(CongestionAlgorithm.CUBIC);
    linux.settings.cubicAsInLinux = true;
    linux.settings.slowStartExit = SlowStartExit.HYSTART;
    linux.start().fill().rounds(5);
    assertThat(linux.control.inSlowStart()).isFalse();
    linux.rttNanos = MS; // next to no time for the cube to grow in
    long cwnd = linux.control.cwnd();
    linux.round();
    assertThat(linux.control.cwnd()).isBetween(cwnd + cwnd / 22, cwnd + cwnd / 18);
  }

  @Test
  void afterALossLinuxFollowsTheCurveUpToHalfASegmentForEachAcknowledged() {
    Bench linux = new Bench(CongestionAlgorithm.CUBIC);
    linux.settings.cubicAsInLinux = true;
    linux.start().fill().rounds(7).lose();
    double wMax = linux.control.cwnd() / 0.7;
    double k = Math.cbrt(wMax * 0.3 / MSS / 0.4);
    linux.round();
    long begun = linux.now;
    while ((linux.now - begun) / 1e9 < k) {
      long cwnd = linux.control.cwnd();
      linux.round();
      assertThat(linux.control.cwnd()).isBetween(cwnd, cwnd * 1_660 / 1_000);
    }
    assertThat(linux.control.cwnd() / wMax).isBetween(0.97, 1.03);
  }
}
