package dev.sluice.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MeasurementsTest {
  private static final Row BULK = Row.all().getFirst();
  private static final Row PING = Row.all().stream()
      .filter(row -> row.mode() == Row.Mode.PING_PONG)
      .findFirst()
      .orElseThrow();
  private static final Contender ONE = new Contender("one", "One", false, null, 0, "", 0, "away");
  private static final Contender OTHER =
      new Contender("other", "Other", false, null, 0, "", 0, "no compiler");

  private final Measurements measured = new Measurements();

  private void add(Row row, Contender contender, double... values) {
    for (double value : values) {
      measured.add(row, contender, new Sample(value, value, 0, 0.5, 0.5));
    }
  }

  @Test
  void whatTheClientPrintsBecomesTheRowsUnit() {
    String json = "{\"amount\":2500000000,\"seconds\":2.0,\"p50\":12500,\"p99\":40000,"
        + "\"cpu\":1.0,\"failures\":0}";

    assertThat(Sample.of(BULK, json, 1.5).value()).isEqualTo(10.0);
    assertThat(Sample.of(PING, json, 1.5).value()).isEqualTo(12.5);
    assertThat(Sample.of(PING, json, 1.5).p99Micros()).isEqualTo(40);
    assertThat(Sample.of(BULK, json, 1.5).clientCpu()).isEqualTo(0.5);
    assertThat(Sample.of(BULK, json, 1.5).serverCpu()).isEqualTo(0.75);
  }

  @Test
  void outputWithoutTheFigureIsAnError() {
    assertThatThrownBy(() -> Sample.of(BULK, "peer: connect: refused", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("refused");
  }

  @Test
  void theRatioIsTheMedianOfTheRoundsRatiosNotTheRatioOfTheMedians() {
    add(BULK, ONE, 10, 40, 30);
    add(BULK, OTHER, 10, 10, 30);

    assertThat(measured.ratio(BULK, "one", "other")).isEqualTo(1.0);
  }

  @Test
  void ofAPingPongTheSmallerFigureIsTheBetterOne() {
    add(PING, ONE, 10);
    add(PING, OTHER, 15);

    assertThat(measured.ratio(PING, "one", "other")).isCloseTo(1.5, within(1e-9));
  }

  @Test
  void withoutAPeerThereIsNoRatio() {
    add(BULK, ONE, 10);

    assertThat(measured.ratio(BULK, "one", "other")).isNaN();
  }

  @Test
  void aCellShowsMedianRangeAndProcessorTime() {
    add(BULK, ONE, 30, 10, 20);

    assertThat(measured.cell(BULK, ONE)).isEqualTo("20.0 [10.0..30.0] 1.00");
  }

  @Test
  void thePageSaysWhyAPeerTookNoPart() {
    add(BULK, ONE, 10);
    Setting setting = new Setting(" --quick", "now", "cpu", 2, "6", "0", "abc", "JDK 25");

    String page = new Page(measured, List.of(ONE, OTHER)).text(setting, "");

    assertThat(page).contains("- Other took no part: no compiler").contains("10.0 [10.0..10.0]");
  }
}
