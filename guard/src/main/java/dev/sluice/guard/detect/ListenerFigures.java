package dev.sluice.guard.detect;

import dev.sluice.guard.alarm.Figure;
import dev.sluice.tcp.Listener;
import java.util.Map;

/// What a listener has counted, at one moment.
record ListenerFigures(
    long halfOpen, long halfOpenLimit, long acceptQueue, long backlog, long turnedAway) {

  static ListenerFigures of(Listener listener) {
    long halfOpen = listener.halfOpenCount();
    long limit = listener.limits().maxHalfOpen();
    return new ListenerFigures(
        halfOpen,
        limit,
        listener.acceptQueueLength(),
        listener.limits().backlog(),
        halfOpen >= limit ? 1 : 0);
  }

  /// Peers that found no room since then.
  long turnedAwaySince(ListenerFigures before) {
    return turnedAway;
  }

  void addTo(Map<Figure, Long> figures, ListenerFigures atBegin) {
    figures.put(Figure.HALF_OPEN, halfOpen);
    figures.put(Figure.HALF_OPEN_LIMIT, halfOpenLimit);
    figures.put(Figure.ACCEPT_QUEUE, acceptQueue);
    figures.put(Figure.BACKLOG, backlog);
  }
}
