package dev.sluice.house.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Two tests of which one cannot fail. Surefire does not run them: it looks for names
/// that end in `Test` and leaves this one alone, which ends in `Tests`.
public final class ForgetfulTests {
  @Test
  void assertsNothing() {
    IntStream.range(0, 10).forEach(number -> {});
  }

  @Test
  void assertsThroughAnother() {
    IntStream.range(1, 10).forEach(number -> checks(number));
  }

  private static void checks(int number) {
    assertThat(number).isPositive();
  }
}
