package dev.sluice.socket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Where one thread waits for something that other threads bring about.
///
/// ```
///   waiter                               waker
///     slot.enter()                         bring it about
///     is it there? yes: slot.leave()       slot.wake()
///     slot.park(...), and again
/// ```
///
/// Entering and waking both exchange the same word. Whichever comes second sees what
/// the other did before: either the waiter finds what it waits for, or the waker finds
/// the waiter. So no wake-up is lost, and the waker pays one atomic exchange.
final class WaitSlot {
  private static final VarHandle WAITER;

  static {
    try {
      WAITER = MethodHandles.lookup().findVarHandle(WaitSlot.class, "waiter", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Waiting waiting;

  /// Who waits; exchanged by waiter and wakers.
  @SuppressWarnings("UnusedVariable") // reached through WAITER
  private volatile @Nullable Thread waiter;

  WaitSlot(Waiting waiting) {
    this.waiting = waiting;
  }

  /// Announces the calling thread. Look again for what is waited for before [#park].
  void enter() {
    WAITER.getAndSet(this, Thread.currentThread());
  }

  /// The calling thread waits no more.
  void leave() {
    waiter = null;
  }

  /// Waits after [#enter]; may return early, then enter again. An interrupt ends one wait
  /// and stays pending, but does not keep the thread from waiting again: what it means is
  /// for the caller to say.
  ///
  /// @param timeoutNanos how long at most, or [Waiting#FOREVER]
  void park(Object blocker, long timeoutNanos) {
    boolean interrupted = Thread.interrupted();
    waiting.park(blocker, timeoutNanos);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Wakes the thread that has entered, if there is one.
  void wake() {
    Thread thread = (Thread) WAITER.getAndSet(this, (Thread) null);
    if (thread != null) {
      waiting.unpark(thread);
    }
  }
}
