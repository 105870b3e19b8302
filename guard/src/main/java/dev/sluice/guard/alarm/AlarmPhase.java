package dev.sluice.guard.alarm;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where in its life an alarm is.
public enum AlarmPhase {
  /// It goes on from now.
  BEGINS,
  /// It is over.
  ENDS,
  /// It has no duration.
  HAPPENED;

  /// Its name in the log.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The phase of that name in the log, or null.
  public static @Nullable AlarmPhase of(String text) {
    for (AlarmPhase phase : values()) {
      if (phase.text().equals(text)) {
        return phase;
      }
    }
    return null;
  }
}
