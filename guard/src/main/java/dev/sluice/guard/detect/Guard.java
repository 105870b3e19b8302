package dev.sluice.guard.detect;

import dev.sluice.guard.alarm.Alarm;
import dev.sluice.guard.alarm.AlarmKind;
import dev.sluice.stack.Binding;
import dev.sluice.stack.HostObserver;
import dev.sluice.stack.firewall.Cause;
import dev.sluice.stack.firewall.Direction;
import dev.sluice.stack.firewall.FlowState;
import dev.sluice.stack.firewall.PacketFacts;
import dev.sluice.tcp.Listener;
import dev.sluice.wire.Flags;
import dev.sluice.wire.Segment;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Watches one host for floods, scans and runs of resets, on its loop thread. All methods
/// belong to that thread.
///
/// It costs a host nothing while nothing of that sort happens: it wants neither segments
/// nor transitions, and has a deadline only while it counts something.
public final class Guard implements HostObserver {
  private static final long NOT_COUNTING = Long.MIN_VALUE;

  private final AlarmDesk desk;
  private final SynFloods floods;
  private final Scans scans;
  private final Resets resets;
  private final Burst refused;
  private final Burst filtered;
  private final ClockWatch clock = new ClockWatch();
  /// When the running interval began; [#NOT_COUNTING] if none does.
  private long intervalNanos = NOT_COUNTING;

  /// @param random from which the keys of its tables come
  /// @param sink hears of alarms, on the loop thread; must not block
  public Guard(RandomGenerator random, Consumer<Alarm> sink) {
    desk = new AlarmDesk(sink);
    floods = new SynFloods(desk);
    scans = new Scans(desk, random);
    resets = new Resets(desk, random);
    refused = new Burst(AlarmKind.REFUSED, desk);
    filtered = new Burst(AlarmKind.FILTERED, desk);
  }

  @Override
  public boolean wantsTransitions() {
    return false;
  }

  @Override
  public void onSyn(Binding binding, Listener listener, Segment syn, long nowNanos) {
    count(nowNanos);
    floods.onSyn(binding, listener, syn);
  }

  @Override
  public void onHandshake(Binding binding, Listener listener, Segment last, long nowNanos) {
    count(nowNanos);
    floods.onHandshake(listener);
  }

  @Override
  public void onRefused(Segment segment, long nowNanos) {
    count(nowNanos);
    // answers to what others sent in our name are no attempts to find something here
    boolean isAnswer = segment.has(Flags.RST)
        || (segment.flags & (Flags.SYN | Flags.ACK)) == (Flags.SYN | Flags.ACK);
    boolean scanning = !isAnswer
        && scans.onProbe(
            segment.sourceHigh,
            segment.sourceLow,
            segment.destinationLow,
            segment.destinationPort,
            nowNanos);
    if (!scanning) {
      refused.onPacket(segment.sourceHigh, segment.sourceLow, segment.destinationPort);
    }
  }

  @Override
  public void onFiltered(PacketFacts packet, long nowNanos) {
    count(nowNanos);
    // of stray segments nobody can say here whether they ask or answer
    boolean asks = packet.direction == Direction.IN
        && packet.state == FlowState.NEW
        && packet.destinationPort != 0
        && packet.cause != Cause.BOGON;
    boolean scanning = asks
        && scans.onProbe(
            packet.sourceHigh,
            packet.sourceLow,
            packet.destinationLow,
            packet.destinationPort,
            nowNanos);
    if (!scanning) {
      filtered.onPacket(packet.sourceHigh, packet.sourceLow, packet.destinationPort);
    }
  }

  @Override
  public void onReset(Segment reset, long nowNanos) {
    count(nowNanos);
    resets.onReset(reset, nowNanos);
  }

  /// What the clocks say; about once in a second.
  ///
  /// @param nowNanos the driver's clock
  /// @param wallNanos nanoseconds since 1970-01-01 UTC
  /// @param upNanos since the machine was started, with the time that it slept; negative
  ///     if nobody knows
  public void onClocks(long nowNanos, long wallNanos, long upNanos) {
    AlarmDesk.Report wrong = clock.onReading(nowNanos, wallNanos, upNanos);
    if (wrong != null) {
      desk.happened(AlarmKind.CLOCK, wrong, nowNanos);
    }
  }

  /// Something is about to be counted: ends the interval before, if it is over.
  private void count(long nowNanos) {
    if (nowNanos >= nextDeadlineNanos()) {
      onDeadline(nowNanos);
    }
    if (intervalNanos == NOT_COUNTING) {
      intervalNanos = nowNanos - Math.floorMod(nowNanos, Beat.NANOS);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return intervalNanos == NOT_COUNTING ? Long.MAX_VALUE : intervalNanos + Beat.NANOS;
  }

  @Override
  public void onDeadline(long nowNanos) {
    while (intervalNanos != NOT_COUNTING && intervalNanos + Beat.NANOS <= nowNanos) {
      long end = intervalNanos + Beat.NANOS;
      floods.onInterval(intervalNanos, end);
      refused.onInterval(intervalNanos, end);
      filtered.onInterval(intervalNanos, end);
      scans.onInterval(end);
      resets.onInterval(end);
      intervalNanos = isAtRest() ? NOT_COUNTING : end;
    }
  }

  private boolean isAtRest() {
    return floods.isAtRest()
        && refused.isAtRest()
        && filtered.isAtRest()
        && scans.isAtRest()
        && resets.isAtRest();
  }

  /// What goes on, as it was told when it began.
  public List<Alarm> active() {
    return desk.active();
  }

  /// How many of a kind began since the start, told or not.
  public long begun(AlarmKind kind) {
    return desk.begun(kind);
  }

  /// How many of a kind were not told, because there were too many.
  public long heldBack(AlarmKind kind) {
    return desk.heldBack(kind);
  }
}
