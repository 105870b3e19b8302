package dev.sluice.guard.detect;

import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.guard.alarm.Figure;
import dev.sluice.guard.alarm.Share;
import dev.sluice.stack.Binding;
import dev.sluice.tcp.Listener;
import dev.sluice.wire.FourTuple;
import dev.sluice.wire.Segment;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Floods of SYNs, listener by listener (RFC 4987).
///
/// A flood is not many SYNs: a busy server has those. It is many SYNs that no handshake
/// follows. In the steady state of an honest load as many handshakes are completed as
/// SYNs come, whatever the round trip; what remains is counted here.
final class SynFloods {
  /// Unanswered SYNs in a second from which on it is a flood.
  static final long BAD_PER_SECOND = 100;
  /// The same where the listener has begun to turn peers away.
  static final long BAD_UNDER_PRESSURE = 10;
  /// Below this it is calm.
  static final long CALM_PER_SECOND = 50;
  /// The same where the listener turns peers away.
  static final long CALM_UNDER_PRESSURE = 5;
  /// At least one in so many SYNs is unanswered in a flood; fewer are lossy paths.
  private static final long BAD_ONE_IN = 4;
  /// With fewer than one in so many it is calm, however many there are.
  private static final long CALM_ONE_IN = 8;
  /// Listeners that are watched at once; more have no alarm.
  static final int MAX_WATCHED = 1_024;
  /// Prefixes that are named.
  private static final int NAMED = 5;
  /// Smaller parts are not worth a name, permille.
  private static final int NAMED_PERMILLE = 10;

  /// One listener.
  private static final class Watch {
    final Binding binding;
    final Listener listener;
    final Beat beat = new Beat();
    final HeavyHitters sources = new HeavyHitters();
    /// In this interval.
    long syns;
    long handshakes;
    /// Since the first bad interval.
    long allSyns;
    long allHandshakes;
    long allUnanswered;
    long peakPerSecond;
    ListenerFigures before;
    ListenerFigures atBegin;
    long number;

    Watch(Binding binding, Listener listener) {
      this.binding = binding;
      this.listener = listener;
      before = ListenerFigures.of(listener);
      atBegin = before;
    }

    long unanswered() {
      return Math.max(0, syns - handshakes);
    }
  }

  private final AlarmDesk desk;
  private final IdentityHashMap<Listener, Watch> watches = new IdentityHashMap<>();

  SynFloods(AlarmDesk desk) {
    this.desk = desk;
  }

  void onSyn(Binding binding, Listener listener, Segment syn) {
    Watch watch = watches.get(listener);
    if (watch == null) {
      if (watches.size() >= MAX_WATCHED) {
        return;
      }
      watch = new Watch(binding, listener);
      watches.put(listener, watch);
    }
    watch.syns++;
    watch.sources.add(
        Prefix.high(syn.sourceHigh, syn.sourceLow), Prefix.low(syn.sourceHigh, syn.sourceLow));
  }

  void onHandshake(Listener listener) {
    Watch watch = watches.get(listener);
    if (watch != null) {
      watch.handshakes++;
    }
  }

  /// Whether the next interval could change anything.
  boolean isAtRest() {
    return watches.isEmpty();
  }

  /// An interval is over.
  ///
  /// @param startNanos when it began
  /// @param endNanos when it ended
  void onInterval(long startNanos, long endNanos) {
    Iterator<Watch> all = watches.values().iterator();
    while (all.hasNext()) {
      Watch watch = all.next();
      boolean silent = watch.syns == 0 && watch.handshakes == 0;
      judge(watch, startNanos, endNanos);
      if (silent && watch.beat.isAtRest()) {
        all.remove();
      }
    }
  }

  private void judge(Watch watch, long startNanos, long endNanos) {
    ListenerFigures now = ListenerFigures.of(watch.listener);
    boolean pressed = now.turnedAwaySince(watch.before) > 0;
    Beat.Mood mood = mood(watch, pressed);
    if (!watch.beat.isActive() && watch.beat.badInARow() == 0) {
      startAnew(watch);
    }
    watch.before = now;
    watch.allSyns += watch.syns;
    watch.allHandshakes += watch.handshakes;
    watch.allUnanswered += watch.unanswered();
    watch.peakPerSecond = Math.max(watch.peakPerSecond, watch.unanswered() * Beat.PER_SECOND);
    watch.syns = 0;
    watch.handshakes = 0;
    switch (watch.beat.onInterval(mood, startNanos)) {
      case BEGINS ->
        watch.number = desk.begins(AlarmKind.SYN_FLOOD, beginning(watch, now), endNanos);
      case ENDS ->
        desk.ends(AlarmKind.SYN_FLOOD, watch.number, ending(watch, now), watch.beat.endedNanos());
      case NONE -> {}
    }
  }

  private static Beat.Mood mood(Watch watch, boolean pressed) {
    long unanswered = watch.unanswered();
    long perSecond = unanswered * Beat.PER_SECOND;
    if (perSecond >= (pressed ? BAD_UNDER_PRESSURE : BAD_PER_SECOND)
        && unanswered * BAD_ONE_IN >= watch.syns) {
      return Beat.Mood.BAD;
    }
    boolean calm = perSecond < (pressed ? CALM_UNDER_PRESSURE : CALM_PER_SECOND)
        || unanswered * CALM_ONE_IN < watch.syns;
    return calm ? Beat.Mood.CALM : Beat.Mood.BETWEEN;
  }

  private static void startAnew(Watch watch) {
    watch.sources.fade();
    watch.atBegin = watch.before;
    watch.allSyns = 0;
    watch.allHandshakes = 0;
    watch.allUnanswered = 0;
    watch.peakPerSecond = 0;
  }

  /// All numbers in a second, over the bad intervals.
  private static AlarmDesk.Report beginning(Watch watch, ListenerFigures now) {
    long intervals = watch.beat.badInARow();
    Map<Figure, Long> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.SYNS, watch.allSyns * Beat.PER_SECOND / intervals);
    figures.put(Figure.UNANSWERED, watch.allUnanswered * Beat.PER_SECOND / intervals);
    figures.put(Figure.HANDSHAKES, watch.allHandshakes * Beat.PER_SECOND / intervals);
    now.addTo(figures, watch.atBegin);
    return report(watch, figures);
  }

  /// All numbers since it began.
  private static AlarmDesk.Report ending(Watch watch, ListenerFigures now) {
    Map<Figure, Long> figures = new EnumMap<>(Figure.class);
    figures.put(Figure.SYNS, watch.allSyns);
    figures.put(Figure.UNANSWERED, watch.allUnanswered);
    figures.put(Figure.HANDSHAKES, watch.allHandshakes);
    figures.put(Figure.PEAK, watch.peakPerSecond);
    now.addTo(figures, watch.atBegin);
    return report(watch, figures);
  }

  private static AlarmDesk.Report report(Watch watch, Map<Figure, Long> figures) {
    List<Share> top = watch.sources.top(NAMED, NAMED_PERMILLE, Prefix::text);
    String note = top.isEmpty() ? "no prefix stands out: the sources are probably forged" : "";
    String subject = FourTuple.text(watch.binding.address(), watch.binding.port());
    return new AlarmDesk.Report(subject, watch.beat.beganNanos(), figures, top, note);
  }
}
