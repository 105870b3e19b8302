package dev.sluice.house.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Two tests of which one cannot fail. They are not run: the build looks for classes
/// with `Test` in their names.
public final class Forgetful {
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
