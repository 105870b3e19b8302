package dev.sluice.guard.detect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.guard.alarm.Figure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the clocks say, a second after they were right, and what is told of it.
class ClockWatchTest {
  private static final long MILLI = 1_000_000L;
  private static final long WALL = 1_800_000_000_000L * MILLI;

  @ParameterizedTest
  @CsvSource({
    // passed, wall, up (all ms)   note, jump, still
    "1000,     1000,     1000,     '',                        0,       0",
    "1000,     1499,     1000,     '',                        0,       0",
    "1000,     501,      1000,     '',                        0,       0",
    "1000,     3601000,  1000,     set forward,               3600000, 0",
    "1000,     -3599000, 1000,     set back,                  -3600000, 0",
    "1000,     1500,     1000,     set forward,               500,     0",
    "1000,     500,      1000,     set back,                  -500,    0",
    "1000,     61000,    61000,    the machine was suspended, 60000,   60000",
    "12000,    12000,    12000,    the process stood still,   0,       12000",
    "9999,     9999,     9999,     '',                        0,       0",
  })
  void clocksThatDisagreeAreToldApart(
      long passed, long wall, long up, String note, long jump, long still) {
    ClockWatch clock = new ClockWatch();
    assertThat(clock.onReading(5_000 * MILLI, WALL, 900_000 * MILLI)).isNull();
    AlarmDesk.Report report =
        clock.onReading((5_000 + passed) * MILLI, WALL + wall * MILLI, (900_000 + up) * MILLI);

    if (note.isEmpty()) {
      assertThat(report).isNull();
    } else {
      requireNonNull(report);
      assertThat(report.note()).isEqualTo(note);
      assertThat(report.figures())
          .containsEntry(Figure.JUMP_MILLIS, jump)
          .containsEntry(Figure.STILL_MILLIS, still);
    }
  }

  @Test
  void aJumpIsToldOnceAndTheNewTimeIsTheRightOne() {
    ClockWatch clock = new ClockWatch();
    int told = 0;
    for (int second = 0; second < 100; second++) {
      long step = second >= 50 ? -7_200_000 * MILLI : 0;
      long now = second * 1_000L * MILLI;
      told += clock.onReading(now, WALL + now + step, -1) == null ? 0 : 1;
    }
    assertThat(told).isEqualTo(1);
  }

  @Test
  void aClockThatIsSlowlyPutRightDoesNotJump() {
    ClockWatch clock = new ClockWatch();
    for (int second = 0; second < 10_000; second++) {
      long now = second * 1_000L * MILLI;
      long slewed = second * MILLI / 2; // 500 ppm
      assertThat(clock.onReading(now, WALL + now + slewed, now)).isNull();
    }
  }
}
