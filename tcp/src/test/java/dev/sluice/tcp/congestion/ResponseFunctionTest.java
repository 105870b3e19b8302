package dev.sluice.tcp.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.tcp.congestion.CongestionControl.Cause;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How large the window is on average where one of 1/p segments is lost: the tables of
/// RFC 9438 §5.1 for CUBIC, and the square root of 3/2p for Reno.
class ResponseFunctionTest {
  private static final int MSS = Bench.MSS;
  private static final int LOSSES = 20;

  /// Segments in flight on average over some losses, the first ones left out.
  private static double averageWindow(CongestionAlgorithm algorithm, double p, double rttMillis) {
    Bench b = new Bench(algorithm);
    b.settings.reduceFromWindow = true;
    b.rttNanos = (long) (rttMillis * Bench.MS);
    b.start();
    long each = Math.round(1 / p);
    b.control.setCwnd((long) (Math.sqrt(1.5 / p) * MSS));
    b.control.onCongestion(Cause.LOSS, (int) b.control.cwnd(), b.now);
    double seconds = 0;
    double first = 0;
    for (int loss = 0; loss < LOSSES; loss++) {
      first = loss == LOSSES / 2 ? seconds : first;
      for (long i = 0; i < each; i++) {
        double takes = b.rttNanos * (double) MSS / b.control.cwnd();
        seconds += takes / 1e9;
        b.now = (long) (seconds * 1e9);
        b.fill().acked(MSS);
      }
      b.control.onCongestion(Cause.LOSS, (int) b.control.cwnd(), b.now);
      b.nxt = b.una;
    }
    double rounds = (seconds - first) * 1e9 / b.rttNanos;
    return (LOSSES - LOSSES / 2) * (double) each / rounds;
  }

  @ParameterizedTest(name = "p {0}, {1} ms: {2}")
  @CsvSource({
    "1e-2, 100, 12",
    "1e-3, 100, 38",
    "1e-4, 100, 187",
    "1e-5, 100, 1054",
    "1e-2, 10, 12",
    "1e-3, 10, 38",
    "1e-4, 10, 120",
    "1e-5, 10, 379"
  })
  void cubicIsAsLargeAsTheTablesSay(double p, double rttMillis, double segments) {
    double average = averageWindow(CongestionAlgorithm.CUBIC, p, rttMillis);
    assertThat(average).isCloseTo(segments, within(0.15 * segments));
  }

  @ParameterizedTest(name = "p {0}, {1} ms: {2}")
  @CsvSource({"1e-2, 100, 12", "1e-3, 100, 38", "1e-4, 10, 120", "1e-5, 1, 379"})
  void renoIsAsLargeAsTheSquareRootSays(double p, double rttMillis, double segments) {
    double average = averageWindow(CongestionAlgorithm.NEW_RENO, p, rttMillis);
    assertThat(average).isCloseTo(segments, within(0.1 * segments));
  }

  /// Where the round trip is short CUBIC takes as much as Reno would, not more.
  @ParameterizedTest(name = "p {0}, {1} ms")
  @CsvSource({"1e-2, 1", "1e-3, 1", "1e-3, 10", "1e-4, 1", "1e-4, 10"})
  void cubicIsFriendlyToReno(double p, double rttMillis) {
    double cubic = averageWindow(CongestionAlgorithm.CUBIC, p, rttMillis);
    double reno = averageWindow(CongestionAlgorithm.NEW_RENO, p, rttMillis);
    assertThat(cubic / reno).isBetween(0.85, 1.15);
  }
}
