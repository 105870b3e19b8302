package dev.sluice.guard.alarm;

import java.util.List;
import java.util.Map;

/// Something that a person should know of begins, ends or has happened.
///
/// @param kind what
/// @param phase whether it begins or ends
/// @param number the alarm's, the same when it begins and ends; counted from 1
/// @param subject whom it is about: a listener as `198.18.0.2:80`, a source address, a
///     connection
/// @param beganNanos when it began, on the driver's clock
/// @param nowNanos the time, on the driver's clock; when it ends, the end of it
/// @param figures its numbers
/// @param top who has the largest parts in it
/// @param note what the numbers do not say, for people; may be empty
/// @param heldBack alarms of this kind that were not told since the last one that was
public record Alarm(
    AlarmKind kind,
    AlarmPhase phase,
    long number,
    String subject,
    long beganNanos,
    long nowNanos,
    Map<Figure, Long> figures,
    List<Share> top,
    String note,
    long heldBack) {

  /// How long it has lasted.
  public long lastedNanos() {
    return nowNanos - beganNanos;
  }

  /// One of its numbers, 0 where it has none of that name.
  public long figure(Figure figure) {
    return figures.getOrDefault(figure, 0L);
  }

  /// Whether it has a number of that name.
  public boolean has(Figure figure) {
    return figures.containsKey(figure);
  }
}
