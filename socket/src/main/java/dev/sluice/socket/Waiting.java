package dev.sluice.socket;

import java.util.concurrent.locks.LockSupport;

/// The one seam through which application threads wait and are woken, and read the
/// clock to know how long, so that a simulation can put its own schedule and time there.
interface Waiting {
  /// Threads of the machine, platform or virtual.
  Waiting THREADS = new Waiting() {
    @Override
    public void park(Object blocker, long timeoutNanos) {
      if (timeoutNanos == FOREVER) {
        LockSupport.park(blocker);
      } else {
        LockSupport.parkNanos(blocker, timeoutNanos);
      }
    }

    @Override
    public void unpark(Thread thread) {
      LockSupport.unpark(thread);
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }
  };

  /// No limit to the wait.
  long FOREVER = Long.MAX_VALUE;

  /// Waits until [#unpark], an interrupt, or the time is over; may return early.
  ///
  /// @param blocker what is waited for, for people who look at thread dumps
  /// @param timeoutNanos how long at most, or [#FOREVER]
  void park(Object blocker, long timeoutNanos);

  /// Ends the thread's present or next [#park].
  void unpark(Thread thread);

  /// A clock whose differences are nanoseconds.
  long nanoTime();
}
