package dev.sluice.packetdrill.run;

import dev.sluice.packetdrill.language.SystemCall;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Runs system calls in virtual time: one that has to wait stays pending while the script
/// goes on, and is tried again after everything the host does.
final class CallRunner implements BooleanSupplier {
  /// A call that nothing ends is given up after this much virtual time.
  private static final long PATIENCE_NANOS = 3_600_000_000_000L;

  private final CallTable table;
  private final boolean notFatal;
  private final Timeline timeline;
  private @Nullable VirtualHost host;
  private @Nullable Pending pending;

  /// A call that waits.
  ///
  /// @param dueNanos when it is to return, or -1 for at once
  private record Pending(
      SystemCall call, Outcome.Attempt attempt, long dueNanos, long toleranceNanos, String text) {}

  CallRunner(CallTable table, boolean notFatal, Timeline timeline) {
    this.table = table;
    this.notFatal = notFatal;
    this.timeline = timeline;
  }

  void host(VirtualHost value) {
    host = value;
    value.waitDeadline(this::deadlineNanos);
  }

  private VirtualHost host() {
    VirtualHost present = host;
    if (present == null) {
      throw new IllegalStateException("no host yet");
    }
    return present;
  }

  private long deadlineNanos() {
    Pending waiting = pending;
    return waiting == null ? Outcome.Attempt.NO_DEADLINE : waiting.attempt().deadlineNanos();
  }

  /// Starts a call. One that is not marked as blocking returns before this does.
  void start(SystemCall call, long anchorNanos, long toleranceNanos, String text) {
    Outcome.Attempt attempt = table.prepare(call);
    long now = host().nowNanos();
    long due = call.blocking() ? anchorNanos + call.endNanos() : now;
    pending = new Pending(call, attempt, due, toleranceNanos, text);
    getAsBoolean();
    host().settle();
    if (!call.blocking()) {
      finish();
    }
  }

  /// Tries the pending call; the host asks after everything it does.
  @Override
  public boolean getAsBoolean() {
    table.observe();
    Pending waiting = pending;
    if (waiting == null) {
      return false;
    }
    Outcome outcome = waiting.attempt().tryNow();
    if (outcome == null) {
      return table.takeRetry();
    }
    pending = null;
    returned(waiting, outcome);
    return true;
  }

  private void returned(Pending call, Outcome outcome) {
    long now = host().nowNanos();
    timeline.add(host().sinceStart(), call.text() + "   (returned " + outcome + ")");
    String wrong = table.judge(call.call(), outcome);
    if (wrong != null && !notFatal) {
      throw new Failure(wrong);
    }
    if (Math.abs(now - call.dueNanos()) > call.toleranceNanos()) {
      throw new Failure(call.call().name() + " returned at "
          + Timeline.seconds(host().sinceStart()) + " s, expected at "
          + Timeline.seconds(host().sinceStart() - now + call.dueNanos()) + " s");
    }
  }

  /// Lets time pass until no call is pending.
  void finish() {
    Pending waiting = pending;
    if (waiting == null) {
      return;
    }
    long limit = host().nowNanos() + PATIENCE_NANOS;
    while (pending != null) {
      if (!host().step(limit)) {
        throw new Failure(waiting.call().name() + " does not return");
      }
    }
  }
}
