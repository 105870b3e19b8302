package dev.sluice.guard.detect;

import dev.sluice.guard.alarm.Figure;
import dev.sluice.tcp.Listener;
import dev.sluice.tcp.listen.ListenerCounts;
import java.util.Map;

/// What a listener holds and has counted, at one moment.
///
/// @param halfOpen peers in SYN-RECEIVED
/// @param halfOpenLimit how many there may be
/// @param acceptQueue connections that wait to be accepted
/// @param backlog how many may wait
/// @param evicted peers that were left to their cookie to make room, so far
/// @param dropped SYNs that were not answered, so far
/// @param cookiesSent SYN-ACKs left to their cookie alone, so far
/// @param cookiesValid connections that came of a cookie, so far
/// @param cookiesInvalid cookies that were refused, so far
record ListenerFigures(
    long halfOpen,
    long halfOpenLimit,
    long acceptQueue,
    long backlog,
    long evicted,
    long dropped,
    long cookiesSent,
    long cookiesValid,
    long cookiesInvalid) {

  static ListenerFigures of(Listener listener) {
    ListenerCounts counts = listener.counts();
    return new ListenerFigures(
        listener.halfOpenCount(),
        listener.limits().maxHalfOpen(),
        listener.acceptQueueLength(),
        listener.limits().backlog(),
        counts.evictions(),
        counts.synsDropped(),
        counts.cookiesSent(),
        counts.cookiesValid(),
        counts.cookiesInvalid() + counts.cookiesExpired());
  }

  /// Peers that found no room since then.
  long turnedAwaySince(ListenerFigures before) {
    return evicted - before.evicted + dropped - before.dropped;
  }

  /// Adds what there is now, and what was counted since it began.
  void addTo(Map<Figure, Long> figures, ListenerFigures before) {
    figures.put(Figure.HALF_OPEN, halfOpen);
    figures.put(Figure.HALF_OPEN_LIMIT, halfOpenLimit);
    figures.put(Figure.ACCEPT_QUEUE, acceptQueue);
    figures.put(Figure.BACKLOG, backlog);
    figures.put(Figure.EVICTED, evicted - before.evicted);
    figures.put(Figure.DROPPED, dropped - before.dropped);
    figures.put(Figure.COOKIES_SENT, cookiesSent - before.cookiesSent);
    figures.put(Figure.COOKIES_VALID, cookiesValid - before.cookiesValid);
    figures.put(Figure.COOKIES_INVALID, cookiesInvalid - before.cookiesInvalid);
  }
}
