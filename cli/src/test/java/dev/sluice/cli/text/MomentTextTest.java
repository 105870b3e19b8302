package dev.sluice.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTextTest {
  private static final ZonedDateTime NOW =
      ZonedDateTime.of(2026, 11, 22, 21, 5, 0, 0, ZoneId.of("Europe/Berlin"));

  @ParameterizedTest
  @CsvSource({
    "0,                    2026-11-22T20:05:00Z",
    "10m,                  2026-11-22T19:55:00Z",
    "1.5h,                 2026-11-22T18:35:00Z",
    "21:00,                2026-11-22T20:00:00Z",
    "21:00:30,             2026-11-22T20:00:30Z",
    "22:00,                2026-11-21T21:00:00Z",
    "2026-11-20,           2026-11-19T23:00:00Z",
    "2026-11-20T12:00,     2026-11-20T11:00:00Z",
    "2026-11-20 12:00:01,  2026-11-20T11:00:01Z",
    "2026-11-20T12:00:00Z, 2026-11-20T12:00:00Z",
  })
  void momentsAreReadAsPeopleWriteThem(String text, Instant expected) {
    assertThat(MomentText.parse(text, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5m", "25:00", "2026-13-01", "10 minutes"})
  void whatIsNoMomentIsSaidSo(String text) {
    assertThatThrownBy(() -> MomentText.parse(text, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a time: '" + text + "'");
  }
}
