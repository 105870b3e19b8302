package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SeqTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "-1, 0",
    "2147483647, -2147483648",
    "-2147483648, -1",
    "0, 2147483647",
    "-5, 5",
  })
  void orderGoesOnBeyondTheWrap(int earlier, int later) {
    assertThat(Seq.lt(earlier, later)).isTrue();
    assertThat(Seq.leq(earlier, later)).isTrue();
    assertThat(Seq.gt(later, earlier)).isTrue();
    assertThat(Seq.geq(later, earlier)).isTrue();
    assertThat(Seq.lt(later, earlier)).isFalse();
    assertThat(Seq.gt(earlier, later)).isFalse();
    assertThat(Seq.leq(earlier, earlier) && Seq.geq(later, later)).isTrue();
    assertThat(Seq.max(earlier, later)).isEqualTo(later);
    assertThat(Seq.min(earlier, later)).isEqualTo(earlier);
    assertThat(Seq.diff(later, earlier)).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "5, 5, 6, true", "6, 5, 6, false", "4, 5, 6, false", "5, 5, 5, false",
    "0, -3, 3, true", "-3, -3, 3, true", "3, -3, 3, false", "-4, -3, 3, false",
    "1073741824, 0, -2147483648, true",
  })
  @Tag("SCENARIO-8")
  void aRangeEndsBeforeItsUpperEdge(int seq, int low, int high, boolean inside) {
    assertThat(Seq.inRange(seq, low, high)).isEqualTo(inside);
  }
}
