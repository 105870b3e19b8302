package dev.sluice.guard.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rows of intervals (B bad, . calm, - between) and what they make: `B` begins, `E` ends.
class BeatTest {
  @ParameterizedTest
  @CsvSource({
    "BB.BB.BB,                             ''",
    "BBB,                                  B2",
    "BBBBBBBBBBBB,                         B2",
    "BBB.........,                         B2",
    "BBB..........,                        B2 E12",
    "BBB.........B..........,              B2 E22",
    "BBB.........-..........,              B2 E22",
    "BBB--------------------,              B2",
    "-----,                                ''",
    "BB-BBB,                               B5",
    "BBB..........BBB,                     B2 E12 B15",
  })
  void rowsOfIntervalsBeginAndEndAnAlarm(String row, String expected) {
    Beat beat = new Beat();
    StringBuilder seen = new StringBuilder();
    for (int i = 0; i < row.length(); i++) {
      Beat.Mood mood = switch (row.charAt(i)) {
        case 'B' -> Beat.Mood.BAD;
        case '.' -> Beat.Mood.CALM;
        default -> Beat.Mood.BETWEEN;
      };
      switch (beat.onInterval(mood, i * 1_000L)) {
        case BEGINS -> seen.append(" B").append(i);
        case ENDS -> seen.append(" E").append(i);
        case NONE -> {}
      }
    }
    assertThat(seen.toString().strip()).isEqualTo(expected);
  }
}
