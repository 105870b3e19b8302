package dev.sluice.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImpairmentsTest {
  @ParameterizedTest
  @CsvSource({
    "20ms,20000000",
    "1.5s,1500000000",
    "300us,300000",
    "80ns,80",
    "0,0",
    "0ms,0",
    "2 ms,2000000"
  })
  void timesAreReadAsPeopleWriteThem(String text, long nanos) {
    assertThat(Impairments.parseNanos(text)).isEqualTo(nanos);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "20", "ms", "-1ms", "20min", "1,5s", "1e3ms"})
  void whatIsNoTimeIsRefusedWithAnExample(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Impairments.parseNanos(text))
        .withMessage("not a time: '" + text + "' (expected one like 20ms, 1.5s or 300us)");
  }

  @ParameterizedTest
  @CsvSource({"1%,0.01", "0.1%,0.001", "100%,1", "0,0", "0%,0", "50 %,0.5"})
  void sharesAreReadAsPeopleWriteThem(String text, double probability) {
    assertThat(Impairments.parseProbability(text)).isEqualTo(probability);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "0.01", "101%", "-1%", "1%%", "%"})
  void whatIsNoShareIsRefusedWithAnExample(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Impairments.parseProbability(text))
        .withMessage("not a share: '" + text + "' (expected 0% to 100%, like 1% or 0.1%)");
  }

  @ParameterizedTest
  @CsvSource({"10mbit,10000000", "1Gbit,1000000000", "1.5kbit,1500", "9600bit,9600"})
  void bandwidthsAreReadAsPeopleWriteThem(String text, long bits) {
    assertThat(Impairments.parseBitsPerSecond(text)).isEqualTo(bits);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "0mbit", "10MB", "fast"})
  void whatIsNoBandwidthIsRefusedWithAnExample(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Impairments.parseBitsPerSecond(text))
        .withMessageStartingWith("not a bandwidth: '" + text + "'");
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    Impairments none = Impairments.NONE;
    assertThatIllegalArgumentException().isThrownBy(() -> none.withDelay(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> none.withLoss(1.1));
    assertThatIllegalArgumentException().isThrownBy(() -> none.withCorrupt(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> new Impairments.Rate(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Impairments.BurstLoss(2, 0, 0));
  }

  @Test
  void onlyAWireThatDoesNothingIsNone() {
    Impairments none = Impairments.NONE;
    assertThat(none.isNone()).isTrue();
    assertThat(none.withHeldBack(5).isNone()).isTrue();
    assertThat(none.withDelay(1).isNone()).isFalse();
    assertThat(none.withJitter(1).isNone()).isFalse();
    assertThat(none.withLoss(0.1).isNone()).isFalse();
    assertThat(none.withReorder(0.1).isNone()).isFalse();
    assertThat(none.withDuplicate(0.1).isNone()).isFalse();
    assertThat(none.withCorrupt(0.1).isNone()).isFalse();
    assertThat(none.withRate(new Impairments.Rate(1, 1)).isNone()).isFalse();
    assertThat(none.withBurstLoss(new Impairments.BurstLoss(0, 0, 0)).isNone()).isFalse();
  }
}
