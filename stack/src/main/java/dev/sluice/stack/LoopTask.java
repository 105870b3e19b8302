package dev.sluice.stack;

/// Work that a driver's loop does besides packets and deadlines: carrying out what
/// other threads ask for.
@FunctionalInterface
public interface LoopTask {
  /// Nothing to do.
  LoopTask NONE = nowNanos -> false;

  /// Does what there is to do now, on the loop thread, without blocking. Called once a
  /// turn, and once more before the loop sleeps: work that was published before
  /// [Driver#wakeup] is never missed.
  ///
  /// @return whether there was any
  boolean doWork(long nowNanos);
}
