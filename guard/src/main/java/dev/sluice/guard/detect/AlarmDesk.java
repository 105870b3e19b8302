package dev.sluice.guard.detect;

import dev.sluice.guard.alarm.Alarm;
import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.AlarmPhase;
import dev.sluice.guard.alarm.Figure;
import dev.sluice.guard.alarm.Share;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Gives alarms their numbers, keeps what is going on, and holds back what would be too
/// many of one kind: whoever can make alarms must not be able to fill a disk with them.
///
/// An end is told if its beginning was.
final class AlarmDesk {
  /// Alarms of one kind that may begin at once.
  static final int BURST = 10;
  /// After those, one in this time.
  static final long PAUSE_NANOS = 30_000_000_000L;
  /// Alarms that go on at the same time and are told of, at most.
  static final int MAX_ACTIVE = 64;

  private static final int KINDS = AlarmKind.values().length;

  /// What a detector knows.
  ///
  /// @param subject whom it is about
  /// @param beganNanos since when
  /// @param figures its numbers
  /// @param top who has the largest parts
  /// @param note for people, or empty
  record Report(
      String subject, long beganNanos, Map<Figure, Long> figures, List<Share> top, String note) {}

  private final Consumer<Alarm> sink;
  private final Map<Long, Alarm> active = new LinkedHashMap<>();
  private final long[] begun = new long[KINDS];
  private final long[] heldBack = new long[KINDS];
  private final long[] heldBackInAll = new long[KINDS];
  private final long[] tokens = new long[KINDS];
  private final long[] tokensNanos = new long[KINDS];
  private final boolean[] used = new boolean[KINDS];
  private long numbers;

  AlarmDesk(Consumer<Alarm> sink) {
    this.sink = sink;
  }

  /// Something begins.
  ///
  /// @return its number, or 0 if it is not told
  long begins(AlarmKind kind, Report report, long nowNanos) {
    begun[kind.ordinal()]++;
    if (active.size() >= MAX_ACTIVE || !takeToken(kind, nowNanos)) {
      holdBack(kind);
      return 0;
    }
    Alarm alarm = alarm(kind, AlarmPhase.BEGINS, ++numbers, report, nowNanos);
    active.put(alarm.number(), alarm);
    sink.accept(alarm);
    return alarm.number();
  }

  /// It is over.
  ///
  /// @param number what [#begins] gave; 0: nothing is told
  /// @param endNanos when it was over, which may be a while ago
  void ends(AlarmKind kind, long number, Report report, long endNanos) {
    if (active.remove(number) != null) {
      sink.accept(alarm(kind, AlarmPhase.ENDS, number, report, endNanos));
    }
  }

  /// Something has happened that has no end.
  void happened(AlarmKind kind, Report report, long nowNanos) {
    begun[kind.ordinal()]++;
    if (takeToken(kind, nowNanos)) {
      sink.accept(alarm(kind, AlarmPhase.HAPPENED, ++numbers, report, nowNanos));
    } else {
      holdBack(kind);
    }
  }

  private void holdBack(AlarmKind kind) {
    heldBack[kind.ordinal()]++;
    heldBackInAll[kind.ordinal()]++;
  }

  private Alarm alarm(AlarmKind kind, AlarmPhase phase, long number, Report report, long nowNanos) {
    long held = heldBack[kind.ordinal()];
    heldBack[kind.ordinal()] = 0;
    return new Alarm(
        kind,
        phase,
        number,
        report.subject,
        report.beganNanos,
        nowNanos,
        Map.copyOf(report.figures),
        List.copyOf(report.top),
        report.note,
        held);
  }

  private boolean takeToken(AlarmKind kind, long nowNanos) {
    int i = kind.ordinal();
    if (!used[i]) {
      used[i] = true;
      tokens[i] = BURST;
      tokensNanos[i] = nowNanos;
    }
    long earned = Math.max(0, nowNanos - tokensNanos[i]) / PAUSE_NANOS;
    if (tokens[i] + earned >= BURST) {
      tokens[i] = BURST;
      tokensNanos[i] = nowNanos;
    } else {
      tokens[i] += earned;
      tokensNanos[i] += earned * PAUSE_NANOS;
    }
    if (tokens[i] == 0) {
      return false;
    }
    tokens[i]--;
    return true;
  }

  /// What goes on, as it was told when it began.
  List<Alarm> active() {
    return new ArrayList<>(active.values());
  }

  /// How many of a kind began, told or not.
  long begun(AlarmKind kind) {
    return begun[kind.ordinal()];
  }

  /// How many of a kind were not told.
  long heldBack(AlarmKind kind) {
    return heldBackInAll[kind.ordinal()];
  }
}
