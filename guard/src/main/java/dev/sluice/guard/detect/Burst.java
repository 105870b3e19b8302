package dev.sluice.guard.detect;

import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.Figure;
import dev.sluice.guard.alarm.Share;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Many packets of one sort, whoever sends them: refused ones, filtered ones.
final class Burst {
  /// Packets in a second from which on it is one.
  static final long BAD_PER_SECOND = 100;
  /// Below this it is calm.
  static final long CALM_PER_SECOND = 25;

  private static final int NAMED = 5;
  private static final int NAMED_PERMILLE = 10;

  private final AlarmKind kind;
  private final AlarmDesk desk;
  private final Beat beat = new Beat();
  private final HeavyHitters sources = new HeavyHitters();
  private final HeavyHitters ports = new HeavyHitters();
  private long packets;
  private long all;
  private long peakPerSecond;
  private long number;

  Burst(AlarmKind kind, AlarmDesk desk) {
    this.kind = kind;
    this.desk = desk;
  }

  /// One of them.
  ///
  /// @param port for which it was, 0 for none
  void onPacket(long sourceHigh, long sourceLow, int port) {
    packets++;
    sources.add(Prefix.high(sourceHigh, sourceLow), Prefix.low(sourceHigh, sourceLow));
    ports.add(0, port);
  }

  boolean isAtRest() {
    return packets == 0 && beat.isAtRest();
  }

  /// An interval is over.
  void onInterval(long startNanos, long endNanos) {
    long perSecond = packets * Beat.PER_SECOND;
    Beat.Mood mood = perSecond >= BAD_PER_SECOND
        ? Beat.Mood.BAD
        : perSecond < CALM_PER_SECOND ? Beat.Mood.CALM : Beat.Mood.BETWEEN;
    if (beat.isAtRest()) {
      sources.fade();
      ports.fade();
      all = 0;
      peakPerSecond = 0;
    }
    all += packets;
    peakPerSecond = Math.max(peakPerSecond, perSecond);
    packets = 0;
    switch (beat.onInterval(mood, startNanos)) {
      case BEGINS -> {
        long average = all * Beat.PER_SECOND / beat.badInARow();
        number = desk.begins(kind, report(average), endNanos);
      }
      case ENDS -> desk.ends(kind, number, report(all), beat.endedNanos());
      case NONE -> {}
    }
  }

  private AlarmDesk.Report report(long count) {
    Map<Figure, Long> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.PACKETS, count);
    figures.put(Figure.PEAK, peakPerSecond);
    List<Share> top = new ArrayList<>(sources.top(NAMED, NAMED_PERMILLE, Prefix::text));
    top.addAll(ports.top(NAMED, NAMED_PERMILLE, (high, low) -> "port " + low));
    return new AlarmDesk.Report("this host", beat.beganNanos(), figures, top, "");
  }
}
