package dev.sluice.tcp.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.tcp.congestion.CongestionControl.Cause;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// CUBIC against the formulas of RFC 9438, written down as they stand there, in segments
/// and seconds, over schedules by chance: round trips that change, losses, mistakes,
/// pauses.
class CubicLawTest {
  private static final double BETA = 0.7;
  private static final double C = 0.4;

  private final Bench b = new Bench(CongestionAlgorithm.CUBIC);
  private final Model model = new Model();

  /// §4.1's variables.
  private static final class Model implements Cloneable {
    double cwnd = 10;
    double ssthresh = Double.MAX_VALUE;
    double cwndPrior = -1;
    double wMax = -1;
    double k;
    double tEpoch = -1;
    double wEst;

    @Override
    public Model clone() {
      try {
        return (Model) super.clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }

    void set(Model other) {
      cwnd = other.cwnd;
      ssthresh = other.ssthresh;
      cwndPrior = other.cwndPrior;
      wMax = other.wMax;
      k = other.k;
      tEpoch = other.tEpoch;
      wEst = other.wEst;
    }

    double wCubic(double t) {
      return C * Math.pow(t - k, 3) + wMax;
    }

    void onAck(double now, double rtt, double segmentsAcked) {
      if (tEpoch < 0) {
        tEpoch = now;
        wEst = cwnd;
        cwndPrior = cwndPrior < 0 ? cwnd : cwndPrior;
        wMax = Math.max(wMax, cwnd);
        k = Math.cbrt((wMax - cwnd) / C);
      }
      double t = now - tEpoch;
      double alpha = wEst >= cwndPrior ? 1 : 3 * (1 - BETA) / (1 + BETA);
      wEst = wEst + alpha * segmentsAcked / cwnd;
      if (wCubic(t) < wEst) {
        cwnd = Math.max(cwnd, wEst);
        return;
      }
      double target = wCubic(t + rtt);
      if (target < cwnd) {
        target = cwnd;
      } else if (target > 1.5 * cwnd) {
        target = 1.5 * cwnd;
      }
      cwnd += (target - cwnd) / cwnd * segmentsAcked;
    }

    void onCongestion(double flightSize) {
      wMax = cwnd < wMax ? cwnd * (1 + BETA) / 2 : cwnd;
      cwndPrior = cwnd;
      ssthresh = Math.max(flightSize * BETA, 2);
      cwnd = ssthresh;
      tEpoch = -1;
    }
  }

  private void compare(int step) {
    double actual = (double) b.control.cwnd() / Bench.MSS;
    assertThat(actual).as("window at step %d", step).isCloseTo(model.cwnd, within(0.05));
  }

  private double seconds() {
    return b.now / 1e9;
  }

  private void ackSome(Random random) {
    int segments = 1 + random.nextInt(3);
    int octets = (int) Math.min(b.inFlight(), (long) segments * Bench.MSS);
    b.now += b.rttNanos * segments / Math.max(1, b.window());
    b.acked(octets);
    model.onAck(seconds(), b.rttNanos / 1e9, (double) octets / Bench.MSS);
    b.fill();
  }

  private void lose() {
    double tried = (double) b.control.cwnd() / Bench.MSS;
    model.onCongestion(Math.floor(tried * Bench.MSS) / Bench.MSS);
    b.settings.reduceFromWindow = true;
    b.lose();
    model.cwnd = Math.max(model.cwnd, 2);
  }

  /// Nothing is sent for a while: that time does not count.
  private void pause(Random random) {
    int octets = (int) b.inFlight();
    b.now += b.rttNanos;
    b.acked(octets);
    model.onAck(seconds(), b.rttNanos / 1e9, (double) octets / Bench.MSS);
    double pause = random.nextInt(1_000_000_000);
    b.now += (long) pause;
    if (model.tEpoch >= 0) {
      model.tEpoch += pause / 1e9;
    }
    b.fill();
  }

  private void mistake() {
    Model before = model.clone();
    model.onCongestion(model.cwnd);
    b.control.onCongestion(Cause.LOSS, (int) b.inFlight(), b.now);
    assertThat((double) b.control.cwnd() / Bench.MSS).isCloseTo(model.cwnd, within(0.05));
    b.control.undo(b.now);
    model.set(before);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theWindowIsWhatTheFormulasSay(long seed) {
    Random random = new Random(seed);
    b.settings.reduceFromWindow = true;
    b.start().fill().rounds(1 + (int) seed % 5);
    model.cwnd = (double) b.control.cwnd() / Bench.MSS;
    lose();
    for (int step = 0; step < 20_000; step++) {
      int event = random.nextInt(2_000);
      if (event == 0) {
        lose();
      } else if (event == 1) {
        mistake();
      } else if (event < 4) {
        pause(random);
      } else if (event < 8) {
        b.rttNanos = (1 + random.nextInt(200)) * Bench.MS;
      } else {
        ackSome(random);
      }
      compare(step);
      if (model.cwnd > 5_000) {
        lose();
      }
      model.cwnd = (double) b.control.cwnd() / Bench.MSS; // octets are whole: no drift
    }
  }
}
