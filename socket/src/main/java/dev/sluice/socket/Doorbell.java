package dev.sluice.socket;

import dev.sluice.stack.LoopTask;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// How application threads reach the loop: any thread rings, the loop answers all of
/// them in the order in which they rang.
///
/// ```
///   ring(c)   ring(b)   ring(a)          doWork
///      |         |         |                |
///      v         v         v      take all at once, turn round
///    head --> c --> b --> a             a, b, c: onRing
/// ```
///
/// A ring costs one atomic "or" if the bell hangs already; else one compare-and-set
/// more; and a wake-up only by the thread that found the doorbell empty: whoever came
/// before has woken the loop, or the loop has yet to take the others. Between loop and
/// threads there is no lock.
///
/// What can wait a few milliseconds rings quietly: it wakes only a loop that would sleep
/// longer. Who rings aloud after that wakes the loop as if it had come first.
final class Doorbell implements LoopTask {
  private static final VarHandle HEAD;

  static {
    try {
      HEAD = MethodHandles.lookup().findVarHandle(Doorbell.class, "head", Bell.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// Among the requests of a bell: somebody rang it aloud.
  private static final int ALOUD = 1 << 31;

  /// Marks a doorbell that nobody answers any more.
  private static final Bell SILENT = new Bell() {
    @Override
    void onRing(int requests, long nowNanos) {
      throw new AssertionError("the mark is never taken");
    }
  };

  private final Runnable wakeup;
  private final Runnable nudge;

  /// The last bell that was hung up; any thread pushes, the loop takes all.
  private volatile @Nullable Bell head;

  /// A doorbell at which quiet rings are as loud as others.
  ///
  /// @param wakeup ends the loop's sleep
  Doorbell(Runnable wakeup) {
    this(wakeup, wakeup);
  }

  /// @param wakeup ends the loop's sleep
  /// @param nudge ends it if it would last long
  Doorbell(Runnable wakeup, Runnable nudge) {
    this.wakeup = wakeup;
    this.nudge = nudge;
  }

  /// Asks the loop to look at a bell. From any thread.
  ///
  /// @param bits what is asked for, as the bell understands it, not 0 and not the sign
  void ring(Bell bell, int bits) {
    int before = bell.request(bits | ALOUD);
    if (before == 0) {
      Bell below = hang(bell, false);
      if (below == null || below.isQuiet) {
        wakeup.run();
      }
    } else if ((before & ALOUD) == 0) {
      wakeup.run();
    }
  }

  /// Asks the loop to look at a bell within a few milliseconds. From any thread.
  ///
  /// @param bits as in [#ring]
  void ringQuietly(Bell bell, int bits) {
    if (bell.request(bits) == 0) {
      hang(bell, true);
      nudge.run();
    }
  }

  /// @return the bell below, null if there is none; [#SILENT] if nobody answers
  private @Nullable Bell hang(Bell bell, boolean isQuiet) {
    Bell top;
    do {
      top = head;
      if (top == SILENT) {
        bell.takeRequests();
        bell.onSilence();
        return SILENT;
      }
      bell.below = top;
      bell.isQuiet = isQuiet;
    } while (!HEAD.compareAndSet(this, top, bell));
    return top;
  }

  @Override
  public boolean doWork(long nowNanos) {
    if (head == null || head == SILENT) {
      return false;
    }
    Bell bell = turnedRound((Bell) HEAD.getAndSet(this, (Bell) null));
    while (bell != null) {
      Bell next = bell.below;
      bell.below = null; // before the requests are taken: after that it may be hung up anew
      bell.onRing(bell.takeRequests() & ~ALOUD, nowNanos);
      bell = next;
    }
    return true;
  }

  /// The loop is over: whoever still hangs here or rings later is told so.
  void silence() {
    Bell bell = turnedRound((Bell) HEAD.getAndSet(this, SILENT));
    while (bell != null) {
      Bell next = bell.below;
      bell.below = null;
      bell.takeRequests();
      bell.onSilence();
      bell = next;
    }
  }

  private static @Nullable Bell turnedRound(@Nullable Bell top) {
    Bell first = null;
    Bell bell = top == SILENT ? null : top;
    while (bell != null) {
      Bell below = bell.below;
      bell.below = first;
      first = bell;
      bell = below;
    }
    return first;
  }
}
