package dev.sluice.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an ACK lets out during a reduction (RFC 9937 §6).
class ProportionalRateReductionTest {
  private static final int MSS = 1_000;

  /// Each row is one ACK after others: RecoverFS and ssthresh in segments, delivered and
  /// sent before it, delivered by it, in flight after it, and what may be sent then.
  @ParameterizedTest
  @ValueSource(
      strings = {
        // more in flight than ssthresh: in proportion
        "10, 5, 0, 1, 1, 9, false, 0",
        "10, 5, 1, 1, 1, 8, false, 0",
        "10, 5, 2, 1, 1, 7, false, 500",
        "10, 7, 0, 0, 1, 9, true, 1000", // the first repeat goes out in any case
        "10, 7, 3, 2, 1, 8, false, 800",
        // less: as much as arrived, and a segment more if all goes well
        "10, 7, 4, 4, 1, 5, false, 1000",
        "10, 7, 4, 4, 1, 5, true, 2000",
        "10, 7, 4, 2, 1, 5, false, 2000", // never beyond ssthresh
        "10, 7, 4, 2, 1, 6, true, 1000",
        "10, 7, 9, 4, 1, 2, false, 5000", // catches up with what arrived
        "10, 7, 4, 9, 1, 5, false, 1000",
      })
  void anAckLetsOut(String row) {
    String[] cells = row.split(", ", -1);
    int flight = Integer.parseInt(cells[0]);
    int ssthresh = Integer.parseInt(cells[1]);
    int arrived = Integer.parseInt(cells[2]);
    int sent = Integer.parseInt(cells[3]);
    int now = Integer.parseInt(cells[4]);
    int inFlight = Integer.parseInt(cells[5]);
    boolean safe = Boolean.parseBoolean(cells[6]);
    long out = Long.parseLong(cells[7]);
    ProportionalRateReduction reduction = new ProportionalRateReduction();
    reduction.begin((long) flight * MSS);
    if (arrived > 0) {
      reduction.window(arrived * MSS, 0, (long) ssthresh * MSS, false, MSS);
    }
    reduction.onSent(sent * MSS);
    long window = reduction.window(now * MSS, inFlight * MSS, (long) ssthresh * MSS, safe, MSS);
    assertThat(window - (long) inFlight * MSS).isEqualTo(out);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aFlightOfWhichOneIsLostComesToTheThreshold(long seed) {
    Random random = new Random(seed);
    int flight = 20 + random.nextInt(200);
    int ssthresh = flight / 2 + random.nextInt(flight / 3);
    ProportionalRateReduction reduction = new ProportionalRateReduction();
    reduction.begin((long) flight * MSS);
    int inFlight = flight - 1;
    int arrived = 0;
    while (arrived < flight - 1) {
      int now = Math.min(flight - 1 - arrived, 1 + random.nextInt(3));
      arrived += now;
      inFlight -= now;
      long window = reduction.window(now * MSS, inFlight * MSS, (long) ssthresh * MSS, false, MSS);
      while ((inFlight + 1L) * MSS <= window) {
        reduction.onSent(MSS);
        inFlight++;
      }
    }
    assertThat(inFlight).isBetween(ssthresh - 2, ssthresh);
  }

  @Test
  void whatIsNotUsedIsKeptForLater() {
    ProportionalRateReduction reduction = new ProportionalRateReduction();
    reduction.begin(10 * MSS);
    reduction.onSent(MSS);
    for (int i = 1; i <= 3; i++) {
      reduction.window(MSS, 9 * MSS, 5 * MSS, false, MSS);
    }
    assertThat(reduction.window(MSS, 8 * MSS, 5 * MSS, false, MSS)).isEqualTo(9 * MSS);
  }
}
