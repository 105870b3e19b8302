package dev.sluice.guard.log;

import dev.sluice.guard.alarm.Alarm;
import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.AlarmPhase;
import dev.sluice.guard.alarm.Figure;
import dev.sluice.guard.alarm.Share;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Lines as a running stack would write them.
final class Lines {
  static final Instant TIME = Instant.parse("2026-11-22T21:05:00.123Z");

  private Lines() {}

  static AlarmLine of(AlarmKind kind, AlarmPhase phase, Map<Figure, Long> figures, String note) {
    String subject = kind == AlarmKind.SYN_FLOOD ? "198.18.0.2:80" : "203.0.113.9";
    Alarm alarm = new Alarm(
        kind,
        phase,
        3,
        subject,
        1_000_000_000L,
        13_500_000_000L,
        figures,
        kind == AlarmKind.SYN_FLOOD ? List.of(new Share("203.0.113.0/24", 500, 512)) : List.of(),
        note,
        0);
    return new AlarmLine(TIME, "serve", 4_711, alarm, "/var/x.pcapng");
  }

  static AlarmLine flood(AlarmPhase phase) {
    return of(
        AlarmKind.SYN_FLOOD,
        phase,
        Map.of(
            Figure.SYNS, 12_345L,
            Figure.UNANSWERED, 12_000L,
            Figure.HANDSHAKES, 345L,
            Figure.PEAK, 13_000L,
            Figure.HALF_OPEN, 512L,
            Figure.HALF_OPEN_LIMIT, 512L,
            Figure.COOKIES_SENT, 9_000L),
        "");
  }

  /// A line that can be told from others by its process.
  static AlarmLine numbered(long pid) {
    AlarmLine line = flood(AlarmPhase.BEGINS);
    return new AlarmLine(line.time(), line.stack(), pid, line.alarm(), line.capture());
  }
}
