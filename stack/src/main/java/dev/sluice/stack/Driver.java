package dev.sluice.stack;

import dev.sluice.link.Link;
import java.time.Duration;

/// Moves packets between one host and one link in real time: one platform thread, and
/// the only code of the stack that reads the clock.
///
/// All but [#wakeup], [#isOnLoop], [#nowNanos] and [#stop] happens on that thread.
public final class Driver {
  /// @param host whose verbs are called
  /// @param link what its packets travel on; the caller closes it after [#stop]
  public Driver(Host host, Link link, DriverConfig config) {}

  /// Starts the loop thread. Once.
  public void start() {}

  /// Makes the loop call its [LoopTask] soon. From any thread; costs a system call only
  /// while the loop sleeps or is about to.
  public void wakeup() {}

  /// Whether the caller runs on the loop thread.
  public boolean isOnLoop() {
    return false;
  }

  /// The driver's clock: nanoseconds since it was made. From any thread.
  public long nowNanos() {
    return 0;
  }

  /// Whether the loop runs: started, not stopped, not failed.
  public boolean isRunning() {
    return false;
  }

  /// Ends the loop after its present turn and waits for that, at most `patience`. From
  /// any thread; on the loop itself it does not wait. Again: no effect.
  ///
  /// @return whether the loop has ended
  public boolean stop(Duration patience) {
    return true;
  }
}
