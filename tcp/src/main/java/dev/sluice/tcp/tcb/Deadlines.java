package dev.sluice.tcp.tcb;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// When each timer of a connection is due, in the driver's nanoseconds.
public final class Deadlines {
  /// The timer is off.
  public static final long NEVER = Long.MAX_VALUE;

  private final long[] due = new long[Timer.COUNT];

  public Deadlines() {
    Arrays.fill(due, NEVER);
  }

  public void set(Timer timer, long atNanos) {
    due[timer.ordinal()] = atNanos;
  }

  /// Sets a timer, unless it is due before that already.
  public void setIfEarlier(Timer timer, long atNanos) {
    due[timer.ordinal()] = Math.min(due[timer.ordinal()], atNanos);
  }

  /// Sets a timer that runs in ticks: the wait is rounded up to whole ones, and two more
  /// are added, so that what is just about to arrive is not taken for late.
  ///
  /// @param tickNanos 0 for a timer that is exact
  public void setCoarsely(Timer timer, long nowNanos, long waitNanos, long tickNanos) {
    long ticks = tickNanos == 0 ? 0 : (waitNanos + tickNanos - 1) / tickNanos + 2;
    set(timer, nowNanos + (tickNanos == 0 ? waitNanos : ticks * tickNanos));
  }

  public void clear(Timer timer) {
    due[timer.ordinal()] = NEVER;
  }

  public void clearAll() {
    Arrays.fill(due, NEVER);
  }

  public boolean isSet(Timer timer) {
    return due[timer.ordinal()] != NEVER;
  }

  /// When the timer is due, or [#NEVER].
  public long get(Timer timer) {
    return due[timer.ordinal()];
  }

  /// Switches the timer off and says whether it was due.
  public boolean take(Timer timer, long nowNanos) {
    if (due[timer.ordinal()] > nowNanos) {
      return false;
    }
    due[timer.ordinal()] = NEVER;
    return true;
  }

  /// When the first of them is due, or [#NEVER].
  public long earliest() {
    long earliest = NEVER;
    for (long at : due) {
      earliest = Math.min(earliest, at);
    }
    return earliest;
  }

  /// Whether no timer runs but those that watch over long silence.
  public boolean areOnlyLong() {
    for (int i = 0; i < due.length; i++) {
      Timer timer = Timer.of(i);
      boolean isLong = timer == Timer.KEEP_ALIVE || timer == Timer.PATH_MTU_RAISE;
      if (due[i] != NEVER && !isLong) {
        return false;
      }
    }
    return true;
  }

  /// Which one is due first, or null.
  public @Nullable Timer earliestTimer() {
    int first = -1;
    for (int i = 0; i < due.length; i++) {
      if (due[i] != NEVER && (first < 0 || due[i] < due[first])) {
        first = i;
      }
    }
    return first < 0 ? null : Timer.of(first);
  }

  /// What stays of it while the connection sleeps.
  public void keep(Archive archive) {
    for (int i = 0; i < due.length; i++) {
      due[i] = archive.keep(due[i], NEVER);
    }
  }
}
