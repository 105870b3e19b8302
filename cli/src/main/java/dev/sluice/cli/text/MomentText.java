package dev.sluice.cli.text;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.function.Function;

/// Moments in the past as people write them: `10m` ago, `21:05` today (yesterday if
/// that is yet to come), `2026-11-22`, `2026-11-22T21:05`, `2026-11-22T20:05:00Z`.
public final class MomentText {
  private MomentText() {}

  /// Reads one.
  ///
  /// @param now the time, in the person's zone
  /// @throws IllegalArgumentException saying what was expected
  public static Instant parse(String text, ZonedDateTime now) {
    try {
      return now.toInstant().minusNanos(DurationText.parseNanos(text));
    } catch (IllegalArgumentException e) {
      // then it is a time
    }
    String iso = text.replace(' ', 'T');
    List<Function<String, Instant>> forms = List.of(
        Instant::parse,
        form -> LocalDateTime.parse(form).atZone(now.getZone()).toInstant(),
        form -> LocalDate.parse(form).atStartOfDay(now.getZone()).toInstant(),
        form -> timeOfDay(LocalTime.parse(form), now));
    for (Function<String, Instant> form : forms) {
      try {
        return form.apply(iso);
      } catch (DateTimeException e) {
        // then it has another form
      }
    }
    throw new IllegalArgumentException("not a time: '" + text
        + "' (expected one like 10m, 21:05, 2026-11-22 or 2026-11-22T21:05)");
  }

  private static Instant timeOfDay(LocalTime time, ZonedDateTime now) {
    ZonedDateTime today = now.with(time);
    return (today.isAfter(now) ? today.minusDays(1) : today).toInstant();
  }
}
