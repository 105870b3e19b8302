package dev.sluice.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.TcpSettings;
import org.junit.jupiter.api.Test;

/// The shortest round trip is that of the last minutes (RFC 8985 §6.2, step 1).
class ShortestRoundTripTest {
  private static final long MS = 1_000_000L;
  private static final long SECOND = 1_000 * MS;

  private final RttEstimator rtt = new RttEstimator(new TcpSettings());

  @Test
  void aPathThatHasBecomeLongerIsOneAfterFiveMinutes() {
    for (long second = 0; second < 1_000; second++) {
      rtt.onSample(second < 100 ? 10 * MS : 80 * MS, second * SECOND);
      long least = rtt.minRttNanos();
      if (second < 250) {
        assertThat(least).as("at %d s", second).isEqualTo(10 * MS);
      }
      if (second >= 400) {
        assertThat(least).as("at %d s", second).isEqualTo(80 * MS);
      }
    }
  }

  @Test
  void aPauseOfHoursForgetsIt() {
    rtt.onSample(10 * MS, 0);
    rtt.onSample(80 * MS, 7_200 * SECOND);
    assertThat(rtt.minRttNanos()).isEqualTo(80 * MS);
  }

  @Test
  void aShorterOneCountsAtOnce() {
    rtt.onSample(80 * MS, 0);
    rtt.onSample(10 * MS, SECOND);
    assertThat(rtt.minRttNanos()).isEqualTo(10 * MS);
  }
}
