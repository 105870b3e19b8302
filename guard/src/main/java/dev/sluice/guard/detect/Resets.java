package dev.sluice.guard.detect;

import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.Figure;
import dev.sluice.wire.IpAddress;
import dev.sluice.wire.Segment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Resets in a row: many to one connection, which is how somebody who cannot see it tries
/// to end it (RFC 5961 §3); or many from one source.
final class Resets {
  /// To one connection within the window. A peer that means it needs one.
  static final int TO_ONE = 10;
  /// From one source within the window. Programs that end each connection by RST do so
  /// a few times in a second.
  static final int FROM_ONE = 200;
  /// In which they are counted.
  static final long WINDOW_NANOS = 10_000_000_000L;
  /// After this long without one it is over.
  static final long QUIET_NANOS = 10_000_000_000L;
  /// Runs that are followed at once, of either sort; more begin no alarm.
  static final int MAX_ACTIVE = 32;

  /// A source, or a connection.
  private static final class Run extends Suspects.Suspect {
    long windowNanos = Long.MIN_VALUE;
    long beganNanos;
    int inWindow;
    long all;
    boolean active;
    long number;
    String subject = "";
    String note = "";

    @Override
    int weight() {
      return inWindow;
    }

    @Override
    boolean mustStay() {
      return active;
    }

    @Override
    void clear() {
      windowNanos = Long.MIN_VALUE;
      inWindow = 0;
      all = 0;
      active = false;
    }

    int onReset(long nowNanos) {
      if (windowNanos == Long.MIN_VALUE || nowNanos - windowNanos >= WINDOW_NANOS) {
        windowNanos = nowNanos;
        inWindow = 0;
      }
      all = active ? all + 1 : inWindow + 1L;
      return ++inWindow;
    }
  }

  private final AlarmDesk desk;
  private final Suspects<Run> sources;
  private final Suspects<Run> connections;
  private final List<Run> active = new ArrayList<>();

  Resets(AlarmDesk desk, RandomGenerator random) {
    this.desk = desk;
    sources = new Suspects<>(random, Run::new);
    connections = new Suspects<>(random, Run::new);
  }

  /// An RST came in.
  void onReset(Segment reset, long nowNanos) {
    long ports = (long) reset.sourcePort << 16 | reset.destinationPort;
    long far = connections.fold(reset.sourceHigh, reset.sourceLow);
    long near = connections.fold(reset.destinationHigh ^ ports << 32, reset.destinationLow);
    Run connection = connections.of(far ^ ports, near, nowNanos);
    if (connection != null && connection.onReset(nowNanos) >= TO_ONE && !connection.active) {
      begin(connection, reset.localTuple().toString(), "to one connection", nowNanos);
    }
    Run source = sources.of(reset.sourceHigh, reset.sourceLow, nowNanos);
    if (source != null && source.onReset(nowNanos) >= FROM_ONE && !source.active) {
      String subject = new IpAddress(reset.sourceHigh, reset.sourceLow).toString();
      begin(source, subject, "from one source", nowNanos);
    }
  }

  private void begin(Run run, String subject, String note, long nowNanos) {
    if (active.size() >= MAX_ACTIVE) {
      return;
    }
    run.active = true;
    run.beganNanos = run.windowNanos;
    run.subject = subject;
    run.note = note;
    active.add(run);
    run.number = desk.begins(AlarmKind.RESETS, report(run), nowNanos);
  }

  private static AlarmDesk.Report report(Run run) {
    Map<Figure, Long> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.RESETS, run.all);
    return new AlarmDesk.Report(run.subject, run.beganNanos, figures, List.of(), run.note);
  }

  boolean isAtRest() {
    return active.isEmpty();
  }

  /// Looks which runs are over.
  void onInterval(long nowNanos) {
    Iterator<Run> all = active.iterator();
    while (all.hasNext()) {
      Run run = all.next();
      if (nowNanos - run.lastNanos >= QUIET_NANOS) {
        all.remove();
        desk.ends(AlarmKind.RESETS, run.number, report(run), run.lastNanos);
        run.clear();
      }
    }
  }
}
