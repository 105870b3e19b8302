package dev.sluice.stack;

import java.util.function.Consumer;

/// How a driver runs its loop.
public final class DriverConfig {
  /// Name of the loop thread, for people who look at thread dumps.
  public String name = "sluice-loop";
  /// Whether the virtual machine may end while the loop runs.
  public boolean daemon = true;
  /// Packets taken from the link before the host answers, at most.
  public int batchPackets = 64;
  /// How long an idle loop keeps looking before it sleeps, at most; 0: it sleeps at once.
  /// Each microsecond of it is taken from whoever else wants this core, so the loop does
  /// it only as long as it pays: an idle stack sleeps.
  public long spinNanos = 50_000;
  /// What else the loop does.
  public LoopTask task = LoopTask.NONE;
  /// Hears, on the loop thread and as its last act, why the loop ended by itself: the
  /// link is gone, or a defect.
  public Consumer<Throwable> onFailure = failure -> {};
}
