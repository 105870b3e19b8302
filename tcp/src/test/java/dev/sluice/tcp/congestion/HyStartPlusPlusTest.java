package dev.sluice.tcp.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.SlowStartExit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9406: the first slow start ends when round trips grow.
class HyStartPlusPlusTest {
  private static final int MSS = Bench.MSS;
  private static final long MS = Bench.MS;
  private final Bench b = new Bench(CongestionAlgorithm.CUBIC);

  HyStartPlusPlusTest() {
    b.settings.slowStartExit = SlowStartExit.HYSTART_PLUS_PLUS;
    b.start().fill().rounds(2);
  }

  private void roundsOf(long rttMillis, int rounds) {
    b.rttNanos = rttMillis * MS;
    b.rounds(rounds);
  }

  @Test
  void equalRoundTripsDoNotEndIt() {
    long cwnd = b.control.cwnd();
    roundsOf(100, 4);
    assertThat(b.control.cwnd()).isEqualTo(16 * cwnd);
  }

  /// An eighth more, but 4 ms at least and 16 ms at most.
  @ParameterizedTest(name = "{0} ms, then {1} ms: {2}")
  @CsvSource({
    "100, 112, false",
    "100, 113, true",
    "8, 11, false",
    "8, 12, true",
    "400, 415, false",
    "400, 416, true",
    "1, 4, false",
    "1, 5, true"
  })
  void anEighthMoreSlowsItDown(long before, long after, boolean slowed) {
    b.start().rttNanos = before * MS;
    b.nxt = b.una;
    b.fill().rounds(3);
    long cwnd = b.control.cwnd();
    roundsOf(after, 2); // the first of them may have begun with samples of before
    assertThat(b.control.cwnd() < 4 * cwnd).isEqualTo(slowed);
    assertThat(b.control.inSlowStart()).isTrue();
  }

  @Test
  void sevenSamplesTellNothing() {
    roundsOf(100, 1);
    b.rttNanos = 150 * MS;
    long cwnd = b.control.cwnd();
    int each = (int) (b.inFlight() / 7 / MSS) * MSS;
    int left = (int) b.inFlight();
    for (int i = 0; i < 6; i++) {
      b.acked(each);
      left -= each;
    }
    b.acked(left);
    assertThat(b.control.cwnd() - cwnd).isEqualTo(7L * Math.min(each, 8 * MSS) + extra(left, each));
  }

  private static long extra(int left, int each) {
    return (long) Math.min(left, 8 * MSS) - Math.min(each, 8 * MSS);
  }

  @Test
  void itGrowsAtAQuarterOfThePaceForFiveRoundsAndThenEnds() {
    roundsOf(100, 1);
    roundsOf(150, 1);
    long cwnd = b.control.cwnd();
    int rounds = 1; // the one it began in counts
    while (b.control.ssthresh() == Long.MAX_VALUE) {
      roundsOf(150, 1);
      rounds++;
      assertThat(rounds).isLessThan(10);
    }
    assertThat(rounds).isBetween(5, 6); // rounds of the control and of the bench overlap
    assertThat(b.control.cwnd()).isBetween(2 * cwnd, 3 * cwnd); // 1.25^4 is 2.4
    assertThat(b.control.ssthresh()).isLessThanOrEqualTo(b.control.cwnd());
  }

  @Test
  void shortRoundTripsShowThatItWasAMistake() {
    roundsOf(100, 1);
    roundsOf(150, 2);
    roundsOf(100, 2);
    long cwnd = b.control.cwnd();
    roundsOf(100, 1);
    assertThat(b.control.cwnd()).isGreaterThanOrEqualTo(2 * cwnd - 2 * MSS);
    roundsOf(100, 1);
    assertThat(b.control.ssthresh()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void laterSlowStartsEndAtTheThresholdTheyHave() {
    b.lose().timeOut();
    b.settings.slowStartAfterIdle = true;
    for (int i = 0; i < 6 && b.control.inSlowStart(); i++) {
      roundsOf(100 + 50L * i, 1);
    }
    assertThat(b.control.cwnd()).isGreaterThanOrEqualTo(b.control.ssthresh());
  }

  @Test
  void switchedOffItNeverEnds() {
    Bench off = new Bench(CongestionAlgorithm.CUBIC).start().fill();
    for (int i = 1; i <= 6; i++) {
      off.rttNanos = 100 * MS * i;
      off.round();
    }
    assertThat(off.window()).isEqualTo(640);
  }
}
