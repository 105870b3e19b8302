package dev.sluice.bench.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.table.Fairness.Outcome;
import dev.sluice.tcp.tcb.CongestionAlgorithm;
import dev.sluice.tcp.tcb.EcnMode;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Connections that share a bottleneck share it fairly, and with ECN without a queue.
class FairnessTest {
  /// How long a packet waits at least, on average, where the queue must overflow.
  private static final double DROP_TAIL_NANOS = 10_000_000;

  @ParameterizedTest
  @CsvSource({"CUBIC, 2", "CUBIC, 8", "NEW_RENO, 2", "NEW_RENO, 8"})
  void flowsOfOneKindGetAboutTheSameWithinAMinute(CongestionAlgorithm control, int count) {
    Outcome outcome =
        Fairness.meet(Collections.nCopies(count, control), Fairness.line(), settings -> {});
    assertThat(outcome.jain()).as("%s", outcome).isGreaterThanOrEqualTo(0.9);
    assertThat(outcome.used()).as("%s", outcome).isGreaterThan(0.95);
    assertThat(outcome.meanQueueNanos()).as("%s", outcome).isGreaterThan(DROP_TAIL_NANOS);
  }

  /// On a path this short CUBIC behaves as Reno would (RFC 9438 §4.3).
  @Test
  void cubicLeavesRenoItsShare() {
    Outcome outcome = Fairness.meet(
        List.of(CongestionAlgorithm.CUBIC, CongestionAlgorithm.NEW_RENO),
        Fairness.line(),
        settings -> {});
    assertThat(outcome.jain()).as("%s", outcome).isGreaterThanOrEqualTo(0.9);
  }

  @ParameterizedTest
  @CsvSource({"CLASSIC", "ACCURATE"})
  void withEcnTheQueueIsATenthOfWhatItIsWithout(EcnMode mode) {
    List<CongestionAlgorithm> flows = Collections.nCopies(8, CongestionAlgorithm.CUBIC);
    Outcome marking =
        Fairness.meet(flows, Fairness.line().marking(Fairness.MARK_NANOS), Fairness.ecn(mode));
    assertThat(marking.meanQueueNanos()).as("%s", marking).isLessThan(DROP_TAIL_NANOS / 10);
    assertThat(marking.used()).as("%s", marking).isGreaterThan(0.85);
  }
}
