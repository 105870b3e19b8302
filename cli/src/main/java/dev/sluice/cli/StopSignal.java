package dev.sluice.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C and SIGTERM: the command gets time to end in order, and the process ends with
/// its exit code rather than with the signal's.
final class StopSignal {
  /// How long ending in order may take.
  private static final long PATIENCE_SECONDS = 10;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean bySignal = true;

  /// Listens from now on.
  static StopSignal install() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("sluice-stop").unstarted(signal::onShutdown));
    return signal;
  }

  private void onShutdown() {
    if (!bySignal) {
      return;
    }
    asked.countDown();
    try {
      if (finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits until somebody wants the process to end.
  void await() throws InterruptedException {
    asked.await();
  }

  /// All is done and printed.
  void finished() {
    finished.countDown();
  }

  /// The command ends by itself: its exit code stands.
  void disarm() {
    bySignal = false;
    finished.countDown();
  }
}
