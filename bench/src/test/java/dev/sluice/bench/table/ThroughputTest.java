package dev.sluice.bench.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tcp.tcb.CongestionAlgorithm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A few lines of the throughput table, measured in every build.
class ThroughputTest {
  @ParameterizedTest
  @EnumSource(CongestionAlgorithm.class)
  void aLineWithoutLossIsFull(CongestionAlgorithm control) {
    Cell cell = new Cell(control, 10, 0, 1, 0);
    Measure measure = Measure.of(cell);
    assertThat(measure.bitsPerSecond() / cell.modelBitsPerSecond()).isBetween(0.9, 1.01);
    assertThat(measure.timeouts()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"10, 0.001, 1", "50, 0.001, 1", "100, 0.001, 1", "50, 0.01, 4"})
  void withLossesGoodputIsWhatTheModelSays(int rttMillis, double loss, int burst) {
    for (CongestionAlgorithm control : CongestionAlgorithm.values()) {
      Cell cell = new Cell(control, rttMillis, loss, burst, 0);
      assertThat(Measure.of(cell).bitsPerSecond() / cell.modelBitsPerSecond())
          .as("%s", cell)
          .isBetween(0.75, 1.25);
    }
  }

  @ParameterizedTest
  @EnumSource(CongestionAlgorithm.class)
  void theSameCellGivesTheSameMeasure(CongestionAlgorithm control) {
    Cell cell = new Cell(control, 100, 0.01, 1, 0.01);
    assertThat(Measure.of(cell)).isEqualTo(Measure.of(cell));
  }
}
