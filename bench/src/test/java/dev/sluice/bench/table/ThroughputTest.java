package dev.sluice.bench.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.tcp.tcb.CongestionAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The throughput table has every line, and each build measures some of them anew.
class ThroughputTest {
  private static final Path PAGE = Path.of("../docs/throughput.md");
  /// In front of the goodput stand the four columns of the name.
  private static final int GOODPUT = 5;

  private final List<String> page = lines();

  private static List<String> lines() {
    try {
      return Files.readAllLines(PAGE);
    } catch (IOException e) {
      throw new AssertionError("write the page: ./sluice bench throughput --write", e);
    }
  }

  private List<String> linesOf(Cell cell) {
    return page.stream()
        .filter(line -> line.startsWith("| " + cell.name() + " |"))
        .toList();
  }

  @Test
  void thePageHasEveryLineOnce() {
    assertThat(Cell.all())
        .hasSize(216)
        .allSatisfy(cell -> assertThat(linesOf(cell)).hasSize(1));
  }

  @ParameterizedTest
  @CsvSource({
    "CUBIC, 50, 0.01, 1, 0",
    "CUBIC, 10, 0.01, 4, 0.01",
    "CUBIC, 100, 0.03, 1, 0",
    "NEW_RENO, 50, 0.01, 1, 0.05",
    "NEW_RENO, 100, 0.01, 4, 0",
    "NEW_RENO, 10, 0.01, 1, 0",
  })
  void aLineIsWhatThePageSays(
      CongestionAlgorithm control, int rttMillis, double loss, int burst, double reordering) {
    Cell cell = new Cell(control, rttMillis, loss, burst, reordering);
    double written =
        Double.parseDouble(linesOf(cell).getFirst().split("\\|", -1)[GOODPUT].strip());
    double measured = Measure.of(cell).bitsPerSecond() / 1e6;
    assertThat(measured).as("write the page anew").isCloseTo(written, within(0.15 * written + 0.1));
  }

  @ParameterizedTest
  @CsvSource({"CUBIC, 100, 0.001, 1", "NEW_RENO, 100, 0.001, 1", "CUBIC, 50, 0.01, 4"})
  void withLossesGoodputIsWhatTheModelSays(
      CongestionAlgorithm control, int rttMillis, double loss, int burst) {
    Cell cell = new Cell(control, rttMillis, loss, burst, 0);
    assertThat(Measure.of(cell).bitsPerSecond() / cell.modelBitsPerSecond())
        .isBetween(1 - Throughput.TOLERANCE, 1 + Throughput.TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource(CongestionAlgorithm.class)
  void atOnePercentAndFiftyMillisecondsNoTimeoutIsNeeded(CongestionAlgorithm control) {
    assertThat(Measure.of(new Cell(control, 50, 0.01, 1, 0)).timeouts()).isZero();
  }

  @ParameterizedTest
  @EnumSource(CongestionAlgorithm.class)
  void reorderingAloneCostsLessThanATenth(CongestionAlgorithm control) {
    Measure measure = Measure.of(new Cell(control, 10, 0, 1, 0.05));
    assertThat(measure.bitsPerSecond()).isGreaterThan(0.9 * Cell.LINE_BITS_PER_SECOND);
  }

  @Test
  void theSameCellGivesTheSameMeasure() {
    Cell cell = new Cell(CongestionAlgorithm.CUBIC, 100, 0.03, 1, 0.01);
    assertThat(Measure.of(cell)).isEqualTo(Measure.of(cell));
  }
}
